#include "webhook/explanation.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/base/join.h"
#include "lib/diagnose/injection_scope.h"
#include "lib/diagnose/pod_template.h"
#include "lib/yaml/json.h"

namespace sidecar::webhook {
namespace {

using diagnose::PodTemplate;
using diagnose::WebhookView;
using inject::Reason;
using kubetypes::LabelRequirement;
using yaml::Member;
using yaml::Node;

// In place of the hash that the Deployment's controller would compute.
constexpr std::string_view kSampleHash = "96d5df5c8";

// Makes JSON objects of parts of others. Texts are those it is given, or copied.
class Builder {
 public:
  explicit Builder(Arena& arena) : arena_(arena) {}

  Node Map(std::initializer_list<Member> members) { return Map(std::span(members)); }
  Node Map(std::span<const Member> members) {
    const std::span<Member> copy = arena_.NewArray<Member>(members.size());
    std::copy(members.begin(), members.end(), copy.begin());
    return Node::Mapping(copy);
  }
  Node List(const Node& item) {
    const std::span<Node> copy = arena_.NewArray<Node>(1);
    copy[0] = item;
    return Node::Sequence(copy);
  }
  Node Text(std::string_view text) { return Node::String(arena_.Copy(text)); }

 private:
  Arena& arena_;
};

// What really creates the pods of a workload, and what it is called.
struct Maker {
  std::string_view api_version;
  std::string_view kind;
  std::string name;
  std::string_view label;  // What it adds to the labels of the pods.
  std::string label_value;
};

Maker MakerOf(const diagnose::Object& object) {
  const std::string name(object.name);
  if (object.kind == "Deployment") {
    const std::string replica_set = name + '-' + std::string(kSampleHash);
    return {"apps/v1", "ReplicaSet", replica_set, "pod-template-hash", std::string(kSampleHash)};
  }
  if (object.kind == "StatefulSet") {
    return {"apps/v1", object.kind, name, "statefulset.kubernetes.io/pod-name", name + "-0"};
  }
  if (object.kind == "CronJob") return {"batch/v1", "Job", name + "-1", "job-name", name + "-1"};
  if (object.kind == "Job") return {"batch/v1", "Job", name, "job-name", name};
  return {object.api_version, object.kind, name, "", ""};
}

// As GetPodFromTemplate of Kubernetes' controllers.
Node MakePod(const PodTemplate& pod, Builder& build) {
  const Maker maker = MakerOf(*pod.object);
  std::vector<Member> labels;
  for (const auto& [key, value] : pod.labels) {
    if (key != maker.label) labels.push_back({key, Node::String(value)});
  }
  if (!maker.label.empty()) labels.push_back({maker.label, build.Text(maker.label_value)});
  const Node owner = build.Map({{"apiVersion", build.Text(maker.api_version)},
                                {"kind", build.Text(maker.kind)},
                                {"name", build.Text(maker.name)},
                                {"uid", Node::String("explained")},
                                {"controller", Node::Bool(true)},
                                {"blockOwnerDeletion", Node::Bool(true)}});
  std::vector<Member> metadata = {{"generateName", build.Text(maker.name + '-')},
                                  {"labels", build.Map(labels)},
                                  {"ownerReferences", build.List(owner)}};
  const Node* const annotations =
      pod.metadata == nullptr ? nullptr : pod.metadata->Find("annotations");
  if (annotations != nullptr) metadata.push_back({"annotations", *annotations});
  return build.Map({{"apiVersion", Node::String("v1")},
                    {"kind", Node::String("Pod")},
                    {"metadata", build.Map(metadata)},
                    {"spec", *pod.spec}});
}

std::string MakeReviewOf(const PodTemplate& pod) {
  Arena arena;
  Builder build(arena);
  const Node group = Node::String("");
  const Node version = Node::String("v1");
  const Node request = build.Map(
      {{"uid", Node::String("explained")},
       {"kind", build.Map({{"group", group}, {"version", version}, {"kind", Node::String("Pod")}})},
       {"resource",
        build.Map({{"group", group}, {"version", version}, {"resource", Node::String("pods")}})},
       {"namespace", Node::String(pod.object->namespace_name)},
       {"operation", Node::String("CREATE")},
       // So that warnings are told whoever makes the pod.
       {"dryRun", Node::Bool(true)},
       {"object", pod.is_pod ? pod.object->node : MakePod(pod, build)}});
  std::string text;
  yaml::WriteJson(build.Map({{"kind", Node::String("AdmissionReview")},
                             {"apiVersion", Node::String("admission.k8s.io/v1")},
                             {"request", request}}),
                  text);
  return text;
}

// What to do about a webhook that is not called.
std::string SelectorRemedy(const WebhookView& webhook, std::string_view namespace_name,
                           const kubetypes::Labels& namespace_labels) {
  if (!webhook.sees_pod_creation) {
    return "add a rule for CREATE of pods (apiGroups [\"\"], apiVersions [v1]) to the webhook";
  }
  const LabelRequirement* const unmet = webhook.namespace_selector.FirstUnmet(namespace_labels);
  if (unmet == nullptr) {
    return "give the pods labels that meet the webhook's objectSelector, then create them anew";
  }
  using Operator = LabelRequirement::Operator;
  const std::string command = "run: kubectl label namespace " + std::string(namespace_name) + ' ';
  if (unmet->op == Operator::kIn && !unmet->values.empty()) {
    return command + unmet->key + '=' + unmet->values.front() +
           " --overwrite; then create the pods anew";
  }
  if (unmet->op == Operator::kExists) return command + unmet->key + "=; then create the pods anew";
  return command + unmet->key + "-; then create the pods anew";
}

// Walks the steps in order; remembers the first that stops.
class Walk {
 public:
  Walk(const diagnose::Object& object, const ExplanationContext& context)
      : object_(object), context_(context) {}

