#include "lib/kube/leader_elector.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/deadline.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/resources.h"
#include "lib/kube/protocol/time.h"

namespace sidecar::kube {

namespace asio = boost::asio;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

constexpr seconds kReleaseTimeout{3};
// Added to the retry period of those who wait, by chance, as client-go's JitterFactor.
constexpr double kJitter = 1.2;

}  // namespace

struct LeaderElector::Impl {
  Impl(ApiClient& c, LeaderElectorOptions o, Logger& l, asio::any_io_executor e)
      : client(c),
        options(std::move(o)),
        log(l),
        executor(std::move(e)),
        timer(executor),
        random(std::random_device()()) {}

  asio::awaitable<void> Run();
  asio::awaitable<Result<void>> Try(Deadline deadline);
  asio::awaitable<Result<void>> Read(Deadline deadline);
  asio::awaitable<Result<void>> Write(LeaseRecord record, Deadline deadline);
  asio::awaitable<void> Release();
  void Saw(Json object);
  void ReportChange();
  void ReportFailure(const Result<void>& result);
  bool Leads() const { return Clock::now().time_since_epoch().count() < leads_until.load(); }
  Deadline NextTry(Deadline started);

  ApiClient& client;
  const LeaderElectorOptions options;
  Logger& log;
  const asio::any_io_executor executor;
  std::function<void(bool)> on_change;
  asio::steady_timer timer;
  std::mt19937 random;

  LeaseView view;
  Json lease;  // As last read or written; null: none was.
  std::optional<system_clock::time_point> led_before;
  bool reported = false;
  std::string last_error;

  std::atomic<Clock::rep> leads_until{Clock::time_point::min().time_since_epoch().count()};
  std::atomic<bool> resigning = false;
  mutable std::mutex mutex;
  std::string holder;  // Guarded by mutex.
};

void LeaderElector::Impl::Saw(Json object) {
  lease = std::move(object);
  std::optional<LeaseRecord> record;
  if (lease.is_object()) record = ReadLease(lease);
  std::string now_holder = record.has_value() ? record->holder : std::string();
  view.Saw(std::move(record), Clock::now());
  const std::lock_guard lock(mutex);
  if (now_holder == holder) return;
  holder = std::move(now_holder);
  if (!holder.empty() && holder != options.identity) {
    log.Info("another replica leads", {{"lease", options.name}, {"holder", holder}});
  }
}

asio::awaitable<Result<void>> LeaderElector::Impl::Read(Deadline deadline) {
  ApiRequest request = GetRequest(kLeases, options.ns, options.name);
  Result<Json> found = co_await client.Call(std::move(request), deadline);
  if (found.has_value()) {
    Saw(*std::move(found));
    co_return Result<void>();
  }
  if (found.error().code != ErrorCode::kNotFound) co_return std::move(found).error();
  Saw(Json());
  co_return Result<void>();
}

asio::awaitable<Result<void>> LeaderElector::Impl::Write(LeaseRecord record, Deadline deadline) {
  Json object = lease;
  WriteLease(record, object);
  const bool exists = lease.is_object();
  if (!exists) object["metadata"] = {{"name", options.name}, {"namespace", options.ns}};
  std::string body = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  ApiRequest request;
  if (exists) {
    request = UpdateRequest(kLeases, options.ns, options.name, std::move(body));
  } else {
    request = CreateRequest(kLeases, options.ns, std::move(body));
  }
  Result<Json> written = co_await client.Call(std::move(request), deadline);
  if (written.has_value()) {
    Saw(*std::move(written));
    co_return Result<void>();
  }
  lease = Json();  // Whatever it is now: read it before the next write.
  co_return std::move(written).error();
}

// Takes or renews the lease, if it may be taken. Success: it names this replica.
asio::awaitable<Result<void>> LeaderElector::Impl::Try(Deadline deadline) {
  // A leader writes what it wrote last; only a conflict makes it read.
  for (const bool is_last : {false, true}) {
    if (is_last || !lease.is_object() || !Leads()) {
      Result<void> read = co_await Read(deadline);
      if (!read.has_value()) co_return std::move(read).error();
    }
    if (resigning || !view.MayTake(options.identity, options.times.lease, Clock::now())) {
      co_return Error{ErrorCode::kConflict, "another replica holds the lease"};
    }
    if (!Leads() && view.record().has_value()) led_before = ParseTime(view.record()->renew_time);
    LeaseRecord record =
        TakenLease(view.record(), options.identity, options.times.lease, system_clock::now());
    Result<void> written = co_await Write(std::move(record), deadline);
    if (written.has_value()) co_return Result<void>();
    const ErrorCode code = written.error().code;
    const bool changed = code == ErrorCode::kConflict || code == ErrorCode::kNotFound;
    if (is_last || !changed) co_return std::move(written).error();
  }
  co_return Error{ErrorCode::kInternal, "unreachable"};
}

