#include "cli/output_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sidecar::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;
constexpr mode_t kNewFileMode = 0666;

Error LastError(std::string_view operation, const std::string& path) {
  const int number = errno;
  return Error{ErrorCode::kUnavailable, std::string(operation) + " " + path + ": " +
                                            std::generic_category().message(number)};
}

// Of the file that will be replaced, or what a new one would get.
mode_t ModeFor(const std::string& path) {
  struct stat status = {};
  constexpr mode_t kPermissions = 07777;
  if (stat(path.c_str(), &status) == 0) return status.st_mode & kPermissions;
  const mode_t mask = umask(0);
  umask(mask);
  return kNewFileMode & ~mask;
}

}  // namespace

OutputFile::OutputFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  if (path.empty()) return OutputFile("standard output", "", STDOUT_FILENO);
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (fs::is_directory(status)) {
    errno = EISDIR;
    return LastError("open", path);
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return LastError("open", path);
    return OutputFile(path, "", descriptor);
  }
  std::string target = path;
  if (fs::exists(status)) {
    target = fs::canonical(path, code).string();
    if (code || access(target.c_str(), W_OK) != 0) return LastError("open", path);
  }
  const fs::path place(target);
  std::string temporary =
      (place.parent_path() / ("." + place.filename().string() + ".XXXXXX")).string();
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return LastError("open", path);
  OutputFile file(target, temporary, descriptor);
  if (fchmod(descriptor, ModeFor(target)) != 0) return LastError("chmod", path);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Result<void> OutputFile::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t count = write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return LastError("write", path_);
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
  return {};
}

Result<void> OutputFile::Write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() < kBufferBytes) return {};
  return Flush();
}

Result<void> OutputFile::Commit() {
  if (Result<void> flushed = Flush(); !flushed.has_value()) return flushed;
  if (temporary_.empty()) return {};
  if (fsync(descriptor_) != 0 || close(std::exchange(descriptor_, -1)) != 0) {
    return LastError("write", path_);
  }
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return LastError("rename", path_);
  temporary_.clear();
  return {};
}

}  // namespace sidecar::cli
