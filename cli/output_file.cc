#include "cli/output_file.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/system_error.h"

namespace sidecar::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBytes = std::size_t{64} << 10U;
constexpr mode_t kNewFileMode = 0666;

Error LastError(std::string_view operation, const std::string& path) {
  const int number = errno;
  return Error{ErrorCode::kUnavailable,
               std::string(operation) + " " + path + ": " + SystemErrorText(number)};
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

Result<void> WriteAll(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return LastError("write", path);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// A file that nobody else sees and that vanishes with this process, however it ends.
int OpenUnnamed(const std::string& folder) {
  constexpr mode_t kPrivate = 0600;
  const int descriptor = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kPrivate);
  if (descriptor >= 0) return descriptor;
  // Not every file system can do that.
  std::string name = folder + "/.sidecar-injector.XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

std::string TemporaryFolder() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs, and none changes it.
  const char* const folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

std::string FolderOf(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// Holds off the signals that ask to end, for as long as there is something to tidy up.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_ = {};
};

}  // namespace

OutputFile::OutputFile(std::string path, std::string spill_folder, int descriptor)
    : path_(std::move(path)), spill_folder_(std::move(spill_folder)), descriptor_(descriptor) {}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  if (path.empty()) return OutputFile("standard output", TemporaryFolder(), STDOUT_FILENO);
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (fs::is_directory(status)) {
    errno = EISDIR;
    return LastError("open", path);
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return LastError("open", path);
    return OutputFile(path, TemporaryFolder(), descriptor);
  }
  std::string target = path;
  if (fs::exists(status)) {
    target = fs::canonical(path, code).string();
    if (code || access(target.c_str(), W_OK) != 0) return LastError("open", path);
  }
  std::string folder = FolderOf(target);
  if (access(folder.c_str(), W_OK | X_OK) != 0) return LastError("open", path);
  return OutputFile(std::move(target), std::move(folder), -1);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      spill_folder_(std::move(other.spill_folder_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      spill_(std::exchange(other.spill_, -1)),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
  if (spill_ >= 0) close(spill_);
}

Result<void> OutputFile::Write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() <= kMemoryBytes) return {};
  return Spill();
}

Result<void> OutputFile::Spill() {
  if (spill_ < 0) {
    spill_ = OpenUnnamed(spill_folder_);
    if (spill_ < 0) return LastError("create a temporary file in", spill_folder_);
  }
  Result<void> written = WriteAll(spill_, buffer_, "temporary file in " + spill_folder_);
  if (written.has_value()) buffer_.clear();
  return written;
}

Result<void> OutputFile::CopyTo(int descriptor) {
  std::array<char, kCopyBytes> piece = {};
  off_t offset = 0;
  while (spill_ >= 0) {
    const ssize_t count = pread(spill_, piece.data(), piece.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return LastError("read temporary file in", spill_folder_);
    if (count == 0) break;
    const std::string_view text(piece.data(), static_cast<std::size_t>(count));
    Result<void> written = WriteAll(descriptor, text, path_);
    if (!written.has_value()) return written;
    offset += count;
  }
  return WriteAll(descriptor, buffer_, path_);
}

Result<void> OutputFile::Replace() {
  const SignalsHeld held;
  const fs::path place(path_);
  std::string temporary =
      (fs::path(spill_folder_) / ("." + place.filename().string() + ".XXXXXX")).string();
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return LastError("open", path_);
  Result<void> done = CopyTo(descriptor);
  if (done.has_value() && fchmod(descriptor, ModeFor(path_)) != 0) {
    done = LastError("chmod", path_);
  }
  if (done.has_value() && fsync(descriptor) != 0) done = LastError("write", path_);
  if (close(descriptor) != 0 && done.has_value()) done = LastError("write", path_);
  if (done.has_value() && rename(temporary.c_str(), path_.c_str()) != 0) {
    done = LastError("rename", path_);
  }
  if (!done.has_value()) unlink(temporary.c_str());
  return done;
}

Result<void> OutputFile::Commit() {
  return descriptor_ < 0 ? Replace() : CopyTo(descriptor_);
}

}  // namespace sidecar::cli
