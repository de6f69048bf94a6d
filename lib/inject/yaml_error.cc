#include "lib/inject/yaml_error.h"

#include <charconv>

namespace sidecar::inject {

std::uint32_t LineOfYamlError(std::string_view message) {
  constexpr std::string_view kPrefix = "yaml: line ";
  const std::size_t at = message.find(kPrefix);
  if (at == std::string_view::npos) return 0;
  message.remove_prefix(at + kPrefix.size());
  std::uint32_t line = 0;
  std::from_chars(message.data(), message.data() + message.size(), line);
  return line;
}

}  // namespace sidecar::inject
