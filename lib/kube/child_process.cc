#include "lib/kube/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sidecar::kube {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t kReadBytes = std::size_t{4} << 10U;

Error Failed(const std::string& what, int code) {
  return {code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
          what + ": " + error_code(code, boost::system::system_category()).message()};
}

// A started program, which does not outlive this.
class Running {
 public:
  explicit Running(pid_t pid) : pid_(pid) {}
  ~Running() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    (void)Reap();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }

  // Waits for its end: soon, for one that has ended or was killed.
  int Reap() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

// What posix_spawn wants to know, made and destroyed together.
class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  bool Set(int output, bool inherit_input) {
    sigset_t none;
    sigset_t pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    constexpr int kNoMode = 0;
    return (inherit_input || posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null",
                                                              O_RDONLY, kNoMode) == 0) &&
           posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1) == 0 &&
           posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
           posix_spawnattr_setsigdefault(&attributes_, &pipe) == 0 &&
           posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) ==
               0;
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> MergeEnvironment(const ChildProcess& child) {
  std::vector<std::string> merged;
  for (const auto& [name, value] : child.environment) merged.push_back(name + '=' + value);
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view entry = *each;
    const std::string_view name = entry.substr(0, entry.find('='));
    bool is_replaced = false;
    for (const auto& [other, value] : child.environment) is_replaced |= other == name;
    if (!is_replaced) merged.emplace_back(entry);
  }
  return merged;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program, which writes to `output`.
Result<pid_t> Start(const ChildProcess& child, int output) {
  SpawnSettings settings;
  if (!settings.Set(output, child.inherit_input)) return Failed("run " + child.program, ENOMEM);
  std::vector<std::string> arguments{child.program};
  arguments.insert(arguments.end(), child.arguments.begin(), child.arguments.end());
  std::vector<std::string> environment = MergeEnvironment(child);
  pid_t pid = -1;
  const int failed =
      posix_spawnp(&pid, child.program.c_str(), settings.actions(), settings.attributes(),
                   Pointers(arguments).data(), Pointers(environment).data());
  if (failed != 0) return Failed("run " + child.program, failed);
  return pid;
}

// Until the program has closed its output and ended.
asio::awaitable<Result<std::string>> ReadToTheEnd(asio::posix::stream_descriptor& output,
                                                  asio::posix::stream_descriptor& end) {
  std::string text;
  std::array<char, kReadBytes> piece{};
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  while (!error) {
    const asio::mutable_buffer buffer(piece.data(), piece.size());
    const std::size_t size = co_await output.async_read_some(buffer, token);
    text.append(piece.data(), size);
    if (text.size() > kMostChildOutput) {
      co_return Error{ErrorCode::kUnavailable, "too much output"};
    }
  }
  if (error == asio::error::operation_aborted) co_return Error{ErrorCode::kCancelled, "cancelled"};
  co_await end.async_wait(asio::posix::stream_descriptor::wait_read, token);
  if (error) co_return Error{ErrorCode::kCancelled, "cancelled"};
  co_return text;
}

}  // namespace

asio::awaitable<Result<std::string>> RunChildProcess(ChildProcess child, Deadline deadline) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) co_return Failed("run " + child.program, errno);
  asio::posix::stream_descriptor output(executor, pipe_ends[0]);
  const Result<pid_t> pid = Start(child, pipe_ends[1]);
  close(pipe_ends[1]);
  if (!pid.has_value()) co_return pid.error();

  Running running(*pid);
  const long descriptor = syscall(SYS_pidfd_open, running.pid(), 0);
  if (descriptor < 0) co_return Failed("wait for " + child.program, errno);
  asio::posix::stream_descriptor end(executor, static_cast<int>(descriptor));
  auto reading = ReadToTheEnd(output, end);
  Result<std::string> text = co_await WithDeadline(deadline, std::move(reading));
  if (!text.has_value()) co_return std::move(text).error().Annotate(child.program);
  const int status = running.Reap();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) co_return std::move(text);
  co_return Error{ErrorCode::kUnavailable,
                  child.program + (WIFEXITED(status)
                                       ? ": exit status " + std::to_string(WEXITSTATUS(status))
                                       : ": killed by signal " + std::to_string(WTERMSIG(status)))};
}

}  // namespace sidecar::kube
