#include "lib/kube/reflector.h"

#include <exception>
#include <mutex>
#include <random>
#include <string_view>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/deadline.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/status.h"
#include "lib/kube/protocol/watch_decoder.h"

namespace sidecar::kube {

namespace asio = boost::asio;

namespace {

// Of one list: what is wrong with one object is often wrong with thousands.
constexpr int kMostLoggedObjects = 5;

std::string_view MetadataText(const Json& object, const char* key) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return {};
  const auto field = metadata->find(key);
  if (field == metadata->end() || !field->is_string()) return {};
  return field->get_ref<const std::string&>();
}

asio::awaitable<void> WaitFor(asio::steady_timer& timer) {
  boost::system::error_code ignored;
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  co_await timer.async_wait(token);
}

std::function<double()> NewChance() {
  return [random = std::mt19937(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(random);
  };
}

}  // namespace

Result<std::string> ObjectKey(const Json& object) {
  if (!object.is_object()) return Error{ErrorCode::kInvalidArgument, "the object is none"};
  const std::string_view name = MetadataText(object, "name");
  const std::string_view ns = MetadataText(object, "namespace");
  if (name.empty()) return Error{ErrorCode::kInvalidArgument, "the object has no metadata.name"};
  if (ns.empty()) return std::string(name);
  return std::string(ns).append("/").append(name);
}

std::string ResourceVersionOf(const Json& object) {
  return object.is_object() ? std::string(MetadataText(object, "resourceVersion")) : std::string();
}

struct Reflector::Impl {
  Impl(ApiClient& c, ReflectorOptions o, ReflectorSink s, Logger& l)
      : client(c),
        options(std::move(o)),
        sink(std::move(s)),
        log(l),
        machine(options.machine, NewChance()) {}

  asio::awaitable<void> Run();
  asio::awaitable<WatchInput> ListPage(WatchStep step);
  asio::awaitable<WatchInput> Watch(WatchStep step);
  WatchInput TakePage(const Json& page);
  bool TakeEvent(WatchEventType type, const Json& object);
  template <class Call>
  void PassOver(std::string_view what, const Call& call);
  void Report(const WatchStep& step);
  void Recovered();

