#include "lib/kubetypes/proto_json.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/kubetypes/mesh_types.h"
#include "lib/kubetypes/proto_message.h"
#include "lib/yaml/json.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Kind;
using gotemplate::Type;
using gotemplate::Value;

const Type* Wrapper(const char* name, const Type* element) {
  auto* const type = new Type();
  type->kind = Kind::kStruct;
  type->name = name;
  type->named = true;
  type->fields = {{.name = "Value", .type = element, .json_name = "value"}};
  return type;
}

// What today's ProxyConfig has and 2018's had not.
const Type* ModernType() {
  static const Type* const type = [] {
    auto* const made = new Type();
    made->kind = Kind::kStruct;
    made->name = "v1alpha1.Modern";
    made->named = true;
    made->fields = {
        {.name = "Concurrency",
         .type = gotemplate::PointerTo(Wrapper("v1alpha1.Int32Value", gotemplate::Int32Type())),
         .json_name = "concurrency"},
        {.name = "Hold",
         .type = gotemplate::PointerTo(Wrapper("v1alpha1.BoolValue", gotemplate::BoolType())),
         .json_name = "hold"},
        {.name = "ProxyMetadata",
         .type = gotemplate::MapOf(gotemplate::StringType(), gotemplate::StringType()),
         .json_name = "proxyMetadata"},
        {.name = "Size", .type = gotemplate::Int64Type(), .json_name = "size"},
    };
    return made;
  }();
  return type;
}

class ProtoJsonTest : public testing::Test {
 protected:
  Value Message(std::string_view json, const Type* type) {
    Value* const message = arena_.New<Value>(Value::Zero(type, arena_));
    EXPECT_EQ(ReadProtoJson(*yaml::ParseJson(json, arena_), *message, arena_), std::nullopt);
    return Value::Pointer(message, gotemplate::PointerTo(type));
  }
  std::string Write(std::string_view json, const Type* type) {
    return WriteProtoJson(Message(json, type), {}, arena_).value_or("nothing");
  }

  // Reads into a zero message; its compact text, or the error.
  std::string Read(std::string_view json, const Type* type) {
    Value* const message = arena_.New<Value>(Value::Zero(type, arena_));
    const Result<yaml::Node> node = yaml::ParseJson(json, arena_);
    if (!node.has_value()) return "bad test document: " + node.error().message;
    const std::optional<Error> error = ReadProtoJson(*node, *message, arena_);
    return error ? "error: " + error->message : CompactText(*message);
  }
  std::string ReadProxy(std::string_view json) {
    return Read(json, MeshTypesOf(MeshRelease::k1_0).proxy_config);
  }
  std::string ReadMesh(std::string_view json) {
    return Read(json, MeshTypesOf(MeshRelease::k1_0).mesh_config);
  }

  Arena arena_;
};

TEST_F(ProtoJsonTest, ReadsEveryKindOfField) {
  const struct {
    const char* json;
    const char* text;
  } cases[] = {
      {"null", ""},
      {"{}", ""},
      {R"({"configPath":"/x"})", R"(config_path:"/x" )"},
      {R"({"config_path":"/x"})", R"(config_path:"/x" )"},
      {R"({"config_path":"/x","configPath":"/y"})", R"(config_path:"/y" )"},
      {R"({"configPath":"/x","config_path":null})", R"(config_path:"/x" )"},
      {R"({"configPath":null})", ""},
      {R"({"drainDuration":"10s"})", "drain_duration:<seconds:10 > "},
      {R"({"drainDuration":"1.5s"})", "drain_duration:<seconds:1 nanos:500000000 > "},
      {R"({"drainDuration":"1m15s"})", "drain_duration:<seconds:75 > "},
      {R"({"drainDuration":"-1.5s"})", "drain_duration:<seconds:-1 nanos:-500000000 > "},
      {R"({"drainDuration":"0s"})", "drain_duration:<> "},
      {R"({"drainDuration":null})", ""},
      {R"({"proxyAdminPort":15000})", "proxy_admin_port:15000 "},
      {R"({"proxyAdminPort":"15000"})", "proxy_admin_port:15000 "},
      {R"({"proxyAdminPort":-2147483648})", "proxy_admin_port:-2147483648 "},
      {R"({"controlPlaneAuthPolicy":"MUTUAL_TLS"})", "control_plane_auth_policy:MUTUAL_TLS "},
      {R"({"controlPlaneAuthPolicy":1000})", "control_plane_auth_policy:INHERIT "},
      {R"({"controlPlaneAuthPolicy":7})", "control_plane_auth_policy:7 "},
      {R"({"interceptionMode":"TPROXY"})", "interception_mode:TPROXY "},
  };
  for (const auto& [json, text] : cases) EXPECT_EQ(ReadProxy(json), text) << json;
}

