#include "controller/namespace_reconciler.h"

#include <algorithm>
#include <utility>

#include <malloc.h>
#include <nlohmann/json.hpp>

#include "controller/pod_survey.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;
using kube::WatchEventType;

namespace {

constexpr std::array kAllLabels = {InjectionLabel::kNone, InjectionLabel::kEnabled,
                                   InjectionLabel::kDisabled, InjectionLabel::kOther};

std::size_t Index(InjectionLabel label) {
  return static_cast<std::size_t>(label);
}

// A pod has some kilobytes: a page stays below a mebibyte mostly.
constexpr int kPodsPerPage = 100;
// Restarts of a namespace with more will not be planned by this number.
constexpr std::size_t kMostPods = 20'000;
// A selector that was changed can disagree with every namespace of the cluster.
constexpr std::size_t kMostLogged = 20;
// Who labels more at once has a plan, and needs no Event on each to know about restarts.
constexpr std::size_t kMostCaughtUp = 50;
// Clocks of machines differ; and a leader that dies may not have told what it saw last. Its Event,
// if it wrote one, has the same name.
constexpr std::chrono::seconds kCatchUpMargin{10};

}  // namespace

NamespaceReconciler::NamespaceReconciler(Options options, kube::ApiClient& client, Logger& log,
                                         observe::MetricRegistry& metrics)
    : options_(std::move(options)), client_(client), log_(log) {
  using Kind = observe::MetricRegistry::Kind;
  for (const InjectionLabel label : kAllLabels) {
    const std::string name(ToString(label));
    metrics.AddReading(
        Kind::kGauge, "sidecar_injector_namespaces", "Namespaces by their label istio-injection.",
        [this, label] { return static_cast<double>(Count(label)); }, {{"injection", name}});
    changes_.at(Index(label)) = &metrics.AddCounter(
        "sidecar_injector_namespace_label_changes_total",
        "Changes of the label istio-injection, by what it became.", {{"injection", name}});
  }
  metrics.AddReading(
      Kind::kGauge, "sidecar_injector_namespaces_drifting",
      "Namespaces whose label says something else than the webhook's namespaceSelector does.",
      [this] { return static_cast<double>(drifting()); });
}

kube::ReflectorOptions NamespaceReconciler::ReflectorFor() {
  kube::ReflectorOptions options;
  options.resource = kube::kNamespaces;
  options.metadata_only = true;
  return options;
}

kube::ReflectorSink NamespaceReconciler::Sink() {
  kube::ReflectorSink sink = kube::MakeStoreSink<NamespaceView>(
      store_, [](const Json& object) -> Result<NamespaceView> { return ViewNamespace(object); },
      [this](const std::string& name) { Changed(name); });
  sink.replaced = [this, replaced = std::move(sink.replaced)] {
    replaced();
    // Ten thousand namespaces were a dozen pages of JSON, and the map before this one is gone too:
    // memory that nobody needs until the next list.
    malloc_trim(0);
    if (unled_since_.has_value()) CatchUpNow(*std::exchange(unled_since_, std::nullopt));
    if (std::exchange(listed_once_, true)) return;
    log_.Info("namespaces listed", {{"count", store_.size()},
                                    {"enabled", Count(InjectionLabel::kEnabled)},
                                    {"disabled", Count(InjectionLabel::kDisabled)},
                                    {"drifting", drifting()}});
  };
  return sink;
}

std::size_t NamespaceReconciler::Count(InjectionLabel label) const {
  if (label != InjectionLabel::kNone) return counts_.at(Index(label));
  std::size_t labelled = 0;
  for (const auto& count : counts_) labelled += count;
  const std::size_t all = store_.size();
  return all > labelled ? all - labelled : 0;
}

void NamespaceReconciler::Changed(const std::string& name) {
  const auto view = store_.Get(name);
  const auto known = labelled_.find(name);
  const InjectionLabel before =
      known == labelled_.end() ? InjectionLabel::kNone : known->second.label;
  const InjectionLabel after = view == nullptr ? InjectionLabel::kNone : view->injection;
  if (before != after) {
    if (before != InjectionLabel::kNone) --counts_.at(Index(before));
    if (after != InjectionLabel::kNone) ++counts_.at(Index(after));
    if (after == InjectionLabel::kNone) {
      labelled_.erase(known);
    } else {
      Labelled labelled{after, view->labelled};
      if (!labelled.when.has_value() && listed_once_) labelled.when = options_.wall_clock();
      labelled_.insert_or_assign(name, labelled);
    }
    // A namespace that goes takes its label with it.
    if (listed_once_ && view != nullptr) LabelChanged(name, before, after);
  }
  CheckDrift(name, view.get());
}

void NamespaceReconciler::LabelChanged(const std::string& name, InjectionLabel before,
                                       InjectionLabel after) {
  changes_.at(Index(after))->Increment();
  log_.Info("namespace label changed",
            {{"namespace", name}, {"from", ToString(before)}, {"to", ToString(after)}});
  if (after == InjectionLabel::kEnabled) options_.enqueue(name);
}

