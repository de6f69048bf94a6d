#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "lib/diagnose/doctor/doctor.h"
#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {

inline constexpr std::string_view kHealthyObjects = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector}
webhooks:
- name: sidecar-injector.istio.io
  clientConfig:
    caBundle: Q0E=
    service: {namespace: istio-system, name: injector, path: /inject, port: 443}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  failurePolicy: Fail
  sideEffects: None
  timeoutSeconds: 10
  admissionReviewVersions: [v1, v1beta1]
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {own: label}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: injector, namespace: istio-system}
spec: {ports: [{port: 443}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: injector, namespace: istio-system}
subsets:
- addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]
  ports: [{port: 9443}]
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {providerID: kind://a}
status: {addresses: [{type: InternalIP, address: 10.0.0.9}]}
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver-a, namespace: kube-system, labels: {component: kube-apiserver}}
spec: {containers: [{name: a, command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]}]}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: injector, namespace: istio-system}
spec: {holderIdentity: a, leaseDurationSeconds: 15, renewTime: "1970-01-12T13:46:35.000000Z"}
)";

inline constexpr std::string_view kHealthyConfig = R"(policy: enabled
template: |
  containers:
  - name: istio-proxy
    image: proxy
    resources: {requests: {cpu: 10m, memory: 40Mi}}
    securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}}
)";

// What doctor sees of an installation where all is well, 1000000 seconds after the epoch; in the
// objects, each first text of a pair is replaced by the second.
inline DoctorSnapshot Healthy(
    std::initializer_list<std::pair<std::string_view, std::string_view>> changes = {}) {
  constexpr std::chrono::seconds kNow{1'000'000};
  constexpr std::chrono::hours kMonth{24 * 30};
  std::string objects(kHealthyObjects);
  for (const auto& [from, to] : changes) {
    const std::size_t at = objects.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) objects.replace(at, from.size(), to);
  }
  DoctorSnapshot snapshot;
  snapshot.now = WallTime(kNow);
  snapshot.server_version = "v1.20.2";
  snapshot.admission_versions = {"v1", "v1beta1"};
  snapshot.skew = std::chrono::seconds(1);
  AddFile(snapshot.objects, objects);
  snapshot.inject_config = kHealthyConfig;
  snapshot.mesh_config = "{}";
  snapshot.bundle = {{"CN=ca", snapshot.now + 12 * kMonth}};
  for (const char* const address : {"10.0.0.1:9443", "10.0.0.2:9443"}) {
    snapshot.served.push_back({address,
                               "",
                               "",
                               {"injector.istio-system.svc"},
                               snapshot.now - kMonth,
                               snapshot.now + 2 * kMonth});
  }
  snapshot.service_account = "istio-system/injector";
  snapshot.access = {{"list pods", "count them", true}};
  snapshot.lease = "injector";
  snapshot.probe = ProbeOutcome{"shop", "istio-proxy", "", std::chrono::milliseconds(20)};
  return snapshot;
}

// What came of the check of that name.
inline CheckReport ReportOf(const DoctorSnapshot& snapshot, std::string_view code) {
  for (CheckReport& report : Examine(snapshot)) {
    if (report.check->rule.code == code) return std::move(report);
  }
  ADD_FAILURE() << "there is no check " << code;
  return {};
}

// The codes of all checks that found something, joined by spaces: what a person would see.
inline std::string FoundIn(const DoctorSnapshot& snapshot) {
  std::string codes;
  for (const CheckReport& report : Examine(snapshot)) {
    if (report.status < CheckStatus::kInfo) continue;
    codes += (codes.empty() ? "" : " ") + std::string(report.check->rule.code);
  }
  return codes;
}

// The first message of a check; what it was skipped for if it was.
inline std::string MessageOf(const DoctorSnapshot& snapshot, std::string_view code) {
  const CheckReport report = ReportOf(snapshot, code);
  if (!report.result.skipped.empty()) return "skipped: " + report.result.skipped;
  return report.result.findings.empty() ? "ok" : report.result.findings.front().message;
}

}  // namespace sidecar::diagnose
