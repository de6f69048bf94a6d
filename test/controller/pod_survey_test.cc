#include "controller/pod_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using inject::Policy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Json Pod(const char* owner = nullptr) {
  Json pod = Json::parse(R"({"metadata":{"name":"a"},"status":{"phase":"Running"},
                             "spec":{"containers":[{"name":"app"}]}})");
  if (owner != nullptr) {
    const Json reference = {{"kind", owner}, {"name", "o"}, {"controller", true}};
    pod["metadata"]["ownerReferences"] = Json::array({reference});
  }
  return pod;
}

PodSurvey SurveyOf(const std::vector<Json>& pods, Policy policy = Policy::kEnabled) {
  PodSurvey survey;
  for (const Json& pod : pods) Survey(pod, "shop", policy, survey);
  return survey;
}

TEST(PodSurveyTest, CountsPodsThatWouldGetASidecar) {
  const PodSurvey survey = SurveyOf({Pod(), Pod("ReplicaSet"), Pod("StatefulSet"), Pod("Job")});
  EXPECT_EQ(survey.running, 4U);
  EXPECT_EQ(survey.missing, 4U);
  EXPECT_EQ(survey.bare, 1U);
  EXPECT_EQ(survey.other_owners, 1U);
  EXPECT_THAT(survey.restartable, ElementsAre("deployment", "statefulset"));
}

TEST(PodSurveyTest, PassesOverPodsThatHaveOne) {
  Json annotated = Pod();
  annotated["metadata"]["annotations"]["sidecar.istio.io/status"] = "{}";
  Json by_hand = Pod();
  by_hand["spec"]["containers"].push_back({{"name", "istio-proxy"}});
  Json native = Pod();
  native["spec"]["initContainers"] = Json::array({Json{{"name", "istio-proxy"}}});
  const PodSurvey survey = SurveyOf({annotated, by_hand, native});
  EXPECT_EQ(survey.running, 3U);
  EXPECT_EQ(survey.missing, 0U);
}

TEST(PodSurveyTest, PassesOverPodsThatWouldGetNone) {
  Json host = Pod();
  host["spec"]["hostNetwork"] = true;
  Json annotation = Pod();
  annotation["metadata"]["annotations"]["sidecar.istio.io/inject"] = "false";
  Json label = Pod();
  label["metadata"]["labels"]["sidecar.istio.io/inject"] = "false";
  EXPECT_EQ(SurveyOf({host, annotation, label}).missing, 0U);
  EXPECT_EQ(SurveyOf({Pod()}, Policy::kDisabled).missing, 0U);
}

TEST(PodSurveyTest, PassesOverPodsThatHaveEndedOrAreGoing) {
  Json ended = Pod();
  ended["status"]["phase"] = "Succeeded";
  Json going = Pod();
  going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(SurveyOf({ended, going}).running, 0U);
}

TEST(PodSurveyTest, SurvivesPodsOfAnyShape) {
  for (
      const char* const text :
      {"null", "3", "[]", R"({"metadata":{"ownerReferences":{},"annotations":[]},"spec":[]})",
       R"({"spec":{"containers":[3,null],"hostNetwork":"yes"},"metadata":{"ownerReferences":[1]}})"}) {
    EXPECT_EQ(SurveyOf({Json::parse(text)}).running, 1U) << text;
  }
}

TEST(PodSurveyTest, SaysHowToRestartThem) {
  const std::string advice = Advice(SurveyOf({Pod("ReplicaSet"), Pod("DaemonSet")}), "shop");
  EXPECT_EQ(advice,
            "2 pods of 2 running in this namespace have no sidecar yet; to restart them: "
            "sidecar-injector restart --missing -n shop, or kubectl rollout restart "
            "daemonset,deployment -n shop");
  EXPECT_THAT(Advice(SurveyOf({Pod(), Pod("Job")}), "shop"),
              HasSubstr("2 pods, bare or of Jobs and the like, must be created anew by hand"));
  EXPECT_THAT(Advice(SurveyOf({Pod()}), "shop"), Not(HasSubstr("rollout")));
}

TEST(PodSurveyTest, SaysNothingWhereNothingIsMissing) {
  EXPECT_EQ(Advice(SurveyOf({}), "shop"), "");
}

}  // namespace
}  // namespace sidecar::controller
