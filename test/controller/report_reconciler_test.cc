#include "controller/report_reconciler.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/report_store.h"
#include "lib/kube/protocol/resources.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using kube::Json;
using testing::HasSubstr;

class ReportReconcilerTest : public ApiServerTest {
 protected:
  ReportReconcilerTest() : reconciler_(MakeOptions(), *client_, log_, metrics_) {}

  ReportReconciler::Options MakeOptions() {
    ReportReconciler::Options options;
    options.may_write = [this] { return leads_; };
    options.current = [this] { return current_; };
    options.namespaces = [this] { return namespaces_; };
    options.would_fail = [](const std::string& name, const Json& pod) {
      const bool fails = name == "shop" && pod["metadata"]["name"] == "bad";
      return fails ? std::optional(InjectionFailure{"TemplateError", "line 3"}) : std::nullopt;
    };
    options.refused = [this](const std::string&) { return refused_; };
    options.now = [this] { return now_; };
    return options;
  }

  void PutPod(const std::string& name) {
    server_.Put(kube::kPods, {{"metadata", {{"name", name}, {"namespace", "shop"}}},
                              {"status", {{"phase", "Running"}}}});
  }

  Json Stored(const std::string& ns = "shop") const {
    return server_.Get(kInjectionReports, ns, "injection");
  }

  bool leads_ = true;
  std::optional<ReportedTemplate> current_ = ReportedTemplate{inject::Policy::kEnabled, "hash"};
  std::vector<std::string> namespaces_ = {"shop"};
  std::vector<RefusedOwner> refused_;
  std::chrono::system_clock::time_point now_{};
  ReportReconciler reconciler_;
};

TEST_F(ReportReconcilerTest, AReportAppearsAndFollowsThePods) {
  PutPod("a");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(Stored()["status"]["summary"]["missing"], 1);
  EXPECT_EQ(Stored()["status"]["observedAt"], "1970-01-01T00:00:00Z");
  PutPod("b");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(Stored()["status"]["summary"]["missing"], 2);
}

TEST_F(ReportReconcilerTest, NothingIsWrittenWhereNothingChanged) {
  PutPod("a");
  Await(reconciler_.RunOnce());
  const long patches = Requests("PATCH");
  now_ += std::chrono::hours(1);
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Requests("PATCH"), patches);
}

TEST_F(ReportReconcilerTest, WhatWouldFailAndWhatWasRefusedIsReported) {
  PutPod("bad");
  refused_ = {{"Deployment", "web", {"InvalidAnnotation", "no"}}};
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Stored()["status"]["summary"]["failed"], 2);
  EXPECT_EQ(Stored()["status"]["owners"][0]["reason"], "InvalidAnnotation");
  EXPECT_EQ(Stored()["status"]["owners"][1]["message"], "line 3");
}

TEST_F(ReportReconcilerTest, OnlyTheLeaderWithAConfigurationAsks) {
  leads_ = false;
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  leads_ = true;
  current_.reset();
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(server_.requests().size(), 0U);
}

TEST_F(ReportReconcilerTest, WithoutTheTypeNoPodIsListed) {
  PutPod("a");
  namespaces_ = {"shop", "zoo"};
  server_.RemoveApi("sidecar-injector.istio.io/v1alpha1");
  EXPECT_FALSE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(server_.requests().size(), 1U);
  EXPECT_THAT(LogText(), HasSubstr("is not installed"));
}

TEST_F(ReportReconcilerTest, EveryPageOfPodsCounts) {
  for (int i = 0; i < 250; ++i) PutPod("p" + std::to_string(i));
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Stored()["status"]["summary"]["missing"], 250);
  EXPECT_EQ(Requests("GET"), 4);  // The report and three pages.
}

TEST_F(ReportReconcilerTest, ARoundIsBoundedAndTheNextGoesOn) {
  namespaces_.clear();
  for (std::size_t i = 0; i < ReportReconciler::kNamespacesPerRound + 2; ++i) {
    namespaces_.push_back("n" + std::to_string(1000 + i));
  }
  Await(reconciler_.RunOnce());
  EXPECT_EQ(server_.All(kInjectionReports).size(), ReportReconciler::kNamespacesPerRound);
  Await(reconciler_.RunOnce());
  EXPECT_EQ(server_.All(kInjectionReports).size(), namespaces_.size());
}

TEST_F(ReportReconcilerTest, ANamespaceThatIsInjectedNoLongerGetsALastReport) {
  PutPod("a");
  Await(reconciler_.RunOnce());
  namespaces_.clear();
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Stored()["status"]["summary"]["missing"], 0);
  EXPECT_EQ(Stored()["status"]["summary"]["skipped"], 1);
  const std::size_t requests = server_.requests().size();
  Await(reconciler_.RunOnce());
  EXPECT_EQ(server_.requests().size(), requests);
}

TEST_F(ReportReconcilerTest, AFailureIsCountedAndToldAndNoReasonToStop) {
  namespaces_ = {"a", "b", "c", "d", "shop"};
  server_.Forbid("list", "pods");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_THAT(LogText(), HasSubstr("cannot report on a namespace"));
  EXPECT_THAT(LogText(), testing::Not(HasSubstr(R"("namespace":"d")")));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_report_failures_total 5"));
}

}  // namespace
}  // namespace sidecar::controller
