#include "cli/doctor/probe.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/commands/selftest_answer.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::DoctorSnapshot;

// The first namespace that the injector's webhook selects and that is not going away.
std::string FirstSelected(const DoctorSnapshot& snapshot) {
  const auto webhooks = diagnose::InjectorWebhooks(snapshot);
  for (const diagnose::Object* const space : diagnose::OfKind(snapshot, kube::kNamespaces.kind)) {
    if (diagnose::TextAt(space->node, {"status", "phase"}) == "Terminating") continue;
    const auto labels = kubetypes::ReadLabels(space->node.Find("metadata"));
    const bool is_selected = std::any_of(webhooks.begin(), webhooks.end(), [&](const auto& one) {
      return diagnose::WhyNotCalled(one.view, labels, {}).empty();
    });
    if (is_selected) return std::string(space->name);
  }
  return {};
}

// Whether it says that we, not the pod, are the problem.
bool IsAboutUs(const Error& error) {
  return error.code == ErrorCode::kForbidden &&
         error.message.find("cannot create resource") != std::string::npos;
}

}  // namespace

void SeeProbe(ClusterClient& cluster, std::string namespace_name, DoctorSnapshot& snapshot) {
  if (namespace_name.empty()) namespace_name = FirstSelected(snapshot);
  if (namespace_name.empty()) {
    snapshot.unseen.emplace("probe", "the webhook selects no namespace (see --namespace)");
    return;
  }
  kube::WriteOptions write;
  write.dry_run = true;
  const auto started = std::chrono::steady_clock::now();
  const auto pod =
      cluster.Call(kube::CreateRequest(kube::kPods, namespace_name, MakeProbePod(), write));
  diagnose::ProbeOutcome probe;
  probe.latency = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  probe.namespace_name = std::move(namespace_name);
  if (pod.has_value()) {
    probe.injected = InjectedInto(*pod).value_or("");
  } else if (IsAboutUs(pod.error())) {
    snapshot.unseen.emplace("probe", pod.error().message);
    return;
  } else {
    probe.refusal = pod.error().message;
    const std::string_view hint = HintFor(probe.refusal);
    if (!hint.empty()) probe.refusal += " (" + std::string(hint) + ')';
  }
  snapshot.probe = std::move(probe);
}

}  // namespace sidecar::cli