  Explanation Run() && {
    const std::optional<PodTemplate> pod = diagnose::FindPodTemplate(object_);
    if (!pod.has_value()) {
      Stop("pods", object_.Title() + " makes no pods",
           "explain a pod, or a workload that makes pods: Deployment, StatefulSet, DaemonSet, "
           "ReplicaSet, Job, CronJob");
      return Finish();
    }
    Add("pods", StepMark::kOk,
        pod->is_pod ? "it is a pod"
                    : object_.Title() + " makes pods, by its " + std::string(pod->spec_path));
    const kubetypes::Labels labels = ResolveNamespace();
    CheckWebhooks(*pod, labels);
    AskEndpoint(*pod);
    LookAtRunning(*pod);
    return Finish();
  }

 private:
  void Add(std::string name, StepMark mark, std::string text) {
    if (!stopped_at_.empty()) mark = StepMark::kBeyond;
    result_.steps.push_back({std::move(name), mark, std::move(text)});
  }

  void Stop(std::string name, std::string text, std::string remedy) {
    if (stopped_at_.empty()) {
      stopped_at_ = name;
      result_.verdict = text;
      result_.remedy = std::move(remedy);
    }
    const StepMark mark = name == stopped_at_ ? StepMark::kStops : StepMark::kBeyond;
    result_.steps.push_back({std::move(name), mark, std::move(text)});
  }

  kubetypes::Labels ResolveNamespace() {
    const std::string name(object_.namespace_name);
    const auto& known = context_.namespace_labels;
    if (known.has_value()) {
      std::string shown;
      for (const auto& [key, value] : *known) {
        shown += (shown.empty() ? "" : ", ") + key + '=' + value;
      }
      Add("namespace", StepMark::kOk,
          "namespace " + name + (shown.empty() ? " has no labels" : " has labels " + shown));
    } else {
      Add("namespace", StepMark::kNote,
          "namespace " + name + " is not known: taken for " +
              (context_.assume_enabled ? "istio-injection=enabled" : "one without labels"));
    }
    return diagnose::NamespaceLabels(name, known, context_.assume_enabled);
  }

