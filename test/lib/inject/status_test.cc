#include "lib/inject/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Status Example() {
  Status status;
  status.version = "1fe8";
  status.init_containers = {"istio-init"};
  status.containers = {"istio-proxy"};
  status.volumes = {"istio-envoy", "istio-certs"};
  return status;
}

TEST(StatusTest, IsWrittenInIstiosOrder) {
  EXPECT_EQ(ToJson(Example(), Compat::k0_5_0),
            R"({"version":"1fe8","initContainers":["istio-init"],"containers":["istio-proxy"],)"
            R"("volumes":["istio-envoy","istio-certs"]})");
}

TEST(StatusTest, AbsentListsAreNullAndPullSecretsCameWith08) {
  EXPECT_EQ(ToJson(Status{}, Compat::k0_7),
            R"({"version":"","initContainers":null,"containers":null,"volumes":null})");
  Status status;
  EXPECT_EQ(ToJson(status, Compat::k0_8),
            R"({"version":"","initContainers":null,"containers":null,"volumes":null,)"
            R"("imagePullSecrets":null})");
  status.image_pull_secrets = {"a<b"};
  EXPECT_EQ(ToJson(status, Compat::k1_0),
            R"({"version":"","initContainers":null,"containers":null,"volumes":null,)"
            R"("imagePullSecrets":["a\u003cb"]})");
}

TEST(StatusTest, ReadsWhatItWrote) {
  const std::optional<Status> status = ParseStatus(ToJson(Example(), Compat::k0_8));
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->version, "1fe8");
  EXPECT_THAT(status->init_containers, ElementsAre("istio-init"));
  EXPECT_THAT(status->containers, ElementsAre("istio-proxy"));
  EXPECT_THAT(status->volumes, ElementsAre("istio-envoy", "istio-certs"));
  EXPECT_THAT(status->image_pull_secrets, IsEmpty());
}

TEST(StatusTest, WhatNamesNothingIsNoStatus) {
  for (const std::string_view text :
       {"", "injected-version-root@3a61", "null", "[]", "{}", R"({"version":"x"})",
        R"({"containers":null,"volumes":[]})", R"({"containers":"istio-proxy"})",
        R"({"containers":[1]})", R"({"containers":["a"])"}) {
    EXPECT_EQ(ParseStatus(text).has_value(), false) << text;
  }
}

TEST(StatusTest, HostileNestingIsRefused) {
  const std::string text = "{\"containers\":" + std::string(100'000, '[');
  EXPECT_FALSE(ParseStatus(text).has_value());
}

}  // namespace
}  // namespace sidecar::inject
