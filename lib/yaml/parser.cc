#include "lib/yaml/parser.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "lib/yaml/event_source.h"
#include "lib/yaml/plain_block.h"
#include "lib/yaml/tree_builder.h"

namespace sidecar::yaml {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Whether to try ReadPlainBlock, which knows no limits and none of the options.
bool MayBePlainBlock(std::string_view text, const YamlOptions& options) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 10U;  // Little is lost where it fails.
  constexpr std::size_t kMostDepth = 64;
  return text.size() <= std::min(kMostBytes, options.limits.expanded_bytes / 2) &&
         options.limits.depth >= kMostDepth && options.strictness == Strictness::kLenient &&
         !options.keep_yaml_values;
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
    if (MayBePlainBlock(text, options)) {
      if (const std::optional<Node> node = ReadPlainBlock(text, arena, options.scalars)) {
        return *node;
      }
    }
    EventSource source(text);
    return TreeBuilder(source, arena, options).Build();
  } catch (const YamlFailure& failure) {
    return Invalid(failure.message);
  } catch (const std::bad_alloc&) {
    return Invalid("yaml: document needs more memory than allowed");
  }
}

}  // namespace sidecar::yaml
