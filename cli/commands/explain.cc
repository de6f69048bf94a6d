#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/cluster_client.h"
#include "cli/cluster_pages.h"
#include "cli/cluster_scope.h"
#include "cli/commands/commands.h"
#include "cli/commands/explain_output.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/input_flags.h"
#include "cli/kube_flags.h"
#include "cli/object_files.h"
#include "cli/print.h"
#include "cli/table.h"
#include "lib/diagnose/injection_scope.h"
#include "lib/diagnose/injection_tally.h"
#include "lib/diagnose/object_set.h"
#include "lib/diagnose/pod_template.h"
#include "lib/diagnose/webhook_view.h"
#include "lib/kube/protocol/resources.h"
#include "webhook/explanation.h"

// `explain`: why does something get a sidecar, or none?

namespace sidecar::cli {
namespace {

using diagnose::Object;
using diagnose::ObjectSet;

constexpr const char* kHelp =
    R"(Tells step by step why pods get a sidecar, or none, and what to change.

Goes the way of a pod's creation: does the object make pods, does a webhook configuration send them
to the injector (rules, namespaceSelector, objectSelector), and what does the injection endpoint
answer: the same code as the endpoint's decides. What comes after the step that stops is told too.

KIND/NAME is looked up in a cluster, with its namespace, webhook configurations and the injector's
ConfigMaps; pods of it that run already without a sidecar are told. Files are enough by themselves:
Namespace, MutatingWebhookConfiguration and ConfigMap objects among them count; what is not there is
taken from the cluster that --kubeconfig or --context names, else for an installation's defaults.

The exit code is 0 if all that was asked about is injected, 1 if something is not, or if it cannot be
told, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # Why has this workload no sidecar?
  sidecar-injector explain deployment/web -n shop

  # Would these manifests be injected in an enabled namespace?
  sidecar-injector explain -f app.yaml --assume-enabled

  # With a configuration that is not installed yet, for programs.
  sidecar-injector explain -f app.yaml -f namespace.yaml --injectConfigFile inject.yaml -o json)";

struct Options {
  std::string target;
  std::vector<std::string> filenames;
  bool recursive = false;
  bool assume_enabled = false;
  std::string output = "table";
  KubeFlags kube;
  InjectionSourceFlags injection;
};

struct KindName {
  std::array<std::string_view, 4> spellings;
  const kube::Resource* resource = nullptr;
};
constexpr std::array kKinds = {
    KindName{{"pod", "pods", "po", ""}, &kube::kPods},
    KindName{{"deployment", "deployments", "deploy", ""}, &kube::kDeployments},
    KindName{{"statefulset", "statefulsets", "sts", ""}, &kube::kStatefulSets},
    KindName{{"daemonset", "daemonsets", "ds", ""}, &kube::kDaemonSets},
    KindName{{"replicaset", "replicasets", "rs", ""}, &kube::kReplicaSets},
    KindName{{"job", "jobs", "", ""}, &kube::kJobs},
    KindName{{"cronjob", "cronjobs", "cj", ""}, &kube::kCronJobs},
    KindName{{"replicationcontroller", "replicationcontrollers", "rc", ""},
             &kube::kReplicationControllers},
};

// The resource of "deployment", "Deployment.apps", ...; null if it makes no pods.
const kube::Resource* FindKind(std::string_view text) {
  std::string kind(text.substr(0, text.find('.')));
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const KindName& known : kKinds) {
    const auto& names = known.spellings;
    if (!kind.empty() && std::find(names.begin(), names.end(), kind) != names.end()) {
      return known.resource;
    }
  }
  return nullptr;
}

// Whatever the commands' objects stand in: files, a cluster, or both.
class Explainer {
 public:
  explicit Explainer(const Options& options) : options_(options) {}

