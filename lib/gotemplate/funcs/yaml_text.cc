#include "lib/gotemplate/funcs/yaml_text.h"

#include <string>

#include "lib/gotemplate/funcs/structure.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::gotemplate::funcs {
namespace {

// DEL and the C1 control characters, which JSON writes as they are and YAML does not read so.
bool HasControls(std::string_view json) {
  constexpr char kDelete = '\x7f';
  constexpr char kLeadByte = '\xc2';  // Of U+0080 to U+00BF in UTF-8.
  constexpr char kLastControl = '\x9f';
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == kDelete) return true;
    if (json[i] == kLeadByte && i + 1 < json.size() && json[i + 1] <= kLastControl) return true;
  }
  return false;
}

}  // namespace

std::string_view WriteYamlText(const Value& value, Arena& arena) {
  yaml::Node node = ToNode(value, arena);
  std::string json;
  yaml::WriteJson(node, json);
  if (HasControls(json)) {
    // Marshal reads its own JSON as YAML, with what that makes of such characters.
    const auto read = yaml::ParseYaml(json, arena);
    if (!read) throw FunctionError(read.error().message);
    node = *read;
  }
  std::string text;
  yaml::WriteYaml(node, text);
  return arena.Copy(text);
}

}  // namespace sidecar::gotemplate::funcs
