#include "lib/kube/protocol/watch_machine.h"

#include <algorithm>
#include <utility>

namespace sidecar::kube {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Between the beginnings of two lists, whatever happens.
constexpr milliseconds kListPause{1'000};
// A watch that lived so long was a good one: what failed before it is forgiven.
constexpr seconds kGoodWatch{5};
// A watch may end early without being at fault (a server shutting down), but not again and again;
// so many ends in a row, about a minute, and the truth is fetched by a list.
constexpr int kMostResumptions = 8;
// Of one page, if the server was merely busy.
constexpr int kMostPageFailures = 3;
// Five million objects at 500 a page: no server has them.
constexpr int kMostPages = 10'000;

// Failures that say nothing about the version or token that was asked for.
bool IsPassing(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded ||
         code == ErrorCode::kUnauthenticated || code == ErrorCode::kForbidden ||
         code == ErrorCode::kCancelled;
}

}  // namespace

WatchMachine::WatchMachine(WatchMachineOptions options, std::function<double()> chance)
    : options_(options), chance_(std::move(chance)) {}

WatchStep WatchMachine::Next(const WatchInput& input, TimePoint now) {
  if (state_ == State::kIdle && std::holds_alternative<Started>(input)) {
    current_ = List(now);
  } else if (state_ == State::kBackingOff && std::holds_alternative<WaitOver>(input)) {
    current_ = list_next_ ? List(now) : Watch(now, false);
  } else if (const auto* page = std::get_if<PageListed>(&input);
             page != nullptr && state_ == State::kListing) {
    current_ = OnPage(*page, now);
  } else if (const auto* failed = std::get_if<ListFailed>(&input);
             failed != nullptr && state_ == State::kListing) {
    current_ = OnListFailed(failed->error, now);
  } else if (const auto* end = std::get_if<WatchEnded>(&input);
             end != nullptr && state_ == State::kWatching) {
    current_ = OnWatchEnded(*end, now);
  }
  return current_;
}

bool WatchMachine::SawEvent(WatchEventType type, std::string_view resource_version) {
  if (state_ != State::kWatching || stream_error_.has_value()) return false;
  silent_ = false;
  if (type == WatchEventType::kBookmark) sends_bookmarks_ = true;
  if (!resource_version.empty()) resource_version_ = resource_version;
  return true;
}

bool WatchMachine::SawError(const ApiStatus& status) {
  if (state_ == State::kWatching && !stream_error_.has_value()) stream_error_ = status;
  return false;
}

WatchStep WatchMachine::Page(bool start_over) const {
  WatchStep step;
  step.what = WatchStep::Do::kList;
  step.start_over = start_over;
  step.limit = in_pages_ ? options_.page_limit : 0;
  step.continue_token = continue_token_;
  return step;
}

WatchStep WatchMachine::List(TimePoint now) {
  state_ = State::kListing;
  if (continue_token_.empty()) {
    list_started_ = now;
    pages_ = 0;
    page_failures_ = 0;
    return Page(true);
  }
  return Page(false);
}

WatchStep WatchMachine::Watch(TimePoint now, bool replace) {
  state_ = State::kWatching;
  watch_started_ = now;
  silent_ = true;
  stream_error_.reset();
  WatchStep step;
  step.what = WatchStep::Do::kWatch;
  step.replace = replace;
  step.resource_version = resource_version_;
  const auto base = static_cast<double>(options_.watch_timeout.count());
  step.timeout = options_.watch_timeout + seconds(static_cast<std::int64_t>(base * chance_()));
  return step;
}

WatchStep WatchMachine::Retry(Error failure, bool at_once, TimePoint now) {
  ++failures_;
  // The first failure of that kind costs no delay.
  const int counted = at_once ? failures_ - 1 : failures_;
  milliseconds delay{0};
  if (counted > 0) delay = options_.backoff.Delay(counted, chance_());
  if (list_next_ && continue_token_.empty() && now < list_started_ + kListPause) {
    const auto rest = std::chrono::ceil<milliseconds>(list_started_ + kListPause - now);
    delay = std::max(delay, rest);
  }
  if (delay == milliseconds(0)) {
    WatchStep step = list_next_ ? List(now) : Watch(now, false);
    step.failure = std::move(failure);
    return step;
  }
  state_ = State::kBackingOff;
  WatchStep step;
  step.what = WatchStep::Do::kWait;
  step.delay = delay;
  step.failure = std::move(failure);
  return step;
}

WatchStep WatchMachine::OnPage(const PageListed& page, TimePoint now) {
  ++pages_;
  page_failures_ = 0;
  if (page.continue_token.empty()) {
    continue_token_.clear();
    in_pages_ = true;
    if (page.resource_version.empty()) {
      return OnListFailed({ErrorCode::kInvalidArgument, "the list has no resourceVersion"}, now);
    }
    resource_version_ = page.resource_version;
    synced_ = true;
    list_next_ = false;
    watch_failures_ = 0;
    sends_bookmarks_ = false;
    return Watch(now, true);
  }
  if (page.continue_token == continue_token_ || pages_ >= kMostPages) {
    return OnListFailed({ErrorCode::kInvalidArgument, "the list does not come to an end"}, now);
  }
  continue_token_ = page.continue_token;
  return Page(false);
}

WatchStep WatchMachine::OnListFailed(const Error& error, TimePoint now) {
  list_next_ = true;
  const bool expired = error.code == ErrorCode::kGone;
  const bool again = IsPassing(error.code) && ++page_failures_ < kMostPageFailures;
  if (!continue_token_.empty() && !again) {
    continue_token_.clear();
    if (expired) in_pages_ = false;
  } else if (!IsPassing(error.code)) {
    in_pages_ = true;
  }
  return Retry(error, expired, now);
}

WatchStep WatchMachine::OnWatchEnded(const WatchEnded& end, TimePoint now) {
  const bool good = now - watch_started_ >= kGoodWatch;
  if (good) failures_ = 0;
  if (stream_error_.has_value()) {
    Error error = ToError(*stream_error_);
    list_next_ = true;
    const bool gone = error.code == ErrorCode::kGone;
    return Retry(std::move(error), gone, now);
  }
  if (end.error.has_value() && !IsPassing(end.error->code)) {
    list_next_ = true;
    return Retry(*end.error, end.error->code == ErrorCode::kGone, now);
  }
  if (!end.error.has_value() && good) {
    watch_failures_ = 0;
    if (!silent_ || !sends_bookmarks_) return Watch(now, false);
    list_next_ = true;
    return Retry({ErrorCode::kGone, "the watch was silent"}, true, now);
  }
  watch_failures_ = good && !silent_ ? 1 : watch_failures_ + 1;
  if (watch_failures_ > kMostResumptions) list_next_ = true;
  if (end.error.has_value()) return Retry(*end.error, false, now);
  return Retry({ErrorCode::kUnavailable, "the server ended the watch early"}, false, now);
}

}  // namespace sidecar::kube
