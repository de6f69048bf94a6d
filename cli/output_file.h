#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::cli {

// Where the result goes: standard output, or a file that appears whole or not at all.
//
// A file is written beside its final place and renamed there by Commit; without Commit nothing is
// left and a file that was there before stays as it was. Links are followed. What is no regular
// file (/dev/null, a pipe) is written directly, as is standard output.
class OutputFile {
 public:
  // An empty path is standard output.
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  // Buffered.
  Result<void> Write(std::string_view text);
  // Writes what is buffered and puts the file in place.
  Result<void> Commit();

 private:
  OutputFile(std::string path, std::string temporary, int descriptor);

  Result<void> Flush();

  std::string path_;
  std::string temporary_;  // Empty where written directly.
  int descriptor_;
  std::string buffer_;
};

}  // namespace sidecar::cli
