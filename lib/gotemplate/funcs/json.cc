#include "lib/yaml/json.h"

#include <string>

#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/structure.h"
#include "lib/gotemplate/funcs/yaml_text.h"

// sprig's toJson, fromJson and their like. Those without "must" give "" or nil for an error, save
// toRawJson, which panics with it.
namespace sidecar::gotemplate::funcs {
namespace {

Value Write(const Call& call, const yaml::JsonStyle& style) {
  std::string text;
  yaml::WriteJson(ToNode(call[0], call.arena), text, style);
  return Text(call, text);
}

constexpr yaml::JsonStyle kPlain = {.sort_keys = false, .escape_html = true, .indent = ""};
constexpr yaml::JsonStyle kPretty = {.sort_keys = false, .escape_html = true, .indent = "  "};
constexpr yaml::JsonStyle kRaw = {.sort_keys = false, .escape_html = false, .indent = ""};

Value MustToJson(const Call& call) {
  return Write(call, kPlain);
}

Value MustToPrettyJson(const Call& call) {
  return Write(call, kPretty);
}

Value MustToRawJson(const Call& call) {
  return Write(call, kRaw);
}

Value ToJson(const Call& call) {
  try {
    return MustToJson(call);
  } catch (const FunctionError&) {
    return Value::String("");
  }
}

Value ToPrettyJson(const Call& call) {
  try {
    return MustToPrettyJson(call);
  } catch (const FunctionError&) {
    return Value::String("");
  }
}

Value FromJson(const Call& call) {
  const auto node = ReadJsonText(call.Text(0), call.arena);
  return node ? FromNode(*node, call.arena) : Value();
}

Value MustFromJson(const Call& call) {
  const auto node = ReadJsonText(call.Text(0), call.arena);
  if (!node) throw FunctionError(node.error().message);
  return FromNode(*node, call.arena);
}

constexpr Definition kFunctions[] = {
    {"fromJson", "(string) any", FromJson},
    {"mustFromJson", "(string) any", MustFromJson},
    {"mustToJson", "(any) string", MustToJson, true},
    {"mustToPrettyJson", "(any) string", MustToPrettyJson, true},
    {"mustToRawJson", "(any) string", MustToRawJson, true},
    {"toJson", "(any) string", ToJson, true},
    {"toPrettyJson", "(any) string", ToPrettyJson, true},
    {"toRawJson", "(any) string", MustToRawJson, true},
};

}  // namespace

Group JsonFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