TEST_F(ProtoJsonTest, ReadsNestedMessages) {
  EXPECT_EQ(ReadMesh(R"({"defaultConfig":{"binary_path":"/b"},
                         "outboundTrafficPolicy":{"mode":"ALLOW_ANY"}})"),
            "default_config:<binary_path:\"/b\" > outbound_traffic_policy:<mode:ALLOW_ANY > ");
  EXPECT_EQ(ReadMesh(R"({"enableTracing":true})"), "enable_tracing:true ");
}

TEST_F(ProtoJsonTest, ReadsLists) {
  const Type* const mesh = MeshTypesOf(MeshRelease::k0_5_0).mesh_config;
  EXPECT_EQ(Read(R"({"mtlsExcludedServices":["a",null,"b"]})", mesh),
            "mtls_excluded_services:\"a\" mtls_excluded_services:\"\" "
            "mtls_excluded_services:\"b\" ");
  EXPECT_EQ(Read(R"({"mtlsExcludedServices":"a"})", mesh),
            "error: json: cannot unmarshal string into Go value of type []json.RawMessage");
  EXPECT_EQ(Read(R"({"mtlsExcludedServices":[1]})", mesh),
            "error: json: cannot unmarshal number into Go value of type string");
}

TEST_F(ProtoJsonTest, ReadsWrappersMapsAndLongIntegers) {
  EXPECT_EQ(Read(R"({"concurrency":2,"hold":false})", ModernType()),
            "concurrency:<value:2 > hold:<> ");
  EXPECT_EQ(Read(R"({"proxyMetadata":{"b":"2","a":"1"}})", ModernType()),
            "proxy_metadata:<key:\"a\" value:\"1\" > proxy_metadata:<key:\"b\" value:\"2\" > ");
  EXPECT_EQ(Read(R"({"size":"9223372036854775807"})", ModernType()), "size:9223372036854775807 ");
}

TEST_F(ProtoJsonTest, RefusesWrongKindsWithJsonpbsWords) {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {"[]", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage"},
      {R"("x")", "json: cannot unmarshal string into Go value of type map[string]json.RawMessage"},
      {"5", "json: cannot unmarshal number into Go value of type map[string]json.RawMessage"},
      {R"({"foo":1})", R"(unknown field "foo" in istio.mesh.v1alpha1.ProxyConfig)"},
      {R"({"f\n\"o":1})", R"(unknown field "f\n\"o" in istio.mesh.v1alpha1.ProxyConfig)"},
      {R"({"ConfigPath":"x"})", R"(unknown field "ConfigPath" in istio.mesh.v1alpha1.ProxyConfig)"},
      {R"({"configPath":5})", "json: cannot unmarshal number into Go value of type string"},
      {R"({"configPath":true})", "json: cannot unmarshal bool into Go value of type string"},
      {R"({"configPath":{}})", "json: cannot unmarshal object into Go value of type string"},
      {R"({"drainDuration":10})", "json: cannot unmarshal number into Go value of type string"},
      {R"({"drainDuration":"10"})", R"(bad Duration: time: missing unit in duration "10")"},
      {R"({"drainDuration":"x"})", R"(bad Duration: time: invalid duration "x")"},
      {R"({"proxyAdminPort":1.5})",
       "json: cannot unmarshal number 1.5 into Go value of type int32"},
      {R"({"proxyAdminPort":2147483648})",
       "json: cannot unmarshal number 2147483648 into Go value of type int32"},
      {R"({"proxyAdminPort":99999999999999999999999999})",
       "json: cannot unmarshal number 99999999999999999999999999 into Go value of type int32"},
      {R"({"proxyAdminPort":true})", "json: cannot unmarshal bool into Go value of type int32"},
      {R"({"proxyAdminPort":"abc"})", "invalid character 'a' looking for beginning of value"},
      {R"({"proxyAdminPort":""})", "unexpected end of JSON input"},
      {R"({"proxyAdminPort":"\"1\""})",
       "json: cannot unmarshal string into Go value of type int32"},
      {R"({"controlPlaneAuthPolicy":"FOO"})",
       R"(unknown value "FOO" for enum istio.mesh.v1alpha1.AuthenticationPolicy)"},
      {R"({"controlPlaneAuthPolicy":1.5})",
       "json: cannot unmarshal number 1.5 into Go value of type v1alpha1.AuthenticationPolicy"},
      {R"({"interceptionMode":"NONE"})",
       R"(unknown value "NONE" for enum istio.mesh.v1alpha1.ProxyConfig_InboundInterceptionMode)"},
  };
  for (const auto& [json, error] : cases) {
    EXPECT_EQ(ReadProxy(json), std::string("error: ") + error) << json;
  }
}

TEST_F(ProtoJsonTest, NamesNestedMessagesWithADot) {
  EXPECT_EQ(ReadMesh(R"({"outboundTrafficPolicy":{"foo":1}})"),
            "error: unknown field \"foo\" in istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy");
}

