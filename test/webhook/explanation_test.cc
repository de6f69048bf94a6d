#include "webhook/explanation.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "lib/diagnose/pod_template.h"
#include "lib/inject/compat.h"
#include "lib/yaml/documents.h"
#include "lib/yaml/json.h"
#include "test/webhook/inject_request.h"

namespace sidecar::webhook {
namespace {

using inject::Reason;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

constexpr std::string_view kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}, annotations: {a: b}}
    spec: {containers: [{name: app, image: app:1}]}
)";

constexpr std::string_view kWebhooks = R"(apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: sidecar-injector.istio.io
  clientConfig: {service: {name: injector, namespace: istio-system, path: /inject}}
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  objectSelector: {matchExpressions: [{key: legacy, operator: DoesNotExist}]}
  matchConditions: [{name: a, expression: object.x}]
  failurePolicy: Ignore
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
)";

std::shared_ptr<const InjectionSnapshot> Snapshot(
    const std::string& config = "policy: enabled\ntemplate: 'containers: [{name: p}]'\n") {
  auto made = MakeInjectionSnapshot({.config = config, .mesh = ""}, inject::Compat::k0_6, 1);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return *std::move(made);
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class ExplanationTest : public testing::Test {
 protected:
  const diagnose::Object& Add(std::string_view text) {
    const Result<void> added = set_.AddDocument(text, {});
    EXPECT_TRUE(added.has_value());
    return set_.objects().back();
  }
  void UseWebhooks(std::string_view text) {
    auto read = diagnose::ReadWebhooks(Add(text));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    webhooks_ = *std::move(read);
    context_.webhooks = webhooks_;
  }
  void SetUp() override {
    snapshot_ = Snapshot();
    context_.snapshot = snapshot_.get();
    context_.namespace_labels = kubetypes::Labels{{"istio-injection", "enabled"}};
  }

  diagnose::ObjectSet set_;
  std::vector<diagnose::WebhookView> webhooks_;
  std::shared_ptr<const InjectionSnapshot> snapshot_;
  ExplanationContext context_;
};

auto Step(const std::string& name, StepMark mark, const std::string& text) {
  return AllOf(Field(&ExplanationStep::name, name), Field(&ExplanationStep::mark, mark),
               Field(&ExplanationStep::text, HasSubstr(text)));
}

TEST_F(ExplanationTest, ShowsEveryStepOfAnInjection) {
  UseWebhooks(kWebhooks);
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_THAT(told.steps,
              ElementsAre(Step("pods", StepMark::kOk, "makes pods, by its spec.template.spec"),
                          Step("namespace", StepMark::kOk, "istio-injection=enabled"),
                          Step("webhook", StepMark::kOk,
                               "istio-sidecar-injector/sidecar-injector.istio.io is called: "
                               "istio-system/injector:443/inject"),
                          Step("webhook", StepMark::kNote,
                               "matchConditions are not evaluated here: object.x"),
                          Step("webhook", StepMark::kNote, "failurePolicy Ignore"),
                          Step("endpoint", StepMark::kOk, "answers Injected")));
  EXPECT_TRUE(told.is_injected);
  EXPECT_EQ(told.reason, Reason::kInjected);
  EXPECT_EQ(told.verdict, "Deployment/web gets a sidecar");
  EXPECT_EQ(told.remedy, "");
}

TEST_F(ExplanationTest, ASelectorThatDoesNotFitComesWithTheCommandThatMendsIt) {
  UseWebhooks(kWebhooks);
  context_.namespace_labels = kubetypes::Labels{{"a", "b"}};
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_FALSE(told.is_injected);
  EXPECT_THAT(told.steps, Contains(Step("webhook", StepMark::kStops, "is missing")));
  EXPECT_THAT(told.steps, Contains(Step("endpoint", StepMark::kBeyond, "answers Injected")));
  EXPECT_THAT(told.remedy,
              HasSubstr("kubectl label namespace shop istio-injection=enabled --overwrite"));
}

TEST_F(ExplanationTest, AnObjectSelectorLooksAtThePodsLabels) {
  UseWebhooks(kWebhooks);
  const Explanation told = Explain(
      Add("kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {legacy: x}}\nspec: {}\n"),
      context_);
  EXPECT_THAT(told.steps, Contains(Step("webhook", StepMark::kStops, "pod label legacy=x")));
  EXPECT_THAT(told.remedy, HasSubstr("objectSelector"));
}

TEST_F(ExplanationTest, WebhooksOfOthersDoNotCount) {
  std::string other(kWebhooks);
  other.replace(other.find("sidecar-injector.istio.io"), 25, "vault.example.com");
  other.replace(other.find("/inject"), 7, "/mutate");
  UseWebhooks(other);
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_THAT(told.steps, Contains(Step("webhook", StepMark::kStops, "no webhook configuration")));
}

TEST_F(ExplanationTest, AnUnknownNamespaceIsEnabledOnlyIfAsked) {
  context_.namespace_labels.reset();
  EXPECT_FALSE(Explain(Add(kDeployment), context_).is_injected);
  context_.assume_enabled = true;
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_TRUE(told.is_injected);
  EXPECT_THAT(told.steps, Contains(Step("namespace", StepMark::kNote, "shop is not known")));
  EXPECT_THAT(told.steps, Contains(Step("webhook", StepMark::kNote, "no webhook configuration")));
}

TEST_F(ExplanationTest, WhatMakesNoPodsStopsAtOnce) {
  const Explanation told =
      Explain(Add("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n"), context_);
  EXPECT_THAT(told.steps, ElementsAre(Step("pods", StepMark::kStops, "Service/web makes no pods")));
  EXPECT_FALSE(told.is_injected);
  EXPECT_FALSE(told.reason.has_value());
}

TEST_F(ExplanationTest, WithoutConfigurationTheEndpointFails) {
  context_.snapshot = nullptr;
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_EQ(told.reason, Reason::kNoConfig);
  EXPECT_FALSE(told.is_injected);
}

TEST_F(ExplanationTest, APodThatRunsWithoutSidecarIsNotSaidToGetOne) {
  constexpr std::string_view kRunning =
      "kind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: shop, uid: b}\nspec: {}\n";
  const Explanation told = Explain(Add(kRunning), context_);
  EXPECT_FALSE(told.is_injected);
  EXPECT_EQ(told.reason, Reason::kInjected);
  EXPECT_THAT(told.steps, Contains(Step("running", StepMark::kStops, "created before")));
  EXPECT_THAT(told.verdict, HasSubstr("Pod/a: it runs without a sidecar, though"));
  EXPECT_THAT(told.remedy, HasSubstr("create it anew"));
}

TEST_F(ExplanationTest, PodsThatAWorkloadHasAlreadyCount) {
  context_.running = RunningPods{.all = 3, .without_sidecar = 2};
  const Explanation told = Explain(Add(kDeployment), context_);
  EXPECT_FALSE(told.is_injected);
  EXPECT_THAT(told.verdict, HasSubstr("2 of 3 running pods have no sidecar"));
  EXPECT_THAT(told.remedy, HasSubstr("restart --missing Deployment/web -n shop"));

  std::string other(kDeployment);
  other.replace(other.find("Deployment"), 10, "ReplicaSet");
  EXPECT_THAT(Explain(Add(other), context_).remedy, HasSubstr("delete these pods"));

  context_.running = RunningPods{.all = 3, .without_sidecar = 0};
  const Explanation good = Explain(Add(kDeployment), context_);
  EXPECT_TRUE(good.is_injected);
  EXPECT_THAT(good.steps,
              Contains(Step("running", StepMark::kOk, "all 3 running pods of it have")));
}

TEST_F(ExplanationTest, EveryReasonToRefuseHasARemedy) {
  for (int i = 0; i <= static_cast<int>(Reason::kInvalidAnnotation); ++i) {
    const auto reason = static_cast<Reason>(i);
    const bool is_good = reason == Reason::kInjected || reason == Reason::kAlreadyInjected;
    EXPECT_EQ(RemedyFor(reason).empty(), is_good) << inject::ToString(reason);
  }
}

TEST_F(ExplanationTest, APodIsMadeAsItsControllerMakesIt) {
  struct Case {
    std::string kind;
    std::string owner;
    std::string label;
  };
  for (const Case& test :
       {Case{"Deployment", "ReplicaSet web-96d5df5c8", "pod-template-hash"},
        Case{"StatefulSet", "StatefulSet web", "statefulset.kubernetes.io/pod-name"},
        Case{"DaemonSet", "DaemonSet web", "app"}}) {
    std::string text(kDeployment);
    text.replace(text.find("Deployment"), 10, test.kind);
    const json pod = json::parse(MakeReview(Add(text))).at("request").at("object");
    const json owner = pod.at("metadata").at("ownerReferences").at(0);
    EXPECT_EQ(owner.at("kind").get<std::string>() + ' ' + owner.at("name").get<std::string>(),
              test.owner);
    EXPECT_TRUE(pod.at("metadata").at("labels").contains(test.label)) << test.kind;
    EXPECT_EQ(pod.at("metadata").at("labels").at("app"), "web");
    EXPECT_EQ(pod.at("metadata").at("annotations").at("a"), "b");
    EXPECT_EQ(pod.at("spec").at("containers").size(), 1U);
  }
}

// The object of a recorded request, in its namespace, and what the endpoint says to the request.
TEST_F(ExplanationTest, AgreesWithTheEndpointOnEveryRequest) {
  int creations = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIDECAR_TESTDATA)) {
    SCOPED_TRACE(entry.path().filename().string());
    const json recorded = json::parse(ReadText(entry.path()));
    const HttpRequest request = InjectRequest(recorded.at("body").get<std::string>());
    const json review = json::parse(request.body).at("request");
    const AdmissionAnswer answer = AnswerAdmission(request, snapshot_.get(), context_.admission);
    ASSERT_TRUE(answer.outcome.reason.has_value());
    const bool is_creation = review.at("operation") == "CREATE" && !review.contains("subResource");
    if (!is_creation || review.at("resource").at("resource") != "pods") {
      EXPECT_NE(answer.outcome.reason, Reason::kInjected);
      continue;
    }
    ++creations;
    json pod = review.at("object");
    pod["metadata"]["namespace"] = review.at("namespace");
    const Explanation told = Explain(Add(pod.dump()), context_);
    EXPECT_EQ(told.reason, answer.outcome.reason);
    EXPECT_EQ(told.error, answer.outcome.error);
    const bool has_sidecar = answer.outcome.reason == Reason::kInjected ||
                             answer.outcome.reason == Reason::kAlreadyInjected;
    EXPECT_EQ(told.is_injected, has_sidecar);
  }
  EXPECT_GT(creations, 10);
}

