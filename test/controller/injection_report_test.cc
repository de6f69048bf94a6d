#include "controller/injection_report.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/condition.h"
#include "test/controller/crd_schema.h"

namespace sidecar::controller {
namespace {

constexpr const char* kNow = "2018-02-01T00:00:00Z";
constexpr const char* kStatus = "sidecar.istio.io/status";

ReportScope Scope() {
  ReportScope scope;
  scope.namespace_name = "shop";
  scope.template_hash = "new";
  return scope;
}

// A pod of Deployment `name`.
Json PodOf(const std::string& name, const Json& annotations = Json::object()) {
  return {{"metadata",
           {{"name", name + "-5d4f-x"},
            {"labels", {{"pod-template-hash", "5d4f"}}},
            {"annotations", annotations},
            {"ownerReferences",
             {{{"kind", "ReplicaSet"}, {"name", name + "-5d4f"}, {"controller", true}}}}}},
          {"spec", {{"containers", {{{"name", "app"}}}}}},
          {"status", {{"phase", "Running"}}}};
}

std::string StatusOf(const std::string& version) {
  return R"({"version":")" + version + R"(","initContainers":null,"containers":["istio-proxy"],)" +
         R"("volumes":null})";
}

TEST(InjectionReportTest, PodsAreCountedByState) {
  InjectionReport report(Scope());
  report.Add(PodOf("a", {{kStatus, StatusOf("new")}}));
  report.Add(PodOf("b", {{kStatus, StatusOf("old")}}));
  report.Add(PodOf("c"));
  report.Add(PodOf("d", {{"sidecar.istio.io/inject", "false"}}));
  Json on_host = PodOf("e");
  on_host["spec"]["hostNetwork"] = true;
  report.Add(on_host);
  EXPECT_EQ(report.Status(nullptr, kNow)["summary"], Json({{"injected", 1},
                                                           {"stale", 1},
                                                           {"missing", 1},
                                                           {"failed", 0},
                                                           {"skipped", 1},
                                                           {"optedOut", 1}}));
}

TEST(InjectionReportTest, PodsThatHaveEndedOrAreAboutToDoNotCount) {
  InjectionReport report(Scope());
  Json ended = PodOf("a");
  ended["status"]["phase"] = "Succeeded";
  report.Add(ended);
  Json leaving = PodOf("b");
  leaving["metadata"]["deletionTimestamp"] = kNow;
  report.Add(leaving);
  EXPECT_EQ(report.Status(nullptr, kNow)["summary"]["missing"], 0);
}

TEST(InjectionReportTest, TheLabelOptsOutToo) {
  InjectionReport report(Scope());
  Json pod = PodOf("a");
  pod["metadata"]["labels"]["sidecar.istio.io/inject"] = "false";
  report.Add(pod);
  EXPECT_EQ(report.Status(nullptr, kNow)["summary"]["optedOut"], 1);
}

TEST(InjectionReportTest, OwnersAreWhatAPersonWouldRestart) {
  InjectionReport report(Scope());
  report.Add(PodOf("web", {{kStatus, StatusOf("old")}}));
  report.Add(PodOf("web", {{kStatus, StatusOf("old")}}));
  Json bare = PodOf("web");
  bare["metadata"].erase("ownerReferences");
  report.Add(bare);
  EXPECT_EQ(report.Status(nullptr, kNow)["owners"], Json({{{"kind", "Deployment"},
                                                           {"name", "web"},
                                                           {"state", "Stale"},
                                                           {"pods", 2},
                                                           {"since", kNow},
                                                           {"haveHash", "old"}},
                                                          {{"kind", "Pod"},
                                                           {"name", "web-5d4f-x"},
                                                           {"state", "Missing"},
                                                           {"pods", 1},
                                                           {"since", kNow}}}));
}

TEST(InjectionReportTest, WhatStandsAsItDidKeepsItsTime) {
  InjectionReport first(Scope());
  first.Add(PodOf("web"));
  const Json before = first.Status(nullptr, "2018-01-01T00:00:00Z");
  InjectionReport second(Scope());
  second.Add(PodOf("api"));
  second.Add(PodOf("web"));
  const Json owners = second.Status(before, kNow)["owners"];
  EXPECT_EQ(owners[0]["name"], "web");
  EXPECT_EQ(owners[0]["since"], "2018-01-01T00:00:00Z");
  EXPECT_EQ(owners[1]["since"], kNow);
}

TEST(InjectionReportTest, TheListIsBounded) {
  InjectionReport report(Scope());
  for (std::size_t i = 0; i <= kMostOwners; ++i) report.Add(PodOf("web" + std::to_string(i)));
  const Json status = report.Status(nullptr, kNow);
  EXPECT_EQ(status["owners"].size(), kMostOwners);
  EXPECT_EQ(status["truncated"], true);
  EXPECT_EQ(status["summary"]["missing"], kMostOwners + 1);
}

TEST(InjectionReportTest, APodWhoseInjectionWouldFailHasFailed) {
  ReportScope scope = Scope();
  int asked = 0;
  scope.would_fail = [&](const Json& pod) -> std::optional<InjectionFailure> {
    ++asked;
    if (pod["metadata"]["name"] != "web-5d4f-x") return std::nullopt;
    return InjectionFailure{"InvalidAnnotation", std::string(600, 'x')};
  };
  InjectionReport report(scope);
  for (const char* const name : {"web", "web", "api", "api"}) report.Add(PodOf(name));
  const Json status = report.Status(nullptr, kNow);
  EXPECT_EQ(asked, 2) << "once a workload";
  EXPECT_EQ(status["summary"]["failed"], 2);
  EXPECT_EQ(status["summary"]["missing"], 2);
  const Json& web = status["owners"][1];
  EXPECT_EQ(web["state"], "Failed");
  EXPECT_EQ(web["pods"], 2);
  EXPECT_EQ(web["reason"], "InvalidAnnotation");
  EXPECT_EQ(web["message"].get<std::string>().size(), 512U);
  EXPECT_EQ(status["conditions"][1]["reason"], "InjectionFails");
}

TEST(InjectionReportTest, ARefusedWorkloadHasFailedThoughItHasNoPods) {
  InjectionReport report(Scope());
  report.AddRefused("Deployment", "web", {"TemplateError", "line 3"});
  report.AddRefused("Deployment", "web", {"TemplateError", "line 3"});
  const Json status = report.Status(nullptr, kNow);
  EXPECT_EQ(status["summary"]["failed"], 1);
  EXPECT_EQ(status["owners"], Json({{{"kind", "Deployment"},
                                     {"name", "web"},
                                     {"state", "Failed"},
                                     {"pods", 0},
                                     {"since", kNow},
                                     {"reason", "TemplateError"},
                                     {"message", "line 3"}}}));
}

TEST(InjectionReportTest, WhereNobodyAsksNothingIsMissing) {
  ReportScope scope = Scope();
  scope.is_selected = false;
  InjectionReport report(scope);
  report.Add(PodOf("web"));
  const Json status = report.Status(nullptr, kNow);
  EXPECT_EQ(status["summary"]["missing"], 0);
  EXPECT_EQ(status["summary"]["skipped"], 1);
}

TEST(InjectionReportTest, ConditionsTellWhetherThereIsSomethingToDo) {
  InjectionReport report(Scope());
  report.Add(PodOf("a", {{kStatus, StatusOf("new")}}));
  const Json fine = report.Status(nullptr, "2018-01-01T00:00:00Z");
  EXPECT_EQ(fine["conditions"][0]["status"], "True");
  EXPECT_EQ(fine["conditions"][1]["status"], "True");
  report.Add(PodOf("b"));
  report.MarkIncomplete();
  const Json worse = report.Status(fine, kNow);
  EXPECT_EQ(worse["conditions"][0]["status"], "False");
  EXPECT_EQ(worse["conditions"][1]["reason"], "RestartNeeded");
  EXPECT_EQ(worse["conditions"][1]["lastTransitionTime"], kNow);
}

TEST(InjectionReportTest, TheSchemaAdmitsAllOfIt) {
  ReportScope scope = Scope();
  scope.template_hash = std::string(64, 'a');
  scope.would_fail = [](const Json&) { return InjectionFailure{"TemplateError", "\xC3\xA4"}; };
  InjectionReport report(scope);
  for (std::size_t i = 0; i <= kMostOwners; ++i) report.Add(PodOf("web" + std::to_string(i)));
  report.Add(PodOf("old", {{kStatus, StatusOf(std::string(70, 'b'))}}));
  report.AddRefused("Job", "j", {"TemplateError", std::string(2000, 'x')});
  const Json schema = SchemaOf("injectionreports.yaml");
  EXPECT_EQ(SchemaBreach(schema, MakeInjectionReport("shop", report.Status(nullptr, kNow))), "");
}

TEST(InjectionReportTest, OnlyTheTimeOfObservationMayDiffer) {
  InjectionReport report(Scope());
  report.Add(PodOf("web", {{kStatus, StatusOf("new")}}));
  const Json before = report.Status(nullptr, "2018-01-01T00:00:00Z");
  EXPECT_TRUE(SameStatus(before, report.Status(before, kNow)));
  report.Add(PodOf("api"));
  EXPECT_FALSE(SameStatus(before, report.Status(before, kNow)));
}

TEST(InjectionReportTest, AnyJsonIsSurvived) {
  InjectionReport report(Scope());
  for (const char* const text :
       {"null", "[]", "3", R"({"metadata":[],"spec":"x"})", R"({"metadata":{"annotations":null}})",
        R"({"metadata":{"ownerReferences":[null,{"controller":true}]}})",
        R"({"metadata":{"annotations":{"sidecar.istio.io/status":"{"}}})"}) {
    report.Add(Json::parse(text));
  }
  const Json status = report.Status(Json::parse(R"({"owners":[null,{"kind":3}]})"), kNow);
  EXPECT_EQ(status["summary"]["missing"], 6);
  EXPECT_EQ(status["summary"]["stale"], 1);
}

TEST(InjectionReportTest, TheObjectIsTheNamespacesOne) {
  EXPECT_EQ(MakeInjectionReport("shop", {{"truncated", false}})["metadata"],
            Json({{"name", "injection"}, {"namespace", "shop"}}));
}

}  // namespace
}  // namespace sidecar::controller
