#include "test/conformance/report.h"

#include <algorithm>
#include <iostream>

#include "lib/gotemplate/strconv.h"

namespace sidecar::conformance {

void Report::BeginFile(std::string_view path) {
  file_ = path.substr(path.rfind('/') + 1);
  counts_ = {};
}

void Report::Add(std::string_view case_name, const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kPassed: ++counts_.passed; break;
    case Outcome::Kind::kNotRun: ++counts_.not_run[outcome.detail]; break;
    case Outcome::Kind::kFailed:
      ++counts_.failed;
      std::cout << "FAIL " << file_ << ": " << case_name << "\n" << outcome.detail;
  }
}

void Report::AddOlderGo(std::string_view case_name, const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kPassed: ++counts_.older_go_same; break;
    case Outcome::Kind::kNotRun: Add(case_name, outcome); break;
    case Outcome::Kind::kFailed: ++counts_.older_go_other;
  }
}

void Report::FileFailed(std::string_view reason) {
  ++counts_.failed;
  std::cout << "FAIL " << file_ << ": " << reason << "\n";
}

void Report::EndFile() {
  std::cout << file_ << ": " << counts_.passed << " passed, " << counts_.failed << " failed";
  const std::size_t older = counts_.older_go_same + counts_.older_go_other;
  if (older > 0) {
    std::cout << "; " << older << " of an older Go (" << counts_.older_go_same
              << " answered the same)";
  }
  skipped_ += older;
  for (const auto& [reason, count] : counts_.not_run) {
    std::cout << "; " << count << " not run: " << reason;
    skipped_ += count;
  }
  std::cout << "\n";
  passed_ += counts_.passed;
  failed_ += counts_.failed;
}

int Report::Finish() const {
  std::cout << passed_ << " passed, " << failed_ << " failed";
  if (skipped_ > 0) std::cout << ", " << skipped_ << " skipped";
  std::cout << std::endl;
  return failed_ == 0 ? 0 : 1;
}

std::string Difference(std::string_view what, std::string_view expected, std::string_view got) {
  const auto parting = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  std::string text = "  expected " + std::string(what) + ": " + gotemplate::Quote(expected) + "\n";
  text += "  got      " + std::string(what) + ": " + gotemplate::Quote(got) + "\n";
  text += "  first difference at byte " + std::to_string(parting.first - expected.begin()) + "\n";
  return text;
}

}  // namespace sidecar::conformance