// A review of the pods that an object makes, put together otherwise than the explanation does.
HttpRequest PlainReview(const diagnose::PodTemplate& pod) {
  const auto text_of = [](const yaml::Node* node) {
    std::string text;
    if (node != nullptr) yaml::WriteJson(*node, text);
    return node == nullptr ? std::string("{}") : text;
  };
  json object = {{"metadata", json::parse(text_of(pod.metadata))},
                 {"spec", json::parse(text_of(pod.spec))}};
  object["metadata"].erase("namespace");
  const json review = {{"request",
                        {{"uid", "u"},
                         {"namespace", pod.object->namespace_name},
                         {"operation", "CREATE"},
                         {"object", object}}}};
  return InjectRequest(review.dump());
}

// The documents of a file; Istio's pods do not say what they are.
void AddFile(const std::filesystem::path& path, diagnose::ObjectSet& set) {
  yaml::DocumentReader reader;
  reader.Feed(ReadText(path));
  reader.Finish();
  while (true) {
    const auto document = reader.Next();
    ASSERT_TRUE(document.has_value()) << path;
    if (!document->has_value()) return;
    std::string text((*document)->text);
    if (text.find("kind:") == std::string::npos) text.insert(0, "kind: Pod\napiVersion: v1\n");
    ASSERT_TRUE(set.AddDocument(text, {}).has_value()) << path;
  }
}

