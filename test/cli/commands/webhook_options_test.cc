#include "cli/commands/webhook_options.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sidecar::cli {
namespace {

// The options after these arguments, or the usage error in `message`.
WebhookOptions Parse(std::vector<std::string> arguments, std::string* message = nullptr) {
  WebhookOptions options;
  CLI::App app;
  AddWebhookOptions(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  const Result<void> complete = CompleteOptions(options);
  if (message != nullptr) {
    *message = complete.has_value() ? "" : complete.error().message;
  } else {
    EXPECT_TRUE(complete.has_value()) << complete.error().message;
  }
  return options;
}

TEST(WebhookOptionsTest, DefaultsAreIstios) {
  const WebhookOptions options = Parse({});
  EXPECT_EQ(options.files.mesh_config, "/etc/istio/config/mesh");
  EXPECT_EQ(options.files.inject_config, "/etc/istio/inject/config");
  EXPECT_EQ(options.files.tls_certificate, "/etc/istio/certs/cert.pem");
  EXPECT_EQ(options.files.tls_key, "/etc/istio/certs/key.pem");
  EXPECT_EQ(options.service.https.port, 443);
  EXPECT_EQ(options.service.admin.port, 15014);
  EXPECT_TRUE(options.service.serve_admin);
  EXPECT_EQ(options.service.health_interval.count(), 0);
  EXPECT_FALSE(options.admission.allow_on_error);
  EXPECT_EQ(options.admission.max_body_bytes, std::size_t{8} << 20U);
  EXPECT_EQ(options.service.https.max_connections, 1024);
  EXPECT_EQ(options.service.drain_delay, std::chrono::seconds(5));
  EXPECT_EQ(options.log.level, LogLevel::kInfo);
  EXPECT_EQ(options.log.format, isatty(STDERR_FILENO) == 0 ? LogFormat::kJson : LogFormat::kText);
  EXPECT_EQ(Parse({"--log_as_json=false"}).log.format, LogFormat::kText);
}

TEST(WebhookOptionsTest, FlagsOfIstiosManifestsAreAccepted) {
  const WebhookOptions options =
      Parse({"--tlsCertFile=/c", "--tlsKeyFile=/k", "--injectConfig=/i", "--meshConfig=/m",
             "--port=8443", "--healthCheckInterval=2s", "--healthCheckFile=/health",
             "--caCertFile=/ca", "--webhookConfigName=x", "--webhookName=y", "--kubeconfig=z", "-v",
             "2", "--log_callers", "--log_output_level=default:debug,ads:none"});
  EXPECT_EQ(options.files.tls_certificate, "/c");
  EXPECT_EQ(options.files.tls_key, "/k");
  EXPECT_EQ(options.files.inject_config, "/i");
  EXPECT_EQ(options.files.mesh_config, "/m");
  EXPECT_EQ(options.service.https.port, 8443);
  EXPECT_EQ(options.service.health_interval, std::chrono::seconds(2));
  EXPECT_EQ(options.service.health_file, "/health");
  EXPECT_EQ(options.log.level, LogLevel::kDebug);
}

TEST(WebhookOptionsTest, OwnFlags) {
  const WebhookOptions options =
      Parse({"--adminPort=0", "--drainDelay=1m30s", "--onError=allow", "--clientCAFile=/ca",
             "--allowedClient=a", "--allowedClient=b", "--compat=0.8", "--log_as_json"});
  EXPECT_FALSE(options.service.serve_admin);
  EXPECT_EQ(options.service.drain_delay, std::chrono::seconds(90));
  EXPECT_TRUE(options.admission.allow_on_error);
  EXPECT_EQ(options.files.client_ca, "/ca");
  EXPECT_EQ(options.files.allowed_clients, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.files.compat, inject::Compat::k0_8);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
}

TEST(WebhookOptionsTest, PagesForABrowserAreServedOnDemandOnly) {
  EXPECT_FALSE(Parse({}).service.ui);
  EXPECT_TRUE(Parse({"--ui"}).service.ui);
  std::string message;
  Parse({"--ui", "--adminPort=0"}, &message);
  EXPECT_EQ(message, "--ui needs an --adminPort");
}

TEST(WebhookOptionsTest, NamespacesThatAreIgnored) {
  using Names = std::vector<std::string>;
  unsetenv("POD_NAMESPACE");
  EXPECT_EQ(Parse({}).admission.ignored_namespaces,
            (Names{"kube-system", "kube-public", "kube-node-lease"}));
  EXPECT_EQ(Parse({"--ignoredNamespaces=a,b", "--ignoredNamespaces", "c", "--namespace=own"})
                .admission.ignored_namespaces,
            (Names{"a", "b", "c", "own"}));
  setenv("POD_NAMESPACE", "from-env", 1);
  EXPECT_EQ(Parse({"--ignoredNamespaces", ""}).admission.ignored_namespaces, Names{"from-env"});
  EXPECT_EQ(Parse({"--ignoredNamespaces=x", "--namespace=own"}).admission.ignored_namespaces,
            (Names{"x", "own"}));
  unsetenv("POD_NAMESPACE");
}

TEST(WebhookOptionsTest, NumbersAreReadAsPflagDoes) {
  const WebhookOptions options =
      Parse({"--port=0x1F90", "--adminPort=9000", "--maxRequestBytes=1_000", "--maxConnections=5"});
  EXPECT_EQ(options.service.https.port, 8080);
  EXPECT_EQ(options.service.admin.port, 9000);
  EXPECT_EQ(options.service.https.max_body_bytes, 1000U);
  EXPECT_EQ(options.admission.max_body_bytes, 1000U);
  EXPECT_EQ(options.service.https.max_connections, 5);
  try {
    Parse({"--port=https"});
    ADD_FAILURE();
  } catch (const CLI::ParseError& error) {
    EXPECT_STREQ(error.what(),
                 "invalid argument \"https\" for \"--port\" flag: strconv.ParseUint: parsing "
                 "\"https\": invalid syntax");
  }
}

TEST(WebhookOptionsTest, WrongValuesAreNamed) {
  const struct {
    std::string argument;
    std::string_view message;
  } cases[] = {
      {"--drainDelay=5",
       "invalid argument \"5\" for \"--drainDelay\" flag: time: missing unit in duration \"5\""},
      {"--drainDelay=-1s", "invalid argument \"-1s\" for \"--drainDelay\" flag: negative"},
      {"--onError=ignore",
       "invalid argument \"ignore\" for \"--onError\" flag: must be fail or allow"},
      {"--compat=2.0",
       "invalid argument \"2.0\" for \"--compat\" flag: must be one of 0.5, 0.5.1, 0.6, 0.7, 0.8, "
       "1.0"},
      {"--port=65536", "invalid argument \"65536\" for \"--port\" flag: must be 0 to 65535"},
      {"--maxConnections=0",
       "invalid argument \"0\" for \"--maxConnections\" flag: must be 1 to 1000000"},
      {"--allowedClient=a", "--allowedClient needs --clientCAFile"},
      {"--log_output_level=loud", "log level \"loud\" is none of debug, info, warning, error, off"},
  };
  for (const auto& test : cases) {
    std::string message;
    Parse({test.argument}, &message);
    EXPECT_EQ(message, test.message) << test.argument;
  }
}

}  // namespace
}  // namespace sidecar::cli