TEST_F(ProtoJsonTest, IsUnmovedByDeepNesting) {
  std::string deep = R"({"proxyAdminPort":)";
  deep += std::string(900, '[') + std::string(900, ']') + '}';
  EXPECT_EQ(ReadProxy(deep), "error: json: cannot unmarshal array into Go value of type int32");
  EXPECT_EQ(ReadProxy(R"({"proxyAdminPort":")" + std::string(50000, '[') + "\"}"),
            "error: invalid character '[' exceeded max depth");
}

TEST(ProtoJsonLimitTest, ThrowsBeyondTheArenasLimit) {
  Arena arena(4096);
  Value message = Value::Zero(MeshTypesOf(MeshRelease::k0_5_0).proxy_config, arena);
  const std::string text(1 << 20, 'x');
  const yaml::Member member = {.key = "configPath", .value = yaml::Node::String(text)};
  EXPECT_THROW(ReadProtoJson(yaml::Node::Mapping({&member, 1}), message, arena),
               ArenaLimitExceeded);
}

// What a message that was read from the one text is written as.
struct Written {
  const char* read;
  const char* written;
};

TEST_F(ProtoJsonTest, WritesWhatIsSetInTheOrderOfTheMessage) {
  const Written cases[] = {
      {"{}", "{}"},
      {R"({"binaryPath":"<b>","configPath":"/x"})",
       R"({"configPath":"/x","binaryPath":"\u003cb\u003e"})"},
      {R"({"configPath":"","proxyAdminPort":0})", "{}"},
      {R"({"proxyAdminPort":-5})", R"({"proxyAdminPort":-5})"},
      {R"({"drainDuration":"0s"})", R"({"drainDuration":"0s"})"},
      {R"({"drainDuration":"1m15s"})", R"({"drainDuration":"75s"})"},
      {R"({"drainDuration":"1.5s"})", R"({"drainDuration":"1.500s"})"},
      {R"({"drainDuration":"-1.000002s"})", R"({"drainDuration":"-1.000002s"})"},
      {R"({"drainDuration":"1ns"})", R"({"drainDuration":"0.000000001s"})"},
      {R"({"controlPlaneAuthPolicy":"MUTUAL_TLS"})", R"({"controlPlaneAuthPolicy":"MUTUAL_TLS"})"},
      {R"({"controlPlaneAuthPolicy":7})", R"({"controlPlaneAuthPolicy":7})"},
  };
  for (const auto& [read, written] : cases) {
    EXPECT_EQ(Write(read, MeshTypesOf(MeshRelease::k1_0).proxy_config), written) << read;
  }
  EXPECT_EQ(Write(R"({"mtlsExcludedServices":["a","b"],"defaultConfig":{}})",
                  MeshTypesOf(MeshRelease::k0_5_0).mesh_config),
            R"({"defaultConfig":{},"mtlsExcludedServices":["a","b"]})");
}

TEST_F(ProtoJsonTest, WritesWrappersMapsAndLongIntegers) {
  EXPECT_EQ(Write(R"({"size":9,"hold":false,"concurrency":2,"proxyMetadata":{"b":"2","a":"1"}})",
                  ModernType()),
            R"({"concurrency":2,"hold":false,"proxyMetadata":{"a":"1","b":"2"},"size":"9"})");
}

TEST_F(ProtoJsonTest, LeavesOutWhatEqualsTheDefaults) {
  const Type* const type = MeshTypesOf(MeshRelease::k1_0).proxy_config;
  const Value defaults = Message(R"({"drainDuration":"2s","configPath":"/x"})", type);
  const Written cases[] = {
      {R"({"drainDuration":"2s","configPath":"/x"})", "{}"},
      {R"({"drainDuration":"3s","configPath":"/x"})", R"({"drainDuration":"3s"})"},
      {"{}", "{}"},
  };
  for (const auto& [read, written] : cases) {
    EXPECT_EQ(WriteProtoJson(Message(read, type), defaults, arena_), written) << read;
  }
}

TEST_F(ProtoJsonTest, WritesNothingForWhatJsonCannotSay) {
  const Type* const type = DurationMessageType();
  EXPECT_EQ(WriteProtoJson(Value::Pointer(nullptr, gotemplate::PointerTo(type)), {}, arena_),
            std::nullopt);
  const struct {
    std::int64_t seconds;
    std::int64_t nanos;
  } cases[] = {{315'576'000'001, 0}, {1, -1}, {-1, 1}, {0, 1'000'000'000}, {INT64_MIN, 0}};
  for (const auto& [seconds, nanos] : cases) {
    const Value duration = Value::Zero(type, arena_);
    duration.slots()[0] = Value::Int(seconds, gotemplate::Int64Type());
    duration.slots()[1] = Value::Int(nanos, gotemplate::Int32Type());
    EXPECT_EQ(WriteProtoJson(duration, {}, arena_), std::nullopt) << seconds << ' ' << nanos;
  }
}

}  // namespace
}  // namespace sidecar::kubetypes
