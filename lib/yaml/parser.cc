#include "lib/yaml/parser.h"

#include <new>
#include <string>
#include <utility>

#include "lib/yaml/event_source.h"
#include "lib/yaml/tree_builder.h"

namespace sidecar::yaml {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

Result<Node> ParseYaml(std::string_view text, Arena& arena, YamlLimits limits,
                       Strictness strictness) {
  YamlOptions options;
  options.limits = limits;
  options.strictness = strictness;
  return ParseYaml(text, arena, options);
}

Result<Node> ParseYaml(std::string_view text, Arena& arena, const YamlOptions& options) {
  if (text.size() > options.limits.bytes) {
    return Invalid("yaml: document of " + std::to_string(text.size()) + " bytes is larger than " +
                   std::to_string(options.limits.bytes));
  }
  try {
    EventSource source(text);
    return TreeBuilder(source, arena, options).Build();
  } catch (const YamlFailure& failure) {
    return Invalid(failure.message);
  } catch (const std::bad_alloc&) {
    return Invalid("yaml: document needs more memory than allowed");
  }
}

}  // namespace sidecar::yaml
