#include "lib/observe/admin_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::observe {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AdminRoutesTest : public testing::Test {
 protected:
  AdminPage Get(std::string_view target) { return AnswerAdmin(sources_, "GET", target); }

  MetricRegistry metrics_;
  Readiness readiness_{{"tls"}};
  AdminSources sources_{&metrics_, &readiness_, [] { return std::string("{\"generation\":3}"); }};
};

TEST_F(AdminRoutesTest, HealthSaysThatTheProcessRuns) {
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/healthz").body, "ok");
}

TEST_F(AdminRoutesTest, ReadinessFollowsTheConditions) {
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_THAT(Get("/readyz").body, StartsWith("[-]tls failed"));
  readiness_.Set("tls", true);
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Get("/readyz").body, "ok");
  EXPECT_EQ(Get("/readyz?verbosely").body, "ok");
  EXPECT_EQ(Get("/readyz?verbose").body, "[+]tls ok\nreadyz check passed\n");
  EXPECT_EQ(Get("/readyz?a=b&verbose=1").body, "[+]tls ok\nreadyz check passed\n");
}

TEST_F(AdminRoutesTest, MetricsAreInPrometheusFormat) {
  metrics_.AddGauge("g", "G.").Set(2);
  EXPECT_THAT(Get("/metrics").content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(Get("/metrics").body, HasSubstr("\ng 2\n"));
}

TEST_F(AdminRoutesTest, ConfigzIsJson) {
  EXPECT_EQ(Get("/configz").content_type, "application/json");
  EXPECT_EQ(Get("/configz").body, "{\"generation\":3}");
}

TEST_F(AdminRoutesTest, OtherPathsAndMethodsAreRefused) {
  EXPECT_EQ(Get("/").status, 404);
  EXPECT_EQ(Get("").status, 404);
  EXPECT_EQ(Get("/readyz/x").status, 404);
  EXPECT_EQ(AnswerAdmin(sources_, "POST", "/healthz").status, 405);
  EXPECT_EQ(AnswerAdmin(sources_, "HEAD", "/healthz").status, 200);
}

}  // namespace
}  // namespace sidecar::observe