void NamespaceReconciler::CheckDrift(const std::string& name, const NamespaceView* view, bool log) {
  DriftReport report;
  if (view != nullptr && !view->terminating) {
    report = FindDrift(name, *view, selector_.get(), options_.ignored);
  }
  const auto known = drifts_.find(name);
  const NamespaceDrift before = known == drifts_.end() ? NamespaceDrift::kNone : known->second;
  if (report.drift == before) return;
  if (report.drift == NamespaceDrift::kNone) {
    drifts_.erase(known);
    if (log) log_.Info("namespace label and webhook agree again", {{"namespace", name}});
  } else {
    drifts_.insert_or_assign(name, report.drift);
    if (log)
      log_.Warning("namespace label and webhook disagree", {{"namespace", name},
                                                            {"drift", ToString(report.drift)},
                                                            {"explanation", report.message}});
  }
  drifting_ = drifts_.size();
}

void NamespaceReconciler::SetSelector(std::shared_ptr<const kubetypes::LabelSelector> selector) {
  const auto text = [](const auto& one) { return one == nullptr ? "?" : ToString(*one); };
  if (text(selector) == text(selector_)) return;
  selector_ = std::move(selector);
  std::size_t checked = 0;
  for (const auto& [name, view] : store_.Snapshot()) {
    const std::size_t before = drifting_;
    CheckDrift(name, view.get(), checked < kMostLogged);
    if (drifting_ != before) ++checked;
  }
  if (checked > kMostLogged) {
    log_.Warning("namespace labels and webhook, after a change of the webhook",
                 {{"changed", checked}, {"disagree", drifting()}});
  }
}

void NamespaceReconciler::CatchUp(std::chrono::system_clock::time_point unled_since) {
  if (listed_once_) return CatchUpNow(unled_since);
  unled_since_ = unled_since;
}

void NamespaceReconciler::CatchUpNow(std::chrono::system_clock::time_point unled_since) {
  std::size_t missed = 0;
  for (const auto& [name, labelled] : labelled_) {
    if (labelled.label != InjectionLabel::kEnabled || !labelled.when.has_value()) continue;
    if (*labelled.when < unled_since - kCatchUpMargin) continue;
    if (++missed <= kMostCaughtUp) options_.enqueue(name);
  }
  if (missed == 0) return;
  log_.Info("namespaces enabled while nobody led",
            {{"count", missed}, {"surveyed", std::min(missed, kMostCaughtUp)}});
}

void NamespaceReconciler::Tell(const std::string& name, const NamespaceView& view, bool warning,
                               std::string reason, std::string message) {
  EventNote note{kube::kNamespaces, {}, name, {}, warning, std::move(reason), std::move(message)};
  if (view.labelled.has_value()) note.happened = *view.labelled;
  options_.events(std::move(note));
}

std::vector<std::string> NamespaceReconciler::Injected() const {
  std::vector<std::string> names;
  const auto& ignored = options_.ignored;
  for (const auto& [name, view] : store_.Snapshot()) {
    if (view->terminating) continue;
    if (std::find(ignored.begin(), ignored.end(), name) != ignored.end()) continue;
    const bool is_selected = selector_ == nullptr ? view->injection == InjectionLabel::kEnabled
                                                  : selector_->Matches(LabelsOf(*view));
    if (is_selected) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

asio::awaitable<Result<void>> NamespaceReconciler::Reconcile(std::string name) {
  const auto view = store_.Get(name);
  if (view == nullptr || view->injection != InjectionLabel::kEnabled) co_return Result<void>{};
  DriftReport drift = FindDrift(name, *view, selector_.get(), options_.ignored);
  if (drift.drift != NamespaceDrift::kNone) {
    // Restarts would change nothing.
    Tell(name, *view, true, std::string(ToString(drift.drift)), std::move(drift.message));
    co_return Result<void>{};
  }
  PodSurvey survey;
  kube::ListOptions page;
  page.limit = kPodsPerPage;
  do {
    kube::ApiRequest request = kube::ListRequest(kube::kPods, name, page);
    const Result<Json> reply = co_await client_.Call(std::move(request));
    if (!reply.has_value()) co_return Error(reply.error()).Annotate("list pods of " + name);
    const inject::Policy policy = options_.policy();
    if (const Json* const items = FindField(*reply, "items"); items != nullptr) {
      for (const Json& pod : *items) Survey(pod, name, policy, survey);
    }
    page.continue_token = StringField(*reply, "metadata.continue");
  } while (!page.continue_token.empty() && survey.running < kMostPods);
  log_.Info("namespace is enabled for injection",
            {{"namespace", name}, {"pods", survey.running}, {"without_sidecar", survey.missing}});
  if (std::string advice = Advice(survey, name); !advice.empty()) {
    Tell(name, *view, false, "PodsWithoutSidecar", std::move(advice));
  }
  co_return Result<void>{};
}

}  // namespace sidecar::controller
