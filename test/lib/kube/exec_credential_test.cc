#include "lib/kube/exec_credential.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

ExecPlugin Plugin() {
  ExecPlugin plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = "plugin";
  return plugin;
}

std::string Output(const std::string& status) {
  return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" +
         status + '}';
}

std::string ErrorOf(const std::string& text) {
  const auto credential = ParseExecCredential(text, Plugin());
  return credential.has_value() ? "" : credential.error().message;
}

TEST(ExecCredentialTest, ReadsTokensAndCertificates) {
  auto credential = ParseExecCredential(
      Output(R"({"token":"t","expirationTimestamp":"2018-03-05T17:30:20-08:00"})"), Plugin());
  ASSERT_TRUE(credential.has_value()) << credential.error().message;
  EXPECT_EQ(credential->token, "t");
  EXPECT_EQ(credential->expires, ParseRfc3339("2018-03-06T01:30:20Z"));
  credential = ParseExecCredential(
      Output(R"({"clientCertificateData":"c","clientKeyData":"k","token":null})"), Plugin());
  ASSERT_TRUE(credential.has_value()) << credential.error().message;
  EXPECT_EQ(credential->certificate_pem, "c");
  EXPECT_EQ(credential->key_pem, "k");
  EXPECT_FALSE(credential->expires.has_value());
}

TEST(ExecCredentialTest, RefusesEverythingElseWithoutQuotingIt) {
  for (const std::string& text :
       {std::string(), std::string("secret"), std::string("{\"secret\":"), std::string("[]"),
        std::string("null"), std::string("{}"), Output("null"), Output("{}"), Output("\"secret\""),
        Output(R"({"token":["secret"]})"), Output(R"({"clientCertificateData":"secret"})"),
        Output(R"({"token":"secret","expirationTimestamp":"soon"})"),
        std::string(R"({"apiVersion":1,"kind":"ExecCredential","status":{"token":"secret"}})"),
        std::string(R"({"apiVersion":"client.authentication.k8s.io/v1beta1",)"
                    R"("kind":"ExecCredential","status":{"token":"secret"}})"),
        std::string(2000, '[')}) {
    EXPECT_NE(ErrorOf(text), "") << text;
    EXPECT_EQ(ErrorOf(text).find("secret"), std::string::npos) << ErrorOf(text);
  }
}

TEST(ExecCredentialTest, TellsThePluginWhatItNeeds) {
  ExecPlugin plugin = Plugin();
  EXPECT_EQ(ExecInfo(plugin, false),
            R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
            R"("spec":{"interactive":false}})");
  plugin.cluster_json = R"({"server":"https://k8s"})";
  EXPECT_EQ(ExecInfo(plugin, true),
            R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
            R"("spec":{"cluster":{"server":"https://k8s"},"interactive":true}})");
}

TEST(ParseRfc3339Test, ReadsTimes) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:01:00Z"), WallTime(std::chrono::minutes(1)));
  EXPECT_EQ(ParseRfc3339("1970-01-01T01:01:00.123456+01:00"), WallTime(std::chrono::minutes(1)));
  EXPECT_EQ(ParseRfc3339("2000-02-29T00:00:00Z"), WallTime(std::chrono::seconds(951782400)));
  for (const char* const text :
       {"", "2001-02-29T00:00:00Z", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z", "1970-01-01T00:00:00+1", "1970-01-01T00:00:00ZZ",
        "-970-01-01T00:00:00Z", "1970-13-01T00:00:00Z"}) {
    EXPECT_FALSE(ParseRfc3339(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sidecar::kube
