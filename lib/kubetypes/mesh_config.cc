#include "lib/kubetypes/mesh_config.h"

#include <string>
#include <utility>
#include <vector>

#include "lib/kubetypes/mesh_types.h"
#include "lib/kubetypes/mesh_validation.h"
#include "lib/kubetypes/proto_json.h"
#include "lib/kubetypes/proto_message.h"
#include "lib/yaml/parser.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Type;
using gotemplate::Value;
using yaml::Node;

// Far beyond what fits a ConfigMap (1 MiB).
constexpr std::size_t kMaxMemory = std::size_t{64} << 20;

Error ConversionError(const std::string& message) {
  return {ErrorCode::kInvalidArgument, "failed to convert to proto. " + message};
}

// Writes the table's defaults into `message`. They are read like a file's values; a table that
// cannot be read is a bug, which the tests of every release would show.
void SetDefaults(std::string_view name, MeshRelease release, const Value& message, Arena& arena) {
  std::vector<yaml::Member> members;
  for (const MeshField& field : MeshFields()) {
    if (field.message != name || !field.IsKnownTo(release) || field.default_text.empty()) continue;
    const Node value = field.type == "bool" ? Node::Bool(field.default_text == "true")
                                            : Node::String(field.default_text);
    members.push_back({.key = field.json_name, .value = value});
  }
  ReadProtoJson(Node::Mapping(members), message, arena);
}

void CopySetFields(const Value& from, const Value& onto) {
  const std::span<const Value> source = from.slots();
  const std::span<Value> target = onto.slots();
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (!IsUnset(source[i])) target[i] = source[i];
  }
}

}  // namespace

// Makes a MeshConfig in its own arena.
class MeshConfigLoader {
 public:
  explicit MeshConfigLoader(MeshRelease release)
      : release_(release),
        types_(MeshTypesOf(release)),
        arena_(std::make_unique<Arena>(kMaxMemory)),
        mesh_(Message(types_.mesh_config)) {
    SetDefaults("MeshConfig", release_, *mesh_, *arena_);
    SetProxyConfig(DefaultProxyConfig());
  }

  // model.ApplyMeshConfigDefaults: what the file says of the ProxyConfig replaces the default one
  // whole at first, then is laid over it.
  std::optional<Error> Apply(const Node& document) {
    Value* const defaults = DefaultProxyConfig();
    std::string place;
    if (std::optional<Error> error = ReadProtoJson(document, *mesh_, *arena_, &place)) {
      return ConversionError(error->message + (place.empty() ? "" : " (" + place + ')'));
    }
    CopySetFields(ProxyConfigSlot().Elem(), *defaults);
    SetProxyConfig(defaults);
    return std::nullopt;
  }

  MeshConfig Take() && {
    MeshConfig result;
    result.mesh_config_ = Value::Pointer(mesh_, gotemplate::PointerTo(types_.mesh_config));
    result.proxy_config_ = ProxyConfigSlot();
    result.arena_ = std::move(arena_);
    return result;
  }

 private:
  Value* Message(const Type* type) { return arena_->New<Value>(Value::Zero(type, *arena_)); }

  Value* DefaultProxyConfig() {
    Value* const config = Message(types_.proxy_config);
    SetDefaults("ProxyConfig", release_, *config, *arena_);
    return config;
  }

  Value& ProxyConfigSlot() {
    const Type* const type = gotemplate::PointerTo(types_.proxy_config);
    std::size_t index = 0;
    while (types_.mesh_config->fields[index].type != type) ++index;
    return mesh_->slots()[index];
  }

  void SetProxyConfig(Value* config) {
    ProxyConfigSlot() = Value::Pointer(config, gotemplate::PointerTo(types_.proxy_config));
  }

  MeshRelease release_;
  const MeshTypes& types_;
  std::unique_ptr<Arena> arena_;
  Value* mesh_;
};

MeshConfig DefaultMeshConfig(MeshRelease release) {
  return MeshConfigLoader(release).Take();
}

Result<MeshConfig> LoadMeshConfig(std::string_view text, const MeshConfigOptions& options) {
  try {
    Arena arena(kMaxMemory);
    const Result<Node> document = yaml::ParseYaml(text, arena);
    if (!document.has_value()) return ConversionError(document.error().message);
    return LoadMeshConfig(*document, options);
  } catch (const ArenaLimitExceeded& limit) {
    return Error{ErrorCode::kInvalidArgument, limit.what()};
  }
}

Result<MeshConfig> LoadMeshConfig(const Node& document, const MeshConfigOptions& options) {
  try {
    MeshConfigLoader loader(options.release);
    if (std::optional<Error> error = loader.Apply(document)) return *std::move(error);
    MeshConfig config = std::move(loader).Take();
    if (options.validate) {
      std::optional<Error> error = ValidateMeshConfig(config.mesh_config(), options.release);
      if (error) return *std::move(error);
    }
    return config;
  } catch (const ArenaLimitExceeded& limit) {
    return Error{ErrorCode::kInvalidArgument, limit.what()};
  }
}

}  // namespace sidecar::kubetypes
