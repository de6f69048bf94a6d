// Input: a template's text, a zero byte, a JSON document; executed with small budgets.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/template.h"
#include "lib/yaml/json.h"

namespace {

constexpr std::size_t kMemory = std::size_t{8} << 20U;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidecar::Arena;
  namespace gotemplate = sidecar::gotemplate;

  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view text = input.substr(0, input.find('\0'));
  const std::string_view json = text.size() < size ? input.substr(text.size() + 1) : "{}";

  const auto tmpl = gotemplate::Template::Parse("t", text);
  if (tmpl.has_error()) return 0;
  Arena document;
  const auto node = sidecar::yaml::ParseJson(json, document, {.depth = 100, .bytes = kMemory});
  gotemplate::Value value;
  if (node.has_value()) value = gotemplate::FromNode(*node, document);

  Arena arena(kMemory);
  gotemplate::ExecOptions options;
  options.limits = {
      .steps = 2000, .output_bytes = 1U << 16U, .stack_bytes = 1U << 20U, .expression_depth = 200};
  std::vector<gotemplate::OutputSpan> spans;
  options.spans = &spans;
  std::string output;
  const auto done = tmpl->Execute(value, arena, options, output);
  if (output.size() > options.limits.output_bytes) __builtin_trap();
  if (done.has_error() && done.error().message.empty()) __builtin_trap();
  for (const gotemplate::OutputSpan& span : spans) {
    if (span.begin > span.end || span.end > output.size()) __builtin_trap();
  }
  return 0;
}
