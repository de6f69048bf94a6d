#include "webhook/file_watch.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "lib/base/deadline.h"

namespace sidecar::webhook {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE |
                                  IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;

// What tells one state of a file from another, through links. Zeros for a file that is not there.
struct Signature {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t changed_ns = 0;

  bool operator==(const Signature&) const = default;
};

std::vector<Signature> Look(const std::vector<std::string>& files) {
  constexpr std::int64_t kNanosecond = 1'000'000'000;
  std::vector<Signature> signatures;
  for (const std::string& file : files) {
    struct stat facts {};
    Signature& signature = signatures.emplace_back();
    if (stat(file.c_str(), &facts) != 0) continue;
    // The change time, not the modification time, which tools such as rsync set back.
    signature = {facts.st_dev, facts.st_ino, facts.st_size,
                 facts.st_ctim.tv_sec * kNanosecond + facts.st_ctim.tv_nsec};
  }
  return signatures;
}

std::string FolderOf(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : file.substr(0, slash);
}

// inotify on the folders of some files. Belongs to one strand.
class FolderEvents {
 public:
  FolderEvents(const asio::any_io_executor& executor, const std::vector<std::string>& files)
      : descriptor_(executor) {
    for (const std::string& file : files) folders_.insert(FolderOf(file));
    const int raw = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (raw >= 0) descriptor_.assign(raw);
  }

  // Watches the folders; those that were replaced since the last call anew.
  void Renew() {
    if (!descriptor_.is_open()) return;
    for (const std::string& folder : folders_) {
      inotify_add_watch(descriptor_.native_handle(), folder.c_str(), kEvents);
    }
  }

  // Waits for events until `deadline`; whether there were any.
  asio::awaitable<bool> Wait(Deadline deadline) {
    if (!descriptor_.is_open()) {
      asio::steady_timer timer(descriptor_.get_executor(), deadline);
      co_await timer.async_wait(asio::use_awaitable);
      co_return false;
    }
    auto read = Read();
    const Result<std::size_t> events = co_await WithDeadline(deadline, std::move(read));
    co_return events.has_value();
  }

 private:
  asio::awaitable<Result<std::size_t>> Read() {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    // What happened to whom does not matter: the files themselves are looked at.
    const std::size_t bytes = co_await descriptor_.async_read_some(asio::buffer(events_), token);
    if (error) co_return Error{ErrorCode::kCancelled, error.message()};
    co_return bytes;
  }

  std::set<std::string> folders_;
  asio::posix::stream_descriptor descriptor_;
  alignas(inotify_event) std::array<char, 4096> events_{};
};

}  // namespace

asio::awaitable<void> WatchFiles(FileWatchOptions options, std::function<void()> changed) {
  FolderEvents events(co_await asio::this_coro::executor, options.files);
  events.Renew();
  std::vector<Signature> known = Look(options.files);
  changed();
  for (;;) {
    const Deadline poll = Clock::now() + options.poll;
    bool more = co_await events.Wait(poll);
    const Deadline latest = Clock::now() + options.longest_wait;
    while (more && Clock::now() < latest) {
      const Deadline quiet = std::min(latest, Clock::now() + options.quiet);
      more = co_await events.Wait(quiet);
    }
    events.Renew();
    std::vector<Signature> now = Look(options.files);
    if (now == known) continue;
    known = std::move(now);
    changed();
  }
}

}  // namespace sidecar::webhook
