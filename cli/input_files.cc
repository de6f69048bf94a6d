#include "cli/input_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/system_error.h"

namespace sidecar::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = std::size_t{64} << 20U;
constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;

// "open x: no such file or directory": as Go's fs.PathError prints it.
Error PathError(std::string_view operation, const std::string& path, const std::error_code& code) {
  return Error{ErrorCode::kInvalidArgument,
               std::string(operation) + " " + path + ": " + SystemErrorText(code.value())};
}

Error LastError(std::string_view operation, const std::string& path) {
  return PathError(operation, path, std::error_code(errno, std::generic_category()));
}

bool IsManifest(const fs::path& path) {
  constexpr std::array<std::string_view, 3> kExtensions = {".yaml", ".yml", ".json"};
  return std::find(kExtensions.begin(), kExtensions.end(), path.extension().string()) !=
         kExtensions.end();
}

bool IsHidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

bool IsSame(const fs::path& path, const std::string& output) {
  std::error_code code;  // Where `output` does not exist yet.
  return !output.empty() && fs::equivalent(path, output, code);
}

Result<std::vector<std::string>> ManifestsIn(const std::string& directory, bool recursive,
                                             const std::string& output) {
  std::vector<std::string> files;
  std::error_code code;
  fs::recursive_directory_iterator it(directory, code);
  for (; it != fs::recursive_directory_iterator() && !code; it.increment(code)) {
    if (!recursive || IsHidden(it->path())) it.disable_recursion_pending();
    if (IsManifest(it->path()) && it->is_regular_file(code) && !IsSame(it->path(), output)) {
      files.push_back(it->path().string());
    }
  }
  if (code) return PathError("open", directory, code);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<std::string>> ExpandInputs(const std::vector<std::string>& arguments,
                                              bool recursive, const std::string& output) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    std::error_code code;
    if (argument == "-" || !fs::is_directory(argument, code)) {
      if (argument != "-" && code) return PathError("open", argument, code);
      files.push_back(argument);
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> found,
                     ManifestsIn(argument, recursive, output));
    if (found.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   argument + ": no *.yaml, *.yml or *.json file in this directory" +
                       (recursive ? "" : " (-R also reads those below)")};
    }
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

Result<InputFile> InputFile::Open(const std::string& path) {
  if (path == "-") return InputFile("standard input", STDIN_FILENO);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return LastError("open", path);
  return InputFile(path, descriptor);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

InputFile::~InputFile() {
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
}

Result<bool> InputFile::Read(std::size_t bytes, std::string& buffer) {
  const std::size_t size = buffer.size();
  buffer.resize(size + bytes);
  ssize_t count = 0;
  do {
    count = read(descriptor_, buffer.data() + size, bytes);
  } while (count < 0 && errno == EINTR);
  buffer.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) return LastError("read", path_);
  return count > 0;
}

Result<std::string> ReadWholeFile(const std::string& path) {
  ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  std::string text;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, file.Read(kChunkBytes, text));
    if (!more) return text;
    if (text.size() > kMaxConfigBytes) {
      return Error{ErrorCode::kInvalidArgument, path + ": larger than 64 MiB"};
    }
  }
}

}  // namespace sidecar::cli
