#include "controller/preflight.h"

#include <chrono>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

constexpr const char* kCondition = "permissions";
constexpr std::chrono::seconds kRepeat{60};
constexpr std::chrono::seconds kRetry{5};  // Where the API server cannot be asked.

}  // namespace

Preflight::Preflight(std::vector<Permission> permissions, kube::ApiClient& client, Logger& log,
                     observe::MetricRegistry& metrics, observe::Readiness& readiness)
    : client_(client), log_(log), readiness_(readiness) {
  for (Permission& permission : permissions) {
    Check check;
    std::string resource = permission.resource;
    if (!permission.subresource.empty()) resource += '/' + permission.subresource;
    check.missing = &metrics.AddGauge("sidecar_injector_permission_missing",
                                      "1 if the API server says that RBAC does not grant it.",
                                      {{"verb", permission.verb},
                                       {"resource", std::move(resource)},
                                       {"namespace", permission.namespace_name},
                                       {"name", permission.name}});
    check.permission = std::move(permission);
    checks_.push_back(std::move(check));
  }
  readiness_.Set(kCondition, true, "not checked yet");
}

asio::awaitable<void> Preflight::Run() {
  for (;;) {
    bool could_ask = true;
    bool all_granted = true;
    for (Check& check : checks_) {
      if (check.granted) continue;
      could_ask = co_await Ask(check);
      if (!could_ask) break;
      all_granted = all_granted && check.granted;
    }
    if (could_ask) Report();
    if (could_ask && all_granted) co_return;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(could_ask ? kRepeat : kRetry);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<bool> Preflight::Ask(Check& check) {
  kube::ApiRequest request = kube::CreateRequest(kube::kSelfSubjectAccessReviews, {},
                                                 MakeAccessReview(check.permission).dump());
  const Result<Json> reply = co_await client_.Call(std::move(request));
  const std::optional<bool> allowed = reply.has_value() ? IsAllowed(*reply) : std::nullopt;
  if (!allowed.has_value()) {
    if (!std::exchange(failure_logged_, true)) {
      log_.Warning("cannot check permissions yet",
                   {{"error", reply.has_value() ? "no answer" : reply.error().message}});
    }
    co_return false;
  }
  check.granted = *allowed;
  check.missing->Set(*allowed ? 0 : 1);
  if (!*allowed && !std::exchange(check.logged, true)) {
    log_.Error("permission missing", {{"permission", controller::Describe(check.permission)},
                                      {"purpose", check.permission.purpose}});
  } else if (*allowed && check.logged) {
    log_.Info("permission granted", {{"permission", controller::Describe(check.permission)}});
  }
  co_return true;
}

std::vector<std::string> Preflight::Missing() const {
  std::vector<std::string> missing;
  for (const Check& check : checks_) {
    if (check.logged && !check.granted) missing.push_back(controller::Describe(check.permission));
  }
  return missing;
}

void Preflight::Report() {
  std::string missing;
  for (const std::string& one : Missing()) missing += (missing.empty() ? "missing: " : "; ") + one;
  readiness_.Set(kCondition, true, std::move(missing));
}

}  // namespace sidecar::controller
