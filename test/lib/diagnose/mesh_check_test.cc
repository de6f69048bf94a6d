#include "lib/diagnose/mesh_check.h"

#include <gmock/gmock.h>

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Check(std::string_view text, const MeshCheckOptions& options = {},
                               bool assume_enabled = false) {
  ObjectSet set;
  AddFile(set, text);
  const InjectionScope scope = *ScopeOf(set, assume_enabled);
  std::vector<std::string> lines;
  for (const Finding& finding : CheckMesh(set, scope, options)) {
    lines.push_back(std::string(ToString(finding.rule->severity)) + ' ' +
                    std::string(finding.rule->code) + ' ' + finding.object + ' ' + finding.field +
                    ": " + finding.message);
  }
  return lines;
}

constexpr std::string_view kGood = R"(
{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {istio-injection: enabled}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: http, port: 80}]}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {metadata: {labels: {app: web, version: v1}}, spec: {containers: [{name: web}]}}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: tidy}, spec: {template: {spec: {containers: [{name: tidy}]}}}}
)";

TEST(MeshCheckTest, WhatMeetsEveryRequirementHasNoFinding) {
  EXPECT_THAT(Check(kGood), IsEmpty());
}

TEST(MeshCheckTest, EveryWorkloadNeedsAService) {
  const std::string text = std::string(kGood) + R"(
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: lone}, spec: {template: {metadata: {labels: {app: lone, version: v1}}, spec: {containers: [{name: a}]}}}}
)";
  EXPECT_THAT(Check(text), ElementsAre("warning PodWithoutService Deployment/lone "
                                       "spec.template.metadata.labels: no Service of namespace "
                                       "\"default\" selects its pods"));
}

TEST(MeshCheckTest, FilesWithoutAnyServiceAreNotAskedForThem) {
  constexpr std::string_view kAlone =
      "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: a, version: b}}, spec: {}}";
  EXPECT_THAT(Check(kAlone), IsEmpty());
  EXPECT_EQ(Check(kAlone, {.has_all_services = true}).size(), 1U);
}

TEST(MeshCheckTest, LabelsTellWorkloadsApart) {
  EXPECT_THAT(
      Check(
          R"({apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {metadata: {labels: {app: x}}, spec: {}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: b}, spec: {template: {metadata: {labels: {app: x}}, spec: {}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: c}, spec: {template: {metadata: {labels: {app: x, version: v2}}, spec: {}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {}}}}
)"),
      ElementsAre("info MissingVersionLabel Deployment/a spec.template.metadata.labels: pods have "
                  "no label version",
                  "warning AppLabelNotDistinct Deployment/b spec.template.metadata.labels: "
                  "Deployment/a has the label app \"x\" too, and neither has a version",
                  "info MissingVersionLabel Deployment/b spec.template.metadata.labels: pods have "
                  "no label version",
                  "warning MissingAppLabel Deployment/d spec.template.metadata.labels: pods have "
                  "no label app"));
}

TEST(MeshCheckTest, WhatTheSidecarNeedsIsNotForOthers) {
  EXPECT_THAT(
      Check(R"(
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: a, version: b}}
spec:
  securityContext: {runAsUser: 1337}
  containers:
  - {name: c, securityContext: {runAsUser: 1337}, ports: [{containerPort: 80}, {containerPort: 15001}]}
)"),
      ElementsAre("error ReservedUserId Pod/p spec.securityContext.runAsUser: runs as user 1337",
                  "error ReservedPort Pod/p spec.containers[0].ports[1].containerPort: port 15001 "
                  "is one that the sidecar listens on",
                  "error ReservedUserId Pod/p spec.containers[0].securityContext.runAsUser: runs "
                  "as user 1337"));
}

