#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/gotemplate/template.h"
#include "lib/yaml/parser.h"

namespace sidecar::inject {

// Guards against values that become YAML structure, or another value, when a template prints them.
// A label `a: b` printed into a list item would make it an object; `yes` would become "true"; a
// line break could add a container.
//
// What the actions of a template printed (`spans`) must each lie within one scalar of the rendered
// text, unaltered: `- {{.x}}` with x = "0777" is an error, as the text would be read as 511. Text
// within a comment is harmless unless it ends the comment. Exempt are actions that print a constant
// of the template, and those whose functions make structure on purpose (toYaml). What `quote`,
// `squote` or `printf "%q"` made must be one whole quoted scalar.
//
// `scalars` are those that yaml::ParseYaml reported for `rendered`. The error names the place in
// the template, the value and what became of it.
Result<void> CheckInterpolation(std::string_view rendered,
                                std::span<const gotemplate::OutputSpan> spans,
                                std::span<const yaml::ScalarSpan> scalars);

// For a rendered text that is no YAML, because of `line` if that is not 0: names the printed value
// that is likely to blame. Empty if there is none.
std::string ExplainBrokenYaml(std::string_view rendered,
                              std::span<const gotemplate::OutputSpan> spans, std::size_t line);

}  // namespace sidecar::inject
