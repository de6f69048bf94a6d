#include "lib/inject/uninject.h"

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

struct Uninjected {
  std::string output;
  DocumentReport report;
};

Uninjected Uninject(std::string_view document) {
  Uninjected result;
  DocumentError failure;
  const auto report = UninjectDocument(document, result.output, failure);
  EXPECT_TRUE(report.has_value()) << failure.error.message;
  if (report.has_value()) result.report = *report;
  return result;
}

TEST(UninjectTest, RemovesWhatTheStatusNames) {
  const Uninjected result = Uninject(R"(apiVersion: v1
kind: Pod
metadata:
  annotations:
    mine: a
    sidecar.istio.io/status: '{"version":"x","initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":["istio-envoy"],"imagePullSecrets":["s"]}'
  name: p
spec:
  containers:
  - image: a
    name: app
  - image: b
    name: istio-proxy
  imagePullSecrets:
  - name: s
  - name: t
  initContainers:
  - name: istio-init
  volumes:
  - name: data
  - name: istio-envoy
)");
  EXPECT_EQ(result.output, R"(apiVersion: v1
kind: Pod
metadata:
  annotations:
    mine: a
  name: p
spec:
  containers:
  - image: a
    name: app
  imagePullSecrets:
  - name: t
  volumes:
  - name: data
---
)");
  ASSERT_EQ(result.report.objects.size(), 1U);
  EXPECT_EQ(result.report.objects[0].reason, Reason::kInjected);
  EXPECT_EQ(result.report.objects[0].added,
            (std::vector<std::string>{"istio-init", "istio-proxy"}));
}

TEST(UninjectTest, WorkloadsAndListsAreGoneThrough) {
  constexpr std::string_view kStatus =
      R"({annotations: {sidecar.istio.io/status: '{"containers":["p"]}'}})";
  const std::string pod =
      "{metadata: " + std::string(kStatus) + ", spec: {containers: [{name: a}, {name: p}]}}";
  const std::string text =
      "kind: List\nitems:\n- {apiVersion: apps/v1, kind: Deployment, spec: {template: " + pod +
      "}}\n- {kind: Service}\n";
  EXPECT_EQ(Uninject(text).output, R"(items:
- apiVersion: apps/v1
  kind: Deployment
  spec:
    template:
      metadata: {}
      spec:
        containers:
        - name: a
- kind: Service
kind: List
---
)");
}

TEST(UninjectTest, TheStatusOfACronJobIsElsewhere) {
  EXPECT_EQ(Uninject(R"(apiVersion: batch/v1beta1
kind: CronJob
spec:
  jobTemplate:
    metadata:
      annotations:
        sidecar.istio.io/status: '{"containers":["p"]}'
    spec:
      template:
        spec:
          containers:
          - name: p
          - name: a
)")
                .output,
            R"(apiVersion: batch/v1beta1
kind: CronJob
spec:
  jobTemplate:
    metadata: {}
    spec:
      template:
        spec:
          containers:
          - name: a
---
)");
}

TEST(UninjectTest, WhatWasNotInjectedPassesThrough) {
  for (const std::string_view text :
       {"kind:   Pod # as it is\nspec: {containers: [{name: istio-proxy}]}\n", "kind: Service\n",
        "# nothing\n", "{apiVersion: example.com/v1, kind: Job, spec: {template: {}}}\n"}) {
    EXPECT_EQ(Uninject(text).output, std::string(text) + "---\n");
  }
}

TEST(UninjectTest, TellsWhatCannotBeRead) {
  std::string output = "before";
  DocumentError failure;
  EXPECT_FALSE(UninjectDocument("a: [", output, failure).has_value());
  EXPECT_EQ(output, "before");
  EXPECT_NE(failure.line, 0U);
}

}  // namespace
}  // namespace sidecar::inject
