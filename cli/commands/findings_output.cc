#include "cli/commands/findings_output.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>

#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/table.h"
#include "cli/version.h"
#include "lib/yaml/convert.h"

namespace sidecar::cli {
namespace {

using diagnose::Finding;
using diagnose::Severity;

Colour ColourOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return Colour::kFaint;
    case Severity::kWarning: return Colour::kYellow;
    case Severity::kError: return Colour::kRed;
  }
  return Colour::kNone;
}

std::string PlaceOf(const Finding& finding) {
  if (finding.file.empty() || finding.line == 0) return finding.file;
  std::string place = finding.file + ':' + std::to_string(finding.line);
  if (finding.column > 0) place += ':' + std::to_string(finding.column);
  return place;
}

// "2 errors, 1 warning and 0 remarks in 14 objects".
std::string Summary(const std::vector<Finding>& findings, const std::string& subject) {
  const auto of = [&](Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& f) { return f.rule->severity == severity; }));
  };
  return Count(of(Severity::kError), "error") + ", " + Count(of(Severity::kWarning), "warning") +
         " and " + Count(of(Severity::kInfo), "remark") + " in " + subject;
}

std::string RenderTable(const std::vector<Finding>& findings, bool is_wide) {
  if (findings.empty()) return {};
  std::vector<std::string> headings = {"SEVERITY", "CODE", "NAMESPACE", "OBJECT"};
  if (is_wide) headings.emplace_back("FIELD");
  headings.insert(headings.end(), {"PLACE", "MESSAGE"});
  if (is_wide) headings.emplace_back("REMEDY");
  Table table(std::move(headings));
  for (const Finding& finding : findings) {
    std::vector<Cell> row = {
        {std::string(ToString(finding.rule->severity)), ColourOf(finding.rule->severity)},
        {std::string(finding.rule->code)},
        {finding.namespace_name},
        {finding.object}};
    if (is_wide) row.push_back({finding.field});
    row.push_back({PlaceOf(finding)});
    row.push_back({finding.message});
    if (is_wide) row.push_back({std::string(finding.rule->remedy)});
    table.AddRow(std::move(row));
  }
  return table.Render(WantsColour());
}

// Which objects have findings, one a line, as kubectl's -o name.
std::string RenderNames(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  names.reserve(findings.size());
  for (const Finding& finding : findings) names.push_back(finding.object);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) text += name + '\n';
  return text;
}

std::string Render(const std::vector<Finding>& findings,
                   const std::vector<const diagnose::Rule*>& rules, const std::string& format) {
  if (format == "json") return diagnose::WriteJson(findings);
  if (format == "yaml") {
    const Result<std::string> yaml = yaml::JsonToYaml(diagnose::WriteJson(findings));
    return yaml.has_value() ? *yaml : std::string();
  }
  if (format == "sarif") return diagnose::WriteSarif(findings, rules, kVersion);
  if (format == "name") return RenderNames(findings);
  return RenderTable(findings, format == "wide");
}

Severity ParseSeverity(const std::string& text) {
  if (text == "info") return Severity::kInfo;
  return text == "warning" ? Severity::kWarning : Severity::kError;
}

}  // namespace

void AddFindingsFlags(CLI::App& command, FindingsOutput& output) {
  command.add_option("-o,--output", output.format, "How to print the findings")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "sarif", "name"}))
      ->capture_default_str();
  command.add_option("--fail-on", output.fail_on, "The least severity that is a failure")
      ->check(CLI::IsMember({"info", "warning", "error"}))
      ->capture_default_str();
}

int ShowFindings(const std::vector<Finding>& findings,
                 const std::vector<const diagnose::Rule*>& rules, const FindingsOutput& output,
                 const std::string& subject) {
  if (!Print(Render(findings, rules, output.format))) return kExitInputFailed;
  PrintNote(Summary(findings, subject));
  const Severity limit = ParseSeverity(output.fail_on);
  const bool is_bad = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.rule->severity >= limit;
  });
  return is_bad ? kExitInputFailed : kExitOk;
}

std::string Count(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace sidecar::cli
