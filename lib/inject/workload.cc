#include "lib/inject/workload.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/ascii.h"
#include "lib/inject/object_fields.h"

namespace sidecar::inject {
namespace {

using gotemplate::Value;

struct KindGroups {
  std::string_view kind;
  std::array<std::string_view, 2> groups;  // The second may repeat the first.
};

constexpr std::array<KindGroups, 10> kKinds = {{{"CronJob", {"batch", "batch"}},
                                                {"DaemonSet", {"apps", "extensions"}},
                                                {"Deployment", {"apps", "extensions"}},
                                                {"DeploymentConfig", {"apps.openshift.io", ""}},
                                                {"Job", {"batch", "extensions"}},
                                                {"List", {"", ""}},
                                                {"Pod", {"", ""}},
                                                {"ReplicaSet", {"apps", "extensions"}},
                                                {"ReplicationController", {"", ""}},
                                                {"StatefulSet", {"apps", "apps"}}}};

// A member of the document, by its exact key or else by one that differs in case only.
const yaml::Node* FindMember(const yaml::Node& document, std::string_view key,
                             std::string_view lower_key) {
  if (const yaml::Node* const exact = document.Find(key)) return exact;
  for (const yaml::Member& member : document.AsMapping()) {
    if (EqualsIgnoringCase(member.key, lower_key)) return &member.value;
  }
  return nullptr;
}

Result<std::string_view> ReadText(const yaml::Node& document, std::string_view key,
                                  std::string_view lower_key) {
  const yaml::Node* const node = FindMember(document, key, lower_key);
  if (node == nullptr || node->IsNull()) return std::string_view();
  if (node->IsSequence() || node->IsMapping()) {
    return Error{ErrorCode::kInvalidArgument,
                 "json: cannot unmarshal " + std::string(node->IsMapping() ? "object" : "array") +
                     " into Go struct field TypeMeta." + std::string(key) + " of type string"};
  }
  return node->AsString();
}

std::string_view KindWord(const yaml::Node& node) {
  if (node.IsString()) return "string";
  if (node.IsSequence()) return "array";
  return node.kind == yaml::NodeKind::kBool ? "bool" : "number";
}

}  // namespace

std::string_view TypeMeta::Group() const {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

Result<TypeMeta> ReadTypeMeta(const yaml::Node& document) {
  if (document.IsNull()) return TypeMeta();
  if (!document.IsMapping()) {
    return Error{ErrorCode::kInvalidArgument, "json: cannot unmarshal " +
                                                  std::string(KindWord(document)) +
                                                  " into Go value of type v1.TypeMeta"};
  }
  TypeMeta type;
  ASSIGN_OR_RETURN(type.kind, ReadText(document, "kind", "kind"));
  ASSIGN_OR_RETURN(type.api_version, ReadText(document, "apiVersion", "apiversion"));
  return type;
}

Injectability Classify(const TypeMeta& type) {
  const auto* const it = std::find_if(kKinds.begin(), kKinds.end(),
                                      [&](const KindGroups& k) { return k.kind == type.kind; });
  if (it == kKinds.end()) return Injectability::kNothing;
  const bool has_group =
      std::find(it->groups.begin(), it->groups.end(), type.Group()) != it->groups.end();
  if (!has_group && !type.api_version.empty()) return Injectability::kForeignGroup;
  return type.kind == "List" ? Injectability::kList : Injectability::kWorkload;
}

Result<PodParts> FindPod(const Value& object, std::string_view kind) {
  if (kind == "Pod") {
    const Value metadata = StructIn(FieldSlot(object, "ObjectMeta"));
    return PodParts{metadata, StructIn(FieldSlot(object, "Spec")), metadata};
  }
  const Value spec = StructIn(FieldSlot(object, "Spec"));
  if (kind == "CronJob") {
    const Value job = StructIn(FieldSlot(spec, "JobTemplate"));
    const Value job_spec = StructIn(FieldSlot(job, "Spec"));
    const Value pod = StructIn(FieldSlot(job_spec, "Template"));
    return PodParts{StructIn(FieldSlot(job, "ObjectMeta")), StructIn(FieldSlot(pod, "Spec")),
                    StructIn(FieldSlot(pod, "ObjectMeta"))};
  }
  const Value pod = StructIn(FieldSlot(spec, "Template"));
  if (!pod.IsValid()) {
    return Error{ErrorCode::kInvalidArgument, "spec.template is required value"};
  }
  const Value metadata = StructIn(FieldSlot(pod, "ObjectMeta"));
  return PodParts{metadata, StructIn(FieldSlot(pod, "Spec")), metadata};
}

}  // namespace sidecar::inject
