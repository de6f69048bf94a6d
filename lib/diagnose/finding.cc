#include "lib/diagnose/finding.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include <nlohmann/json.hpp>

namespace sidecar::diagnose {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;
constexpr std::string_view kDocumentation = "docs/CHECKS.md";

std::string_view SarifLevel(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "note";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "none";
}

std::string LogicalName(const Finding& finding) {
  return finding.namespace_name.empty() ? finding.object
                                        : finding.namespace_name + '/' + finding.object;
}

// A file's path as a URI reference, RFC 3986: what is neither unreserved nor a slash is escaped, so
// that "a b:c.yaml" does not begin with a scheme.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr unsigned kBits = 4;
  std::string uri(path.starts_with('/') ? "file://" : "");
  for (const char c : path) {
    const bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_alphanumeric || std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri.append("%").append(1, kHex[byte >> kBits]).append(1, kHex[byte % kHex.size()]);
  }
  return uri;
}

Json SarifRule(const Rule& rule) {
  return {
      {"id", rule.code},
      {"shortDescription", {{"text", rule.summary}}},
      // Not as helpUri, which must be absolute.
      {"help", {{"text", std::string(rule.remedy) + " See " + DocumentationAnchor(rule) + '.'}}},
      {"defaultConfiguration", {{"level", SarifLevel(rule.severity)}}},
  };
}

Json SarifResult(const Finding& finding) {
  Json location = {{"logicalLocations", {{{"fullyQualifiedName", LogicalName(finding)}}}}};
  const bool is_standard_input = finding.file == "-";
  if (!finding.file.empty() && !is_standard_input) {
    location["physicalLocation"]["artifactLocation"]["uri"] = UriOf(finding.file);
    if (finding.line > 0) {
      Json& region = location["physicalLocation"]["region"];
      region["startLine"] = finding.line;
      if (finding.column > 0) region["startColumn"] = finding.column;
    }
  }
  return {
      {"ruleId", finding.rule->code},
      {"level", SarifLevel(finding.rule->severity)},
      {"message", {{"text", finding.object + ": " + finding.message}}},
      {"locations", {location}},
  };
}

std::string Dump(const Json& json) {
  // What is no UTF-8 came from a file; it is shown as U+FFFD.
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string_view ToString(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "unknown";
}

void Sort(std::vector<Finding>& findings) {
  const auto key = [](const Finding& finding) {
    return std::tie(finding.file, finding.line, finding.column, finding.namespace_name,
                    finding.object, finding.rule->code, finding.field);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

std::string DocumentationAnchor(const Rule& rule) {
  std::string anchor(kDocumentation);
  anchor += '#';
  for (const char letter : rule.code) {
    anchor += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return anchor;
}

std::string WriteSarif(const std::vector<Finding>& findings, const std::vector<const Rule*>& rules,
                       std::string_view version) {
  Json rule_list = Json::array();
  for (const Rule* const rule : rules) rule_list.push_back(SarifRule(*rule));
  Json results = Json::array();
  for (const Finding& finding : findings) results.push_back(SarifResult(finding));
  const Json driver = {
      {"name", "sidecar-injector"}, {"version", version}, {"rules", std::move(rule_list)}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"columnKind", "unicodeCodePoints"},
                    {"results", std::move(results)}};
  Json log;
  log["$schema"] =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({run});
  return Dump(log);
}

std::string WriteJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  Json summary = {{"error", 0}, {"warning", 0}, {"info", 0}};
  for (const Finding& finding : findings) {
    const std::string_view severity = ToString(finding.rule->severity);
    Json entry = {{"severity", severity},
                  {"code", finding.rule->code},
                  {"namespace", finding.namespace_name},
                  {"object", finding.object}};
    if (!finding.field.empty()) entry["field"] = finding.field;
    if (!finding.file.empty()) entry["file"] = finding.file;
    if (finding.line > 0) entry["line"] = finding.line;
    if (finding.column > 0) entry["column"] = finding.column;
    entry["message"] = finding.message;
    entry["remedy"] = finding.rule->remedy;
    entry["documentation"] = DocumentationAnchor(*finding.rule);
    list.push_back(std::move(entry));
    Json& count = summary[std::string(severity)];
    count = count.get<std::size_t>() + 1;
  }
  return Dump({{"findings", std::move(list)}, {"summary", std::move(summary)}});
}

}  // namespace sidecar::diagnose
