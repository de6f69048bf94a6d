#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace sidecar::cli {

// The files that arguments of --filename stand for, in order: "-" and files as they are, a
// directory as the *.yaml, *.yml and *.json files in it (with `recursive`, also in those below),
// sorted by name. A directory without any is an error. Links to directories are not followed within
// a directory, those whose name begins with a dot are left out. So is `output`, the file that the
// result goes to, unless an argument names it.
//
// Errors are those of the operating system in Go's words: "open x: no such file or directory".
Result<std::vector<std::string>> ExpandInputs(const std::vector<std::string>& arguments,
                                              bool recursive, const std::string& output = "");

// Reads standard input ("-") or a file piece by piece.
class InputFile {
 public:
  static Result<InputFile> Open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) = delete;
  ~InputFile();

  // Appends up to `bytes` more to `buffer`; false at the end.
  Result<bool> Read(std::size_t bytes, std::string& buffer);

 private:
  InputFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
};

// A whole configuration file. One larger than 64 MiB is an error.
Result<std::string> ReadWholeFile(const std::string& path);

}  // namespace sidecar::cli
