#include "controller/report_reconciler.h"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using kube::Json;
using testing::HasSubstr;

constexpr kube::Resource kReports{"sidecar-injector.istio.io", "v1alpha1", "injectionreports",
                                  "InjectionReport", true};

class ReportReconcilerTest : public ApiServerTest {
 protected:
  ReportReconcilerTest() : reconciler_(MakeOptions(), *client_, log_, metrics_) {}

  ReportReconciler::Options MakeOptions() {
    ReportReconciler::Options options;
    options.may_write = [this] { return leads_; };
    options.current = [this] { return current_; };
    options.namespaces = [] { return std::vector<std::string>{"shop"}; };
    options.now = [this] { return now_; };
    return options;
  }

  void PutPod(const std::string& name) {
    server_.Put(kube::kPods, {{"metadata", {{"name", name}, {"namespace", "shop"}}},
                              {"status", {{"phase", "Running"}}}});
  }

  Json Stored() const { return server_.Get(kReports, "shop", "injection"); }

  bool leads_ = true;
  std::optional<ReportedTemplate> current_ = ReportedTemplate{inject::Policy::kEnabled, "hash"};
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
  server_.RemoveApi("sidecar-injector.istio.io/v1alpha1");
  EXPECT_FALSE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(server_.requests().size(), 1U);
  EXPECT_THAT(LogText(), HasSubstr("their type is not installed"));
}

TEST_F(ReportReconcilerTest, EveryPageOfPodsCounts) {
  for (int i = 0; i < 250; ++i) PutPod("p" + std::to_string(i));
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Stored()["status"]["summary"]["missing"], 250);
  EXPECT_EQ(Requests("GET"), 4);  // The report and three pages.
}

TEST_F(ReportReconcilerTest, AFailureIsCountedAndToldAndNoReasonToStop) {
  server_.Forbid("list", "pods");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_THAT(LogText(), HasSubstr("cannot report on a namespace"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_report_failures_total 1"));
}

}  // namespace
}  // namespace sidecar::controller
