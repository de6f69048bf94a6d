#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace sidecar::conformance {

// What became of one case.
struct Outcome {
  enum class Kind { kPassed, kFailed, kNotRun };

  Kind kind = Kind::kPassed;
  std::string detail;  // Of a failure: expected and got. Of a case not run: why.

  static Outcome Passed() { return {}; }
  static Outcome Failed(std::string detail) { return {Kind::kFailed, std::move(detail)}; }
  static Outcome NotRun(std::string reason) { return {Kind::kNotRun, std::move(reason)}; }
};

// Counts outcomes and prints them to standard output: each failure as it comes, a line a file, and
// at the end "N passed, M failed".
class Report {
 public:
  void BeginFile(std::string_view path);
  void Add(std::string_view case_name, const Outcome& outcome);
  // A case whose recorded answer is that of an older Go: told apart, and no failure.
  void AddOlderGo(std::string_view case_name, const Outcome& outcome);
  // A file that cannot be run at all.
  void FileFailed(std::string_view reason);
  void EndFile();

  // Prints the sums. What the program is to exit with: 1 if anything failed.
  int Finish() const;

 private:
  struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t older_go_same = 0;
    std::size_t older_go_other = 0;
    std::map<std::string, std::size_t> not_run;  // By reason.
  };

  std::string file_;
  Counts counts_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
};

// "expected" and "got" on lines of their own, control characters as escapes; the byte where two
// texts part is told.
std::string Difference(std::string_view what, std::string_view expected, std::string_view got);

}  // namespace sidecar::conformance
