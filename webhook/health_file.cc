#include "webhook/health_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/system_error.h"
#include "lib/kubetypes/duration.h"

namespace sidecar::webhook {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::milliseconds kTolerance{10};

// In Go's words: "stat x: no such file or directory".
std::string SystemError(std::string_view operation, const std::string& path) {
  const int number = errno;
  return std::string(operation) + ' ' + path + ": " + SystemErrorText(number);
}

// time.Time's String of a UTC time: "2018-01-31 12:00:00.5 +0000 UTC".
std::string GoTime(const timespec& time) {
  std::tm parts{};
  gmtime_r(&time.tv_sec, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  std::string result(text.data(), size);
  if (time.tv_nsec != 0) {
    std::string fraction = std::to_string(time.tv_nsec);
    fraction.insert(0, 9 - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    result.append(".").append(fraction);
  }
  return result + " +0000 UTC";
}

}  // namespace

Result<void> WriteHealthFile(const std::string& path) {
  constexpr std::string_view kContent = "ok";
  constexpr mode_t kMode = 0644;
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return Error{ErrorCode::kUnavailable, SystemError("open", path)};
  const bool written =
      write(file, kContent.data(), kContent.size()) == static_cast<ssize_t>(kContent.size());
  std::string message = written ? std::string() : SystemError("write", path);
  close(file);
  if (!written) return Error{ErrorCode::kUnavailable, std::move(message)};
  return {};
}

Result<void> CheckHealthFile(const std::string& path, std::chrono::nanoseconds interval,
                             system_clock::time_point now) {
  if (path.empty() || interval <= interval.zero()) {
    return Error{ErrorCode::kInvalidArgument, "some options are not valid"};
  }
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) {
    return Error{ErrorCode::kNotFound,
                 "fail on inspecting path " + path + ": " + SystemError("stat", path)};
  }
  const auto modified =
      std::chrono::seconds(facts.st_mtim.tv_sec) + std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
  if (now.time_since_epoch() - modified > interval + kTolerance) {
    return Error{ErrorCode::kDeadlineExceeded,
                 "fail on inspecting path " + path + ": file " + path +
                     " is too old (last modified time " + GoTime(facts.st_mtim) +
                     ", should be within " +
                     kubetypes::DurationString((interval + kTolerance).count()) + ")"};
  }
  return {};
}

}  // namespace sidecar::webhook
