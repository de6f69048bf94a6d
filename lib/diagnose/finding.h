#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar::diagnose {

enum class Severity : std::uint8_t {
  kInfo,     // Worth knowing.
  kWarning,  // Works, but hardly as meant.
  kError,    // Traffic will fail, or a rule of the mesh is broken.
};

// "info", "warning", "error".
std::string_view ToString(Severity severity);

// What a kind of finding is about, the same for each of them. `code` is its name everywhere: in
// tables, JSON, SARIF and the documentation, whose anchor is the code in lower case.
struct Rule {
  std::string_view code;  // "ServicePortName".
  Severity severity = Severity::kInfo;
  std::string_view summary;  // One sentence.
  std::string_view remedy;   // What to do about it, one sentence.
};

// Something about an object that its owner should know.
struct Finding {
  const Rule* rule = nullptr;  // A constant.
  std::string object;          // "Service/web".
  std::string namespace_name;
  std::string field;       // "spec.ports[0].name"; empty: the object as a whole.
  std::string file;        // Empty: from a cluster.
  std::uint32_t line = 0;  // 0 if unknown.
  std::string message;     // Names the values.
  // 1-based, in characters; 0 if unknown: only what is found in a template has one.
  std::uint32_t column = 0;
};

// By file, line, column, object and code.
void Sort(std::vector<Finding>& findings);

// Where the documentation tells more about the rule.
std::string DocumentationAnchor(const Rule& rule);

// A log of the Static Analysis Results Interchange Format 2.1.0, which code hosts show beside the
// lines of a change. `rules` are all that were applied.
std::string WriteSarif(const std::vector<Finding>& findings, const std::vector<const Rule*>& rules,
                       std::string_view version);

// {"findings": [...], "summary": {...}} in JSON, indented.
std::string WriteJson(const std::vector<Finding>& findings);

}  // namespace sidecar::diagnose
