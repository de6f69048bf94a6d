#include "cli/commands/reporter.h"

#include <cerrno>

#include <unistd.h>

#include "cli/document_files.h"

namespace sidecar::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{32} << 10U;
constexpr std::chrono::milliseconds kSilence{1000};  // Short runs show no progress.
constexpr std::chrono::milliseconds kRefresh{200};

std::string_view Explain(inject::Reason reason) {
  using inject::Reason;
  switch (reason) {
    case Reason::kAlreadyInjected: return "unchanged, carries this sidecar already";
    case Reason::kHostNetwork: return "not injected, uses the host's network";
    case Reason::kAnnotationOptOut: return "not injected, sidecar.istio.io/inject says no";
    case Reason::kNotAPod: return "passed through";
    default: return "not injected";
  }
}

std::string Title(const inject::ObjectReport& object) {
  if (object.kind.empty()) return object.name.empty() ? "no object" : object.name;
  return object.name.empty() ? object.kind : object.kind + '/' + object.name;
}

}  // namespace

std::string Describe(const inject::ObjectReport& object) {
  if (object.reason == inject::Reason::kInjected) {
    if (object.added.empty()) return "injected nothing: the template rendered no containers";
    std::string text = "injected (";
    for (std::size_t i = 0; i < object.added.size(); ++i) {
      if (i > 0) text += ", ";
      text += object.added[i];
    }
    return text + ')';
  }
  std::string text(Explain(object.reason));
  return text.append(" (").append(ToString(object.reason)).append(")");
}

Reporter::Reporter(bool quiet)
    : quiet_(quiet),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      shown_(start_) {}

Reporter::~Reporter() {
  ClearProgress();
  Flush();
}

void Reporter::Document(const std::string& file, const yaml::Document& document,
                        const inject::DocumentReport& report) {
  ++documents_;
  const std::string place = ShownPlace(file, document) + ' ';
  for (const inject::ObjectReport& object : report.objects) {
    if (object.reason == inject::Reason::kInjected) ++injected_;
    if (quiet_) continue;
    const std::string title = place + Title(object) + ": ";
    Line(title + Describe(object));
    for (const std::string& warning : object.warnings) {
      std::string line = title;
      Line(line.append("warning: ").append(warning));
    }
  }
  ShowProgress();
}

void Reporter::Failure(const std::string& file, const yaml::Document& document,
                       const inject::DocumentError& failure) {
  ++documents_;
  ++failures_;
  Line("Error: " + ShownDocument(file, document, failure.line, failure.object) + ": " +
       failure.error.message);
}

void Reporter::Failure(const std::string& file, std::string_view message) {
  ++failures_;
  std::string text = "Error: ";
  if (!file.empty()) text += ShownFile(file) + ": ";
  Line(text.append(message));
}

void Reporter::NoDocument(const std::string& file) {
  Note(ShownFile(file) + ": holds no document");
}

void Reporter::NothingWritten() {
  if (documents_ < 2) return;
  Line("Error: nothing was written: " + std::to_string(failures_) +
       (failures_ == 1 ? " failure, " : " failures, ") + std::to_string(documents_) + " documents");
}

void Reporter::Note(std::string_view message) {
  if (!quiet_) Line(message);
}

void Reporter::Line(std::string_view text) {
  ClearProgress();
  buffer_.append(text).push_back('\n');
  if (is_terminal_ || buffer_.size() >= kBufferBytes) Flush();
}

void Reporter::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t count = write(STDERR_FILENO, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;  // Nobody listens.
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
}

void Reporter::ShowProgress() {
  if (!is_terminal_ || quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - start_ < kSilence || now - shown_ < kRefresh) return;
  shown_ = now;
  progress_shown_ = true;
  buffer_ += "\r\x1b[K" + std::to_string(documents_) + " documents, " + std::to_string(injected_) +
             " injected";
  Flush();
}

void Reporter::ClearProgress() {
  if (!progress_shown_) return;
  progress_shown_ = false;
  buffer_ += "\r\x1b[K";
}

}  // namespace sidecar::cli
