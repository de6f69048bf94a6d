#include "lib/inject/interpolation.h"

#include <algorithm>

#include "lib/gotemplate/node_print.h"
#include "lib/yaml/json.h"
#include "lib/yaml/number.h"
#include "lib/yaml/resolve.h"

namespace sidecar::inject {
namespace {

using gotemplate::OutputSpan;
using yaml::ScalarSpan;

constexpr std::size_t kShownBytes = 200;
// Finding the value to blame for broken YAML may cost a few parses, no more.
constexpr std::size_t kMostTrials = 100;
constexpr std::size_t kTrialBytes = std::size_t{8} << 20U;

std::string Quote(std::string_view text) {
  std::string quoted;
  yaml::WriteJsonString(text.substr(0, kShownBytes), quoted, /*escape_html=*/false);
  if (text.size() > kShownBytes) quoted.append("...");
  return quoted;
}

// `inject:31:7: at <index .ObjectMeta.Labels "app">: value "a: b"`, as Go's execution errors put
// it.
std::string Describe(const OutputSpan& span, std::string_view value) {
  std::string text = "template: ";
  text += gotemplate::Location(*span.source, *span.action);
  text += ": at <";
  text += gotemplate::Print(*span.action->As<gotemplate::ActionNode>().pipe);
  text += ">: value ";
  return text + Quote(value);
}

Error Harmful(const OutputSpan& span, std::string_view value, std::string_view effect) {
  return Error{ErrorCode::kInvalidArgument, Describe(span, value) + std::string(effect)};
}

bool IsConstant(const OutputSpan& span) {
  const gotemplate::PipeNode& pipe = *span.action->As<gotemplate::ActionNode>().pipe;
  if (pipe.commands.size() != 1 || pipe.commands[0]->arguments.size() != 1) return false;
  const gotemplate::NodeKind kind = pipe.commands[0]->arguments[0]->kind;
  return kind == gotemplate::NodeKind::kString || kind == gotemplate::NodeKind::kNumber ||
         kind == gotemplate::NodeKind::kBool;
}

// Whether the action prints what a function put quotes around.
bool QuotesItsValue(const OutputSpan& span) {
  const gotemplate::PipeNode& pipe = *span.action->As<gotemplate::ActionNode>().pipe;
  const auto arguments = pipe.commands.back()->arguments;
  if (arguments[0]->kind != gotemplate::NodeKind::kIdentifier) return false;
  const std::string_view name = arguments[0]->As<gotemplate::IdentifierNode>().name;
  if (name == "quote" || name == "squote") return true;
  return name == "printf" && arguments.size() > 1 &&
         arguments[1]->kind == gotemplate::NodeKind::kString &&
         arguments[1]->As<gotemplate::StringNode>().value == "%q";
}

// Whether the span is a whole scalar in quotes, which means what was quoted. Go's double quotes
// escape as YAML's do; sprig's single ones escape nothing.
bool IsQuotedScalar(std::string_view value, const OutputSpan& span, const ScalarSpan& scalar) {
  if (scalar.begin != span.begin || scalar.end != span.end) return false;
  if (scalar.style == yaml::ScalarStyle::kDoubleQuoted) return true;
  return scalar.style == yaml::ScalarStyle::kSingleQuoted &&
         scalar.text == value.substr(1, value.size() - 2);
}

// The scalar whose text covers the span, or null.
const ScalarSpan* FindScalar(std::span<const ScalarSpan> scalars, const OutputSpan& span) {
  auto it = std::upper_bound(
      scalars.begin(), scalars.end(), span.begin,
      [](std::size_t begin, const ScalarSpan& scalar) { return begin < scalar.begin; });
  if (it == scalars.begin()) return nullptr;
  --it;
  return span.end <= it->end ? &*it : nullptr;
}

// Whether the span is part of a comment and does not end it.
bool IsInComment(std::string_view rendered, std::span<const ScalarSpan> scalars,
                 const OutputSpan& span) {
  if (rendered.substr(span.begin, span.end - span.begin).find_first_of("\r\n") !=
      std::string_view::npos) {
    return false;
  }
  const std::size_t line_end = rendered.rfind('\n', span.begin);
  const std::size_t line_begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  for (std::size_t at = line_begin; at < span.begin; ++at) {
    if (rendered[at] != '#') continue;
    const bool starts_comment =
        at == line_begin || rendered[at - 1] == ' ' || rendered[at - 1] == '\t';
    if (starts_comment && FindScalar(scalars, OutputSpan{.begin = at, .end = at + 1}) == nullptr) {
      return true;
    }
  }
  return false;
}

// What sigs.k8s.io/yaml makes of a plain scalar where a string is wanted.
std::string MeaningOf(std::string_view plain) {
  yaml::ResolvedScalar resolved;
  if (!yaml::Resolve(yaml::Tag::kNone, plain, resolved)) return std::string(plain);
  switch (resolved.value.kind) {
    case yaml::NodeKind::kNull: return "";
    case yaml::NodeKind::kBool: return resolved.value.boolean ? "true" : "false";
    case yaml::NodeKind::kString: return std::string(resolved.value.AsString());
    default: return resolved.value.NumberText();
  }
}

Result<void> CheckSpan(std::string_view rendered, const OutputSpan& span,
                       std::span<const ScalarSpan> scalars) {
  const std::string_view value = rendered.substr(span.begin, span.end - span.begin);
  const ScalarSpan* const scalar = FindScalar(scalars, span);
  if (scalar == nullptr) {
    if (IsInComment(rendered, scalars, span)) return {};
    return Harmful(span, value,
                   " would become YAML structure instead of text: quote it in the template or "
                   "change it");
  }
  if (QuotesItsValue(span) && IsQuotedScalar(value, span, *scalar)) return {};
  if (scalar->text.find(value) == std::string_view::npos) {
    return Harmful(span, value, " would be read as " + Quote(scalar->text));
  }
  if (scalar->style != yaml::ScalarStyle::kPlain) return {};
  const std::string meaning = MeaningOf(scalar->text);
  if (meaning == scalar->text) return {};
  return Harmful(span, value, " would be read as " + Quote(meaning) + ": quote it in the template");
}

// The first printed value without which the text would be YAML: each is tried with a plain word in
// its place. Null where no single one is to blame.
const OutputSpan* FindCulprit(std::string_view rendered, std::span<const OutputSpan> spans) {
  for (const OutputSpan& span : spans.first(std::min(spans.size(), kMostTrials))) {
    if (span.emits_structure || IsConstant(span)) continue;
    std::string repaired(rendered.substr(0, span.begin));
    repaired += 'x';
    repaired += rendered.substr(span.end);
    Arena arena(kTrialBytes);
    try {
      if (yaml::ParseYaml(repaired, arena).has_value()) return &span;
    } catch (const ArenaLimitExceeded&) {
      return nullptr;
    }
  }
  return nullptr;
}

bool LooksHarmless(std::string_view value) {
  const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("-._/").find(c) != std::string_view::npos;
  });
  return value.empty() || (is_plain && MeaningOf(value) == value);
}

