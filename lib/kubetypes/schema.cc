#include "lib/kubetypes/schema.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <string>
#include <unordered_map>

#include "lib/kubetypes/type_builder.h"

namespace sidecar::kubetypes {

using gotemplate::Type;

namespace {

// Texts are offsets into kPool, each ending with a zero byte.
struct TypeRow {
  std::uint16_t name;
  std::uint16_t underlying;
  std::uint16_t first_field;
  std::uint16_t field_count;
};
struct FieldRow {
  std::uint16_t name;
  std::uint16_t type;
  std::uint16_t json_name;
  std::uint16_t flags;
};
enum Flag : std::uint16_t { kOmitEmpty = 1, kOmitZero = 2, kInline = 4, kNewer = 8 };

#include "lib/kubetypes/schema_table.inc"

std::string_view Text(std::uint16_t offset) {
  return kPool + offset;
}

// Structs of API packages print themselves; Istio's own do not.
bool IsApiType(std::string_view name) {
  return name.find('/') != std::string_view::npos;
}

bool Describe(std::string_view name, std::string_view /*from*/, std::string_view& resolved,
              TypeDescription& description) {
  const TypeRow* const row = std::lower_bound(
      std::begin(kTypes), std::end(kTypes), name,
      [](const TypeRow& each, std::string_view wanted) { return Text(each.name) < wanted; });
  if (row == std::end(kTypes) || Text(row->name) != name) return false;
  resolved = Text(row->name);
  description.underlying = Text(row->underlying);
  description.has_gogo_string = IsApiType(name);
  description.fields.reserve(row->field_count);
  for (const FieldRow* field = kFields + row->first_field;
       field != kFields + row->first_field + row->field_count; ++field) {
    const bool inlined = (field->flags & kInline) != 0;
    const std::string_view type = Text(field->type);
    const std::string_view go_name = Text(field->name);
    description.fields.push_back(
        {.name = go_name,
         .type = type,
         .json_name = Text(field->json_name),
         .embedded = inlined || go_name == "ObjectMeta" || go_name == "ListMeta",
         .inlined = inlined,
         .omit_empty = (field->flags & kOmitEmpty) != 0,
         .omit_zero = (field->flags & kOmitZero) != 0,
         .newer = (field->flags & kNewer) != 0});
  }
  return true;
}

class Schema {
 public:
  static Schema& Get() {
    static Schema& schema = *new Schema;  // Never destroyed, as types.
    return schema;
  }

  const Type* Find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto [entry, added] = found_.try_emplace(std::string(name), nullptr);
    if (added) entry->second = builder_.Get(name);
    return entry->second;
  }

 private:
  Schema() : builder_(Describe) {}

  std::mutex mutex_;
  TypeBuilder builder_;
  std::unordered_map<std::string, const Type*> found_;
};

struct Workload {
  std::string_view kind;
  std::string_view type;
};
constexpr std::array<Workload, 10> kWorkloads = {{
    {"CronJob", "batch/v2alpha1.CronJob"},
    {"DaemonSet", "extensions/v1beta1.DaemonSet"},
    {"Deployment", "extensions/v1beta1.Deployment"},
    {"DeploymentConfig", "openshift/apps/v1.DeploymentConfig"},
    {"Job", "batch/v1.Job"},
    {"List", "meta/v1.List"},
    {"Pod", "core/v1.Pod"},
    {"ReplicaSet", "extensions/v1beta1.ReplicaSet"},
    {"ReplicationController", "core/v1.ReplicationController"},
    {"StatefulSet", "apps/v1beta1.StatefulSet"},
}};

}  // namespace

const Type* SchemaType(std::string_view name) {
  if (const Type* const type = Schema::Get().Find(name)) return type;
  return nullptr;
}

const Type* WorkloadType(std::string_view kind) {
  for (const Workload& workload : kWorkloads) {
    if (workload.kind == kind) return SchemaType(workload.type);
  }
  return nullptr;
}

}  // namespace sidecar::kubetypes