  void CheckWebhooks(const PodTemplate& pod, const kubetypes::Labels& namespace_labels) {
    const std::vector<WebhookView> candidates =
        diagnose::InjectorsAmong(context_.webhooks, context_.admission.path);
    if (candidates.empty()) {
      return Stop("webhook", "no webhook configuration sends pods to a sidecar injector",
                  "install the injector's MutatingWebhookConfiguration, or start its controller, "
                  "which creates it");
    }
    if (!context_.webhooks.has_value()) {
      Add("webhook", StepMark::kNote,
          "no webhook configuration is known: taken for one that selects namespaces by "
          "istio-injection=enabled");
    }
    // Object selectors speak of the labels that the pod is created with.
    const auto why_not = [&](const WebhookView& webhook) {
      return diagnose::WhyNotCalled(webhook, namespace_labels, pod.labels);
    };
    const auto called = std::find_if(candidates.begin(), candidates.end(),
                                     [&](const auto& webhook) { return why_not(webhook).empty(); });
    if (called != candidates.end()) return DescribeCall(*called);
    for (const WebhookView& webhook : candidates) {
      Stop("webhook", TitleOf(webhook) + "is not called: " + why_not(webhook),
           SelectorRemedy(webhook, object_.namespace_name, namespace_labels));
    }
  }

  static std::string TitleOf(const WebhookView& webhook) {
    return webhook.name.empty() ? "the webhook "
                                : "webhook " + webhook.configuration + '/' + webhook.name + ' ';
  }

  void DescribeCall(const WebhookView& webhook) {
    std::string text = TitleOf(webhook) + "is called";
    if (!webhook.target.empty()) text += ": " + webhook.target;
    Add("webhook", StepMark::kOk, std::move(text));
    if (!webhook.match_conditions.empty()) {
      Add("webhook", StepMark::kNote,
          "its matchConditions are not evaluated here: " + Join(webhook.match_conditions, ", "));
    }
    if (webhook.fails_open) {
      Add("webhook", StepMark::kNote,
          "failurePolicy Ignore: while it cannot be reached, pods are created without a sidecar");
    }
  }

  void AskEndpoint(const PodTemplate& pod) {
    if (context_.snapshot != nullptr) {
      for (const std::string& warning : context_.snapshot->warnings) {
        Add("configuration", StepMark::kNote, warning);
      }
    }
    HttpRequest request;
    request.method = "POST";
    request.target = context_.admission.path;
    request.content_type = "application/json";
    request.body = MakeReviewOf(pod);
    const AdmissionAnswer answer = AnswerAdmission(request, context_.snapshot, context_.admission);
    result_.reason = answer.outcome.reason;
    result_.error = answer.outcome.error;
    ReadWarnings(answer.response.body);
    for (const std::string& warning : result_.warnings) {
      Add("endpoint", StepMark::kNote, "warning: " + warning);
    }
    Judge(answer.outcome);
  }

  void ReadWarnings(const std::string& body) {
    const auto review = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    const nlohmann::json::json_pointer path("/response/warnings");
    if (!review.is_object() || !review.contains(path)) return;
    for (const auto& warning : review.at(path)) {
      if (warning.is_string()) result_.warnings.push_back(warning.get<std::string>());
    }
  }

  void Judge(const AdmissionOutcome& outcome) {
    const std::string code(outcome.reason.has_value() ? ToString(*outcome.reason) : "InvalidPod");
    std::string text = "the endpoint answers " + code;
    if (!outcome.error.empty()) text += ": " + outcome.error;
    if (outcome.reason == Reason::kInjected && outcome.error.empty()) {
      return Add("endpoint", StepMark::kOk, text + ": it adds the sidecar");
    }
    if (outcome.reason == Reason::kAlreadyInjected) {
      return Add("endpoint", StepMark::kOk, text + ": the sidecar is there and up to date");
    }
    Stop("endpoint", std::move(text),
         std::string(RemedyFor(outcome.reason.value_or(Reason::kInvalidPod))));
  }

  bool CanBeRestarted() const {
    return object_.kind == "Deployment" || object_.kind == "StatefulSet" ||
           object_.kind == "DaemonSet";
  }

