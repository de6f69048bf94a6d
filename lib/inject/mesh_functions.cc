#include "lib/inject/mesh_functions.h"

#include <array>
#include <optional>
#include <string>

#include "lib/kubetypes/mesh_config.h"
#include "lib/kubetypes/mesh_types.h"
#include "lib/kubetypes/proto_json.h"
#include "lib/kubetypes/proto_message.h"
#include "lib/kubetypes/schema.h"

namespace sidecar::inject {
namespace {

using gotemplate::Kind;
using gotemplate::Type;
using gotemplate::Value;
using gotemplate::funcs::Call;
using gotemplate::funcs::Definition;
using kubetypes::MeshRelease;

constexpr std::array kReleases = {MeshRelease::k0_5_0, MeshRelease::k0_5_1, MeshRelease::k0_6,
                                  MeshRelease::k0_7,   MeshRelease::k0_8,   MeshRelease::k1_0};

// The mesh whose ProxyConfig has this type, as it is where nothing is configured.
std::optional<kubetypes::MeshConfig> DefaultsOf(const Type* proxy_config) {
  for (const MeshRelease release : kReleases) {
    if (kubetypes::MeshTypesOf(release).proxy_config == proxy_config) {
      return kubetypes::DefaultMeshConfig(release);
    }
  }
  return std::nullopt;
}

// Of a ProxyConfig only what its release's defaults do not say: Istio's cleanProxyConfig, which
// leaves in some fields that today's ProxyConfig has no default for.
Value ProtoToJson(const Call& call) {
  const Value message = call[0].kind() == Kind::kPointer ? call[0].Elem() : call[0];
  if (!message.IsValid()) return Value::String("{}");
  const auto mesh = DefaultsOf(message.type());
  const Value defaults = mesh ? mesh->proxy_config() : Value();
  const auto json = kubetypes::WriteProtoJson(message, defaults, call.arena);
  return json ? gotemplate::funcs::Text(call, *json) : Value::String("{}");
}

// Empty unless some tracing provider of the mesh asks for attributes by OpenTelemetry's
// conventions, for which the mesh configurations that are read here have no word.
Value OtelResourceAttributes(const Call& /*call*/) {
  return Value::String("");
}

constexpr Definition kFunctions[] = {
    {"otelResourceAttributes",
     "(proto.Message, map[string]string, map[string]string, string, []v1.Container) string",
     OtelResourceAttributes},
    {"protoToJSON", "(proto.Message) string", ProtoToJson, true},
};

}  // namespace

gotemplate::funcs::Group MeshFunctions() {
  return {kFunctions,
          {{"proto.Message", kubetypes::ProtoMessageType()},
           {"v1.Container", kubetypes::SchemaType("core/v1.Container")}}};
}

}  // namespace sidecar::inject
