#include "cli/commands/selftest_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::cli {
namespace {

using kube::Json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

TEST(SelftestAnswerTest, TheProbeMeetsTheRestrictedPodSecurityStandard) {
  const Json pod = Json::parse(MakeProbePod());
  const Json& container = pod["spec"]["containers"][0]["securityContext"];
  EXPECT_EQ(pod["spec"]["securityContext"]["runAsNonRoot"], true);
  EXPECT_EQ(pod["spec"]["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
  EXPECT_EQ(container["allowPrivilegeEscalation"], false);
  EXPECT_EQ(container["capabilities"]["drop"][0], "ALL");
}

TEST(SelftestAnswerTest, TheStatusAnnotationTellsWhatWasInjected) {
  Json pod = Json::parse(MakeProbePod());
  EXPECT_EQ(InjectedInto(pod), std::nullopt);
  pod["metadata"]["annotations"]["sidecar.istio.io/status"] =
      R"({"version":"a","initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":null})";
  EXPECT_THAT(InjectedInto(pod), Optional(std::string("istio-init, istio-proxy")));
}

TEST(SelftestAnswerTest, WhatIsNoStatusIsNoInjection) {
  for (const char* const text :
       {"null", "[]", R"({"metadata":3})", R"({"metadata":{"annotations":[]}})",
        R"({"metadata":{"annotations":{"sidecar.istio.io/status":7}}})",
        R"({"metadata":{"annotations":{"sidecar.istio.io/status":"{}"}}})"}) {
    EXPECT_EQ(InjectedInto(Json::parse(text)), std::nullopt) << text;
  }
}

TEST(SelftestAnswerTest, KnownErrorsComeWithAHint) {
  EXPECT_THAT(
      HintFor(R"(failed calling webhook "x": Post "https://i.s.svc:443/inject?timeout=10s": )"
              "x509: certificate signed by unknown authority"),
      HasSubstr("caBundle"));
  EXPECT_THAT(HintFor("Post: context deadline exceeded (Client.Timeout exceeded)"),
              HasSubstr("platform=gke-private"));
  EXPECT_THAT(HintFor("etcdserver: request is too large"), IsEmpty());
}

TEST(SelftestAnswerTest, WhatMayStillStartUpIsTriedAgain) {
  EXPECT_TRUE(MayPass({ErrorCode::kInternal, "connection refused"}));
  EXPECT_TRUE(MayPass({ErrorCode::kNotFound, "namespaces \"x\" not found"}));
  EXPECT_TRUE(MayPass({ErrorCode::kForbidden, "error looking up service account x/default"}));
  EXPECT_FALSE(MayPass({ErrorCode::kForbidden, "pods is forbidden: User \"x\" cannot create"}));
  EXPECT_FALSE(MayPass({ErrorCode::kUnauthenticated, "Unauthorized"}));
}

}  // namespace
}  // namespace sidecar::cli
