#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cluster_client.h"
#include "cli/cluster_survey.h"
#include "cli/commands/commands.h"
#include "cli/commands/status_output.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/input_flags.h"
#include "cli/kube_flags.h"
#include "cli/object_files.h"
#include "cli/print.h"
#include "cli/table.h"
#include "lib/inject/compat.h"

// `status`: which pods have the sidecar, and is it the current one?

namespace sidecar::cli {
namespace {

using diagnose::InjectionTally;

constexpr const char* kHelp =
    R"(Shows by workload which pods have the sidecar, an old one, or none.

injected: with the current template and images. stale: with others. missing: none, though the
injector's webhook selects the pod and a new one would get it. optedOut: its label or annotation, or
the policy, says no. skipped: it cannot have one. failed: pods are refused because the injection
fails. An owner is in the worst state of its pods; those that have ended do not count.

The webhook's selectors are the cluster's, or those of a MutatingWebhookConfiguration among the files;
without one, namespaces are selected by istio-injection=enabled. The template is that of the injector's
ConfigMap. Files, `kubectl get pods -o yaml`, bring theirs along or need --injectConfigFile, without
which stale pods cannot be told.

The exit code is 0 if nothing is stale, missing or failed, 1 if something is, or if it cannot be told,
and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # The whole cluster.
  sidecar-injector status -A

  # Workloads that need a restart in one namespace.
  sidecar-injector status -n shop -o name

  # Offline.
  kubectl get pods,namespaces,mutatingwebhookconfigurations -A -o yaml | sidecar-injector status -f - --injectConfigFile inject.yaml)";

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  bool all_namespaces = false;
  bool assume_enabled = false;
  std::string output = "table";
  KubeFlags kube;
  InjectionSourceFlags injection;
};

struct Report {
  InjectionTally tally;
  std::string current_version;
};

diagnose::TallyOptions TallyOptionsFrom(const InjectionSource& source, bool is_offline) {
  if (!source.problem.empty()) PrintNote("warning: " + source.problem);
  const bool is_known = source.snapshot != nullptr && !(is_offline && source.is_built_in);
  if (!is_known) {
    PrintNote("note: the current template is not known, so that stale pods cannot be told");
    return {};
  }
  return TallyOptionsFor(source.snapshot);
}

Result<Report> ReportOfFiles(const Options& options) {
  const std::string& space = options.kube.namespace_name;
  diagnose::ObjectSet set(space.empty() ? "default" : space);
  if (auto read = ReadObjects(options.filenames, options.recursive, set); !read.has_value()) {
    return std::move(read).error();
  }
  ASSIGN_OR_RETURN(const InjectionSource source, LoadInjection(options.injection, &set, nullptr));
  const diagnose::TallyOptions tally = TallyOptionsFrom(source, true);
  ASSIGN_OR_RETURN(const auto scope, diagnose::ScopeOf(set, options.assume_enabled));
  Report report{SurveyObjects(set, scope, tally), tally.current_version};
  if (report.tally.owners().empty()) {
    PrintNote(
        "note: no pod that runs is in the input; explain tells of those that workloads would make");
  }
  return report;
}

Result<Report> ReportOfCluster(const Options& options) {
  ASSIGN_OR_RETURN(ClusterClient cluster, ClusterClient::Connect(options.kube));
  auto source = LoadInjection(options.injection, nullptr, &cluster);
  if (!source.has_value()) {
    if (source.error().code != ErrorCode::kForbidden) return std::move(source).error();
    source = InjectionSource{.snapshot = nullptr, .name = "", .problem = source.error().message};
  }
  const diagnose::TallyOptions tally = TallyOptionsFrom(*source, false);
  const std::string space = options.all_namespaces ? "" : cluster.namespace_name();
  ASSIGN_OR_RETURN(InjectionTally counted,
                   SurveyCluster(cluster, space, tally, options.assume_enabled));
  return Report{std::move(counted), tally.current_version};
}

int Run(const Options& options) {
  if (const auto compat = ReadCompat(options.injection.compat); !compat.has_value()) {
    return Fail(compat.error().message, kExitUsage);
  }
  const Result<Report> report =
      options.filenames.empty() ? ReportOfCluster(options) : ReportOfFiles(options);
  if (!report.has_value()) return Fail(report.error().message, kExitInputFailed);
  const bool is_wide = options.output == "wide";
  const std::string text =
      is_wide || options.output == "table"
          ? RenderStatus(report->tally, is_wide, WantsColour())
          : WriteStatus(report->tally, report->current_version, options.output);
  if (!Print(text)) return kExitInputFailed;
  PrintNote(SummarizeStatus(report->tally));
  const auto& owners = report->tally.owners();
  const bool is_bad = std::any_of(owners.begin(), owners.end(),
                                  [](const auto& entry) { return NeedsWork(entry.second.state); });
  return is_bad ? kExitInputFailed : kExitOk;
}

}  // namespace

void AddStatusCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("status", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  command.add_flag("-A,--all-namespaces", options->all_namespaces, "Look into all namespaces");
  command.add_flag("--assume-enabled", options->assume_enabled,
                   "Take namespaces for enabled that are not in the files, or may not be read");
  command.add_option("-o,--output", options->output, "How to print")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  AddInjectionSourceFlags(command, options->injection);
  AddKubeFlags(command, options->kube);
}

}  // namespace sidecar::cli
