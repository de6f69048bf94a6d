#include "lib/gotemplate/funcs/yaml_text.h"

#include <string>

#include "lib/gotemplate/funcs/structure.h"
#include "lib/yaml/writer.h"

namespace sidecar::gotemplate::funcs {

std::string_view WriteYamlText(const Value& value, Arena& arena) {
  std::string text;
  yaml::WriteYaml(ToNode(value, arena), text);
  return arena.Copy(text);
}

}  // namespace sidecar::gotemplate::funcs
