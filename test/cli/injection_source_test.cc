#include "cli/injection_source.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/kube/protocol/resources.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing_support::FakeApiServer;

constexpr std::string_view kConfig = "policy: disabled\ntemplate: 'containers: [{name: p}]'\n";

struct Cluster {
  FakeApiServer server;
  Folder folder;

  ClusterClient Connect() {
    KubeFlags flags;
    flags.kubeconfig = folder / "config";
    WriteFile(flags.kubeconfig, KubeconfigText(server.port()));
    return *ClusterClient::Connect(flags);
  }
};

TEST(InjectionSourceTest, WithoutAnythingTheBuiltInTemplateCounts) {
  const auto source = LoadInjection({}, nullptr, nullptr);
  ASSERT_TRUE(source.has_value()) << source.error().message;
  EXPECT_EQ(source->name, "the built-in template of Istio 0.5.0");
  ASSERT_NE(source->snapshot, nullptr);
  EXPECT_EQ(source->snapshot->renderer->config().policy(), inject::Policy::kEnabled);
}

TEST(InjectionSourceTest, TheBuiltInTemplateIsThatOfKubeInject) {
  for (const std::string release : {"0.5", "0.6", "0.8", "1.0"}) {
    InjectionSourceFlags flags;
    flags.compat = release;
    const Result<Injection> injection = ReadInjection(flags);
    ASSERT_TRUE(injection.has_value()) << injection.error().message;
    EXPECT_THAT(injection->text, HasSubstr("docker.io/istio/proxy_init:" + release));
    if (injection->compat < inject::Compat::k0_8) {  // Later ones want to be told the images.
      const std::string emitted =
          RunProgram({"kube-inject", "--emitTemplate", "--compat", release}).output;
      EXPECT_TRUE(emitted == injection->text + '\n') << release;
    }
    EXPECT_TRUE(CompileConfig(*injection).has_value());
    EXPECT_TRUE(ParseMesh(*injection).has_value());
  }
}

TEST(InjectionSourceTest, ErrorsNameTheFile) {
  const Folder folder;
  InjectionSourceFlags flags;
  CLI::App command;
  AddInjectionFileFlags(command, flags);
  const std::string file = folder / "x.yaml";
  WriteFile(file, "a: [");
  command.parse("--injectConfigFile " + file + " --meshConfigFile " + file);
  const Result<Injection> injection = ReadInjection(flags);
  ASSERT_TRUE(injection.has_value());
  EXPECT_THAT(CompileConfig(*injection).error().message, StartsWith(file));
  EXPECT_THAT(ParseMesh(*injection).error().message, StartsWith(file));
  flags.mesh_config_file = folder / "none";
  EXPECT_FALSE(ReadInjection(flags).has_value());
}

TEST(InjectionSourceTest, AFileBeatsAConfigMapOfTheInput) {
  const Folder folder;
  diagnose::ObjectSet objects;
  ASSERT_TRUE(objects
                  .AddDocument("kind: ConfigMap\nmetadata: {name: istio-inject, namespace: "
                               "istio-system}\ndata: {config: 'policy: a'}\n",
                               {})
                  .has_value());
  InjectionSourceFlags flags;
  EXPECT_EQ(LoadInjection(flags, &objects, nullptr)->name, "ConfigMap istio-system/istio-inject");
  flags.inject_config_file = folder / "inject.yaml";
  EXPECT_FALSE(LoadInjection(flags, &objects, nullptr).has_value());
  WriteFile(flags.inject_config_file, kConfig);
  const auto source = LoadInjection(flags, &objects, nullptr);
  EXPECT_EQ(source->name, flags.inject_config_file);
  EXPECT_EQ(source->snapshot->renderer->config().policy(), inject::Policy::kDisabled);
}

TEST(InjectionSourceTest, AClusterHasItInConfigMaps) {
  Cluster cluster;
  ClusterClient client = cluster.Connect();
  auto source = LoadInjection({}, nullptr, &client);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->snapshot, nullptr);
  EXPECT_THAT(source->problem, HasSubstr("istio-inject"));

  cluster.server.Put(kube::kConfigMaps,
                     {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
                      {"data", {{"config", std::string(kConfig)}}}});
  source = LoadInjection({}, nullptr, &client);
  ASSERT_TRUE(source.has_value());
  ASSERT_NE(source->snapshot, nullptr) << source->problem;
  EXPECT_EQ(source->snapshot->renderer->config().policy(), inject::Policy::kDisabled);
}

TEST(InjectionSourceTest, AConfigurationThatIsWrongIsAProblem) {
  const Folder folder;
  InjectionSourceFlags flags;
  flags.inject_config_file = folder / "inject.yaml";
  WriteFile(flags.inject_config_file, "policy: enabled\ntemplate: '{{'\n");
  const auto source = LoadInjection(flags, nullptr, nullptr);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->snapshot, nullptr);
  EXPECT_THAT(source->problem, StartsWith(flags.inject_config_file + ": injection configuration"));
}

TEST(InjectionSourceTest, AProblemOfTheMeshConfigurationNamesItsFile) {
  const Folder folder;
  InjectionSourceFlags flags;
  flags.mesh_config_file = folder / "mesh.yaml";
  WriteFile(flags.mesh_config_file, "defaultConfig:\n  drainDuration: 5\n");
  const auto source = LoadInjection(flags, nullptr, nullptr);
  ASSERT_TRUE(source.has_value());
  EXPECT_THAT(source->problem, StartsWith(flags.mesh_config_file + ": mesh configuration: "));
  EXPECT_THAT(source->problem, HasSubstr("(line 2: defaultConfig.drainDuration)"));
}

TEST(InjectionSourceTest, AnUnknownReleaseIsAUsageError) {
  InjectionSourceFlags flags;
  flags.compat = "2.5";
  const std::string message = ReadCompat("2.5").error().message;
  EXPECT_THAT(message, StartsWith("invalid argument \"2.5\" for \"--compat\" flag"));
  EXPECT_EQ(LoadInjection(flags, nullptr, nullptr).error().message, message);
}

}  // namespace
}  // namespace sidecar::cli