// Of several values that break the text together: the last unusual one up to the line where
// parsing failed.
const OutputSpan* FindSuspect(std::string_view rendered, std::span<const OutputSpan> spans,
                              std::size_t line) {
  const OutputSpan* suspect = nullptr;
  std::size_t current = 1;
  std::size_t position = 0;
  for (const OutputSpan& span : spans) {
    current += static_cast<std::size_t>(
        std::count(rendered.begin() + static_cast<std::ptrdiff_t>(position),
                   rendered.begin() + static_cast<std::ptrdiff_t>(span.begin), '\n'));
    position = span.begin;
    const std::string_view value = rendered.substr(span.begin, span.end - span.begin);
    if (span.emits_structure || LooksHarmless(value)) continue;
    if (suspect == nullptr || current <= line) suspect = &span;
  }
  return suspect;
}

}  // namespace

Result<void> CheckInterpolation(std::string_view rendered, std::span<const OutputSpan> spans,
                                std::span<const ScalarSpan> scalars) {
  for (const OutputSpan& span : spans) {
    if (span.begin == span.end || span.emits_structure || IsConstant(span)) continue;
    if (Result<void> checked = CheckSpan(rendered, span, scalars); !checked.has_value()) {
      return checked;
    }
  }
  return {};
}

std::string ExplainBrokenYaml(std::string_view rendered, std::span<const OutputSpan> spans,
                              std::size_t line) {
  const OutputSpan* culprit = FindCulprit(rendered, spans);
  if (culprit == nullptr) culprit = FindSuspect(rendered, spans, line);
  if (culprit == nullptr) return {};
  return Describe(*culprit, rendered.substr(culprit->begin, culprit->end - culprit->begin)) +
         " breaks the rendered YAML";
}

}  // namespace sidecar::inject
