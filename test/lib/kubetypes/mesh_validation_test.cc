#include "lib/kubetypes/mesh_validation.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/kubetypes/mesh_config.h"
#include "lib/kubetypes/mesh_types.h"
#include "lib/yaml/json.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Value;

// What validation says of the defaults with `json` laid over them.
std::string Validate(std::string_view json, MeshRelease release = MeshRelease::k0_5_0) {
  Arena arena;
  const Result<yaml::Node> node = yaml::ParseJson(json, arena);
  if (!node.has_value()) return "bad test document: " + node.error().message;
  const Result<MeshConfig> config = LoadMeshConfig(*node, {.release = release, .validate = false});
  if (!config.has_value()) return "not loaded: " + config.error().message;
  const std::optional<Error> error = ValidateMeshConfig(config->mesh_config(), release);
  return error ? error->message : "";
}

std::string One(const std::string& message) {
  return "1 error occurred:\n\n* " + message;
}

TEST(MeshValidationTest, TheDefaultsOfEveryReleaseAreValid) {
  for (const MeshRelease release : {MeshRelease::k0_5_0, MeshRelease::k0_5_1, MeshRelease::k0_6,
                                    MeshRelease::k0_7, MeshRelease::k0_8, MeshRelease::k1_0}) {
    EXPECT_EQ(Validate("{}", release), "");
  }
}

TEST(MeshValidationTest, AcceptsTheLimits) {
  for (const char* json : {
           R"({"proxyListenPort":1})",
           R"({"proxyListenPort":65535})",
           R"({"connectTimeout":"1ms"})",
           R"({"connectTimeout":"30s"})",
           R"({"rdsRefreshDelay":"1s"})",
           R"({"rdsRefreshDelay":"10m"})",
           R"({"defaultConfig":{"drainDuration":"3599s","parentShutdownDuration":"1h"}})",
           R"({"mixerAddress":"istio-mixer.istio-system:9091"})",
           R"({"mixerAddress":"10.0.0.1:80"})",
           R"({"egressProxyAddress":"a.b-c.d1:1"})",
           R"({"defaultConfig":{"discoveryAddress":"x:+80"}})",
       }) {
    EXPECT_EQ(Validate(json), "") << json;
  }
}

TEST(MeshValidationTest, NamesWhatIsWrongWithTheMesh) {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {R"({"proxyListenPort":0})",
       "invalid proxy listen port: port number 0 must be in the range 1..65535"},
      {R"({"proxyListenPort":65536})",
       "invalid proxy listen port: port number 65536 must be in the range 1..65535"},
      {R"({"proxyListenPort":-1})",
       "invalid proxy listen port: port number -1 must be in the range 1..65535"},
      {R"({"connectTimeout":"0s"})", "invalid connect timeout: duration must be greater than 1ms"},
      {R"({"connectTimeout":"-5s"})", "invalid connect timeout: duration must be greater than 1ms"},
      {R"({"connectTimeout":"1.0001s"})",
       "invalid connect timeout: only durations to ms precision are supported"},
      {R"({"connectTimeout":"30001ms"})",
       "invalid connect timeout: time 30.001s must be >1ms and <30s"},
      {R"({"rdsRefreshDelay":"999ms"})",
       "invalid refresh delay: time 999ms must be >1s and <10m0s"},
      {R"({"rdsRefreshDelay":"10m1s"})",
       "invalid refresh delay: time 10m1s must be >1s and <10m0s"},
      {R"({"authPolicy":7})", R"(unrecognized auth policy "7")"},
      {R"({"egressProxyAddress":"x"})",
       R"(invalid egress proxy address: ':' separator not found in "x", host address must be of)"
       R"( the form <DNS name>:<port> or <IP>:<port>)"},
      {R"({"mixerAddress":"x:y"})",
       R"(invalid Mixer address: strconv.Atoi: parsing "y": invalid syntax)"},
  };
  for (const auto& [json, error] : cases) EXPECT_EQ(Validate(json), One(error)) << json;
}

