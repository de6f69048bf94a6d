#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::cli {

// Where the result goes: standard output or a file. Nothing of it is seen before Commit; without
// Commit nothing is written anywhere, and a file that was there before stays as it was.
//
// Up to kMemoryBytes are kept in memory, more in a temporary file without a name: in the output
// file's folder, or for standard output in $TMPDIR or /tmp. Commit writes a file beside its final
// place and renames it there, with SIGHUP, SIGINT and SIGTERM held off so that they leave nothing.
// Links are followed. What is no regular file (/dev/null, a pipe) is written directly, by Commit.
class OutputFile {
 public:
  static constexpr std::size_t kMemoryBytes = std::size_t{1} << 20U;

  // An empty path is standard output.
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  // Fails where the temporary file cannot be made or written.
  Result<void> Write(std::string_view text);
  // Writes everything to its place. Once.
  Result<void> Commit();

 private:
  OutputFile(std::string path, std::string spill_folder, int descriptor);

  Result<void> Spill();
  Result<void> CopyTo(int descriptor);
  Result<void> Replace();

  std::string path_;
  std::string spill_folder_;
  int descriptor_;  // Of what is written directly; -1: the file of this path is replaced.
  int spill_ = -1;  // The temporary file, where one is needed.
  std::string buffer_;
};

}  // namespace sidecar::cli
