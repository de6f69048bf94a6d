#include "controller/certs/csr_rotator.h"

#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;

// While there is no certificate, a replica waits for its turn to lead, or for the leader's.
constexpr std::chrono::seconds kStartPoll{2};

}  // namespace

CsrRotator::CsrRotator(CsrRotatorOptions options, RotatorParts parts, Logger& log,
                       observe::MetricRegistry& metrics, observe::Readiness& readiness)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      log_(log),
      errors_(metrics.AddCounter("sidecar_injector_certificate_errors_total",
                                 "Failed attempts to read, make or store certificates.")),
      issued_(metrics.AddCounter("sidecar_injector_certificate_requests_total",
                                 "Certificates that the cluster's signer has made for this "
                                 "replica.")),
      serving_(options_.clients, log, metrics, readiness) {}

awaitable<void> CsrRotator::Run() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    co_await Tick();
    timer.expires_after(serving_.IsServing() ? options_.poll : kStartPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

awaitable<void> CsrRotator::Tick() {
  Result<void> done = co_await ReadSecret();
  if (done.has_value()) done = co_await ReadCa();
  if (done.has_value() && parts_.is_leader()) {
    const Material* const stored = stored_.has_value() ? &*stored_ : nullptr;
    Step step = NextSignedLeafStep(stored, parts_.wall_clock(), options_.policy);
    const Clock::time_point now = parts_.monotonic_clock();
    const bool has_just_failed = failed_at_.has_value() && now - *failed_at_ < options_.retry;
    if (has_just_failed && step.kind != StepKind::kNone) co_return;  // The remark stands.
    if (step.kind != StepKind::kNone) {
      done = co_await Renew(std::move(step));
      failed_at_.reset();
      if (!done.has_value()) failed_at_ = parts_.monotonic_clock();
    }
  }
  if (done.has_value()) {
    last_note_.clear();
    serving_.Remark({});
  } else {
    Note(done.error());
  }
}

awaitable<Result<void>> CsrRotator::ReadSecret() {
  ApiRequest request =
      kube::GetRequest(kube::kSecrets, options_.secret_namespace, options_.secret_name);
  Result<Json> reply = co_await parts_.call(std::move(request));
  if (reply.has_value()) co_return Take(*reply);
  secret_ = nullptr;
  stored_.reset();
  if (reply.error().code == ErrorCode::kNotFound) co_return Result<void>();
  co_return std::move(reply).error().Annotate("read the certificate's Secret");
}

Result<void> CsrRotator::Take(const Json& secret) {
  secret_ = std::make_shared<const Json>(secret);
  stored_ = FromSecret(ReadSecretContent(secret));
  const MaterialPart leaf = Examine(*stored_).leaf;
  // What is damaged or expired is replaced soon; until then the one before is the better one.
  const pki::WallTime now = parts_.wall_clock();
  const bool is_usable = leaf.facts.has_value() && now < leaf.facts->not_after;
  return is_usable ? serving_.Use(stored_->leaf) : Result<void>();
}

awaitable<Result<void>> CsrRotator::ReadCa() {
  const std::string what = "ConfigMap " + options_.ca_namespace + '/' + options_.ca_config_map;
  ApiRequest request =
      kube::GetRequest(kube::kConfigMaps, options_.ca_namespace, options_.ca_config_map);
  Result<Json> reply = co_await parts_.call(std::move(request));
  if (!reply.has_value()) co_return std::move(reply).error().Annotate("read the CA in " + what);
  const Json::json_pointer path = Json::json_pointer("/data") / options_.ca_key;
  std::string pem;
  if (reply->contains(path) && reply->at(path).is_string())
    pem = reply->at(path).get<std::string>();
  const auto certificates = pki::ReadCertificates(pem);
  if (!certificates.has_value()) {
    Error error = certificates.error();
    co_return std::move(error).Annotate(what + ": " + options_.ca_key);
  }
  const auto before = ca_bundle_.Get();
  if (before != nullptr && *before == pem) co_return Result<void>();
  ca_bundle_.Publish(std::make_shared<const std::string>(std::move(pem)));
  if (parts_.bundle_changed) parts_.bundle_changed();
  co_return Result<void>();
}

awaitable<Result<void>> CsrRotator::Renew(Step step) {
  CsrOptions csr = options_.csr;
  csr.common_name = options_.policy.common_name;
  csr.names = options_.policy.names;
  std::function<void(std::string_view)> said = [this](std::string_view line) {
    log_.Info("certificate signing request", {{"done", line}});
  };
  log_.Info("certificate asked for", {{"cause", ToString(step.cause)}, {"reason", step.reason}});
  Result<pki::CredentialsPem> issued =
      co_await IssueByCsr(parts_.call, std::move(csr), std::move(said));
  if (!issued.has_value()) co_return std::move(issued).error();
  Material material;
  material.leaf = *std::move(issued);
  ApiRequest request =
      StoreRequest(options_.secret_namespace, options_.secret_name, secret_.get(), material);
  Result<Json> reply = co_await parts_.call(std::move(request));
  if (!reply.has_value()) {
    co_return std::move(reply).error().Annotate("store the certificate's Secret");
  }
  issued_.Increment();
  co_return Take(*reply);
}

void CsrRotator::Note(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return;  // The process stops.
  errors_.Increment();
  serving_.Remark(error.message);
  if (std::exchange(last_note_, error.message) == error.message) return;
  log_.Error("certificate cannot be kept fresh", {{"error", error.message}});
}

}  // namespace sidecar::controller
