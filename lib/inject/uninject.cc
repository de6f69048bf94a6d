#include "lib/inject/uninject.h"

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "lib/base/arena.h"
#include "lib/inject/annotations.h"
#include "lib/inject/status.h"
#include "lib/inject/workload.h"
#include "lib/inject/yaml_error.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::inject {
namespace {

using yaml::Node;
using Path = std::span<const std::string_view>;

constexpr std::size_t kMaxMemory = std::size_t{1} << 30U;
constexpr int kMaxListDepth = 20;

constexpr std::array<std::string_view, 2> kTemplatePath = {"spec", "template"};
constexpr std::array<std::string_view, 4> kCronJobPath = {"spec", "jobTemplate", "spec",
                                                          "template"};
// Istio writes the status of a CronJob to the metadata of its job template.
constexpr std::array<std::string_view, 2> kJobTemplatePath = {"spec", "jobTemplate"};

std::string TextOf(const Node* node) {
  return node == nullptr ? std::string() : std::string(node->AsString());
}

const Node* FindPath(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* at = &node;
  for (const std::string_view key : path) {
    at = at->Find(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool IsEmptyCollection(const Node& node) {
  return (node.IsMapping() || node.IsSequence()) && node.size == 0;
}

class Uninjection {
 public:
  explicit Uninjection(Arena& arena) : arena_(arena) {}

  bool changed() const { return changed_; }

  Result<Node> Object(const Node& object, const TypeMeta& type, int depth, DocumentReport& report) {
    const Injectability injectability = Classify(type);
    if (injectability == Injectability::kList && depth < kMaxListDepth) {
      return Items(object, depth, report);
    }
    ObjectReport own;
    own.kind = type.kind;
    own.name = TextOf(FindPath(object, {"metadata", "name"}));
    Node result = object;
    if (injectability == Injectability::kWorkload) result = Workload(object, type.kind, own);
    report.objects.push_back(std::move(own));
    return result;
  }

 private:
  Result<Node> Items(const Node& list, int depth, DocumentReport& report) {
    const Node* const items = list.Find("items");
    if (items == nullptr) return list;
    const std::span<Node> changed = arena_.NewArray<Node>(items->AsSequence().size());
    for (std::size_t i = 0; i < changed.size(); ++i) {
      const Node& item = items->AsSequence()[i];
      ASSIGN_OR_RETURN(const TypeMeta type, ReadTypeMeta(item));
      ASSIGN_OR_RETURN(changed[i], Object(item, type, depth + 1, report));
    }
    return With(list, "items", Node::Sequence(changed));
  }

  Node Workload(const Node& object, std::string_view kind, ObjectReport& report) {
    if (kind == "Pod") return Pod(object, object, report);
    if (kind != "CronJob") return At(object, kTemplatePath, object, report);
    const Node* const job = FindPath(object, {"spec", "jobTemplate"});
    if (job == nullptr) return object;
    const Node result = At(object, kCronJobPath, *job, report);
    if (report.reason != Reason::kInjected) return result;
    return Edit(result, kJobTemplatePath, [&](const Node& node) { return WithoutStatus(node); });
  }

  Node At(const Node& object, Path path, const Node& elsewhere, ObjectReport& report) {
    return Edit(object, path, [&](const Node& pod) { return Pod(pod, elsewhere, report); });
  }

  // `pod` holds metadata and spec; where its metadata have no status, those of `elsewhere` may.
  Node Pod(const Node& pod, const Node& elsewhere, ObjectReport& report) {
    std::string text = StatusOf(pod);
    if (text.empty()) text = StatusOf(elsewhere);
    const std::optional<Status> status = text.empty() ? std::nullopt : ParseStatus(text);
    const Node* const spec = pod.Find("spec");
    if (!status.has_value() || spec == nullptr) return pod;
    changed_ = true;
    report.reason = Reason::kInjected;
    for (const auto* const names : {&status->init_containers, &status->containers}) {
      report.added.insert(report.added.end(), names->begin(), names->end());
    }
    Node cleaned = Without(*spec, "initContainers", status->init_containers);
    cleaned = Without(cleaned, "containers", status->containers);
    cleaned = Without(cleaned, "volumes", status->volumes);
    cleaned = Without(cleaned, "imagePullSecrets", status->image_pull_secrets);
    return WithoutStatus(With(pod, "spec", cleaned));
  }

  static std::string StatusOf(const Node& object) {
    return TextOf(FindPath(object, {"metadata", "annotations", kStatusAnnotation}));
  }

  Node WithoutStatus(const Node& object) {
    const Node* const annotations = FindPath(object, {"metadata", "annotations"});
    if (annotations == nullptr) return object;
    const Node metadata = *object.Find("metadata");
    const Node rest = WithoutKey(*annotations, kStatusAnnotation);
    const Node cleaned = IsEmptyCollection(rest) ? WithoutKey(metadata, "annotations")
                                                 : With(metadata, "annotations", rest);
    return With(object, "metadata", cleaned);
  }

  // The elements of a list whose names are not among `names`.
  Node Without(const Node& spec, std::string_view field, const std::vector<std::string>& names) {
    const Node* const list = spec.Find(field);
    if (list == nullptr || names.empty()) return spec;
    std::vector<Node> kept;
    for (const Node& element : list->AsSequence()) {
      const std::string name = TextOf(element.Find("name"));
      if (std::find(names.begin(), names.end(), name) == names.end()) kept.push_back(element);
    }
    if (kept.empty()) return WithoutKey(spec, field);
    const std::span<Node> copy = arena_.NewArray<Node>(kept.size());
    std::copy(kept.begin(), kept.end(), copy.begin());
    return With(spec, field, Node::Sequence(copy));
  }

  // The mapping with another value for a key that it has.
  Node With(const Node& mapping, std::string_view key, const Node& value) {
    const auto members = mapping.AsMapping();
    const std::span<yaml::Member> copy = arena_.NewArray<yaml::Member>(members.size());
    std::copy(members.begin(), members.end(), copy.begin());
    for (yaml::Member& member : copy) {
      if (member.key == key) member.value = value;
    }
    return Node::Mapping(copy);
  }

  Node WithoutKey(const Node& mapping, std::string_view key) {
    std::vector<yaml::Member> kept;
    for (const yaml::Member& member : mapping.AsMapping()) {
      if (member.key != key) kept.push_back(member);
    }
    const std::span<yaml::Member> copy = arena_.NewArray<yaml::Member>(kept.size());
    std::copy(kept.begin(), kept.end(), copy.begin());
    return Node::Mapping(copy);
  }

  // The tree with what is at the path edited; as it is where there is nothing.
  Node Edit(const Node& node, Path path, const std::function<Node(const Node&)>& edit) {
    if (path.empty()) return edit(node);
    const Node* const child = node.Find(path.front());
    if (child == nullptr) return node;
    return With(node, path.front(), Edit(*child, path.subspan(1), edit));
  }

  Arena& arena_;
  bool changed_ = false;
};

Result<DocumentReport> UninjectText(std::string_view document, Arena& arena, std::string& output,
                                    DocumentError& failure) {
  Result<Node> root = yaml::ParseYaml(document, arena);
  if (!root.has_value()) {
    failure.line = LineOfYamlError(root.error().message);
    return std::move(root).error();
  }
  ASSIGN_OR_RETURN(const TypeMeta type, ReadTypeMeta(*root));
  DocumentReport report;
  Uninjection uninjection(arena);
  ASSIGN_OR_RETURN(const Node node, uninjection.Object(*root, type, 0, report));
  if (uninjection.changed()) {
    yaml::WriteYaml(node, output);
  } else {
    output.append(document);
  }
  output.append("---\n");
  return report;
}

}  // namespace

Result<DocumentReport> UninjectDocument(std::string_view document, std::string& output,
                                        DocumentError& failure) {
  Arena arena(kMaxMemory);
  const std::size_t size_before = output.size();
  Result<DocumentReport> report = [&]() -> Result<DocumentReport> {
    try {
      return UninjectText(document, arena, output, failure);
    } catch (const ArenaLimitExceeded& error) {
      return Error{ErrorCode::kInvalidArgument, error.what()};
    }
  }();
  if (!report.has_value()) {
    output.resize(size_before);
    failure.error = report.error();
  }
  return report;
}

}  // namespace sidecar::inject
