#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/error.h"
#include "lib/kube/protocol/backoff.h"
#include "lib/kube/protocol/status.h"
#include "lib/kube/protocol/watch_decoder.h"

namespace sidecar::kube {

struct WatchMachineOptions {
  std::int64_t page_limit = 500;  // Objects a page of a list.
  // How long the server is asked to keep a watch: so long and up to twice as long by chance.
  std::chrono::seconds watch_timeout{180};
  Backoff backoff{std::chrono::milliseconds(250), std::chrono::seconds(30)};
};

// What there is to do next. One at a time: its outcome is the machine's next input.
struct WatchStep {
  enum class Do : std::uint8_t {
    kList,   // Get one page: limit, continue_token. Outcome: PageListed or ListFailed.
    kWatch,  // Watch from resource_version for `timeout`. Outcome: WatchEnded.
    kWait,   // For `delay`. Outcome: WaitOver.
  };
  Do what = Do::kWait;
  bool start_over = false;  // kList: this is a first page; drop pages collected before.
  bool replace = false;     // kWatch: the list is complete: make it what readers see.
  std::int64_t limit = 0;   // 0: no pages.
  std::string continue_token{};
  std::string resource_version{};
  std::chrono::seconds timeout{0};
  std::chrono::milliseconds delay{0};
  std::optional<Error> failure{};  // What went wrong, if anything did: for the log.
};

struct Started {};
struct PageListed {
  std::string resource_version;
  std::string continue_token;  // Empty: this was the last page.
};
struct ListFailed {
  Error error;
};
// Without an error: the server ended it, as it does at the timeout.
struct WatchEnded {
  std::optional<Error> error;
};
struct WaitOver {};
using WatchInput = std::variant<Started, PageListed, ListFailed, WatchEnded, WaitOver>;

// How to keep up with one resource type: list page by page, watch from there, and what to do about
// everything that can go wrong, without ever asking in a hot loop.
//
// - A watch that ended goes on from the last resourceVersion seen, bookmarks included.
// - 410, as status or inside the stream: list again at once, but not twice in a second.
// - An expired continue token: list again, in one piece, as client-go's pager does.
// - Anything else: try again after a growing, jittered delay. A watch that cannot be resumed often
//   enough, or whose stream made no sense, is replaced by a list.
// - A watch without a single event, on a server that sends bookmarks, may be waiting for a version
//   that the server will not reach for long (a restored backup): list again.
//
// Pure: no clock, no chance of its own. Belongs to one strand.
class WatchMachine {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `chance` returns numbers from [0, 1).
  WatchMachine(WatchMachineOptions options, std::function<double()> chance);

  // An input that does not answer the last step is ignored: that step is returned again.
  WatchStep Next(const WatchInput& input, TimePoint now);

  // What a watch delivers, in order. False: read no more of it, then report WatchEnded.
  bool SawEvent(WatchEventType type, std::string_view resource_version);
  bool SawError(const ApiStatus& status);

  // At least one list was completed.
  bool HasSynced() const { return synced_; }

 private:
  enum class State : std::uint8_t { kIdle, kListing, kWatching, kBackingOff };

  WatchStep OnPage(const PageListed& page, TimePoint now);
  WatchStep OnListFailed(const Error& error, TimePoint now);
  WatchStep OnWatchEnded(const WatchEnded& end, TimePoint now);
  WatchStep List(TimePoint now);
  WatchStep Page(bool start_over) const;
  WatchStep Watch(TimePoint now, bool replace);
  // The next list or watch, now or after a delay.
  WatchStep Retry(Error failure, bool at_once, TimePoint now);

  const WatchMachineOptions options_;
  const std::function<double()> chance_;

  State state_ = State::kIdle;
  WatchStep current_;
  bool synced_ = false;
  int failures_ = 0;        // In a row, since a watch last lived for a while.
  int watch_failures_ = 0;  // In a row, of watches from the same list.
  bool list_next_ = true;   // What follows a delay.
  TimePoint list_started_ = TimePoint::min();
  TimePoint watch_started_{};

  bool in_pages_ = true;
  int pages_ = 0;
  int page_failures_ = 0;
  std::string continue_token_;

  std::string resource_version_;
  bool silent_ = true;            // The watch has delivered nothing yet.
  bool sends_bookmarks_ = false;  // Some watch since the last list had one.
  std::optional<ApiStatus> stream_error_;
};

}  // namespace sidecar::kube
