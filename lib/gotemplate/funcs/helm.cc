#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/structure.h"
#include "lib/gotemplate/funcs/yaml_text.h"
#include "lib/yaml/json.h"

// What Helm 3 adds to sprig (pkg/engine/funcs.go). Documents that cannot be read are told of within
// the result, under the key Error or as the only element.
namespace sidecar::gotemplate::funcs {
namespace {

// "array" and its like: what encoding/json calls a value that does not fit.
std::string_view JsonKind(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::NodeKind::kBool: return "bool";
    case yaml::NodeKind::kString: return "string";
    case yaml::NodeKind::kSequence: return "array";
    case yaml::NodeKind::kMapping: return "object";
    default: return "number";
  }
}

std::string UnmarshalError(const yaml::Node& node, const Type* type) {
  return "json: cannot unmarshal " + std::string(JsonKind(node)) + " into Go value of type " +
         type->name;
}

Value ErrorMap(const Call& call, std::string_view message) {
  auto* const map = call.arena.New<MapData>();
  map->Set(Value::String("Error"), Text(call, message), call.arena);
  return AnyMap(map);
}

Value ErrorList(const Call& call, std::string_view message) {
  const std::span<Value> list = call.arena.NewArray<Value>(1);
  list[0] = Text(call, message);
  return AnySlice(list);
}

constexpr std::string_view kNotYaml = "error converting YAML to JSON: ";
constexpr std::string_view kNotThatType = "error unmarshaling JSON: while decoding JSON: ";

// A document that is to be a map: null makes it nil.
Value ToMap(const Call& call, const yaml::Node& node, std::string_view error_prefix) {
  if (node.IsNull()) return AnyMap(nullptr);
  if (node.IsMapping()) return FromNode(node, call.arena);
  return ErrorMap(call, std::string(error_prefix) + UnmarshalError(node, AnyMapType()));
}

Value ToList(const Call& call, const yaml::Node& node, std::string_view error_prefix) {
  if (node.IsNull()) return NilAnyList(call.arena);
  if (node.IsSequence()) return FromNode(node, call.arena);
  return ErrorList(call, std::string(error_prefix) + UnmarshalError(node, AnySliceType()));
}

Value FromYaml(const Call& call) {
  const auto node = ReadYamlText(call.Text(0), call.arena);
  if (!node) return ErrorMap(call, std::string(kNotYaml) + node.error().message);
  return ToMap(call, *node, kNotThatType);
}

Value FromYamlArray(const Call& call) {
  const auto node = ReadYamlText(call.Text(0), call.arena);
  if (!node) return ErrorList(call, std::string(kNotYaml) + node.error().message);
  return ToList(call, *node, kNotThatType);
}

// A number beyond float64 is what json.Unmarshal finds second: that the document is not of `type`
// comes first.
std::string JsonError(const Call& call, const Error& error, const Type* type) {
  if (!error.message.starts_with("json: cannot unmarshal number")) return error.message;
  const std::string_view text = call.Text(0);
  const char first = text[text.find_first_not_of(" \t\r\n")];
  if (first == (type->kind == Kind::kMap ? '{' : '[')) return error.message;
  return UnmarshalError(first == '{'   ? yaml::Node::Mapping({})
                        : first == '[' ? yaml::Node::Sequence({})
                                       : yaml::Node::Float(0),
                        type);
}

Value FromJson(const Call& call) {
  const auto node = ReadJsonText(call.Text(0), call.arena);
  if (node) return ToMap(call, *node, "");
  return ErrorMap(call, JsonError(call, node.error(), AnyMapType()));
}

Value FromJsonArray(const Call& call) {
  const auto node = ReadJsonText(call.Text(0), call.arena);
  if (node) return ToList(call, *node, "");
  return ErrorList(call, JsonError(call, node.error(), AnySliceType()));
}

Value ToYaml(const Call& call) {
  try {
    std::string_view text = WriteYamlText(call[0], call.arena);
    if (text.ends_with('\n')) text.remove_suffix(1);
    return Value::String(text);
  } catch (const FunctionError&) {
    return Value::String("");
  }
}

Value ToJson(const Call& call) {
  try {
    std::string text;
    yaml::WriteJson(ToNode(call[0], call.arena), text,
                    {.sort_keys = false, .escape_html = true, .indent = ""});
    return Text(call, text);
  } catch (const FunctionError&) {
    return Value::String("");
  }
}

Value Required(const Call& call) {
  const bool missing =
      !call[1].IsValid() || (call[1].type() == StringType() && call[1].AsString().empty());
  if (missing) throw FunctionError(std::string(call.Text(0)));
  return call[1];
}

Value Include(const Call& /*call*/) {
  throw FunctionError("include works within the execution of a template only");
}

constexpr Definition kFunctions[] = {
    {"fromJson", "(string) map[string]any", FromJson},
    {"fromJsonArray", "(string) []any", FromJsonArray},
    {"fromYaml", "(string) map[string]any", FromYaml},
    {"fromYamlArray", "(string) []any", FromYamlArray},
    {"include", "(string, any) string", Include, true, true},
    {"required", "(string, any) any", Required},
    {"toJson", "(any) string", ToJson, true},
    {"toYaml", "(any) string", ToYaml, true},
};

}  // namespace

Group HelmFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
