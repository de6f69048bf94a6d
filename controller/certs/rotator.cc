#include "controller/certs/rotator.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "controller/certs/renewal.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;

// A step makes the next one possible (created, so that it can be published), but a chain of them
// that does not end would be a bug, and this its bound.
constexpr int kMostSteps = 5;

// When what was read is too old to be published. Below the propagation time: what was published
// before is then still trusted everywhere.
constexpr std::chrono::seconds kStale(30);

}  // namespace

Rotator::Rotator(RotatorOptions options, RotatorParts parts, Logger& log,
                 observe::MetricRegistry& metrics, observe::Readiness& readiness)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      log_(log),
      errors_(metrics.AddCounter("sidecar_injector_certificate_errors_total",
                                 "Failed attempts to read, make or store certificates.")),
      authority_expiry_(
          metrics.AddGauge("sidecar_injector_ca_expiry_timestamp_seconds",
                           "When the authority of the serving certificate expires; 0: unknown.")),
      serving_(options_.clients, log, metrics, readiness) {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto cause = static_cast<Cause>(i);
    if (cause == Cause::kNone) continue;
    changes_[i] = &metrics.AddCounter("sidecar_injector_certificate_changes_total",
                                      "Changes of the certificates' Secret by this replica.",
                                      {{"reason", std::string(ToString(cause))}});
  }
}

awaitable<void> Rotator::Run() {
  auto timer =
      std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor);
  {
    const std::lock_guard lock(mutex_);
    timer_ = timer;
  }
  for (;;) {
    timer->expires_after(options_.poll);
    co_await Tick();
    boost::system::error_code woken;
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
  }
}

void Rotator::Wake() {
  const std::lock_guard lock(mutex_);
  if (timer_ == nullptr) return;
  // While Tick() runs, the expiry moved into the past makes the wait after it short.
  boost::asio::post(timer_->get_executor(),
                    [timer = timer_] { timer->expires_at(Clock::time_point::min()); });
}

awaitable<void> Rotator::Tick() {
  if (!started_.has_value()) started_ = last_read_ = parts_.monotonic_clock();
  const bool has_read = co_await Read();
  if (!has_read) co_return;
  if (!parts_.is_leader()) {
    published_.Forget();
    unchanged_.Forget();
    serving_.Remark({});
    co_return;
  }
  for (int i = 0; i < kMostSteps; ++i) {
    const bool has_changed = co_await Advance();
    if (!has_changed) co_return;
  }
}

awaitable<bool> Rotator::Read() {
  ApiRequest request =
      kube::GetRequest(kube::kSecrets, options_.secret_namespace, options_.secret_name);
  Result<Json> reply = co_await parts_.call(std::move(request));
  if (reply.has_value()) {
    Take(*reply);
    co_return true;
  }
  if (reply.error().code == ErrorCode::kNotFound) {
    Gone();
    co_return true;
  }
  Failed(std::move(reply).error().Annotate("read the certificates' Secret"));
  if (parts_.monotonic_clock() - last_read_ > kStale) ca_bundle_.Publish(nullptr);
  co_return false;
}

void Rotator::Take(const Json& secret) {
  last_read_ = parts_.monotonic_clock();
  secret_ = std::make_shared<const Json>(secret);
  Material material = FromSecret(ReadSecretContent(secret));
  if (!stored_.has_value() || !(*stored_ == material)) {
    state_ = Examine(material);
    stored_ = std::move(material);
  }
  if (state_.Problems().empty()) last_good_ = stored_;
  if (state_.authority.facts.has_value()) {
    const auto end = state_.authority.facts->not_after.time_since_epoch();
    authority_expiry_.Set(std::chrono::duration<double>(end).count());
  }
  Serve();
  if (state_.IsBundleComplete()) PublishBundle(CaBundle(*stored_));
}

void Rotator::Gone() {
  last_read_ = parts_.monotonic_clock();
  secret_ = nullptr;
  stored_.reset();
  state_ = {};
}

