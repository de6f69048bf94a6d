#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cluster_check.h"
#include "cli/cluster_client.h"
#include "cli/commands/commands.h"
#include "cli/commands/findings_output.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/input_flags.h"
#include "cli/kube_flags.h"
#include "cli/object_files.h"
#include "cli/print.h"
#include "lib/diagnose/mesh_check.h"

// `check`: do objects, of files or of a cluster, meet the mesh's requirements?

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Checks pods, workloads and Services against the mesh's requirements.

Every pod belongs to exactly one Service; the names of Service ports tell their protocol,
<protocol>[-<suffix>]; workloads carry a distinct label app; every pod that the injector's webhook
selects has the sidecar. Also told: Services that disagree on the protocol of a port, containers that
use the sidecar's user or ports, missing version labels, host networking.

Looks into a cluster, at one namespace or all, or with -f into files. Of files, Namespace,
MutatingWebhookConfiguration and ConfigMap objects count too; without a webhook configuration,
namespaces are selected by istio-injection=enabled.

The exit code is 0 if there is nothing of the severity --fail-on or above, 1 if there is, or if an
input cannot be read, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # What runs in a namespace, or in all.
  sidecar-injector check -n shop
  sidecar-injector check -A --fail-on warning

  # Manifests, as a step of a build.
  sidecar-injector check -f manifests/ -R --assume-enabled

  # For a code host that shows findings beside the lines they are about.
  sidecar-injector check -f manifests/ -o sarif > findings.sarif)";

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  bool all_namespaces = false;
  bool assume_enabled = false;
  KubeFlags kube;
  InjectionSourceFlags injection;
  FindingsOutput findings;
};

// The rules with the policy of the injector, where that is known.
diagnose::MeshCheckOptions RulesFor(const Options& options, const InjectionSource& source) {
  diagnose::MeshCheckOptions rules;
  if (const auto compat = ReadCompat(options.injection.compat); compat.has_value()) {
    rules.compat = *compat;
  }
  if (!source.problem.empty()) PrintNote("warning: " + source.problem);
  if (source.snapshot != nullptr) rules.policy = source.snapshot->renderer->config().policy();
  return rules;
}

Result<ClusterCheck> CheckFiles(const Options& options) {
  const std::string& space = options.kube.namespace_name;
  diagnose::ObjectSet set(space.empty() ? "default" : space);
  const Result<void> read = ReadObjects(options.filenames, options.recursive, set);
  if (!read.has_value()) return read.error();
  ASSIGN_OR_RETURN(const InjectionSource source, LoadInjection(options.injection, &set, nullptr));
  ASSIGN_OR_RETURN(const auto scope, diagnose::ScopeOf(set, options.assume_enabled));
  return ClusterCheck{diagnose::CheckMesh(set, scope, RulesFor(options, source)),
                      set.objects().size()};
}

Result<ClusterCheck> CheckRunning(const Options& options) {
  ASSIGN_OR_RETURN(ClusterClient cluster, ClusterClient::Connect(options.kube));
  auto source = LoadInjection(options.injection, nullptr, &cluster);
  if (!source.has_value() && source.error().code != ErrorCode::kForbidden) {
    return std::move(source).error();
  }
  if (!source.has_value()) {  // It matters to the policy only.
    InjectionSource unknown;
    unknown.problem = source.error().message;
    source = std::move(unknown);
  }
  const std::string space = options.all_namespaces ? "" : cluster.namespace_name();
  return CheckCluster(cluster, space, RulesFor(options, *source), options.assume_enabled);
}

int Run(const Options& options) {
  if (const auto compat = ReadCompat(options.injection.compat); !compat.has_value()) {
    return Fail(compat.error().message, kExitUsage);
  }
  if (options.all_namespaces && !options.filenames.empty()) {
    return Fail("-A looks into a cluster, -f into files: give one of them", kExitUsage);
  }
  const Result<ClusterCheck> checked =
      options.filenames.empty() ? CheckRunning(options) : CheckFiles(options);
  if (!checked.has_value()) return Fail(checked.error().message, kExitInputFailed);
  return ShowFindings(checked->findings, diagnose::MeshRules(), options.findings,
                      Count(checked->objects, "object"));
}

}  // namespace

void AddCheckCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("check", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  command.add_flag("-A,--all-namespaces", options->all_namespaces, "Look into all namespaces");
  command.add_flag("--assume-enabled", options->assume_enabled,
                   "Take namespaces for enabled that are not in the files, or may not be read");
  AddFindingsFlags(command, options->findings);
  AddInjectionSourceFlags(command, options->injection);
  AddKubeFlags(command, options->kube);
}

}  // namespace sidecar::cli
