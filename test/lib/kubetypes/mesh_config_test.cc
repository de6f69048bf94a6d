#include "lib/kubetypes/mesh_config.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "lib/kubetypes/proto_message.h"

namespace sidecar::kubetypes {
namespace {

constexpr std::string_view kProxyDefaults =
    "config_path:\"/etc/istio/proxy\" binary_path:\"/usr/local/bin/envoy\" "
    "service_cluster:\"istio-proxy\" drain_duration:<seconds:2 > "
    "parent_shutdown_duration:<seconds:3 > discovery_address:\"istio-pilot:15003\" "
    "discovery_refresh_delay:<seconds:1 > connect_timeout:<seconds:1 > proxy_admin_port:15000 ";

std::string Proxy(std::string_view json, const MeshConfigOptions& options = {}) {
  const Result<MeshConfig> config = LoadMeshConfig(json, options);
  return config.has_value() ? CompactText(config->proxy_config()) : config.error().message;
}

std::string Mesh(std::string_view json, const MeshConfigOptions& options = {}) {
  const Result<MeshConfig> config = LoadMeshConfig(json, options);
  return config.has_value() ? CompactText(config->mesh_config()) : config.error().message;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(MeshConfigTest, HasTheDefaultsOfZeroPointFive) {
  const std::string mesh =
      "proxy_listen_port:15001 connect_timeout:<seconds:1 > "
      "ingress_class:\"istio\" ingress_controller_mode:STRICT "
      "rds_refresh_delay:<seconds:1 > enable_tracing:true "
      "access_log_file:\"/dev/stdout\" default_config:<" +
      std::string(kProxyDefaults) + "> ";
  for (const char* empty : {"", "# nothing\n", "null", "{}", "defaultConfig:\n",
                            R"({"defaultConfig":null})", R"({"defaultConfig":{}})"}) {
    EXPECT_EQ(Mesh(empty), mesh) << empty;
    EXPECT_EQ(Proxy(empty), kProxyDefaults) << empty;
  }
  EXPECT_EQ(CompactText(DefaultMeshConfig(MeshRelease::k0_5_0).mesh_config()), mesh);
}

TEST(MeshConfigTest, DefaultsFollowTheRelease) {
  const std::string later =
      Replaced(std::string(kProxyDefaults), "istio-pilot:15003", "istio-pilot:15007");
  EXPECT_EQ(Proxy("{}", {.release = MeshRelease::k0_6}), kProxyDefaults);
  EXPECT_EQ(Proxy("{}", {.release = MeshRelease::k0_7}), later);
  EXPECT_EQ(Proxy("{}", {.release = MeshRelease::k1_0}), later);
  EXPECT_NE(Mesh("{}", {.release = MeshRelease::k1_0}).find("sds_refresh_delay:<seconds:15 > "),
            std::string::npos);
}

TEST(MeshConfigTest, LaysTheFilesProxyConfigOverTheDefaults) {
  EXPECT_EQ(Proxy(R"({"defaultConfig":{"drain_duration":"42s","parentShutdownDuration":"1m",
                                       "zipkinAddress":"zipkin:9411"}})"),
            Replaced(Replaced(Replaced(std::string(kProxyDefaults), "seconds:2 ", "seconds:42 "),
                              "seconds:3 ", "seconds:60 "),
                     "connect_timeout", "zipkin_address:\"zipkin:9411\" connect_timeout"));
}

TEST(MeshConfigTest, ZeroesOfTheFilesProxyConfigDoNotCount) {
  EXPECT_EQ(Proxy(R"({"defaultConfig":{"configPath":"","proxyAdminPort":0,"drainDuration":null,
                                       "controlPlaneAuthPolicy":"NONE"}})"),
            kProxyDefaults);
}

TEST(MeshConfigTest, ZeroesAtTheTopLevelDo) {
  const std::string mesh = Mesh(R"({"enableTracing":false,"accessLogFile":"",
                                    "ingressControllerMode":"OFF"})");
  EXPECT_EQ(mesh.find("enable_tracing"), std::string::npos);
  EXPECT_EQ(mesh.find("access_log_file"), std::string::npos);
  EXPECT_EQ(mesh.find("ingress_controller_mode"), std::string::npos);
}

TEST(MeshConfigTest, BothViewsShowOneProxyConfig) {
  const Result<MeshConfig> config = LoadMeshConfig(R"({"defaultConfig":{"serviceCluster":"x"}})");
  ASSERT_TRUE(config.has_value());
  const gotemplate::Value mesh = config->mesh_config();
  EXPECT_EQ(mesh.type()->name, "*v1alpha1.MeshConfig");
  EXPECT_EQ(config->proxy_config().type()->name, "*v1alpha1.ProxyConfig");
  const gotemplate::FieldMatch* field =
      gotemplate::FindField(mesh.type()->element, "DefaultConfig");
  ASSERT_NE(field, nullptr);
  EXPECT_TRUE(gotemplate::AreEqual(mesh.Elem().Field(field->path[0]), config->proxy_config()));
}

TEST(MeshConfigTest, ValuesSurviveAMove) {
  Result<MeshConfig> loaded = LoadMeshConfig(R"({"defaultConfig":{"serviceCluster":"moved"}})");
  ASSERT_TRUE(loaded.has_value());
  const gotemplate::Value before = loaded->proxy_config();
  const MeshConfig config = *std::move(loaded);
  EXPECT_NE(CompactText(before).find("service_cluster:\"moved\""), std::string::npos);
  EXPECT_EQ(CompactText(config.proxy_config()), CompactText(before));
}

