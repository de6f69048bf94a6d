#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/findings_output.h"
#include "cli/exit_codes.h"
#include "cli/input_flags.h"
#include "cli/object_files.h"
#include "cli/print.h"
#include "lib/diagnose/mesh_check.h"

// `check`: do objects meet the mesh's requirements?

namespace sidecar::cli {
namespace {

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
  FindingsOutput findings;
};

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
  return ShowFindings(diagnose::CheckMesh(set, rules), diagnose::MeshRules(), options.findings,
                      Count(set.objects().size(), "object"));
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
  AddFindingsFlags(command, options->findings);
}

}  // namespace sidecar::cli
