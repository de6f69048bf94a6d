#include "cli/commands/doctor_output.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/commands/findings_output.h"
#include "cli/table.h"
#include "lib/yaml/convert.h"

namespace sidecar::cli {
namespace {

using diagnose::CheckReport;
using diagnose::CheckStatus;
using Json = nlohmann::ordered_json;

Colour ColourOf(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk: return Colour::kGreen;
    case CheckStatus::kSkipped:
    case CheckStatus::kInfo: return Colour::kFaint;
    case CheckStatus::kWarning: return Colour::kYellow;
    case CheckStatus::kError: return Colour::kRed;
  }
  return Colour::kNone;
}

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  if (padded.size() < width) padded.append(width - padded.size(), ' ');
  return padded;
}

// Control characters of a cluster's texts do not reach the terminal.
std::string Printable(std::string text) {
  constexpr unsigned char kDelete = 0x7F;
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < ' ' || byte == kDelete;
      },
      ' ');
  return text;
}

// What to say of a check, a line each.
std::vector<std::string> LinesOf(const CheckReport& report) {
  const diagnose::CheckResult& result = report.result;
  if (!result.skipped.empty()) return {result.skipped};
  if (result.findings.empty()) {
    return {result.detail.empty() ? std::string(report.check->rule.summary) : result.detail};
  }
  std::vector<std::string> lines;
  for (const diagnose::CheckFinding& finding : result.findings) {
    lines.push_back(finding.object.empty() ? finding.message
                                           : finding.object + ": " + finding.message);
  }
  return lines;
}

std::size_t CountOf(const std::vector<CheckReport>& reports, CheckStatus status) {
  return static_cast<std::size_t>(
      std::count_if(reports.begin(), reports.end(),
                    [&](const CheckReport& report) { return report.status == status; }));
}

Json ToJson(const CheckReport& report) {
  const diagnose::Rule& rule = report.check->rule;
  Json json = {{"group", report.group},
               {"code", rule.code},
               {"status", ToString(report.status)},
               {"severity", ToString(rule.severity)},
               {"summary", rule.summary}};
  if (!report.result.skipped.empty()) json["skipped"] = report.result.skipped;
  if (!report.result.detail.empty()) json["detail"] = report.result.detail;
  if (report.result.findings.empty()) return json;
  Json findings = Json::array();
  for (const diagnose::CheckFinding& finding : report.result.findings) {
    findings.push_back({{"object", finding.object}, {"message", finding.message}});
  }
  json["findings"] = std::move(findings);
  json["remedy"] = rule.remedy;
  json["documentation"] = DocumentationAnchor(rule);
  return json;
}

}  // namespace

std::string RenderWideCheckup(const std::vector<CheckReport>& reports, bool in_colour) {
  Table table({"GROUP", "STATUS", "CODE", "OBJECT", "MESSAGE", "HINT", "DOCUMENTATION"});
  for (const CheckReport& report : reports) {
    const diagnose::Rule& rule = report.check->rule;
    const Cell status = {std::string(ToString(report.status)), ColourOf(report.status)};
    const auto add = [&](std::string object, std::string message, std::string_view hint) {
      table.AddRow({{std::string(report.group)},
                    status,
                    {std::string(rule.code)},
                    {std::move(object)},
                    {std::move(message)},
                    {std::string(hint)},
                    {DocumentationAnchor(rule)}});
    };
    if (report.result.findings.empty()) add("", LinesOf(report).front(), "");
    for (const diagnose::CheckFinding& finding : report.result.findings) {
      add(finding.object, finding.message, rule.remedy);
    }
  }
  return table.Render(in_colour);
}

std::string RenderCheckup(const std::vector<CheckReport>& reports, bool in_colour) {
  constexpr std::size_t kStatusWidth = 9;
  std::size_t code_width = 0;
  for (const CheckReport& report : reports) {
    code_width = std::max(code_width, report.check->rule.code.size() + 2);
  }
  const std::string indent(2 + kStatusWidth, ' ');
  std::string text;
  std::string_view group;
  for (const CheckReport& report : reports) {
    if (report.group != group) {
      text += (text.empty() ? "" : "\n") + std::string(report.group) + '\n';
      group = report.group;
    }
    const std::string status = Padded(ToString(report.status), kStatusWidth);
    std::string before = "  " + (in_colour ? Coloured(status, ColourOf(report.status)) : status) +
                         Padded(report.check->rule.code, code_width);
    for (std::string& line : LinesOf(report)) {
      text += before + Printable(std::move(line)) + '\n';
      before = indent + std::string(code_width, ' ');
    }
    if (report.result.findings.empty()) continue;
    text += indent + "hint: " + std::string(report.check->rule.remedy) + '\n';
    text += indent + "see " + DocumentationAnchor(report.check->rule) + '\n';
  }
  return text;
}

std::string WriteCheckup(const std::vector<CheckReport>& reports, const std::string& format) {
  if (format == "name") {
    std::string names;
    for (const CheckReport& report : reports) {
      if (!report.result.findings.empty()) names += std::string(report.check->rule.code) + '\n';
    }
    return names;
  }
  Json checks = Json::array();
  for (const CheckReport& report : reports) checks.push_back(ToJson(report));
  Json summary = Json::object();
  for (const CheckStatus status : {CheckStatus::kOk, CheckStatus::kError, CheckStatus::kWarning,
                                   CheckStatus::kInfo, CheckStatus::kSkipped}) {
    summary[std::string(ToString(status))] = CountOf(reports, status);
  }
  const Json json = {{"checks", std::move(checks)}, {"summary", std::move(summary)}};
  constexpr int kIndent = 2;
  const std::string text = json.dump(kIndent, ' ', false, Json::error_handler_t::replace);
  if (format == "json") return text + '\n';
  const Result<std::string> written = yaml::JsonToYaml(text);
  return written.has_value() ? *written : text;
}

std::string SummarizeCheckup(const std::vector<CheckReport>& reports) {
  return std::to_string(CountOf(reports, CheckStatus::kOk)) + " ok, " +
         Count(CountOf(reports, CheckStatus::kError), "error") + ", " +
         Count(CountOf(reports, CheckStatus::kWarning), "warning") + ", " +
         std::to_string(CountOf(reports, CheckStatus::kInfo)) + " info, " +
         std::to_string(CountOf(reports, CheckStatus::kSkipped)) + " skipped";
}

}  // namespace sidecar::cli