  // What would be made now says nothing of what was made before.
  void LookAtRunning(const PodTemplate& pod) {
    if (!stopped_at_.empty()) return;
    if (pod.is_running && result_.reason == Reason::kInjected) {
      return Stop("running",
                  "it runs without a sidecar, though a pod like it would get one now: it was "
                  "created before that was so, or while the injector could not be reached",
                  pod.is_owned ? "delete the pod, and what owns it makes a new one; for all such "
                                 "pods: sidecar-injector restart --missing -n " +
                                     std::string(object_.namespace_name)
                               : "delete the pod and create it anew");
    }
    if (!context_.running.has_value()) return;
    const RunningPods& running = *context_.running;
    if (running.all == 0) return Add("running", StepMark::kOk, "no pod of it runs");
    const std::string all = std::to_string(running.all);
    if (running.without_sidecar == 0) {
      return Add("running", StepMark::kOk, "all " + all + " running pods of it have a sidecar");
    }
    Stop("running",
         std::to_string(running.without_sidecar) + " of " + all +
             " running pods have no sidecar, though new ones would get one: they were created "
             "before that was so, or while the injector could not be reached",
         CanBeRestarted() ? "have them made anew: sidecar-injector restart --missing " +
                                object_.Title() + " -n " + std::string(object_.namespace_name)
                          : "delete these pods: what owns them makes new ones");
  }

  Explanation Finish() {
    result_.is_injected = stopped_at_.empty();
    const std::string title = object_.Title();
    if (stopped_at_ == "running") {
      result_.verdict = title + ": " + result_.verdict;
    } else if (!stopped_at_.empty()) {
      result_.verdict = title + " gets no sidecar: " + result_.verdict;
    } else if (result_.reason == Reason::kAlreadyInjected) {
      result_.verdict = title + " has its sidecar already";
    } else {
      result_.verdict = title + " gets a sidecar";
    }
    return std::move(result_);
  }

  const diagnose::Object& object_;
  const ExplanationContext& context_;
  Explanation result_;
  std::string stopped_at_;  // The name of the first step that stops; empty: none has.
};

}  // namespace

std::string_view ToString(StepMark mark) {
  switch (mark) {
    case StepMark::kOk: return "ok";
    case StepMark::kNote: return "note";
    case StepMark::kStops: return "stops here";
    case StepMark::kBeyond: return "not reached";
  }
  return "unknown";
}

std::string_view RemedyFor(Reason reason) {
  switch (reason) {
    case Reason::kInjected:
    case Reason::kAlreadyInjected: return "";
    case Reason::kHostNetwork:
      return "remove hostNetwork: true from the pods' spec; on the host's network the sidecar "
             "would "
             "redirect the traffic of the whole node";
    case Reason::kSystemNamespace:
      return "move it to another namespace; this one is ignored, see --ignoredNamespaces";
    case Reason::kPolicyDisabled:
      return "annotate the pods with sidecar.istio.io/inject: \"true\", or set policy: enabled in "
             "the injection configuration";
    case Reason::kAnnotationOptOut:
      return "remove the annotation sidecar.istio.io/inject from the pods, or set it to \"true\"";
    case Reason::kMirrorPod:
      return "put the sidecar into the static pod's file on the node, with kube-inject; mirror "
             "pods "
             "cannot be changed";
    case Reason::kNotAPod:
    case Reason::kSubresource:
    case Reason::kNotACreation: return "explain a pod or a workload; only new pods are injected";
    case Reason::kInvalidPod: return "correct the field that the message names";
    case Reason::kNoConfig:
      return "create the injection configuration (ConfigMap istio-inject), and see the injector's "
             "log for what is wrong with it";
    case Reason::kTemplateError:
      return "correct the injection template at the place that the message names, or give the pod "
             "what the template insists on";
    case Reason::kOutOfTime: return "simplify the injection template; it takes too long";
    case Reason::kInvalidAnnotation: return "correct the annotation that the message names";
  }
  return "";
}

std::string MakeReview(const diagnose::Object& object) {
  const std::optional<PodTemplate> pod = diagnose::FindPodTemplate(object);
  return pod.has_value() ? MakeReviewOf(*pod) : std::string();
}

Explanation Explain(const diagnose::Object& object, const ExplanationContext& context) {
  return Walk(object, context).Run();
}

}  // namespace sidecar::webhook