TEST_F(ExplanationTest, AgreesWithTheEndpointOnEveryCaseOfIstio) {
  const std::filesystem::path root = std::filesystem::path(SIDECAR_CONFORMANCE) / "istio";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no " << root;
  std::map<std::string, int> counts;
  for (const char* const release : {"0.5.0", "0.6.0", "0.8.0"}) {
    const std::filesystem::path folder = root / release;
    const auto compat = inject::ParseCompat(release);
    const json file = json::parse(ReadText(folder / "cases.json"));
    for (const json& test : file.at("cases")) {
      SCOPED_TRACE(std::string(release) + ' ' + test.at("id").get<std::string>());
      const auto snapshot =
          MakeInjectionSnapshot({.config = ReadText(folder / test.at("injectConfig")),
                                 .mesh = ReadText(folder / test.at("mesh"))},
                                *compat, 1);
      // One mesh configuration is of a kind that no file may have: then both have none.
      context_.snapshot = snapshot.has_value() ? snapshot->get() : nullptr;
      diagnose::ObjectSet set;
      AddFile(folder / test.at("input"), set);
      for (const diagnose::Object& object : set.objects()) {
        const auto pod = diagnose::FindPodTemplate(object);
        if (!pod.has_value()) continue;
        const AdmissionAnswer answer =
            AnswerAdmission(PlainReview(*pod), context_.snapshot, context_.admission);
        const Explanation told = Explain(object, context_);
        EXPECT_EQ(told.reason, answer.outcome.reason) << object.Title();
        EXPECT_EQ(told.error, answer.outcome.error) << object.Title();
        const bool injects = answer.outcome.reason == Reason::kInjected ||
                             answer.outcome.reason == Reason::kAlreadyInjected;
        EXPECT_EQ(told.is_injected, injects) << object.Title();
        if (test.at("mode") == "webhook-patch") {
          EXPECT_EQ(told.is_injected, !test.value("expectedSkip", false));
        }
        ++counts[test.at("mode")];
      }
    }
  }
  EXPECT_GE(counts["kube-inject"], 81);
  EXPECT_EQ(counts["webhook-patch"], 37);
  EXPECT_GE(counts["webhook-pod-template"], 17);
}

TEST_F(ExplanationTest, AgreesWithIstioOnPolicies) {
  const std::filesystem::path path =
      std::filesystem::path(SIDECAR_CONFORMANCE) / "istio/policy.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const json cases = json::parse(ReadText(path)).at("upstream_TestInjectRequired");
  ASSERT_FALSE(cases.empty());
  for (const json& test : cases) {
    SCOPED_TRACE(test.at("name"));
    const json config = {{"policy", test.at("policy")}, {"template", "containers: [{name: p}]"}};
    const auto snapshot = Snapshot(config.dump());
    context_.snapshot = snapshot.get();
    const json pod = {{"apiVersion", "v1"},
                      {"kind", "Pod"},
                      {"metadata",
                       {{"name", "a"},
                        {"namespace", test.at("namespace")},
                        {"annotations", test.at("annotations")}}},
                      {"spec", {{"hostNetwork", test.at("hostNetwork")}}}};
    const Explanation told = Explain(Add(pod.dump()), context_);
    EXPECT_EQ(told.is_injected, test.at("required").get<bool>());
  }
}

}  // namespace
}  // namespace sidecar::webhook