TEST(MeshValidationTest, NamesWhatIsWrongWithTheProxyConfig) {
  const struct {
    const char* config;
    const char* error;
  } cases[] = {
      {R"("drainDuration":"0s")",
       "invalid parent and drain time combination invalid drain duration: duration must be greater "
       "than 1ms"},
      {R"("parentShutdownDuration":"0.0001ms")",
       "invalid parent and drain time combination invalid parent shutdown duration: duration must "
       "be greater than 1ms"},
      {R"("drainDuration":"2.5s")",
       "invalid parent and drain time combination drain time only supports durations to seconds "
       "precision"},
      {R"("parentShutdownDuration":"3.5s")",
       "invalid parent and drain time combination parent shutdown time only supports durations to "
       "seconds precision"},
      {R"("drainDuration":"42s","parentShutdownDuration":"42s")",
       "invalid parent and drain time combination parent shutdown time 42s must be greater than "
       "drain time 42s"},
      {R"("parentShutdownDuration":"3601s")",
       "invalid parent and drain time combination parent shutdown time 1h0m1s must be <1h0m0s"},
      {R"("discoveryRefreshDelay":"1ms")",
       "invalid refresh delay: time 1ms must be >1s and <10m0s"},
      {R"("discoveryAddress":"istio-pilot")",
       R"(invalid discovery address: ':' separator not found in "istio-pilot", host address must)"
       R"( be of the form <DNS name>:<port> or <IP>:<port>)"},
      {R"("discoveryAddress":"istio-pilot:0")",
       "invalid discovery address: port number 0 must be in the range 1..65535"},
      {R"("discoveryAddress":"-x:80")",
       R"(invalid discovery address: "-x" is not a valid hostname or an IPv4 address)"},
      {R"("zipkinAddress":"Zipkin:9411")",
       R"(invalid zipkin address: "Zipkin" is not a valid hostname or an IPv4 address)"},
      {R"("zipkinAddress":"::1:80")",
       R"(invalid zipkin address: strconv.Atoi: parsing ":1:80": invalid syntax)"},
      {R"("connectTimeout":"31s")", "invalid connect timeout: time 31s must be >1ms and <30s"},
      {R"("statsdUdpAddress":"a:99999999999999999999")",
       R"(invalid statsd udp address: strconv.Atoi: parsing "99999999999999999999": value out of)"
       R"( range)"},
      {R"("proxyAdminPort":70000)",
       "invalid proxy admin port: port number 70000 must be in the range 1..65535"},
      {R"("controlPlaneAuthPolicy":"INHERIT")",
       R"(unrecognized control plane auth policy "INHERIT")"},
  };
  for (const auto& [config, error] : cases) {
    EXPECT_EQ(Validate("{\"defaultConfig\":{" + std::string(config) + "}}"), One(error)) << config;
  }
}

TEST(MeshValidationTest, TellsAllFaultsAtOnceInIstiosOrder) {
  EXPECT_EQ(Validate(R"({"authPolicy":9,"proxyListenPort":0,
                         "defaultConfig":{"proxyAdminPort":-1,"drainDuration":"2h",
                                          "parentShutdownDuration":"90m"}})"),
            "6 errors occurred:\n\n"
            "* invalid proxy listen port: port number 0 must be in the range 1..65535\n"
            "* unrecognized auth policy \"9\"\n"
            "* invalid parent and drain time combination parent shutdown time 1h30m0s must be "
            "greater than drain time 2h0m0s\n"
            "* invalid parent and drain time combination drain time 2h0m0s must be <1h0m0s\n"
            "* invalid parent and drain time combination parent shutdown time 1h30m0s must be "
            "<1h0m0s\n"
            "* invalid proxy admin port: port number -1 must be in the range 1..65535");
}

// What no file can bring about, since defaults fill the gaps.
class EmptyMeshTest : public testing::Test {
 protected:
  EmptyMeshTest()
      : types_(MeshTypesOf(MeshRelease::k0_5_0)),
        mesh_(Value::Zero(types_.mesh_config, arena_)),
        proxy_(Value::Zero(types_.proxy_config, arena_)) {}

  Value& Slot(std::string_view name) {
    std::size_t index = 0;
    while (types_.mesh_config->fields[index].name != name) ++index;
    return mesh_.slots()[index];
  }
  std::string Validate() {
    const Value pointer = Value::Pointer(&mesh_, gotemplate::PointerTo(types_.mesh_config));
    return ValidateMeshConfig(pointer, MeshRelease::k0_5_0)->message;
  }

  Arena arena_;
  const MeshTypes& types_;
  Value mesh_;
  Value proxy_;
};

TEST_F(EmptyMeshTest, LacksADefaultConfig) {
  EXPECT_EQ(Validate(),
            "4 errors occurred:\n\n"
            "* invalid proxy listen port: port number 0 must be in the range 1..65535\n"
            "* invalid connect timeout: duration: nil Duration\n"
            "* invalid refresh delay: duration: nil Duration\n"
            "* missing default config");
}

