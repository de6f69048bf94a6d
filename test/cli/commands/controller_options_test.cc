#include "cli/commands/controller_options.h"

#include <algorithm>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using controller::CertificateMode;
using testing::Contains;
using testing::HasSubstr;

// The flags after these arguments, or the usage error in `message`.
ControllerFlags Parse(std::vector<std::string> arguments, std::string* message = nullptr,
                      const ControllerSurroundings& surroundings = {"", "host", "1"}) {
  ControllerFlags flags;
  CLI::App app;
  AddControllerOptions(app, flags);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  const Result<void> complete = CompleteOptions(flags, surroundings);
  if (message != nullptr) {
    *message = complete.has_value() ? "" : complete.error().message;
  } else {
    EXPECT_TRUE(complete.has_value()) << complete.error().message;
  }
  return flags;
}

TEST(ControllerOptionsTest, DefaultsAreIstiosNames) {
  const controller::ControllerOptions options = Parse({}).options;
  EXPECT_EQ(options.control_namespace, "istio-system");
  EXPECT_EQ(options.config_maps.inject.name, "istio-inject");
  EXPECT_EQ(options.config_maps.inject.key, "config");
  EXPECT_EQ(options.config_maps.mesh.name, "istio");
  EXPECT_EQ(options.config_maps.mesh.key, "mesh");
  EXPECT_EQ(options.webhook.configuration, "istio-sidecar-injector");
  EXPECT_EQ(options.webhook.webhook, "sidecar-injector.istio.io");
  EXPECT_EQ(options.webhook.service, "istio-sidecar-injector");
  EXPECT_EQ(options.certificates.mode, CertificateMode::kSelfSigned);
  EXPECT_EQ(options.certificates.secret, "sidecar-injector-certs");
  EXPECT_TRUE(options.election.enabled);
  EXPECT_EQ(options.election.lease, "istio-sidecar-injector");
  EXPECT_EQ(options.deployment, "istio-sidecar-injector");
  EXPECT_EQ(options.election.lease_duration, std::chrono::seconds(15));
  EXPECT_EQ(options.election.identity, "host_1");
  EXPECT_FALSE(options.manage_webhook);
  EXPECT_FALSE(options.default_config.has_value());
  EXPECT_TRUE(options.service.handle_signals);
}

TEST(ControllerOptionsTest, OneNamespaceCountsForEverything) {
  const auto options = Parse({"--namespace=mesh"}).options;
  EXPECT_EQ(options.control_namespace, "mesh");
  EXPECT_EQ(options.config_maps.namespace_name, "mesh");
  EXPECT_EQ(options.webhook.service_namespace, "mesh");
  EXPECT_THAT(options.admission.ignored_namespaces, Contains("mesh"));
  EXPECT_THAT(options.admission.ignored_namespaces, Contains("kube-system"));
}

TEST(ControllerOptionsTest, TheNamespaceIsThePodsUnlessGiven) {
  const ControllerSurroundings in_pod = {"of-the-pod", "host", "1"};
  EXPECT_EQ(Parse({}, nullptr, in_pod).options.control_namespace, "of-the-pod");
  EXPECT_EQ(Parse({"--namespace", "given"}, nullptr, in_pod).options.control_namespace, "given");
}

TEST(ControllerOptionsTest, FlagsOfTheChartAreAccepted) {
  const auto options = Parse({"--injectConfigMap=i",
                              "--injectConfigKey=ik",
                              "--meshConfigMap=m",
                              "--meshConfigKey=mk",
                              "--webhookConfigName=c",
                              "--webhookName=w.x.io",
                              "--manageWebhook",
                              "--service=s",
                              "--certMode=csr",
                              "--secret=k",
                              "--signerName=example.com/s",
                              "--port=8443",
                              "--adminPort=0",
                              "--drainDelay=1s",
                              "--onError=allow",
                              "--log_output_level=debug",
                              "--log_as_json",
                              "--clientCAFile=/ca",
                              "--allowedClient=a",
                              "--allowedClient=b"})
                           .options;
  EXPECT_EQ(options.certificates.client_ca_file, "/ca");
  EXPECT_EQ(options.certificates.allowed_clients, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.config_maps.inject.name, "i");
  EXPECT_EQ(options.config_maps.mesh.key, "mk");
  EXPECT_EQ(options.webhook.configuration, "c");
  EXPECT_EQ(options.webhook.webhook, "w.x.io");
  EXPECT_TRUE(options.manage_webhook);
  EXPECT_EQ(options.election.lease, "s");
  EXPECT_EQ(options.deployment, "s");
  EXPECT_EQ(options.certificates.mode, CertificateMode::kCsr);
  EXPECT_EQ(options.certificates.signer, "example.com/s");
  EXPECT_EQ(options.service.https.port, 8443);
  EXPECT_FALSE(options.service.serve_admin);
  EXPECT_EQ(options.service.drain_delay, std::chrono::seconds(1));
  EXPECT_TRUE(options.admission.allow_on_error);
}

TEST(ControllerOptionsTest, ADefaultConfigurationIsBuiltIn) {
  const auto release = Parse({"--defaultConfig=release"}).options.default_config;
  ASSERT_TRUE(release.has_value());
  EXPECT_THAT(*release, HasSubstr("istio-proxy"));
}

TEST(ControllerOptionsTest, ElectionCanBeSwitchedOff) {
  EXPECT_FALSE(Parse({"--leaderElect=false"}).options.election.enabled);
  EXPECT_TRUE(Parse({"--leaderElect"}).options.election.enabled);
}

TEST(ControllerOptionsTest, UsageErrorsNameTheFlag) {
  struct Case {
    std::vector<std::string> arguments;
    const char* message;
  };
  const Case cases[] = {
      {{"--defaultConfig=x"}, "--defaultConfig"},
      {{"--failurePolicy=fail"}, "must be Fail or Ignore"},
      {{"--webhookTimeout=31"}, "must be 1 to 30"},
      {{"--certMode=x"}, "must be self-signed, csr or files"},
      {{"--certMode=files"}, "needs --tlsCertFile and --tlsKeyFile"},
      {{"--tlsCertFile=x"}, "need --certMode=files"},
      {{"--leaseDuration=5s"}, "must exceed"},
      {{"--renewDeadline=2s"}, "1.2 times --retryPeriod"},
      {{"--signerName=a.b/c"}, "--signerName needs --certMode=csr"},
      {{"--servicePort=0"}, "must be 1 to 65535"},
      {{"--leaseDuration=x"}, "--leaseDuration"},
      {{"--retryPeriod=1ms"}, "must be 1s at least"},
      {{"--drainDelay=x"}, "--drainDelay"},
  };
  for (const Case& c : cases) {
    std::string message;
    Parse(c.arguments, &message);
    EXPECT_THAT(message, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace sidecar::cli