  Result<std::vector<Explained>> Run() {
    if (auto done = Connect(); !done.has_value()) return std::move(done).error();
    if (auto done = ReadTarget(); !done.has_value()) return std::move(done).error();
    if (auto done = ReadWebhooks(); !done.has_value()) return std::move(done).error();
    ASSIGN_OR_RETURN(const InjectionSource source,
                     LoadInjection(options_.injection, &*objects_, Cluster()));
    PrintNote("note: the injection configuration is " + source.name);
    if (!source.problem.empty()) PrintNote("warning: " + source.problem);
    std::vector<Explained> explained;
    for (const Object* const object : Targets()) {
      webhook::ExplanationContext context;
      if (webhooks_.has_value()) context.webhooks = *webhooks_;
      context.namespace_labels = LabelsOf(object->namespace_name);
      context.assume_enabled = options_.assume_enabled;
      context.snapshot = source.snapshot.get();
      context.running = RunningPodsOf(*object);
      explained.push_back({std::string(object->namespace_name), object->Title(), PlaceOf(*object),
                           webhook::Explain(*object, context)});
    }
    return explained;
  }

 private:
  ClusterClient* Cluster() { return cluster_.has_value() ? &*cluster_ : nullptr; }

  Result<void> Connect() {
    const bool is_wanted = !options_.target.empty() || !options_.kube.kubeconfig.empty() ||
                           !options_.kube.context.empty();
    std::string space = options_.kube.namespace_name;
    if (is_wanted) {
      auto connected = ClusterClient::Connect(options_.kube);
      if (!connected.has_value()) return std::move(connected).error();
      cluster_.emplace(*std::move(connected));
      space = cluster_->namespace_name();
    }
    objects_.emplace(space.empty() ? "default" : space);
    return {};
  }

  Result<void> ReadTarget() {
    if (options_.target.empty()) {
      return ReadObjects(options_.filenames, options_.recursive, *objects_);
    }
    const std::size_t slash = options_.target.find('/');
    const kube::Resource* const resource = FindKind(options_.target.substr(0, slash));
    const std::string name = options_.target.substr(slash + 1);
    const std::string& space = cluster_->namespace_name();
    auto object = cluster_->Call(kube::GetRequest(*resource, space, name));
    if (!object.has_value() && *resource == kube::kCronJobs &&
        object.error().code == ErrorCode::kNotFound) {
      object = cluster_->Call(kube::GetRequest(kube::kCronJobsV1Beta1, space, name));
    }
    if (!object.has_value()) {
      return std::move(object).error().Annotate(options_.target + " in namespace " + space);
    }
    return objects_->AddDocument(TextOf(*std::move(object), resource->kind), {});
  }

  // Those of the files, else those of the cluster.
  Result<void> ReadWebhooks() {
    ASSIGN_OR_RETURN(webhooks_, diagnose::WebhooksOf(*objects_));
    if (webhooks_.has_value() || !cluster_.has_value()) return {};
    ASSIGN_OR_RETURN(webhooks_, FetchWebhooks(*cluster_));
    return {};
  }

  // Nothing if neither the files nor the cluster have it, or the cluster does not show it.
  std::optional<kubetypes::Labels> LabelsOf(std::string_view space) {
    const std::string name(space);
    if (const auto known = namespaces_.find(name); known != namespaces_.end()) return known->second;
    std::optional<kubetypes::Labels>& labels = namespaces_[name];
    for (const Object& object : objects_->objects()) {
      if (object.kind != kube::kNamespaces.kind || object.name != space) continue;
      labels = kubetypes::ReadLabels(object.node.Find("metadata"));
    }
    if (labels.has_value() || !cluster_.has_value()) return labels;
    auto object = cluster_->Call(kube::GetRequest(kube::kNamespaces, "", name));
    if (!object.has_value()) {
      PrintNote("warning: " + object.error().message);
      return labels;
    }
    // A set of its own: additions to the other one would move the objects that are being explained.
    ObjectSet set;
    const Result<void> added =
        set.AddDocument(TextOf(*std::move(object), kube::kNamespaces.kind), {});
    if (!added.has_value() || set.objects().empty()) return labels;
    return labels = kubetypes::ReadLabels(set.objects().front().node.Find("metadata"));
  }

