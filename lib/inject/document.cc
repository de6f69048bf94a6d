#include "lib/inject/document.h"

#include <utility>

#include "lib/inject/annotations.h"
#include "lib/inject/object_fields.h"
#include "lib/inject/pod_injection.h"
#include "lib/inject/yaml_error.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/scalars.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::inject {
namespace {

using gotemplate::Value;

// Lists in lists, as only an attacker nests them.
constexpr int kMaxListDepth = 20;

constexpr std::size_t kMaxMemory = std::size_t{1} << 30U;

std::string NameIn(const yaml::Node& object) {
  const yaml::Node* const metadata = object.Find("metadata");
  if (metadata == nullptr) return {};
  const yaml::Node* name = metadata->Find("name");
  if (name == nullptr) name = metadata->Find("generateName");
  const yaml::Node* const space = metadata->Find("namespace");
  std::string text;
  if (space != nullptr && !space->AsString().empty()) text = std::string(space->AsString()) + '/';
  return name == nullptr ? text : text.append(name->AsString());
}

ObjectReport ReportOn(const yaml::Node& object, const TypeMeta& type) {
  ObjectReport report;
  report.kind = type.kind;
  report.name = NameIn(object);
  return report;
}

void AppendNames(const std::vector<std::string>& names, std::vector<std::string>& out) {
  out.insert(out.end(), names.begin(), names.end());
}

}  // namespace

DocumentInjector::DocumentInjector(std::shared_ptr<const Config> config,
                                   std::shared_ptr<const kubetypes::MeshConfig> mesh,
                                   DocumentOptions options)
    : renderer_(std::move(config), std::move(mesh)), options_(options), arena_(kMaxMemory) {}

Result<DocumentReport> DocumentInjector::Inject(std::string_view document, std::string& output,
                                                DocumentError& failure) {
  in_use_.clear();
  arena_.Reset();
  changed_ = false;
  failure_ = {};
  const std::size_t size_before = output.size();
  Result<DocumentReport> report = [&]() -> Result<DocumentReport> {
    try {
      return InjectText(document, output);
    } catch (const ArenaLimitExceeded& error) {
      return Error{ErrorCode::kInvalidArgument, error.what()};
    }
  }();
  if (report.has_value()) return report;
  output.resize(size_before);
  failure = std::move(failure_);
  failure.error = report.error();
  return report;
}

Result<DocumentReport> DocumentInjector::InjectText(std::string_view document,
                                                    std::string& output) {
  Result<yaml::Node> root = yaml::ParseYaml(document, arena_);
  if (!root.has_value()) {
    failure_.line = LineOfYamlError(root.error().message);
    return std::move(root).error();
  }
  ASSIGN_OR_RETURN(const TypeMeta type, ReadTypeMeta(*root));
  DocumentReport report;
  ASSIGN_OR_RETURN(const yaml::Node injected, InjectObject(*root, type, 0, report));
  if (changed_) {
    yaml::WriteYaml(injected, output);
  } else {
    output.append(document);
  }
  output.append("---\n");
  return report;
}

Result<yaml::Node> DocumentInjector::Fail(Error error, const ObjectReport& object,
                                          std::uint32_t line) {
  if (failure_.object.empty()) {
    failure_.object = object.kind + '/' + object.name;
    failure_.line = line;
  }
  return error;
}

