#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/flag_values.h"
#include "cli/input_flags.h"
#include "cli/object_files.h"
#include "cli/print.h"
#include "cli/table.h"
#include "cli/version.h"
#include "lib/diagnose/mesh_check.h"

// `check`: do objects meet the mesh's requirements?

namespace sidecar::cli {
namespace {

using diagnose::Finding;
using diagnose::Severity;

constexpr const char* kHelp =
    R"(Checks pods, workloads and Services against the mesh's requirements.

Every pod belongs to exactly one Service; the names of Service ports tell their protocol,
<protocol>[-<suffix>]; workloads carry a distinct label app; every pod of a namespace that is
labelled istio-injection=enabled has the sidecar. Also told: Services that disagree on the protocol
of a port, containers that use the sidecar's user or ports, missing version labels, host networking.

The exit code is 0 if there is nothing of the severity --fail-on or above, 1 if there is, or if an
input cannot be read, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # Check manifests, as a step of a build.
  sidecar-injector check -f manifests/ -R --assume-enabled

  # For a code host that shows findings beside the lines they are about.
  sidecar-injector check -f manifests/ -o sarif > findings.sarif

  # What is in a namespace.
  kubectl get -n shop deploy,svc,pod -o yaml | sidecar-injector check -f -)";

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  std::string default_namespace = "default";
  bool assume_enabled = false;
  std::string compat = "0.5";
  std::string output = "table";
  std::string fail_on = "error";
};

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
  return finding.file + ':' + std::to_string(finding.line);
}

std::string Count(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

// "2 errors, 1 warning in 14 objects".
std::string Summary(const std::vector<Finding>& findings, std::size_t objects) {
  const auto of = [&](Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& f) { return f.rule->severity == severity; }));
  };
  return Count(of(Severity::kError), "error") + ", " + Count(of(Severity::kWarning), "warning") +
         " and " + std::to_string(of(Severity::kInfo)) + " remarks in " + Count(objects, "object");
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
  for (const Finding& finding : findings) names.push_back(finding.object);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) text += name + '\n';
  return text;
}

std::string Render(const std::vector<Finding>& findings, const std::string& format) {
  if (format == "json") return diagnose::WriteJson(findings);
  if (format == "sarif") return diagnose::WriteSarif(findings, diagnose::MeshRules(), kVersion);
  if (format == "name") return RenderNames(findings);
  return RenderTable(findings, format == "wide");
}

Severity ParseSeverity(const std::string& text) {
  if (text == "info") return Severity::kInfo;
  return text == "warning" ? Severity::kWarning : Severity::kError;
}

int Fail(const std::string& message, int code) {
  PrintError(message);
  return code;
}

int Run(const Options& options) {
  const auto compat = inject::ParseCompat(options.compat);
  if (!compat.has_value()) {
    return Fail("unknown release \"" + options.compat + "\" for --compat", kExitUsage);
  }
  if (options.filenames.empty()) {
    return Fail("filename not specified (see --filename or -f)", kExitUsage);
  }
  diagnose::ObjectSet set(options.default_namespace);
  const Result<void> read = ReadObjects(options.filenames, options.recursive, set);
  if (!read.has_value()) return Fail(read.error().message, kExitInputFailed);

  diagnose::MeshCheckOptions rules;
  rules.compat = *compat;
  rules.assume_enabled = options.assume_enabled;
  const std::vector<Finding> findings = diagnose::CheckMesh(set, rules);
  if (!Print(Render(findings, options.output))) {
    return Fail("write standard output: failed", kExitInputFailed);
  }
  PrintNote(Summary(findings, set.objects().size()));
  const Severity limit = ParseSeverity(options.fail_on);
  const bool is_bad = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.rule->severity >= limit;
  });
  return is_bad ? kExitInputFailed : kExitOk;
}

}  // namespace

void AddCheckCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("check", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  command
      .add_option("-n,--namespace", options->default_namespace,
                  "The namespace of objects that name none")
      ->type_name("NAMESPACE")
      ->capture_default_str();
  command.add_flag("--assume-enabled", options->assume_enabled,
                   "Take namespaces for enabled whose Namespace object is not in the input");
  command
      .add_option("--compat", options->compat,
                  "The Istio release whose protocols and ports are the mesh's")
      ->type_name("RELEASE")
      ->capture_default_str();
  command.add_option("-o,--output", options->output, "How to print the findings")
      ->check(CLI::IsMember({"table", "wide", "json", "sarif", "name"}))
      ->capture_default_str();
  command.add_option("--fail-on", options->fail_on, "The least severity that is a failure")
      ->check(CLI::IsMember({"info", "warning", "error"}))
      ->capture_default_str();
}

}  // namespace sidecar::cli
