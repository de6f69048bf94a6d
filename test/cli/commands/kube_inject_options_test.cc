#include "cli/commands/kube_inject_options.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Parses and completes; the error's message, or "".
std::string Parse(const std::string& arguments, KubeInjectOptions& options) {
  CLI::App app;
  AddKubeInjectOptions(*app.add_subcommand("kube-inject"), options);
  app.parse("kube-inject " + arguments);
  const Result<void> complete = CompleteOptions(options);
  return complete.has_value() ? "" : complete.error().message;
}
std::string Parse(const std::string& arguments) {
  KubeInjectOptions options;
  return Parse(arguments, options);
}

TEST(KubeInjectOptionsTest, DefaultsAreThoseOfIstio05) {
  KubeInjectOptions options;
  EXPECT_EQ(Parse("-f a.yaml", options), "");
  EXPECT_THAT(options.filenames, ElementsAre("a.yaml"));
  EXPECT_EQ(options.params.init_image, "docker.io/istio/proxy_init:0.5.0");
  EXPECT_EQ(options.params.proxy_image, "docker.io/istio/proxy:0.5.0");
  EXPECT_EQ(options.params.sidecar_proxy_uid, 1337U);
  EXPECT_TRUE(options.params.enable_core_dump);
  EXPECT_EQ(options.params.include_ip_ranges, "");
}

TEST(KubeInjectOptionsTest, ReadsFlagsAsPflagDoes) {
  KubeInjectOptions options;
  EXPECT_EQ(Parse("-f a.yaml --filename=b.yaml -o out --coreDump=false --debug --hub h --tag=t "
                  "--sidecarProxyUID 7 --log_output_level debug -n ns -i istio",
                  options),
            "");
  EXPECT_THAT(options.filenames, ElementsAre("a.yaml", "b.yaml"));
  EXPECT_FALSE(options.params.enable_core_dump);
  EXPECT_EQ(options.params.proxy_image, "h/proxy_debug:t");
  EXPECT_EQ(options.params.sidecar_proxy_uid, 7U);
  EXPECT_EQ(options.output, "out");
}

TEST(KubeInjectOptionsTest, MistakesAreToldInIstiosWords) {
  EXPECT_EQ(Parse(""), "filename not specified (see --filename or -f)");
  EXPECT_EQ(Parse("-f a --emitTemplate"), "--filename and --emitTemplate are mutually exclusive");
  EXPECT_EQ(Parse("-f a --compat 0.6 --injectConfigFile x --injectConfigMapName y"),
            "--injectConfigFile and --injectConfigMapName are mutually exclusive");
  EXPECT_THAT(Parse("-f a --compat 2"), HasSubstr("must be one of 0.5"));
}

TEST(KubeInjectOptionsTest, ConfigMapsOfAClusterCanBeNamed) {
  KubeInjectOptions options;
  EXPECT_EQ(
      Parse("-f a -c k --context x -n ns --meshConfigMapName m --injectConfigMapName c", options),
      "");
  EXPECT_EQ(options.kube.kubeconfig, "k");
  EXPECT_EQ(options.kube.context, "x");
  EXPECT_EQ(options.kube.namespace_name, "ns");
  EXPECT_EQ(options.inject_config_map_name, "c");
  KubeInjectOptions modern;
  EXPECT_EQ(Parse("-f a --compat 0.8", modern), "");
  EXPECT_EQ(modern.inject_config_map_name, "istio-sidecar-injector");
}

TEST(KubeInjectOptionsTest, Istio08TellsAllMistakesAtOnce) {
  EXPECT_EQ(Parse("--compat 0.8 --includeIPRanges bad --excludeInboundPorts bad"),
            "filename not specified (see --filename or -f); includeIPRanges invalid: failed "
            "parsing cidr 'bad': invalid CIDR address: bad; excludeInboundPorts invalid: failed "
            "parsing port 'bad': invalid syntax");
}

TEST(KubeInjectOptionsTest, Istio08WantsASwitchForHubAndTag) {
  unsetenv("ISTIOCTL_USE_BUILTIN_DEFAULTS");
  EXPECT_THAT(Parse("-f a --compat 0.8 --hub h --tag t"),
              HasSubstr("one of injectConfigFile or injectConfigMapName is required\nuse the"));
  setenv("ISTIOCTL_USE_BUILTIN_DEFAULTS", "TRUE", 1);
  EXPECT_EQ(Parse("-f a --compat 0.8 --hub h"),
            "hub and tag are both required. got hub: 'h', tag: ''");
  KubeInjectOptions options;
  EXPECT_EQ(Parse("-f a --compat 0.8 --hub h --tag t", options), "");
  EXPECT_EQ(options.params.include_ip_ranges, "*");
  EXPECT_THAT(options.deprecated_flags_given, ElementsAre("hub", "tag"));
  unsetenv("ISTIOCTL_USE_BUILTIN_DEFAULTS");
}

TEST(KubeInjectOptionsTest, ValuesThatWouldBreakTheTemplateAreRefused) {
  EXPECT_THAT(Parse("-f a --tag \"1: {}\""), HasSubstr("invalid argument"));
}

}  // namespace
}  // namespace sidecar::cli
