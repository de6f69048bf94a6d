#include "controller/namespace_reconciler.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using kube::WatchEventType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Json Namespace(const std::string& name, const char* injection = nullptr) {
  Json object = {{"metadata", {{"name", name}, {"labels", Json::object()}}}};
  if (injection != nullptr) object["metadata"]["labels"]["istio-injection"] = injection;
  return object;
}

// As a server since 1.18 shows it.
Json EnabledAt(const std::string& name, const char* time) {
  Json object = Namespace(name, "enabled");
  object["metadata"]["managedFields"] =
      Json::parse(R"([{"fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}}])");
  object["metadata"]["managedFields"][0]["time"] = time;
  return object;
}

std::shared_ptr<const kubetypes::LabelSelector> Selects(const char* value) {
  return std::make_shared<const kubetypes::LabelSelector>(kubetypes::LabelSelector{
      {{"istio-injection", kubetypes::LabelRequirement::Operator::kIn, {value}}}});
}

class NamespaceReconcilerTest : public ApiServerTest {
 protected:
  void List(const std::vector<Json>& objects) {
    sink_.list_started();
    for (const Json& object : objects) EXPECT_TRUE(sink_.listed(object).has_value());
    sink_.replaced();
  }
  void Change(const Json& object, WatchEventType type = WatchEventType::kModified) {
    EXPECT_TRUE(sink_.changed(type, object).has_value());
  }
  void PutPods(int count, bool injected) {
    for (int i = 0; i < count; ++i) {
      Json pod = {{"metadata",
                   {{"name", (injected ? "with-" : "without-") + std::to_string(i)},
                    {"namespace", "shop"}}},
                  {"spec", {{"containers", Json::array({Json{{"name", "app"}}})}}}};
      if (injected) pod["metadata"]["annotations"]["sidecar.istio.io/status"] = "{}";
      server_.Put(kube::kPods, pod);
    }
  }

  std::vector<std::string> queued_;
  // 12:00:00 in the times below.
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'785'585'600)};
  inject::Policy policy_ = inject::Policy::kEnabled;
  NamespaceReconciler namespaces_{{{"kube-system"},
                                   [this] { return policy_; },
                                   [this](const std::string& name) { queued_.push_back(name); },
                                   IntoEvents(),
                                   [this] { return now_; }},
                                  *client_,
                                  log_,
                                  metrics_};
  kube::ReflectorSink sink_ = namespaces_.Sink();
};

TEST_F(NamespaceReconcilerTest, AsksForMetadataOnly) {
  EXPECT_TRUE(NamespaceReconciler::ReflectorFor().metadata_only);
}

TEST_F(NamespaceReconcilerTest, KnowsWhichNamespacesAreInjected) {
  Json leaving = Namespace("leaving", "enabled");
  leaving["metadata"]["deletionTimestamp"] = "2018-01-31T00:00:00Z";
  List({Namespace("z", "enabled"), Namespace("a", "enabled"), Namespace("b", "x"), Namespace("c"),
        Namespace("kube-system", "enabled"), leaving});
  EXPECT_THAT(namespaces_.Injected(), ElementsAre("a", "z"));
  namespaces_.SetSelector(Selects("x"));
  EXPECT_THAT(namespaces_.Injected(), ElementsAre("b"));
}

TEST_F(NamespaceReconcilerTest, CountsByLabel) {
  List({Namespace("a"), Namespace("b", "enabled"), Namespace("c", "disabled"), Namespace("d", "x"),
        Namespace("e", "enabled")});
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kNone), 1U);
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kEnabled), 2U);
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kDisabled), 1U);
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kOther), 1U);
  Change(Namespace("b"));
  Change(Namespace("e", "enabled"), WatchEventType::kDeleted);
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kEnabled), 0U);
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kNone), 2U);
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_namespaces{injection=\"none\"} 2\n"));
}

TEST_F(NamespaceReconcilerTest, WhatWasThereBeforeIsNoChange) {
  List({Namespace("a", "enabled"), Namespace("b")});
  EXPECT_THAT(queued_, IsEmpty());
  EXPECT_THAT(LogText(), Not(HasSubstr("label changed")));
  Change(Namespace("b", "enabled"));
  Change(Namespace("b", "enabled"));
  Change(Namespace("c", "enabled"), WatchEventType::kAdded);
  EXPECT_THAT(queued_, ElementsAre("b", "c"));
  EXPECT_THAT(LogText(), HasSubstr("namespace=b from=none to=enabled"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("namespace_label_changes_total{injection=\"enabled\"} 2\n"));
}

TEST_F(NamespaceReconcilerTest, ARelistTellsWhatWasMissed) {
  List({Namespace("a", "enabled"), Namespace("b")});
  List({Namespace("b", "enabled")});
  EXPECT_THAT(queued_, ElementsAre("b"));
  EXPECT_EQ(namespaces_.Count(InjectionLabel::kEnabled), 1U);
}

TEST_F(NamespaceReconcilerTest, TellsWhichPodsHaveNoSidecarYet) {
  PutPods(230, false);  // More than a page.
  PutPods(20, true);
  List({});
  Change(Namespace("shop", "enabled"), WatchEventType::kAdded);
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0].resource, kube::kNamespaces);
  EXPECT_EQ(events_[0].name, "shop");
  EXPECT_THAT(events_[0].message, HasSubstr("230 pods of 250"));
  EXPECT_EQ(Requests("GET"), 3);
}