// Serves the Secret's leaf, unless what is served now is the better one.
void Rotator::Serve() {
  if (!state_.leaf.facts.has_value()) return;
  const pki::WallTime now = parts_.wall_clock();
  const bool is_valid = state_.leaf.facts->not_before <= now && now < state_.leaf.facts->not_after;
  if (!is_valid && serving_.IsServing() && now < serving_.not_after()) return;
  if (auto used = serving_.Use(stored_->leaf); !used.has_value()) {
    Failed(std::move(used).error().Annotate("use the Secret's certificate"));
  }
}

void Rotator::PublishBundle(std::string bundle) {
  const auto before = ca_bundle_.Get();
  if (before != nullptr && *before == bundle) return;
  ca_bundle_.Publish(std::make_shared<const std::string>(std::move(bundle)));
  if (parts_.bundle_changed) parts_.bundle_changed();
}

Situation Rotator::Look() {
  Situation situation;
  situation.now = parts_.wall_clock();
  situation.server = parts_.server_bundles();
  situation.last_good = last_good_.has_value() ? &*last_good_ : nullptr;
  if (!stored_.has_value()) return situation;
  const Clock::time_point now = parts_.monotonic_clock();
  situation.stored = &*stored_;
  situation.unchanged_for = unchanged_.Observe(stored_->leaf.certificate, now);
  const std::string wanted = CaBundle(*stored_);
  const std::vector<std::string>& bundles = situation.server.bundles;
  const bool is_published =
      situation.server.known && std::all_of(bundles.begin(), bundles.end(), [&](const auto& each) {
        return BundleContains(each, wanted);
      });
  if (is_published) {
    situation.published_for = published_.Observe(wanted, now);
  } else {
    published_.Forget();
  }
  return situation;
}

bool Rotator::IsTooEarly(const Step& step, const Situation& situation) {
  if (step.kind != StepKind::kCreate && step.kind != StepKind::kReplace) return false;
  return !situation.server.known && parts_.monotonic_clock() - *started_ < options_.patience;
}

awaitable<bool> Rotator::Advance() {
  const Situation situation = Look();
  const Step step = NextStep(situation, options_.policy);
  if (step.kind == StepKind::kNone || IsTooEarly(step, situation)) {
    serving_.Remark({});
    if (last_note_ != step.reason && !step.reason.empty()) {
      log_.Info("certificates wait", {{"reason", step.reason}});
    }
    last_note_ = step.reason;
    co_return false;
  }
  const Result<Material> after = Perform(step, situation, options_.policy);
  if (!after.has_value()) {
    Failed(after.error());
    co_return false;
  }
  ApiRequest request =
      StoreRequest(options_.secret_namespace, options_.secret_name, secret_.get(), *after);
  Result<Json> reply = co_await parts_.call(std::move(request));
  if (reply.has_value()) {
    Done(step);
    Take(*reply);
    co_return true;
  }
  const ErrorCode code = reply.error().code;
  // Somebody else was first; or the namespace is gone, which the next attempt will say.
  if (code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists) {
    const bool has_read = co_await Read();
    co_return has_read;
  }
  Failed(std::move(reply).error().Annotate("store the certificates' Secret"));
  co_return false;
}

void Rotator::Done(const Step& step) {
  changes_[static_cast<std::size_t>(step.cause)]->Increment();
  last_note_.clear();
  serving_.Remark({});
  log_.Info(
      "certificates changed",
      {{"step", ToString(step.kind)}, {"cause", ToString(step.cause)}, {"reason", step.reason}});
}

void Rotator::Failed(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return;  // The process stops.
  errors_.Increment();
  serving_.Remark(error.message);
  if (last_note_ == error.message) return;
  last_note_ = error.message;
  log_.Error("certificates cannot be kept fresh", {{"error", error.message}});
}

}  // namespace sidecar::controller