  // Those that a cluster's workload has; nothing where it is not what a person would restart.
  std::optional<webhook::RunningPods> RunningPodsOf(const Object& object) {
    const auto made = diagnose::FindPodTemplate(object);
    const bool is_workload = made.has_value() && !made->is_pod && !made->is_owned;
    if (options_.target.empty() || !is_workload || object.kind == kube::kCronJobs.kind) return {};
    diagnose::InjectionTally tally({});
    const auto add = [&](const ObjectSet& page) {
      for (const Object& found : page.objects()) {
        const auto pod = diagnose::FindPodTemplate(found);
        if (pod.has_value()) tally.AddPod(*pod, diagnose::Selection::kSelected);
      }
    };
    const Result<void> listed =
        ForEachPage(*cluster_, kube::kPods, std::string(object.namespace_name), add);
    if (!listed.has_value()) {
      PrintNote("warning: " + listed.error().message);
      return {};
    }
    webhook::RunningPods running;
    const auto owner = tally.owners().find(
        {std::string(object.namespace_name), std::string(object.kind), std::string(object.name)});
    if (owner == tally.owners().end()) return running;
    running.all = owner->second.PodCount();
    running.without_sidecar =
        running.all -
        owner->second.pods[static_cast<std::size_t>(diagnose::InjectionState::kInjected)];
    return running;
  }

  // What makes pods; where nothing does, all that could have been meant.
  std::vector<const Object*> Targets() const {
    std::vector<const Object*> targets;
    std::vector<const Object*> others;
    for (const Object& object : objects_->objects()) {
      const bool is_aside = object.kind == kube::kNamespaces.kind ||
                            object.kind == kube::kMutatingWebhooks.kind ||
                            object.kind == kube::kConfigMaps.kind;
      const bool makes_pods = diagnose::FindPodTemplate(object).has_value();
      if (makes_pods) targets.push_back(&object);
      if (!makes_pods && !is_aside) others.push_back(&object);
    }
    return targets.empty() ? others : targets;
  }

  static std::string PlaceOf(const Object& object) {
    if (object.source->file.empty()) return {};
    return object.source->file + ':' + std::to_string(object.LineOf(object.node));
  }

  const Options& options_;
  std::optional<ClusterClient> cluster_;
  std::optional<ObjectSet> objects_;
  std::optional<std::vector<diagnose::WebhookView>> webhooks_;
  std::map<std::string, std::optional<kubetypes::Labels>> namespaces_;
};

// What is wrong with the command line, if anything.
std::string UsageProblem(const Options& options) {
  if (options.target.empty() && options.filenames.empty()) {
    return "name what to explain: KIND/NAME, or files with -f";
  }
  if (options.target.empty()) return {};
  if (!options.filenames.empty()) return "either KIND/NAME or -f, not both";
  const std::size_t slash = options.target.find('/');
  if (slash == std::string::npos || slash + 1 == options.target.size()) {
    return "\"" + options.target + "\" is not KIND/NAME, such as deployment/web";
  }
  if (FindKind(options.target.substr(0, slash)) == nullptr) {
    return "\"" + options.target.substr(0, slash) + "\" is no kind that makes pods";
  }
  return {};
}

std::string Render(const std::vector<Explained>& explained, const std::string& format) {
  if (format == "table") return RenderExplanations(explained, WantsColour());
  if (format == "wide") return RenderWideExplanations(explained, WantsColour());
  return WriteExplanations(explained, format);
}

int Run(const Options& options) {
  if (const auto compat = ReadCompat(options.injection.compat); !compat.has_value()) {
    return Fail(compat.error().message, kExitUsage);
  }
  const std::string problem = UsageProblem(options);
  if (!problem.empty()) return Fail(problem, kExitUsage);
  const Result<std::vector<Explained>> explained = Explainer(options).Run();
  if (!explained.has_value()) return Fail(explained.error().message, kExitInputFailed);
  if (explained->empty()) return Fail("there is nothing to explain in the input", kExitInputFailed);
  const std::string text = Render(*explained, options.output);
  if (!Print(text)) return kExitInputFailed;
  const bool is_good = std::all_of(explained->begin(), explained->end(), [](const Explained& one) {
    return one.explanation.is_injected;
  });
  return is_good ? kExitOk : kExitInputFailed;
}

}  // namespace

void AddExplainCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("explain", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  command.add_option("target", options->target, "What to explain, in a cluster")
      ->type_name("KIND/NAME");
  AddInputFlags(command, options->filenames, options->recursive);
  command.add_flag("--assume-enabled", options->assume_enabled,
                   "Take namespaces for enabled that are not known");
  command.add_option("-o,--output", options->output, "How to print")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  AddInjectionSourceFlags(command, options->injection);
  AddKubeFlags(command, options->kube);
}

}  // namespace sidecar::cli
