#include "lib/kube/event_recorder.h"

#include <array>
#include <ctime>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/sha256.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/backoff.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::kube {

namespace asio = boost::asio;
using std::chrono::system_clock;

namespace {

constexpr std::size_t kMostMessageBytes = 1024;  // The server's limit.
constexpr std::size_t kMostNameBytes = 230;      // With the suffix, below the 253 of any name.
constexpr int kMostAttempts = 5;
constexpr Backoff kBackoff{std::chrono::seconds(1), std::chrono::seconds(15)};

// metav1.Time.
std::string Rfc3339(system_clock::time_point time) {
  const std::time_t seconds = system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {text.data(), size};
}

std::string HexNanoseconds(system_clock::time_point time) {
  constexpr std::string_view kHex = "0123456789abcdef";
  auto nanos = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
  std::string text;
  for (; nanos > 0; nanos >>= 4U) text.insert(text.begin(), kHex[nanos & 0xFU]);
  return text;
}

// As client-go names events: the object and the time in nanoseconds, hexadecimal; or, for what an
// installation tells once, as many digits that depend on what is told.
std::string NewName(const EventLog::Pending& event, const EventSource& source) {
  std::string suffix;
  if (const auto& happened = event.text.happened; happened.has_value()) {
    const std::string told =
        source.installation + '\0' + event.text.reason + '\0' + HexNanoseconds(*happened);
    suffix = Sha256Hex(told).substr(0, 16);
  } else {
    suffix = HexNanoseconds(system_clock::now());
  }
  return event.object.name.substr(0, kMostNameBytes) + '.' + suffix;
}

std::string Cut(std::string text) {
  if (text.size() <= kMostMessageBytes) return text;
  std::size_t end = kMostMessageBytes;
  // Not inside a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

std::string Dump(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// An event lies in its object's namespace, that of an object without one in "default".
std::string NamespaceOf(const ObjectReference& object) {
  return object.ns.empty() ? "default" : object.ns;
}

Json NewEvent(const EventLog::Pending& event, const EventSource& source) {
  const ObjectReference& object = event.object;
  Json body = {{"apiVersion", "v1"}, {"kind", "Event"}};
  body["metadata"] = {{"name", event.name}, {"namespace", NamespaceOf(object)}};
  Json& involved = body["involvedObject"];
  involved = {{"apiVersion", object.api_version}, {"kind", object.kind}, {"name", object.name}};
  if (!object.ns.empty()) involved["namespace"] = object.ns;
  if (!object.uid.empty()) involved["uid"] = object.uid;
  if (!object.resource_version.empty()) involved["resourceVersion"] = object.resource_version;
  body["type"] = event.text.warning ? "Warning" : "Normal";
  body["reason"] = event.text.reason;
  body["message"] = Cut(event.text.message);
  body["source"] = {{"component", source.component}};
  body["reportingComponent"] = source.component;
  body["reportingInstance"] = source.instance;
  body["firstTimestamp"] = Rfc3339(event.first);
  body["lastTimestamp"] = Rfc3339(event.last);
  body["count"] = event.count;
  return body;
}

}  // namespace

struct EventRecorder::Impl {
  Impl(ApiClient& c, EventSource s, Logger& l, asio::any_io_executor e)
      : client(c),
        source(std::move(s)),
        log(l),
        executor(std::move(e)),
        wake(executor, Clock::time_point::max()) {}

  asio::awaitable<void> Run();
  asio::awaitable<Result<void>> Write(EventLog::Pending& event);
  std::optional<EventLog::Pending> Take() {
    const std::lock_guard lock(mutex);
    return events.Take();
  }
  // How long to wait before the next event.
  std::chrono::milliseconds Finish(EventLog::Pending event, const Result<void>& written);

  ApiClient& client;
  const EventSource source;
  Logger& log;
  const asio::any_io_executor executor;
  asio::steady_timer wake;  // Belongs to the strand.
  bool failing = false;
  std::mutex mutex;
  EventLog events;  // Guarded by mutex.
};

asio::awaitable<Result<void>> EventRecorder::Impl::Write(EventLog::Pending& event) {
  const std::string ns = NamespaceOf(event.object);
  if (!event.name.empty()) {
    Json change = {{"count", event.count}, {"lastTimestamp", Rfc3339(event.last)}};
    Patch patch;
    patch.body = Dump(change);
    ApiRequest request = PatchRequest(kEvents, ns, event.name, std::move(patch));
    const Result<Json> patched = co_await client.Call(std::move(request));
    if (patched.has_value()) co_return Result<void>();
    // Events live for an hour.
    if (patched.error().code != ErrorCode::kNotFound) co_return patched.error();
  }
  event.name = NewName(event, source);
  ApiRequest request = CreateRequest(kEvents, ns, Dump(NewEvent(event, source)));
  const Result<Json> created = co_await client.Call(std::move(request));
  if (created.has_value()) co_return Result<void>();
  const bool is_told = event.text.happened.has_value();
  if (is_told && created.error().code == ErrorCode::kAlreadyExists) co_return Result<void>();
  event.name.clear();
  co_return created.error();
}

std::chrono::milliseconds EventRecorder::Impl::Finish(EventLog::Pending event,
                                                      const Result<void>& written) {
  const std::lock_guard lock(mutex);
  if (written.has_value()) {
    failing = false;
    const std::string name = event.name;
    events.Written(event, name);
    return std::chrono::milliseconds(0);
  }
  const Error& error = written.error();
  if (!failing) {
    failing = true;
    log.Warning(
        "event not written",
        {{"reason", event.text.reason}, {"error", error.message}, {"also_later", "silent"}});
  }
  const bool passing =
      error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadlineExceeded;
  const int attempts = ++event.attempts;
  if (passing && attempts < kMostAttempts) events.TryAgain(std::move(event));
  return kBackoff.Delay(attempts, 0);
}

asio::awaitable<void> EventRecorder::Impl::Run() {
  while (true) {
    wake.expires_at(Clock::time_point::max());
    auto delay = std::chrono::milliseconds(0);
    while (auto event = Take()) {
      const Result<void> written = co_await Write(*event);
      if (!written.has_value() && written.error().code == ErrorCode::kCancelled) co_return;
      delay = Finish(*std::move(event), written);
      if (delay > delay.zero()) break;
    }
    // While the server is in trouble, what comes meanwhile only joins the queue.
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    if (delay > delay.zero()) {
      asio::steady_timer pause(executor, delay);
      co_await pause.async_wait(token);
    } else {
      co_await wake.async_wait(token);
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
  }
}

EventRecorder::EventRecorder(ApiClient& client, EventSource source, Logger& log,
                             asio::any_io_executor executor)
    : impl_(std::make_shared<Impl>(client, std::move(source), log, std::move(executor))) {}

EventRecorder::~EventRecorder() = default;

void EventRecorder::Record(const ObjectReference& object, const EventText& text) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->events.Add(object, text, Clock::now(), system_clock::now())) return;
  }
  asio::post(impl_->executor, [impl = impl_] { impl->wake.expires_at(Clock::time_point::min()); });
}

asio::awaitable<void> EventRecorder::Run() {
  const auto impl = impl_;
  co_await impl->Run();
}

}  // namespace sidecar::kube
