#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "lib/inject/document.h"
#include "lib/yaml/documents.h"

namespace sidecar::cli {

// Tells on standard error what became of each document, one line an object:
//
//   app.yaml:1 Service/web: passed through (NotAPod)
//   app.yaml:12 Deployment/web: injected (istio-init, istio-proxy)
//
// with the line on which the document begins.
//
// On a terminal a last line counts while work goes on. Output is buffered otherwise.
class Reporter {
 public:
  explicit Reporter(bool quiet);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter();

  void Document(const std::string& file, const yaml::Document& document,
                const inject::DocumentReport& report);
  void Failure(const std::string& file, const yaml::Document& document,
               const inject::DocumentError& failure);
  // About a file as a whole.
  void Failure(const std::string& file, std::string_view message);
  void NoDocument(const std::string& file);
  // That failures, which the lines of other documents may have pushed out of sight, left no output.
  void NothingWritten();
  void Note(std::string_view message);

  std::size_t documents() const { return documents_; }
  std::size_t failures() const { return failures_; }

 private:
  void Line(std::string_view text);
  void Flush();
  void ShowProgress();
  void ClearProgress();

  const bool quiet_;
  const bool is_terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_;
  bool progress_shown_ = false;
  std::string buffer_;
  std::size_t documents_ = 0;
  std::size_t injected_ = 0;
  std::size_t failures_ = 0;
};

// The words after "KIND/NAME: " for an object.
std::string Describe(const inject::ObjectReport& object);

}  // namespace sidecar::cli