Result<yaml::Node> DocumentInjector::InjectObject(const yaml::Node& object, const TypeMeta& type,
                                                  int depth, DocumentReport& report) {
  const Injectability injectability = Classify(type);
  if (injectability == Injectability::kList) return InjectList(object, depth, report);
  ObjectReport own = ReportOn(object, type);
  if (injectability != Injectability::kWorkload) {
    report.objects.push_back(std::move(own));
    return object;
  }
  kubetypes::FailurePlace place;
  kubetypes::UnknownMembers unknown;
  Result<Value> value = kubetypes::Decode(object, kubetypes::WorkloadType(type.kind), arena_,
                                          {.unknown = &unknown, .failure = &place});
  if (!value.has_value()) return Fail(value.error(), own, place.line);
  Result<PodParts> pod = FindPod(*value, type.kind);
  if (!pod.has_value()) return Fail(pod.error(), own, object.line);

  const yaml::Node before = FindPreviousStatus(*pod).has_value() && !options_.duplicate
                                ? kubetypes::Encode(*value, arena_, {.unknown = &unknown})
                                : yaml::Node();
  if (Result<void> done = InjectPod(*pod, own); !done.has_value()) {
    return Fail(std::move(done).error(), own, object.line);
  }
  const yaml::Node after = own.reason == Reason::kAnnotationOptOut
                               ? object
                               : kubetypes::Encode(*value, arena_, {.unknown = &unknown});
  if (own.reason == Reason::kInjected && before.IsMapping() && yaml::Equal(before, after)) {
    own.reason = Reason::kAlreadyInjected;
  }
  const bool is_unchanged =
      own.reason == Reason::kAlreadyInjected || own.reason == Reason::kAnnotationOptOut;
  report.objects.push_back(std::move(own));
  if (is_unchanged) return object;
  changed_ = true;
  return after;
}

Result<yaml::Node> DocumentInjector::InjectList(const yaml::Node& list, int depth,
                                                DocumentReport& report) {
  ObjectReport own = ReportOn(list, {.kind = "List", .api_version = "v1"});
  if (depth >= kMaxListDepth) {
    return Fail(Error{ErrorCode::kInvalidArgument, "lists are nested too deeply"}, own, list.line);
  }
  kubetypes::FailurePlace place;
  kubetypes::UnknownMembers unknown;
  Result<Value> value = kubetypes::Decode(list, kubetypes::WorkloadType("List"), arena_,
                                          {.unknown = &unknown, .failure = &place});
  if (!value.has_value()) return Fail(value.error(), own, place.line);
  for (Value& item : ListField(*value, "Items")) {
    const yaml::Node* const object = kubetypes::NodeOf(item);
    if (object == nullptr) continue;
    const Result<TypeMeta> type = ReadTypeMeta(*object);
    if (!type.has_value()) return Fail(type.error(), own, object->line);
    ASSIGN_OR_RETURN(const yaml::Node injected, InjectObject(*object, *type, depth + 1, report));
    item = kubetypes::RawValue(injected, item.type(), arena_);
  }
  // Istio writes every List anew; one in which nothing was to be done passes through here.
  return kubetypes::Encode(*value, arena_, {.unknown = &unknown});
}

Result<void> DocumentInjector::InjectPod(const PodParts& pod, ObjectReport& report) {
  PodFacts facts;
  facts.host_network = BoolField(pod.spec, "HostNetwork");
  facts.inject_annotation = FindAnnotation(pod.pod_metadata, kInjectAnnotation);
  if (!facts.inject_annotation.has_value()) {
    facts.inject_annotation = FindAnnotation(pod.metadata, kInjectAnnotation);
  }
  report.reason = Decide(facts, renderer_.config().policy(),
                         options_.ignore_policy ? Trigger::kManualAsOldIstio : Trigger::kManual);
  if (report.reason != Reason::kInjected) return {};

  const std::optional<Status> previous =
      options_.duplicate ? std::nullopt : FindPreviousStatus(pod);
  ASSIGN_OR_RETURN(
      const PodInjection injection,
      PlanInjection(pod, previous, renderer_, arena_, {.reason = &report.reason, .is_late = {}}));
  if (!options_.duplicate) {
    if (Result<void> unique = CheckNames(injection.plan, pod); !unique.has_value()) {
      report.reason = Reason::kTemplateError;
      return unique;
    }
  }
  in_use_.push_back(injection.rendered);
  Apply(injection.plan, pod, arena_);
  AppendNames(injection.rendered->status().init_containers, report.added);
  AppendNames(injection.rendered->status().containers, report.added);
  report.warnings = injection.rendered->warnings();
  return {};
}

}  // namespace sidecar::inject