TEST_F(EmptyMeshTest, LacksEverythingInTheProxyConfig) {
  Slot("DefaultConfig") = Value::Pointer(&proxy_, gotemplate::PointerTo(types_.proxy_config));
  const std::string message = Validate();
  EXPECT_EQ(message.substr(message.find("* config path")),
            "* config path must be set\n"
            "* binary path must be set\n"
            "* service cluster must be set\n"
            "* invalid parent and drain time combination invalid drain duration: duration: nil "
            "Duration\n"
            "* invalid parent and drain time combination invalid parent shutdown duration: "
            "duration: nil Duration\n"
            "* invalid refresh delay: duration: nil Duration\n"
            "* discovery address must be set to the proxy discovery service\n"
            "* invalid connect timeout: duration: nil Duration\n"
            "* invalid proxy admin port: port number 0 must be in the range 1..65535");
}

TEST(MeshValidationTest, LaterReleasesCheckWhatTheyKnow) {
  EXPECT_EQ(Validate(R"({"mixerCheckServer":"x"})", MeshRelease::k0_6),
            One("invalid Policy Check Server address: ':' separator not found in \"x\", host "
                "address must be of the form <DNS name>:<port> or <IP>:<port>"));
  EXPECT_EQ(Validate(R"({"mixerReportServer":"x:0"})", MeshRelease::k0_8),
            One("invalid Telemetry Server address: port number 0 must be in the range 1..65535"));
  EXPECT_EQ(Validate(R"({"mixerAddress":"x"})", MeshRelease::k0_6), "");
  EXPECT_EQ(Validate(R"({"rdsRefreshDelay":"1ms","sdsRefreshDelay":"2ms"})", MeshRelease::k1_0),
            "2 errors occurred:\n\n"
            "* invalid rds refresh delay: time 1ms must be >1s and <10m0s\n"
            "* invalid sds refresh delay: time 2ms must be >1s and <10m0s");
  EXPECT_EQ(Validate(R"({"defaultConfig":{"statsdUdpAddress":"x"}})", MeshRelease::k1_0),
            One("invalid statsd udp address \"x\": unable to split \"x\": address x: missing port "
                "in address"));
}

TEST(ProxyAddressFaultTest, SplitsAsGoDoesFromOnePointZero) {
  const struct {
    const char* address;
    const char* fault;  // Null: none.
  } cases[] = {
      {"istio-pilot:15007", nullptr},
      {"Istio-Pilot.NS:15007", nullptr},
      {"[::1]:80", nullptr},
      {"10.0.0.1:80", nullptr},
      {"x", R"(unable to split "x": address x: missing port in address)"},
      {"", R"(unable to split "": address : missing port in address)"},
      {"::1:80", R"(unable to split "::1:80": address ::1:80: too many colons in address)"},
      {"[::1", R"(unable to split "[::1": address [::1: missing ']' in address)"},
      {"[::1]", R"(unable to split "[::1]": address [::1]: missing port in address)"},
      {"[::1]80:1", R"(unable to split "[::1]80:1": address [::1]80:1: missing port in address)"},
      {"[a]:b:1", R"(unable to split "[a]:b:1": address [a]:b:1: too many colons in address)"},
      {"a[b:1", R"(unable to split "a[b:1": address a[b:1: unexpected '[' in address)"},
      {"a]b:1", R"(unable to split "a]b:1": address a]b:1: unexpected ']' in address)"},
      {"x:y", R"(port (y) is not a number: strconv.Atoi: parsing "y": invalid syntax)"},
      {"x:70000", "port number 70000 must be in the range 1..65535"},
      {"_:80", R"("_" is not a valid hostname or an IP address)"},
      {":80", R"("" is not a valid hostname or an IP address)"},
  };
  for (const auto& [address, fault] : cases) {
    const std::optional<std::string> found = ProxyAddressFault(address, MeshRelease::k1_0);
    EXPECT_EQ(found.value_or("none"), fault == nullptr ? "none" : fault) << address;
  }
}

TEST(ProxyAddressFaultTest, BoundsNamesAndLabels) {
  const std::string label(63, 'a');
  EXPECT_FALSE(ProxyAddressFault(label + ":1", MeshRelease::k0_5_0).has_value());
  EXPECT_TRUE(ProxyAddressFault(label + "a:1", MeshRelease::k0_5_0).has_value());
  const std::string domain = label + '.' + label + '.' + label + '.' + label;
  EXPECT_FALSE(ProxyAddressFault(domain + ":1", MeshRelease::k0_5_0).has_value());
  EXPECT_TRUE(ProxyAddressFault(domain + ".a:1", MeshRelease::k0_5_0).has_value());
  EXPECT_TRUE(ProxyAddressFault("a..b:1", MeshRelease::k0_5_0).has_value());
  EXPECT_TRUE(ProxyAddressFault("a.:1", MeshRelease::k0_5_0).has_value());
  EXPECT_TRUE(ProxyAddressFault(std::string(1 << 20, '.') + ":1", MeshRelease::k0_5_0).has_value());
}

}  // namespace
}  // namespace sidecar::kubetypes