TEST(MeshConfigTest, ReportsWhatCannotBeRead) {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {R"({"foo":1})",
       R"(failed to convert to proto. unknown field "foo" in istio.mesh.v1alpha1.MeshConfig (line 1: foo))"},
      {R"({"defaultConfig":{"foo":1}})",
       R"(failed to convert to proto. unknown field "foo" in istio.mesh.v1alpha1.ProxyConfig (line 1: defaultConfig.foo))"},
      {R"({"proxyListenPort":"x"})",
       "failed to convert to proto. invalid character 'x' looking for beginning of value "
       "(line 1: proxyListenPort)"},
      {R"({"defaultConfig":{"drainDuration":"2"}})",
       R"(failed to convert to proto. bad Duration: time: missing unit in duration "2" (line 1: defaultConfig.drainDuration))"},
      {R"("text")",
       "failed to convert to proto. json: cannot unmarshal string into Go value of type "
       "map[string]json.RawMessage"},
      // Not yet known, and no longer known.
      {R"({"sdsUdsPath":"x"})",
       R"(failed to convert to proto. unknown field "sdsUdsPath" in istio.mesh.v1alpha1.MeshConfig (line 1: sdsUdsPath))"},
  };
  for (const auto& [json, error] : cases) EXPECT_EQ(Mesh(json), error) << json;
  EXPECT_EQ(Mesh(R"({"egressProxyAddress":"x:1"})", {.release = MeshRelease::k0_6}),
            "failed to convert to proto. unknown field \"egressProxyAddress\" in "
            "istio.mesh.v1alpha1.MeshConfig (line 1: egressProxyAddress)");
  EXPECT_EQ(
      Mesh("authPolicy: NONE\ndefaultConfig:\n  drainDuration: 5\n"),
      "failed to convert to proto. json: cannot unmarshal number into Go value of type string "
      "(line 3: defaultConfig.drainDuration)");
}

TEST(MeshConfigTest, ReadsYaml) {
  EXPECT_EQ(Proxy("# comment\ndefaultConfig: &x\n  drain_duration: 42s\n"
                  "  parentShutdownDuration: \"60s\"\n"),
            Replaced(Replaced(std::string(kProxyDefaults), "seconds:2 ", "seconds:42 "),
                     "seconds:3 ", "seconds:60 "));
  EXPECT_NE(
      Mesh("authPolicy: MUTUAL_TLS\nproxyListenPort: \"15002\"\n").find("proxy_listen_port:15002 "),
      std::string::npos);
  EXPECT_EQ(Mesh("authPolicy: [\n").find("failed to convert to proto. yaml: line "), 0U);
  EXPECT_EQ(Mesh("configPath: x\n"),
            "failed to convert to proto. unknown field \"configPath\" in "
            "istio.mesh.v1alpha1.MeshConfig (line 1: configPath)");
  EXPECT_EQ(Mesh("proxyListenPort: 1e4\n").find("proxy_listen_port:10000 "), 0U);
  EXPECT_EQ(Mesh("proxyListenPort: 1e100\n"),
            "failed to convert to proto. json: cannot unmarshal number 1e+100 into Go value of "
            "type int32 (line 1: proxyListenPort)");
  EXPECT_EQ(Mesh("accessLogFile: yes\n"),
            "failed to convert to proto. json: cannot unmarshal bool into Go value of type string "
            "(line 1: accessLogFile)");
}

TEST(MeshConfigTest, SurvivesHostileYaml) {
  const std::string deep = "defaultConfig: " + std::string(200'000, '[');
  EXPECT_FALSE(LoadMeshConfig(deep).has_value());
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name <= 'j'; ++name) {
    const std::string last = "*" + std::string(1, static_cast<char>(name - 1));
    laughs += std::string(1, name) + ": &" + name + " [" + last;
    for (int i = 0; i < 8; ++i) laughs += "," + last;
    laughs += "]\n";
  }
  EXPECT_FALSE(LoadMeshConfig(laughs + "mtlsExcludedServices: *j\n").has_value());
}

TEST(MeshConfigTest, ValidatesUnlessToldNotTo) {
  constexpr std::string_view kEqualDurations =
      R"({"defaultConfig":{"drainDuration":"42s","parentShutdownDuration":"42s",
                           "discoveryRefreshDelay":"42s","connectTimeout":"42s"}})";
  EXPECT_EQ(Proxy(kEqualDurations),
            "2 errors occurred:\n\n"
            "* invalid parent and drain time combination parent shutdown time 42s must be greater "
            "than drain time 42s\n"
            "* invalid connect timeout: time 42s must be >1ms and <30s");
  EXPECT_EQ(Proxy(kEqualDurations, {.validate = false}).find("config_path"), 0U);
}

TEST(MeshConfigTest, BoundsItsMemory) {
  const std::string large(std::size_t{65} << 20, 'x');
  const yaml::Member member = {.key = "accessLogFile", .value = yaml::Node::String(large)};
  const Result<MeshConfig> config = LoadMeshConfig(yaml::Node::Mapping({&member, 1}));
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().message, "memory limit exceeded");
}

}  // namespace
}  // namespace sidecar::kubetypes
