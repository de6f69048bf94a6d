#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/cluster_client.h"
#include "cli/cluster_survey.h"
#include "cli/commands/commands.h"
#include "cli/commands/restart_output.h"
#include "cli/commands/restarter.h"
#include "cli/commands/rollout.h"
#include "cli/exit_codes.h"
#include "cli/flag_values.h"
#include "cli/injection_source.h"
#include "cli/injector_services.h"
#include "cli/kube_flags.h"
#include "cli/print.h"
#include "cli/table.h"
#include "lib/inject/compat.h"

// `restart`: has pods made anew that have an old sidecar, or none.

namespace sidecar::cli {
namespace {

using diagnose::InjectionState;
using diagnose::OwnerKey;

constexpr const char* kHelp =
    R"(Restarts workloads whose pods run an old sidecar, or none.

Does what `kubectl rollout restart` does to the Deployments, StatefulSets and DaemonSets that `status`
calls stale or missing, no more than --max-unavailable of them at a time: the next one waits until
all pods of one before are new and available. KIND/NAME restricts it to these workloads; without
--stale and --missing they are restarted whatever their state. Bare pods and Jobs cannot be
restarted: they are named as left out.

PodDisruptionBudgets are honoured: a workload whose rollout takes down more pods than a budget allows
now is tried again after the others, and left out if the budget still forbids it. Rollouts that begin
with new pods take none down.

Nothing is restarted while the injector's Service has no ready replica, for new pods would come
without sidecar or not at all. After a workload that does not become available again, no other one
is begun. What has begun goes on in the cluster if this command is interrupted.

The exit code is 0 if all that should be restarted was, 1 if something was left out or failed, and 2
for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # What would be restarted?
  sidecar-injector restart --stale --missing -A --dry-run

  # After a change of the injection template, two workloads at a time.
  sidecar-injector restart --stale -n shop --max-unavailable 2