  ApiClient& client;
  const ReflectorOptions options;
  const ReflectorSink sink;
  Logger& log;
  WatchMachine machine;
  int bad_in_list = 0;
  std::atomic<bool> synced = false;
  ReflectorCounters counters;
  mutable std::mutex mutex;
  std::optional<Error> last_failure;  // Guarded by mutex.
};

// Runs a callback of the sink. What it throws, of a JSON library for one, is that object's fault.
template <class Call>
void Reflector::Impl::PassOver(std::string_view what, const Call& call) {
  Result<void> result;
  try {
    result = call();
  } catch (const std::exception& e) {
    result = Error{ErrorCode::kInvalidArgument, e.what()};
  }
  if (result.has_value()) return;
  ++counters.bad_objects;
  if (++bad_in_list > kMostLoggedObjects) return;
  log.Warning(
      "object passed over",
      {{"resource", options.resource.plural}, {"in", what}, {"error", result.error().message}});
}

WatchInput Reflector::Impl::TakePage(const Json& page) {
  const auto items = page.find("items");
  if (items == page.end() || !(items->is_array() || items->is_null())) {
    return ListFailed{{ErrorCode::kInvalidArgument, "the reply is no list"}};
  }
  for (const Json& item : *items) {
    PassOver("list", [&] { return sink.listed(item); });
  }
  return PageListed{ResourceVersionOf(page), std::string(MetadataText(page, "continue"))};
}

asio::awaitable<WatchInput> Reflector::Impl::ListPage(WatchStep step) {
  if (step.start_over) {
    bad_in_list = 0;
    sink.list_started();
  }
  ListOptions list;
  list.label_selector = options.label_selector;
  list.field_selector = options.field_selector;
  list.limit = step.limit;
  list.continue_token = std::move(step.continue_token);
  list.metadata_only = options.metadata_only;
  ApiRequest request = ListRequest(options.resource, options.ns, list);
  const Deadline deadline = Clock::now() + options.list_timeout;
  Result<Json> page = co_await client.Call(std::move(request), deadline);
  if (!page.has_value()) co_return ListFailed{std::move(page).error()};
  co_return TakePage(*page);
}

// False: no more of this watch.
bool Reflector::Impl::TakeEvent(WatchEventType type, const Json& object) {
  if (type == WatchEventType::kError) return machine.SawError(ParseStatus(500, object));
  if (!machine.SawEvent(type, ResourceVersionOf(object))) return false;
  ++counters.events;
  if (type != WatchEventType::kBookmark) {
    PassOver("watch", [&] { return sink.changed(type, object); });
  }
  return true;
}

asio::awaitable<WatchInput> Reflector::Impl::Watch(WatchStep step) {
  if (step.replace) {
    sink.replaced();
    ++counters.lists;
    if (!synced.exchange(true)) log.Info("synced", {{"resource", options.resource.plural}});
  }
  ++counters.watches;
  bad_in_list = 0;

  asio::steady_timer stop(co_await asio::this_coro::executor, Clock::time_point::max());
  WatchDecoder decoder;
  Result<void> decoded;
  bool stopped = false;
  const WatchDecoder::OnEvent on_event = [&](WatchEventType type, const Json& object) {
    if (!stopped && !TakeEvent(type, object)) stopped = true;
  };
  std::function<void(std::string_view)> on_data = [&](std::string_view bytes) {
    if (stopped) return;
    Recovered();
    decoded = decoder.Feed(bytes, on_event);
    if (!decoded.has_value()) stopped = true;
    if (stopped) stop.expires_at(Clock::time_point::min());
  };

  WatchOptions watch;
  watch.label_selector = options.label_selector;
  watch.field_selector = options.field_selector;
  watch.resource_version = std::move(step.resource_version);
  watch.timeout_seconds = step.timeout.count();
  watch.metadata_only = options.metadata_only;
  ApiRequest request = WatchRequest(options.resource, options.ns, watch);
  // The server ends a watch at its timeout, but a server that vanished says nothing. Waiting a
  // little longer than the server is how that is noticed.
  const HttpStreamLimits limits{Clock::now() + options.list_timeout,
                                step.timeout + options.idle_margin};
  using asio::experimental::awaitable_operators::operator||;
  auto race = client.Watch(std::move(request), limits, std::move(on_data)) || WaitFor(stop);
  auto winner = co_await std::move(race);
  if (!decoded.has_value()) co_return WatchEnded{std::move(decoded).error()};
  if (stopped) co_return WatchEnded{};
  auto* const reply = std::get_if<0>(&winner);
  if (reply == nullptr) co_return WatchEnded{Error{ErrorCode::kCancelled, "cancelled"}};
  if (!reply->has_value()) co_return WatchEnded{std::move(*reply).error()};
  Recovered();
  co_return WatchEnded{};
}

void Reflector::Impl::Recovered() {
  const std::lock_guard lock(mutex);
  last_failure.reset();
}

void Reflector::Impl::Report(const WatchStep& step) {
  const Error& failure = *step.failure;
  ++counters.failures;
  {
    const std::lock_guard lock(mutex);
    last_failure = failure;
  }
  // What belongs to the life of an API server.
  const bool usual = failure.code == ErrorCode::kGone;
  log.Write(usual ? LogLevel::kInfo : LogLevel::kWarning, "list or watch failed",
            {{"resource", options.resource.plural},
             {"namespace", options.ns},
             {"code", ToString(failure.code)},
             {"error", failure.message},
             {"retry_ms", step.what == WatchStep::Do::kWait ? step.delay.count() : 0}});
}

asio::awaitable<void> Reflector::Impl::Run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  WatchStep step = machine.Next(Started{}, Clock::now());
  while (true) {
    if (step.failure.has_value()) {
      // Whoever cancelled wants no more of this.
      if (step.failure->code == ErrorCode::kCancelled) co_return;
      Report(step);
    }
    WatchInput input = WaitOver{};
    if (step.what == WatchStep::Do::kList) {
      input = co_await ListPage(std::move(step));
    } else if (step.what == WatchStep::Do::kWatch) {
      if (step.replace) Recovered();
      input = co_await Watch(std::move(step));
    } else {
      timer.expires_after(step.delay);
      co_await timer.async_wait(asio::use_awaitable);
    }
    step = machine.Next(input, Clock::now());
  }
}

Reflector::Reflector(ApiClient& client, ReflectorOptions options, ReflectorSink sink, Logger& log)
    : impl_(std::make_shared<Impl>(client, std::move(options), std::move(sink), log)) {}

Reflector::~Reflector() = default;

asio::awaitable<void> Reflector::Run() {
  const auto impl = impl_;
  co_await impl->Run();
}

bool Reflector::HasSynced() const {
  return impl_->synced;
}

std::optional<Error> Reflector::LastFailure() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_failure;
}

const ReflectorCounters& Reflector::counters() const {
  return impl_->counters;
}

}  // namespace sidecar::kube
