#include <algorithm>
#include <array>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// What managed clusters do differently.

namespace sidecar::diagnose {
namespace {

std::string_view ProviderOf(const DoctorSnapshot& snapshot) {
  for (const Object* const node : OfKind(snapshot, "Node")) {
    const std::string_view id = TextAt(node->node, {"spec", "providerID"});
    if (!id.empty()) return id.substr(0, id.find(':'));
  }
  return {};
}

// Why it cannot be told where the cluster runs; empty if it can.
std::string_view WhyUnknown(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Node"); !why.empty()) return why;
  return OfKind(snapshot, "Node").empty() ? "there are no nodes" : "";
}

CheckResult CheckAks(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnknown(snapshot); !why.empty()) return Skip(why);
  if (ProviderOf(snapshot) != "azure") return Fine("not on AKS");
  CheckResult result;
  constexpr std::string_view kDisabled = "admissions.enforcer/disabled";
  for (const WebhookRef& webhook : InjectorWebhooks(snapshot)) {
    const yaml::Node& node = webhook.configuration->node;
    if (TextAt(node, {"metadata", "labels", kDisabled}) == "true" ||
        TextAt(node, {"metadata", "annotations", kDisabled}) == "true") {
      continue;
    }
    result.Add(webhook.Title(),
               "it has no label admissions.enforcer/disabled=true: the Admissions "
               "Enforcer of AKS edits its namespaceSelector again and again");
  }
  return result;
}

bool HasExternalAddress(const Object& node) {
  const yaml::Node* const addresses = FindPath(node.node, {"status", "addresses"});
  if (addresses == nullptr) return false;
  const auto list = addresses->AsSequence();
  return std::any_of(list.begin(), list.end(), [](const yaml::Node& address) {
    return TextAt(address, {"type"}) == "ExternalIP" && !TextAt(address, {"address"}).empty();
  });
}

CheckResult CheckGke(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnknown(snapshot); !why.empty()) return Skip(why);
  if (ProviderOf(snapshot) != "gce") return Fine("not on GKE");
  const auto nodes = OfKind(snapshot, "Node");
  const bool is_private = std::none_of(nodes.begin(), nodes.end(),
                                       [](const Object* n) { return HasExternalAddress(*n); });
  if (!is_private) return Fine("its nodes have external addresses");
  constexpr std::array<std::string_view, 2> kOpen = {"443", "10250"};
  CheckResult result;
  for (const WebhookRef& webhook : InjectorWebhooks(snapshot)) {
    const WebhookView& view = webhook.view;
    const Object* const endpoints =
        FindObject(snapshot, "Endpoints", view.service_namespace, view.service_name);
    if (endpoints == nullptr) continue;
    const auto addresses = AddressesOf(*endpoints);
    if (addresses.empty()) continue;
    const std::string& port = addresses.front().port;
    if (std::find(kOpen.begin(), kOpen.end(), port) != kOpen.end()) continue;
    result.Add("Service/" + view.service_name,
               "the nodes seem to be private, and the replicas listen on " + port +
                   ": the control plane reaches nodes on 443 and 10250 only");
  }
  return result;
}

constexpr Check kAks = {
    {"AksAdmissionEnforcer", Severity::kWarning,
     "On AKS, the webhook configuration must be kept from the Admissions Enforcer.",
     "Install with platform=aks, or label the configuration admissions.enforcer/disabled=true."},
    &CheckAks};
constexpr Check kGke = {
    {"GkePrivateCluster", Severity::kWarning,
     "On a private GKE cluster, replicas must listen on a port that the firewall leaves open.",
     "Install with platform=gke-private, or add a firewall rule for the port."},
    &CheckGke};

}  // namespace

std::vector<const Check*> PlatformChecks() {
  return {&kAks, &kGke};
}

}  // namespace sidecar::diagnose
