#include "lib/inject/plan.h"

#include <algorithm>
#include <string_view>

#include "lib/inject/annotations.h"
#include "lib/inject/object_fields.h"

namespace sidecar::inject {
namespace {

using gotemplate::Value;

struct NamedList {
  PodList which;
  std::string_view noun;
};
constexpr std::array<NamedList, 3> kNamedLists = {{{PodList::kInitContainers, "init container"},
                                                   {PodList::kContainers, "container"},
                                                   {PodList::kVolumes, "volume"}}};

Error NameClash(std::string_view noun, std::string_view name, std::string_view why) {
  return Error{ErrorCode::kInvalidArgument, "cannot add " + std::string(noun) + " \"" +
                                                std::string(name) + "\": " + std::string(why)};
}

const std::vector<std::string>& NamesIn(const Status& status, PodList which) {
  switch (which) {
    case PodList::kInitContainers: return status.init_containers;
    case PodList::kContainers: return status.containers;
    case PodList::kVolumes: return status.volumes;
    default: return status.image_pull_secrets;
  }
}

std::optional<Status> AnnotatedStatus(const PodParts& pod) {
  const std::optional<std::string_view> annotation =
      FindAnnotation(pod.metadata, kStatusAnnotation);
  return annotation.has_value() ? ParseStatus(*annotation) : std::nullopt;
}

// The list after the plan: elements stay in place, replaced ones too.
std::vector<Value> Merge(std::span<Value> old, const ListPlan& plan) {
  std::vector<Value> merged;
  merged.reserve(old.size() + plan.add.size());
  std::vector<bool> placed(plan.add.size());
  auto next_removed = plan.remove.begin();
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (next_removed == plan.remove.end() || *next_removed != i) {
      merged.push_back(old[i]);
      continue;
    }
    ++next_removed;
    const std::string_view name = TextField(old[i], "Name");
    for (std::size_t k = 0; k < plan.add.size(); ++k) {
      if (placed[k] || TextField(plan.add[k], "Name") != name) continue;
      merged.push_back(plan.add[k]);
      placed[k] = true;
      break;
    }
  }
  for (std::size_t k = 0; k < plan.add.size(); ++k) {
    if (!placed[k]) merged.push_back(plan.add[k]);
  }
  return merged;
}

void SetAnnotation(const PodParts& pod, std::string_view name, std::string_view value,
                   Arena& arena) {
  Value* const slot = FieldSlot(pod.metadata, "Annotations");
  if (slot == nullptr) return;
  if (slot->IsNil()) *slot = Value::Map(arena.New<gotemplate::MapData>(), slot->type());
  slot->AsMap()->Set(Value::String(name, slot->type()->key),
                     Value::String(arena.Copy(value), slot->type()->element), arena);
}

}  // namespace

std::optional<std::string_view> FindAnnotation(const Value& metadata, std::string_view name) {
  const Value* const slot = FieldSlot(metadata, "Annotations");
  if (slot == nullptr || slot->IsNil()) return std::nullopt;
  const Value* const value = slot->AsMap()->Find(name);
  if (value == nullptr) return std::nullopt;
  return value->AsString();
}

std::array<std::vector<std::size_t>, kPodLists> FindInjected(const Value& spec,
                                                             const Status& previous) {
  std::array<std::vector<std::size_t>, kPodLists> found;
  for (std::size_t i = 0; i < kPodLists; ++i) {
    const std::vector<std::string>& names = NamesIn(previous, static_cast<PodList>(i));
    const std::span<Value> elements = ListField(spec, kPodListFields[i]);
    for (std::size_t k = 0; k < elements.size(); ++k) {
      if (std::find(names.begin(), names.end(), TextField(elements[k], "Name")) != names.end()) {
        found[i].push_back(k);
      }
    }
  }
  return found;
}

Status PreviousStatusForPatch(const PodParts& pod) {
  return AnnotatedStatus(pod).value_or(LegacyStatus());
}

std::optional<Status> FindPreviousStatus(const PodParts& pod) {
  if (std::optional<Status> status = AnnotatedStatus(pod)) return status;
  if (FindAnnotation(pod.metadata, kStatusAnnotation).has_value()) return LegacyStatus();
  return std::nullopt;
}

Result<void> CheckNames(const Plan& plan, const PodParts& pod) {
  for (const auto& [which, noun] : kNamedLists) {
    const ListPlan& list = plan.list(which);
    const std::span<Value> own =
        ListField(pod.spec, kPodListFields[static_cast<std::size_t>(which)]);
    for (std::size_t k = 0; k < list.add.size(); ++k) {
      const std::string_view name = TextField(list.add[k], "Name");
      for (std::size_t i = 0; i < own.size(); ++i) {
        const bool stays = !std::binary_search(list.remove.begin(), list.remove.end(), i);
        if (stays && TextField(own[i], "Name") == name)
          return NameClash(noun, name,
                           "the pod has one already, and no status annotation says that an "
                           "injection put it there");
      }
      for (std::size_t i = 0; i < k; ++i) {
        if (TextField(list.add[i], "Name") == name)
          return NameClash(noun, name, "the template has it twice");
      }
    }
  }
  return {};
}

void Apply(const Plan& plan, const PodParts& pod, Arena& arena) {
  for (std::size_t i = 0; i < kPodLists; ++i) {
    const bool is_secrets = static_cast<PodList>(i) == PodList::kImagePullSecrets;
    const ListPlan& list = plan.lists[i];
    if (is_secrets || (list.remove.empty() && list.add.empty())) continue;
    Value* const slot = FieldSlot(pod.spec, kPodListFields[i]);
    if (slot == nullptr) continue;
    const std::vector<Value> merged = Merge(slot->slots(), list);
    const std::span<Value> elements = arena.NewArray<Value>(merged.size());
    std::copy(merged.begin(), merged.end(), elements.begin());
    *slot = Value::Slice(elements, slot->type());
  }
  SetAnnotation(pod, kStatusAnnotation, plan.status, arena);
}

}  // namespace sidecar::inject