  # One workload, if it needs it.
  sidecar-injector restart deployment/web -n shop --stale --missing)";

struct Options {
  std::vector<std::string> targets;
  bool stale = false;
  bool missing = false;
  bool all_namespaces = false;
  bool dry_run = false;
  bool ignore_injector = false;
  unsigned max_unavailable = 1;
  unsigned timeout_seconds = 600;
  unsigned poll_milliseconds = 1000;
  std::string service;
  std::string output = "table";
  KubeFlags kube;
  InjectionSourceFlags injection;
};

OwnerKey ParseTarget(const std::string& target, const std::string& namespace_name) {
  const std::size_t slash = target.find('/');
  const kube::Resource* const resource = FindRestartable(target.substr(0, slash));
  return {namespace_name, std::string(resource->kind), target.substr(slash + 1)};
}

// What is wrong with the command line, if anything.
std::string UsageProblem(const Options& options) {
  if (!options.stale && !options.missing && options.targets.empty()) {
    return "say what to restart: --stale, --missing, or KIND/NAME";
  }
  if (options.all_namespaces && !options.targets.empty()) {
    return "either --all-namespaces or KIND/NAME, not both";
  }
  if (options.max_unavailable == 0) return "--max-unavailable must be 1 or more";
  for (const std::string& target : options.targets) {
    const std::size_t slash = target.find('/');
    if (slash == std::string::npos || slash + 1 == target.size()) {
      return "\"" + target + "\" is not KIND/NAME, such as deployment/web";
    }
    if (FindRestartable(target.substr(0, slash)) == nullptr) {
      return "\"" + target.substr(0, slash) +
             "\" cannot be restarted: name a deployment, a statefulset or a daemonset";
    }
  }
  if (!inject::ParseCompat(options.injection.compat).has_value()) {
    return "unknown release \"" + options.injection.compat + "\" for --compat";
  }
  return {};
}

// The Services that must have a ready replica.
Result<std::vector<InjectorService>> FindServices(const Options& options, ClusterClient& cluster) {
  const std::string& space = options.injection.istio_namespace;
  if (options.ignore_injector) return std::vector<InjectorService>();
  if (!options.service.empty()) {
    return std::vector<InjectorService>{InjectorService{space, options.service}};
  }
  auto webhooks = ReadClusterWebhooks(cluster);
  if (!webhooks.has_value()) {
    return std::move(webhooks).error().Annotate("find the injector's Service (see --service)");
  }
  std::vector<InjectorService> services = ServicesAmong(*webhooks, space);
  if (!services.empty()) return services;
  return Error{ErrorCode::kNotFound, "no webhook sends new pods to a Service in namespace " +
                                         space +
                                         ": they would come without sidecar (see "
                                         "--istioNamespace, --service and "
                                         "--ignore-injector)"};
}

Result<std::vector<OwnerKey>> FindOwners(const Options& options, ClusterClient& cluster) {
  std::set<OwnerKey> named;
  for (const std::string& target : options.targets) {
    named.insert(ParseTarget(target, cluster.namespace_name()));
  }
  if (!options.stale && !options.missing) return std::vector<OwnerKey>(named.begin(), named.end());
  ASSIGN_OR_RETURN(const InjectionSource source,
                   LoadInjection(options.injection, nullptr, &cluster));
  if (source.snapshot == nullptr) {
    return Error{ErrorCode::kNotFound, "there is no usable configuration: " + source.problem};
  }
  const std::string space = options.all_namespaces ? "" : cluster.namespace_name();
  ASSIGN_OR_RETURN(const diagnose::InjectionTally tally,
                   SurveyCluster(cluster, space, TallyOptionsFor(source.snapshot)));
  std::vector<OwnerKey> owners;
  for (const auto& [key, owner] : tally.owners()) {
    const auto has = [&pods = owner.pods](InjectionState state) {
      return pods[static_cast<std::size_t>(state)] > 0;
    };
    const bool is_wanted = (options.stale && has(InjectionState::kStale)) ||
                           (options.missing && has(InjectionState::kMissing));
    if (is_wanted && (named.empty() || named.contains(key))) owners.push_back(key);
  }
  return owners;
}

Result<std::vector<RestartResult>> RestartAll(const Options& options) {
  ASSIGN_OR_RETURN(ClusterClient cluster, ClusterClient::Connect(options.kube));
  RestarterOptions restarter;
  restarter.dry_run = options.dry_run;
  restarter.max_unavailable = options.max_unavailable;
  restarter.timeout = std::chrono::seconds(options.timeout_seconds);
  restarter.poll_interval = std::chrono::milliseconds(options.poll_milliseconds);
  ASSIGN_OR_RETURN(restarter.services, FindServices(options, cluster));
  for (const InjectorService& service : restarter.services) {
    if (auto ready = CheckReady(cluster, service); !ready.has_value()) {
      return std::move(ready).error().Annotate("nothing is restarted");
    }
  }
  ASSIGN_OR_RETURN(std::vector<OwnerKey> owners, FindOwners(options, cluster));
  RestartDisplay display(options.output == "table");
  return Restarter(std::move(restarter), cluster, display).Run(std::move(owners));
}

int Run(const Options& options) {
  const std::string problem = UsageProblem(options);
  if (!problem.empty()) return Fail(problem, kExitUsage);
  const Result<std::vector<RestartResult>> results = RestartAll(options);
  if (!results.has_value()) return Fail(results.error().message, kExitInputFailed);
  const bool is_wide = options.output == "wide";
  const std::string text =
      is_wide ? RenderRestarts(*results, WantsColour()) : WriteRestarts(*results, options.output);
  if (options.output != "table" && !Print(text)) {  // Whose lines are there already.
    return kExitInputFailed;
  }
  PrintNote(SummarizeRestarts(*results));
  const bool is_good =
      std::all_of(results->begin(), results->end(), [](const RestartResult& result) {
        return result.outcome == RestartOutcome::kRestarted ||
               result.outcome == RestartOutcome::kWouldRestart;
      });
  return is_good ? kExitOk : kExitInputFailed;
}

}  // namespace

void AddRestartCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("restart", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  command.add_option("targets", options->targets, "Only these workloads")->type_name("KIND/NAME");
  command.add_flag("--stale", options->stale, "Restart what runs an old sidecar");
  command.add_flag("--missing", options->missing,
                   "Restart what should have a sidecar and has none");
  command.add_flag("-A,--all-namespaces", options->all_namespaces, "Look into all namespaces");
  command.add_flag("--dry-run", options->dry_run, "Only tell what would be restarted");
  ReadAsUint(*command
                  .add_option("--max-unavailable", options->max_unavailable,
                              "How many workloads may be in a restart at once")
                  ->type_name("NUMBER")
                  ->capture_default_str());
  ReadAsUint(*command
                  .add_option("--timeout", options->timeout_seconds,
                              "Seconds in which a workload has to be available again")
                  ->type_name("SECONDS")
                  ->capture_default_str());
  command.add_option("--poll-interval", options->poll_milliseconds, "Milliseconds")->group("");
  command
      .add_option("--service", options->service,
                  "The injector's Service (by default those that webhook configurations name)")
      ->type_name("NAME");
  command.add_flag("--ignore-injector", options->ignore_injector,
                   "Restart even while the injector has no ready replica");
  command.add_option("-o,--output", options->output, "How to print what was done")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  AddInjectionSourceFlags(command, options->injection);
  AddKubeFlags(command, options->kube);
}

}  // namespace sidecar::cli