TEST_F(NamespaceReconcilerTest, ALeaderCatchesUpWithWhatWasEnabledWhileNobodyLed) {
  List({EnabledAt("long-ago", "2026-08-01T11:00:00Z"), EnabledAt("missed", "2026-08-01T12:00:03Z"),
        EnabledAt("just-before", "2026-08-01T11:59:55Z"), Namespace("untold", "enabled"),
        Namespace("c", "disabled")});
  EXPECT_THAT(queued_, IsEmpty());
  namespaces_.CatchUp(now_);
  EXPECT_THAT(queued_, ElementsAre("just-before", "missed"));
}

TEST_F(NamespaceReconcilerTest, ALeaderWithoutAListCatchesUpAfterIt) {
  namespaces_.CatchUp(now_);
  List({EnabledAt("missed", "2026-08-01T12:00:03Z")});
  List({EnabledAt("missed", "2026-08-01T12:00:03Z")});
  EXPECT_THAT(queued_, ElementsAre("missed"));
}

TEST_F(NamespaceReconcilerTest, WhatAReplicaSawItselfNeedsNoServerThatTells) {
  List({Namespace("a"), Namespace("b"), Namespace("c")});
  Change(Namespace("a", "enabled"));  // Another replica led.
  const auto unled_since = now_ += std::chrono::minutes(1);
  Change(Namespace("b", "enabled"));
  Change(Namespace("c", "enabled"));
  Change(Namespace("c"));
  queued_.clear();
  namespaces_.CatchUp(unled_since);
  EXPECT_THAT(queued_, ElementsAre("b"));
}

TEST_F(NamespaceReconcilerTest, HundredsOfNewNamespacesAreNoStorm) {
  std::vector<Json> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(EnabledAt("n" + std::to_string(i), "2026-08-01T12:00:03Z"));
  }
  List(all);
  namespaces_.CatchUp(now_);
  EXPECT_THAT(queued_, SizeIs(50));
  EXPECT_THAT(LogText(), HasSubstr("count=300 surveyed=50"));
}

TEST_F(NamespaceReconcilerTest, TheEventIsDatedByTheLabel) {
  PutPods(1, false);
  List({EnabledAt("shop", "2026-08-01T12:00:00Z")});
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0].happened, now_);
}

TEST_F(NamespaceReconcilerTest, WhereALabelIsNotEnoughTheEventSaysWhy) {
  PutPods(1, false);
  namespaces_.SetSelector(Selects("yes"));
  List({Namespace("shop", "enabled"), Namespace("kube-system", "enabled")});
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  ASSERT_TRUE(Await(namespaces_.Reconcile("kube-system")).has_value());
  ASSERT_THAT(events_, SizeIs(2));
  EXPECT_TRUE(events_[0].warning);
  EXPECT_EQ(events_[0].reason, "EnabledNotMatched");
  EXPECT_THAT(events_[0].message, HasSubstr("namespaceSelector wants istio-injection=yes"));
  EXPECT_EQ(events_[1].reason, "EnabledIgnored");
  EXPECT_EQ(Requests("GET"), 0);
}

TEST_F(NamespaceReconcilerTest, SaysNothingWhereNothingIsMissing) {
  PutPods(3, true);
  List({});
  Change(Namespace("shop", "enabled"));
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  policy_ = inject::Policy::kDisabled;
  PutPods(3, false);
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(NamespaceReconcilerTest, AsksNothingOfNamespacesThatAreNotEnabledAnyMore) {
  List({Namespace("shop")});
  ASSERT_TRUE(Await(namespaces_.Reconcile("shop")).has_value());
  ASSERT_TRUE(Await(namespaces_.Reconcile("gone")).has_value());
  EXPECT_EQ(Requests("GET"), 0);
}

TEST_F(NamespaceReconcilerTest, AFailedSurveyIsAnError) {
  List({Namespace("shop", "enabled")});
  server_.Forbid("list", "pods");
  const Result<void> done = Await(namespaces_.Reconcile("shop"));
  ASSERT_FALSE(done.has_value());
  EXPECT_THAT(done.error().message, HasSubstr("list pods of shop: pods is forbidden"));
}

TEST_F(NamespaceReconcilerTest, ReportsDriftOnceAndItsEnd) {
  List({Namespace("a", "enabled"), Namespace("kube-system", "enabled")});
  EXPECT_EQ(namespaces_.drifting(), 1U);
  EXPECT_THAT(LogText(), HasSubstr("namespace=kube-system drift=EnabledIgnored"));
  namespaces_.SetSelector(Selects("yes"));
  EXPECT_EQ(namespaces_.drifting(), 2U);
  EXPECT_THAT(LogText(), HasSubstr("namespace=a drift=EnabledNotMatched"));
  namespaces_.SetSelector(Selects("enabled"));
  EXPECT_EQ(namespaces_.drifting(), 1U);
  EXPECT_THAT(LogText(), HasSubstr("agree again"));
  Change(Namespace("kube-system", "enabled"), WatchEventType::kDeleted);
  EXPECT_EQ(namespaces_.drifting(), 0U);
}

TEST_F(NamespaceReconcilerTest, ObjectsWithoutANameAreRefused) {
  List({});
  EXPECT_FALSE(sink_.changed(WatchEventType::kAdded, Json::object()).has_value());
  EXPECT_FALSE(sink_.changed(WatchEventType::kAdded, Json(3)).has_value());
  EXPECT_EQ(namespaces_.store().size(), 0U);
}

}  // namespace
}  // namespace sidecar::controller
