#include "lib/gotemplate/funcs/yaml_text.h"

#include <string>

#include "lib/gotemplate/funcs/structure.h"
#include "lib/gotemplate/funcs/work.h"
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

// libyaml looks through the places of possible keys for every token, one for each open bracket.
std::size_t PriceOfReading(std::string_view text) {
  constexpr std::size_t kPricePerByte = 128;
  constexpr std::size_t kPricePerOpenBracket = 8;
  const std::size_t deepest = yaml::YamlLimits().depth;
  std::size_t price = text.size() * kPricePerByte;
  std::size_t open = 0;
  for (const char c : text) {
    if ((c == '[' || c == '{') && open < deepest) ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    price += open * kPricePerOpenBracket;
  }
  return price;
}

}  // namespace

Result<yaml::Node> ReadYamlText(std::string_view text, Arena& arena) {
  PayForWork(&arena, PriceOfReading(text));
  return yaml::ParseYaml(text, arena);
}

Result<yaml::Node> ReadJsonText(std::string_view text, Arena& arena) {
  constexpr std::size_t kPricePerByte = 24;
  PayForWork(&arena, text.size() * kPricePerByte);
  return yaml::ParseJson(text, arena);
}

std::string_view WriteYamlText(const Value& value, Arena& arena) {
  yaml::Node node = ToNode(value, arena);
  std::string json;
  yaml::WriteJson(node, json);
  if (HasControls(json)) {
    // Marshal reads its own JSON as YAML, with what that makes of such characters.
    const auto read = ReadYamlText(json, arena);
    if (!read) throw FunctionError(read.error().message);
    node = *read;
  }
  constexpr std::size_t kPricePerByte = 32;
  PayForWork(&arena, json.size() * kPricePerByte);
  std::string text;
  yaml::WriteYaml(node, text);
  return arena.Copy(text);
}

}  // namespace sidecar::gotemplate::funcs
