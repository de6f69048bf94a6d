#include "cli/commands/kube_inject_sources.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test/support/fake_cluster.h"

namespace sidecar::cli {
namespace {

using testing_support::FakeCluster;

// A ConfigMap with this text under this key.
std::pair<std::string, std::string> Map(const std::string& key, const std::string& text) {
  return {"200 OK", nlohmann::json{{"data", {{key, text}}}}.dump()};
}

std::pair<std::string, std::string> Missing(const std::string& name) {
  return {"404 Not Found", nlohmann::json{{"kind", "Status"},
                                          {"code", 404},
                                          {"reason", "NotFound"},
                                          {"message", "configmaps \"" + name + "\" not found"}}
                               .dump()};
}

KubeInjectOptions Options(const FakeCluster& cluster) {
  KubeInjectOptions options;
  options.kube.kubeconfig = cluster.kubeconfig();
  options.kubeconfig_given = true;
  return options;
}

std::string Failure(const KubeInjectOptions& options) {
  const auto sources = LoadInjectSources(options);
  return sources.has_value() ? "" : sources.error().message;
}

TEST(KubeInjectSourcesTest, TheMeshIsInAConfigMap) {
  const FakeCluster cluster({Map("mesh", "ingressClass: other\n")});
  const auto sources = LoadInjectSources(Options(cluster));
  ASSERT_TRUE(sources.has_value()) << sources.error().message;
  EXPECT_EQ(sources->mesh_note, "");
  EXPECT_EQ(sources->config_name, "");
  EXPECT_TRUE(
      cluster.requests()[0].starts_with("GET /api/v1/namespaces/istio-system/configmaps/istio "));
}

TEST(KubeInjectSourcesTest, TheInjectionConfigurationIsInANamedConfigMap) {
  const FakeCluster cluster(
      {Map("mesh", ""), Map("config", "policy: disabled\ntemplate: 'a: b'\n")});
  KubeInjectOptions options = Options(cluster);
  options.istio_namespace = "mesh-system";
  options.inject_config_map_name = "istio-inject";
  const auto sources = LoadInjectSources(options);
  ASSERT_TRUE(sources.has_value()) << sources.error().message;
  EXPECT_EQ(sources->config.policy, "disabled");
  EXPECT_EQ(sources->config.template_text, "a: b");
  EXPECT_EQ(sources->config_name, "ConfigMap mesh-system/istio-inject");
  EXPECT_TRUE(cluster.requests()[1].starts_with(
      "GET /api/v1/namespaces/mesh-system/configmaps/istio-inject "));
}

TEST(KubeInjectSourcesTest, FailuresAreToldInIstiosWords) {
  const FakeCluster empty({Missing("istio")});
  EXPECT_EQ(Failure(Options(empty)),
            "could not read valid configmap \"istio\" from namespace  \"istio-system\": configmaps "
            "\"istio\" not found - Use --meshConfigFile or re-run kube-inject with `-i "
            "<istioSystemNamespace> and ensure valid MeshConfig exists");
  const FakeCluster keyless({Map("other", "")});
  EXPECT_EQ(Failure(Options(keyless)), "missing configuration map key \"mesh\"");

  const FakeCluster half({Map("mesh", ""), Missing("istio-inject")});
  KubeInjectOptions options = Options(half);
  options.inject_config_map_name = "istio-inject";
  EXPECT_EQ(Failure(options),
            "could not find valid configmap \"istio-inject\" from namespace  \"istio-system\": "
            "configmaps \"istio-inject\" not found - Use --injectConfigFile or re-run kube-inject "
            "with `-i <istioSystemNamespace> and ensure istio-inject configmap exists");
  const FakeCluster keyless_too({Map("mesh", ""), Map("other", "")});
  options.kube.kubeconfig = keyless_too.kubeconfig();
  EXPECT_EQ(Failure(options), "missing configuration map key \"config\" in \"istio-inject\"");
  const FakeCluster broken({Map("mesh", ""), Map("config", "policy: [\n")});
  options.kube.kubeconfig = broken.kubeconfig();
  EXPECT_TRUE(
      Failure(options).starts_with("unable to convert data from configmap \"istio-inject\": "))
      << Failure(options);
}

TEST(KubeInjectSourcesTest, AMeshThatIsWrongNamesItsConfigMap) {
  const FakeCluster cluster({Map("mesh", "nonsense: 1\n")});
  EXPECT_TRUE(Failure(Options(cluster)).starts_with("ConfigMap istio-system/istio: "));
}

TEST(KubeInjectSourcesTest, AFileNeedsNoCluster) {
  const testing_support::TempFolder folder;
  folder.Write("mesh", "");
  KubeInjectOptions options;
  options.mesh_config_file = folder.Path("mesh");
  options.kube.kubeconfig = "/no/such/file";
  options.kubeconfig_given = true;
  EXPECT_EQ(Failure(options), "");
  options.mesh_config_file.clear();
  EXPECT_EQ(Failure(options), "kubernetes configuration file \"/no/such/file\" does not exist");
}

}  // namespace
}  // namespace sidecar::cli
