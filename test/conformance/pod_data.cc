#include "test/conformance/pod_data.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/proto_json.h"
#include "lib/kubetypes/proto_message.h"
#include "lib/kubetypes/schema.h"
#include "lib/kubetypes/type_builder.h"

namespace sidecar::conformance {

using gotemplate::Kind;
using gotemplate::Type;
using gotemplate::Value;
using kubetypes::FieldDescription;
using kubetypes::TypeDescription;
using yaml::Member;
using yaml::Node;

namespace {

constexpr std::string_view kPodType = "oracle/types/inject.SidecarTemplateData";
constexpr std::string_view kModernType = "oracle/modern/inject.SidecarTemplateData";

const Node* pod_types = nullptr;

std::string_view Folder(std::string_view name) {
  return name.substr(0, name.rfind('/'));
}

std::string_view Package(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

// Fields name the types of other packages without their path. Of several that fit the nearest is
// meant.
const Member* FindType(std::string_view name, std::string_view from) {
  const Member* best = nullptr;
  int best_nearness = -1;
  for (const Member& member : pod_types->AsMapping()) {
    if (member.key == name) return &member;
    if (member.key.substr(member.key.rfind('/') + 1) != name) continue;
    const int nearness = Package(member.key) == Package(from)                  ? 2
                         : Folder(member.key) == Folder(from) && !from.empty() ? 1
                                                                               : 0;
    if (nearness > best_nearness) best = &member;
    best_nearness = std::max(best_nearness, nearness);
  }
  return best;
}

// "k8s.io/api/core/v1.Pod" -> "core/v1.Pod".
std::string SchemaName(std::string_view name) {
  constexpr std::string_view kApi = "k8s.io/api/";
  constexpr std::string_view kMeta = "k8s.io/apimachinery/pkg/apis/";
  if (name.starts_with(kApi)) return std::string(name.substr(kApi.size()));
  if (name.starts_with(kMeta)) return std::string(name.substr(kMeta.size()));
  return {};
}

bool HasFlag(const Node& node, std::string_view key) {
  const Node* const flag = node.Find(key);
  return flag != nullptr && flag->kind == yaml::NodeKind::kBool && flag->boolean;
}

// What the file does not say, the checked-in schema does: when a field is written.
void AddOmissions(std::string_view name, TypeDescription& description) {
  const Type* const type = kubetypes::SchemaType(SchemaName(name));
  for (FieldDescription& field : description.fields) {
    const gotemplate::FieldMatch* const match =
        type == nullptr ? nullptr : gotemplate::FindField(type, field.name);
    field.omit_empty = match == nullptr || match->field->omit_empty;
    field.omit_zero = match != nullptr && match->field->omit_zero;
  }
}

bool Describe(std::string_view name, std::string_view from, std::string_view& resolved,
              TypeDescription& description) {
  const Member* const found = FindType(name, from);
  if (found == nullptr) return false;
  resolved = found->key;
  const Node& node = found->value;
  const Node* const kind = node.Find("kind");
  const Node* const underlying = node.Find("underlying");
  description.underlying = (underlying != nullptr ? underlying : kind)->AsString();
  const bool kubernetes = found->key.starts_with("k8s.io/");
  description.has_gogo_string = kubernetes && HasFlag(node, "pointer_String");
  if (!kubernetes && (HasFlag(node, "pointer_String") || HasFlag(node, "value_String"))) {
    description.add_methods = [](Type& type) { kubetypes::AddProtoMethods(type); };
  }
  if (resolved.ends_with(".BoolValue") || resolved.ends_with(".Int32Value")) {
    description.add_methods = [](Type& type) { kubetypes::AddGetters(type); };
  }
  const Node* const fields = node.Find("fields");
  if (fields == nullptr) return true;
  constexpr std::size_t kEmbeddedMark = 3;
  for (const Node& field : fields->AsSequence()) {
    const std::span<const Node> parts = field.AsSequence();
    FieldDescription& made = description.fields.emplace_back();
    made.name = parts[0].AsString();
    made.type = parts[1].AsString();
    made.json_name = parts[2].AsString();
    made.embedded = parts.size() > kEmbeddedMark;
    made.inlined = made.embedded && made.json_name.empty();
  }
  if (kubernetes) AddOmissions(found->key, description);
  return true;
}

const Type* Get(std::string_view name) {
  static kubetypes::TypeBuilder& builder = *new kubetypes::TypeBuilder(Describe);
  if (pod_types == nullptr) throw std::runtime_error("pod types are not loaded");
  const Type* const type = builder.Get(name);
  if (type == nullptr) throw std::runtime_error("no type " + std::string(name));
  return type;
}

bool IsMessage(const Type* type) {
  return type->kind == Kind::kPointer && type->element->name.starts_with("v1alpha1.");
}

// The cases write wrappers as the structs they are, {"value": 2}; proto3 JSON has them bare.
Node WithBareWrappers(const Node& message, Arena& arena) {
  const std::span<Member> members = arena.NewArray<Member>(message.AsMapping().size());
  std::copy(message.AsMapping().begin(), message.AsMapping().end(), members.begin());
  for (Member& member : members) {
    const Node* const wrapped = member.value.Find("value");
    if (wrapped != nullptr && member.value.size == 1) member.value = *wrapped;
  }
  return Node::Mapping(members);
}

Value DecodeField(const Node& node, const Type* type, Arena& arena) {
  if (IsMessage(type)) {
    Value* const message = arena.New<Value>(kubetypes::ZeroOf(type->element, arena));
    const Node bare = WithBareWrappers(node, arena);
    if (const auto error = kubetypes::ReadProtoJson(bare, *message, arena)) {
      throw std::runtime_error(error->message);
    }
    return Value::Pointer(message, type);
  }
  const Result<Value> value = kubetypes::Decode(node, type, arena, {.yaml = false});
  if (!value.has_value()) throw std::runtime_error(value.error().message);
  return *value;
}

Value DecodeTemplateData(std::string_view type_name, const Node& data, Arena& arena) {
  const Type* const type = Get(type_name);
  Value* const result = arena.New<Value>(kubetypes::ZeroOf(type, arena));
  for (const Member& member : data.AsMapping()) {
    std::size_t index = 0;
    while (index < type->fields.size() && type->fields[index].name != member.key) ++index;
    if (index == type->fields.size()) {
      throw std::runtime_error("no field " + std::string(member.key));
    }
    result->slots()[index] = DecodeField(member.value, type->fields[index].type, arena);
  }
  return Value::Pointer(result, gotemplate::PointerTo(type));
}

}  // namespace

void LoadPodTypes(const Node& types) {
  if (!types.IsMapping()) throw std::runtime_error("pod types are no object");
  pod_types = &types;
}

Value DecodePodData(const Node& data, Arena& arena) {
  return DecodeTemplateData(kPodType, data, arena);
}

Value DecodeModernPodData(const Node& data, Arena& arena) {
  return DecodeTemplateData(kModernType, data, arena);
}

}  // namespace sidecar::conformance