TEST(MeshCheckTest, PodsOfAnEnabledNamespaceHaveTheSidecar) {
  constexpr std::string_view kPods = R"(
{apiVersion: v1, kind: Namespace, metadata: {name: inside, labels: {istio-injection: enabled}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: outside}}
---
{apiVersion: v1, kind: Pod, metadata: {name: bare, namespace: inside, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: done, namespace: inside, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}, status: {phase: Succeeded}}
---
{apiVersion: v1, kind: Pod, metadata: {name: not, namespace: inside, uid: u, annotations: {sidecar.istio.io/inject: "false"}, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: injected, namespace: inside, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: istio-proxy}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: elsewhere, namespace: outside, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}}
)";
  EXPECT_THAT(Check(kPods), ElementsAre("error MissingSidecar Pod/bare : namespace \"inside\" is "
                                        "enabled, but the pod has no container \"istio-proxy\": "
                                        "it was created before, or while the injector could not "
                                        "be reached"));
}

TEST(MeshCheckTest, PodsOfOneOwnerWithoutSidecarAreToldOnce) {
  std::string text =
      "{apiVersion: v1, kind: Namespace, metadata: {name: inside, labels: {istio-injection: "
      "enabled}}}\n";
  for (const std::string name : {"web-1-a", "web-1-b", "web-1-c"}) {
    text +=
        "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name +
        ", namespace: inside, uid: u, labels: {pod-template-hash: '1'}, ownerReferences: "
        "[{controller: true, kind: ReplicaSet, name: web-1}]}, spec: {containers: [{name: a}]}}\n";
  }
  const std::vector<std::string> lines = Check(text);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("error MissingSidecar Pod/web-1-a "), 0U) << lines[0];
  EXPECT_NE(lines[0].find("; so it is with 2 more of Deployment/web"), std::string::npos);
}

TEST(MeshCheckTest, TellsWorkloadsThatWillNotBeInjected) {
  constexpr std::string_view kText = R"(
{apiVersion: apps/v1, kind: Deployment, metadata: {name: net}, spec: {template: {metadata: {labels: {app: a, version: b}}, spec: {hostNetwork: true}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: out}, spec: {template: {metadata: {labels: {app: b, version: b}, annotations: {sidecar.istio.io/inject: "no"}}, spec: {}}}}
)";
  EXPECT_THAT(Check(kText), IsEmpty());
  EXPECT_THAT(Check(kText, {}, true),
              ElementsAre("warning HostNetwork Deployment/net spec.template.spec.hostNetwork: "
                          "hostNetwork is true in an enabled namespace",
                          "info WillNotBeInjected Deployment/out spec.template.metadata: reason "
                          "AnnotationOptOut"));
}

TEST(MeshCheckTest, EveryRuleHasItsOwnCode) {
  std::vector<std::string_view> codes;
  for (const Rule* const rule : MeshRules()) {
    EXPECT_EQ(std::find(codes.begin(), codes.end(), rule->code), codes.end()) << rule->code;
    codes.push_back(rule->code);
  }
}

TEST(MeshCheckTest, AWebhooksSelectorsSayWhichPodsNeedASidecar) {
  constexpr std::string_view kText = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: m}
webhooks:
- name: sidecar-injector.istio.io
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio.io/rev: a}}
  objectSelector: {matchExpressions: [{key: sidecar, operator: NotIn, values: ["no"]}]}
---
{apiVersion: v1, kind: Namespace, metadata: {name: old, labels: {istio-injection: enabled}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: new, labels: {istio.io/rev: a}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: old, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: new, uid: u, ownerReferences: [{controller: true}]}, spec: {containers: [{name: a}]}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: out, namespace: new}, spec: {template: {metadata: {labels: {app: a, version: b, sidecar: "no"}}, spec: {containers: [{name: a}]}}}}
)";
  const std::vector<std::string> lines = Check(kText);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].find("error MissingSidecar Pod/b"), 0U) << lines[0];
  EXPECT_EQ(lines[1],
            "info WillNotBeInjected Deployment/out spec.template.metadata.labels: an "
            "objectSelector of the injector's webhook excludes its labels");
}

}  // namespace
}  // namespace sidecar::diagnose
