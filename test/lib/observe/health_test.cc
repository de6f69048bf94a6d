#include "lib/observe/health.h"

#include <gtest/gtest.h>

namespace sidecar::observe {
namespace {

TEST(ReadinessTest, EveryConditionMustHold) {
  Readiness readiness({"tls", "config"});
  EXPECT_FALSE(readiness.IsReady());
  readiness.Set("tls", true);
  EXPECT_FALSE(readiness.IsReady());
  readiness.Set("config", true);
  EXPECT_TRUE(readiness.IsReady());
  readiness.Set("draining", false, "SIGTERM");
  EXPECT_FALSE(readiness.IsReady());
}

TEST(ReadinessTest, TheTextNamesEachConditionAndItsReason) {
  Readiness readiness({"tls", "config"});
  readiness.Set("config", true, "the last reload failed: line 3");
  EXPECT_EQ(readiness.Describe(),
            "[-]tls failed: not yet\n"
            "[+]config ok: the last reload failed: line 3\n"
            "readyz check failed\n");
  readiness.Set("tls", true);
  readiness.Set("config", true);
  EXPECT_EQ(readiness.Describe(), "[+]tls ok\n[+]config ok\nreadyz check passed\n");
}

}  // namespace
}  // namespace sidecar::observe