void LeaderElector::Impl::ReportChange() {
  const bool leads = Leads();
  if (leads == reported) return;
  reported = leads;
  log.Info(leads ? "this replica leads" : "this replica leads no longer",
           {{"lease", options.name}, {"identity", options.identity}});
  if (on_change) on_change(leads);
}

void LeaderElector::Impl::ReportFailure(const Result<void>& result) {
  if (result.has_value()) {
    last_error.clear();
    return;
  }
  const Error& error = result.error();
  // That somebody else leads, or came first, is how it should be.
  if (error.code == ErrorCode::kConflict || error.code == ErrorCode::kAlreadyExists) return;
  if (error.message == last_error) return;  // Every two seconds the same is no news.
  last_error = error.message;
  log.Warning("leader election failed",
              {{"lease", options.ns + '/' + options.name}, {"error", error.message}});
}

Deadline LeaderElector::Impl::NextTry(Deadline started) {
  if (Leads()) {
    const Deadline end{Clock::duration(leads_until.load())};
    return std::min(Clock::now() + Clock::duration(options.times.retry), end);
  }
  const double chance = std::uniform_real_distribution<double>(0, kJitter)(random);
  const auto period = std::chrono::duration<double>(options.times.retry) * (1 + chance);
  return std::max(started, Clock::now()) + std::chrono::duration_cast<Clock::duration>(period);
}

asio::awaitable<void> LeaderElector::Impl::Release() {
  const bool held = view.record().has_value() && view.record()->holder == options.identity;
  if (!held) co_return;
  const Deadline deadline = Clock::now() + kReleaseTimeout;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!lease.is_object()) {
      const Result<void> read = co_await Read(deadline);
      if (!read.has_value()) break;
    }
    if (!lease.is_object() || view.record()->holder != options.identity) co_return;
    LeaseRecord record = ReleasedLease(*view.record(), system_clock::now());
    const Result<void> written = co_await Write(std::move(record), deadline);
    if (written.has_value()) {
      log.Info("lease released", {{"lease", options.name}});
      co_return;
    }
  }
  log.Warning("lease not released: another replica has to wait for its end",
              {{"lease", options.name}});
}

asio::awaitable<void> LeaderElector::Impl::Run() {
  while (!resigning) {
    const Deadline started = Clock::now();
    // A renewal that takes longer than this would come too late.
    const Deadline deadline = started + options.times.renew;
    const Result<void> tried = co_await Try(deadline);
    if (!tried.has_value() && tried.error().code == ErrorCode::kCancelled) co_return;
    if (tried.has_value() && !resigning) {
      leads_until = (started + Clock::duration(options.times.renew)).time_since_epoch().count();
    }
    // Somebody took the lease all the same: there is nothing left to lead.
    const bool lost = view.record().has_value() && view.record()->holder != options.identity;
    if (lost) leads_until = Clock::time_point::min().time_since_epoch().count();
    ReportFailure(tried);
    ReportChange();
    if (resigning) break;
    timer.expires_at(NextTry(started));
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await timer.async_wait(token);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    ReportChange();
  }
  leads_until = Clock::time_point::min().time_since_epoch().count();
  ReportChange();
  co_await Release();
}

LeaderElector::LeaderElector(ApiClient& client, LeaderElectorOptions options, Logger& log,
                             asio::any_io_executor executor, std::function<void(bool)> on_change)
    : impl_(std::make_shared<Impl>(client, std::move(options), log, std::move(executor))) {
  impl_->on_change = std::move(on_change);
}

LeaderElector::~LeaderElector() = default;

asio::awaitable<void> LeaderElector::Run() {
  const auto impl = impl_;
  co_await impl->Run();
}

void LeaderElector::Resign() {
  impl_->resigning = true;
  impl_->leads_until = Clock::time_point::min().time_since_epoch().count();
  asio::post(impl_->executor, [impl = impl_] { impl->timer.expires_at(Clock::time_point::min()); });
}

bool LeaderElector::IsLeader() const {
  return !impl_->resigning && impl_->Leads();
}

std::optional<system_clock::time_point> LeaderElector::LedBefore() const {
  return impl_->led_before;
}

std::string LeaderElector::Holder() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->holder;
}

}  // namespace sidecar::kube
