#include <algorithm>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// What stands between the API server and the injector's replicas.

namespace sidecar::diagnose {
namespace {

struct Target {
  WebhookRef webhook;
  const Object* service = nullptr;
  const Object* endpoints = nullptr;
};

std::string NameOf(const WebhookView& view) {
  return "Service/" + view.service_name;
}

// Runs `check` for each Service that the injector is called by.
template <class F>
CheckResult ForEachTarget(const DoctorSnapshot& snapshot, F check) {
  CheckResult result;
  bool has_any = false;
  for (WebhookRef& webhook : InjectorWebhooks(snapshot)) {
    const std::string space = webhook.view.service_namespace;
    const std::string name = webhook.view.service_name;
    if (name.empty()) continue;
    has_any = true;
    check(Target{std::move(webhook), FindObject(snapshot, "Service", space, name),
                 FindObject(snapshot, "Endpoints", space, name)},
          result);
  }
  if (!has_any) return Skip("no webhook calls the injector by a Service");
  return result;
}

CheckResult CheckService(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Service"); !why.empty()) return Skip(why);
  return ForEachTarget(snapshot, [](const Target& target, CheckResult& result) {
    if (target.service != nullptr) return;
    result.Add(target.webhook.Title(), target.webhook.view.name + " calls Service " +
                                           target.webhook.view.service_namespace + '/' +
                                           target.webhook.view.service_name +
                                           ", which does not exist");
  });
}

CheckResult CheckPort(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Service"); !why.empty()) return Skip(why);
  return ForEachTarget(snapshot, [](const Target& target, CheckResult& result) {
    if (target.service == nullptr) return;
    const yaml::Node* const wanted =
        FindPath(*target.webhook.node, {"clientConfig", "service", "port"});
    const std::string port = wanted == nullptr ? "443" : std::string(wanted->NumberText());
    const yaml::Node* const ports = FindPath(target.service->node, {"spec", "ports"});
    std::string list;
    if (ports != nullptr) {
      for (const yaml::Node& entry : ports->AsSequence()) {
        const yaml::Node* const number = entry.Find("port");
        if (number == nullptr) continue;
        if (number->NumberText() == port) return;
        list += (list.empty() ? "" : ", ") + std::string(number->NumberText());
      }
    }
    result.Add(NameOf(target.webhook.view), target.webhook.view.name + " calls its port " + port +
                                                ", it has " + (list.empty() ? "none" : list));
  });
}

std::size_t CountReady(const Object* endpoints, bool is_ready) {
  if (endpoints == nullptr) return 0;
  const auto addresses = AddressesOf(*endpoints);
  return static_cast<std::size_t>(
      std::count_if(addresses.begin(), addresses.end(),
                    [&](const Address& address) { return address.is_ready == is_ready; }));
}

CheckResult CheckReady(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Endpoints"); !why.empty()) return Skip(why);
  return ForEachTarget(snapshot, [](const Target& target, CheckResult& result) {
    const std::size_t ready = CountReady(target.endpoints, true);
    result.detail = std::to_string(ready) + " ready";
    if (ready > 0) return;
    result.Add(NameOf(target.webhook.view),
               "no replica is ready, " + std::to_string(CountReady(target.endpoints, false)) +
                   " are not ready");
  });
}

CheckResult CheckNotReady(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Endpoints"); !why.empty()) return Skip(why);
  return ForEachTarget(snapshot, [](const Target& target, CheckResult& result) {
    if (target.endpoints == nullptr || CountReady(target.endpoints, true) == 0) return;
    for (const Address& address : AddressesOf(*target.endpoints)) {
      if (address.is_ready) continue;
      result.Add(
          NameOf(target.webhook.view),
          "the replica " + (address.pod.empty() ? address.ip : address.pod) + " is not ready");
    }
  });
}

CheckResult CheckSingle(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Endpoints"); !why.empty()) return Skip(why);
  return ForEachTarget(snapshot, [](const Target& target, CheckResult& result) {
    if (CountReady(target.endpoints, true) != 1 || target.webhook.view.fails_open) return;
    result.Add(NameOf(target.webhook.view),
               "one replica is ready, and failurePolicy is Fail: no pod starts while it restarts");
  });
}

constexpr Check kService = {
    {"ServiceMissing", Severity::kError, "The Service that the webhook calls must exist.",
     "Install the injector again, or delete the webhook configuration that was left behind."},
    &CheckService};
constexpr Check kPort = {
    {"ServicePort", Severity::kError, "The Service must have the port that the webhook calls.",
     "Let clientConfig.service.port and the Service's port agree."},
    &CheckPort};
constexpr Check kReady = {
    {"NoReadyReplica", Severity::kError, "A replica of the injector must be ready.",
     "See why with kubectl describe pod and kubectl logs; /readyz?verbose names what is missing."},
    &CheckReady};
constexpr Check kNotReady = {
    {"ReplicaNotReady", Severity::kWarning, "All replicas of the injector should be ready.",
     "See why with kubectl describe pod and kubectl logs; /readyz?verbose names what is missing."},
    &CheckNotReady};
constexpr Check kSingle = {
    {"SingleReplica", Severity::kWarning,
     "With failurePolicy Fail two replicas or more should be ready.",
     "Set replicas to 2 or more, on different nodes, with a PodDisruptionBudget."},
    &CheckSingle};

}  // namespace

std::vector<const Check*> ServiceChecks() {
  return {&kService, &kPort, &kReady, &kNotReady, &kSingle};
}

}  // namespace sidecar::diagnose
