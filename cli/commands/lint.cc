#include <memory>
#include <string>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/commands/findings_output.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/print.h"
#include "lib/diagnose/config_lint.h"

// `lint`: is an injection configuration good?

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Checks an injection configuration before a cluster gets it.

It is compiled as the injector compiles it and rendered for a few typical pods. Told are what the
injector would refuse, fields that pods do not have, names that occur twice, containers without
resource requests (autoscalers need them), what the Pod Security Standard "restricted" would refuse,
and the restartPolicy that templates of Istio before 1.18 give containers by mistake.

The exit code is 0 if there is nothing of the severity --fail-on or above, 1 if there is, or if a
file cannot be read, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # Before: kubectl create configmap istio-inject --from-file=config=inject.yaml
  sidecar-injector lint inject.yaml

  # Does the template work with Istio 0.5 as well?
  sidecar-injector lint inject.yaml --compat 0.5 --strict-compat)";

struct Options {
  InjectionSourceFlags injection;
  bool strict_compat = false;
  FindingsOutput findings;
};

int Run(const Options& options) {
  if (const auto compat = ReadCompat(options.injection.compat); !compat.has_value()) {
    PrintError(compat.error().message);
    return kExitUsage;
  }
  const Result<Injection> injection = ReadInjection(options.injection);
  if (!injection.has_value()) {
    PrintError(injection.error().message);
    return kExitInputFailed;
  }
  const auto mesh = ParseMesh(*injection);
  if (!mesh.has_value()) {
    PrintError(mesh.error().message);
    return kExitInputFailed;
  }
  const std::string& file = options.injection.inject_config_file;
  const auto findings = diagnose::LintConfig(
      injection->text, *mesh,
      {.compat = injection->compat, .for_release_only = options.strict_compat, .file = file});
  return ShowFindings(findings, diagnose::LintRules(), options.findings, file);
}

}  // namespace

void AddLintCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("lint", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInjectionFileFlags(command, options->injection);
  // The file is what the command is about: it is a word of its own here.
  command.remove_option(command.get_option("--injectConfigFile"));
  command
      .add_option("file", options->injection.inject_config_file,
                  "The injection configuration {policy, template}")
      ->required()
      ->type_name("FILE");
  command.add_flag("--strict-compat", options->strict_compat,
                   "Warn of functions that the release of --compat did not have");
  AddFindingsFlags(command, options->findings);
}

}  // namespace sidecar::cli
