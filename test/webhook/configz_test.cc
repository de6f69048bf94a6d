#include "webhook/configz.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::webhook {
namespace {

using nlohmann::json;

TEST(ConfigzTest, NothingInUseIsAnEmptyObject) {
  EXPECT_EQ(DescribeConfiguration(nullptr, {}), "{}\n");
}

TEST(ConfigzTest, HashesAndDatesAreShownAndNoContent) {
  const auto snapshot = MakeInjectionSnapshot({"policy: enabled\ntemplate: 'containers: []'\n", ""},
                                              inject::Compat::k0_5_0, 7);
  ASSERT_TRUE(snapshot.has_value()) << snapshot.error().message;
  ServingCertificate::Facts certificate;
  certificate.generation = 3;
  certificate.subject = "CN=injector";
  certificate.not_after = std::chrono::system_clock::from_time_t(1'500'000'000);
  const std::string text = DescribeConfiguration(snapshot->get(), certificate);
  const json page = json::parse(text);
  EXPECT_EQ(page["injection"]["generation"], 7);
  EXPECT_EQ(page["injection"]["configSha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(page["injection"]["templateSha256"], (*snapshot)->renderer->config().version());
  EXPECT_EQ(page["certificate"]["generation"], 3);
  EXPECT_EQ(page["certificate"]["notAfterUnix"], 1'500'000'000);
  EXPECT_EQ(text.find("containers"), std::string::npos);
}

TEST(ConfigzTest, ASubjectThatIsNoUtf8IsNoProblem) {
  ServingCertificate::Facts certificate;
  certificate.generation = 1;
  certificate.subject = "CN=\xff";
  EXPECT_EQ(json::parse(DescribeConfiguration(nullptr, certificate))["certificate"]["generation"],
            1);
}

}  // namespace
}  // namespace sidecar::webhook
