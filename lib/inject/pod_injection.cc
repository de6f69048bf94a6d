#include "lib/inject/pod_injection.h"

#include <array>
#include <span>
#include <utility>

#include "lib/inject/annotations.h"
#include "lib/inject/object_fields.h"

namespace sidecar::inject {
namespace {

using gotemplate::MapData;
using gotemplate::Value;

// The pod as it was before an earlier injection; puts things back when it dies.
class WithoutInjection {
 public:
  WithoutInjection(const PodParts& pod, const Plan& plan, Arena& arena) : arena_(arena) {
    for (std::size_t i = 0; i < kPodLists; ++i) {
      Value* const slot = FieldSlot(pod.spec, kPodListFields[i]);
      if (slot == nullptr || plan.lists[i].remove.empty()) continue;
      Hide(*slot, Without(*slot, plan.lists[i].remove));
    }
    Value* const annotations = FieldSlot(pod.metadata, "Annotations");
    if (annotations != nullptr && !annotations->IsNil() &&
        annotations->AsMap()->Find(kStatusAnnotation) != nullptr) {
      Hide(*annotations, WithoutStatus(*annotations));
    }
  }
  WithoutInjection(const WithoutInjection&) = delete;
  WithoutInjection& operator=(const WithoutInjection&) = delete;
  ~WithoutInjection() {
    for (std::size_t i = 0; i < hidden_count_; ++i) *hidden_[i].first = hidden_[i].second;
  }

 private:
  void Hide(Value& slot, const Value& instead) {
    hidden_[hidden_count_++] = {&slot, slot};
    slot = instead;
  }

  Value Without(const Value& list, const std::vector<std::size_t>& removed) {
    const std::span<Value> all = list.slots();
    if (all.size() == removed.size()) return Value::Zero(list.type(), arena_);
    const std::span<Value> kept = arena_.NewArray<Value>(all.size() - removed.size());
    std::size_t size = 0;
    auto next = removed.begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (next != removed.end() && *next == i) {
        ++next;
      } else {
        kept[size++] = all[i];
      }
    }
    return Value::Slice(kept, list.type());
  }

  Value WithoutStatus(const Value& annotations) {
    auto* const rest = arena_.New<MapData>();
    for (const gotemplate::MapEntry& entry : annotations.AsMap()->all()) {
      if (entry.key.AsString() != kStatusAnnotation) rest->Set(entry.key, entry.value, arena_);
    }
    return Value::Map(rest->size == 0 ? nullptr : rest, annotations.type());
  }

  Arena& arena_;
  std::array<std::pair<Value*, Value>, kPodLists + 1> hidden_;
  std::size_t hidden_count_ = 0;
};

}  // namespace

Result<PodInjection> PlanInjection(const PodParts& pod, const std::optional<Status>& previous,
                                   Renderer& renderer, Arena& arena, const PlanOptions& options) {
  Reason scratch = Reason::kInjected;
  Reason& reason = options.reason == nullptr ? scratch : *options.reason;
  if (ValidatesAnnotations(renderer.config().compat())) {
    const auto find = [&](std::string_view name) { return FindAnnotation(pod, name); };
    if (Result<void> valid = ValidateAnnotations(find); !valid.has_value()) {
      reason = Reason::kInvalidAnnotation;
      return std::move(valid).error();
    }
  }
  PodInjection injection;
  if (previous.has_value()) {
    auto injected = FindInjected(pod.spec, *previous);
    for (std::size_t i = 0; i < kPodLists; ++i) {
      injection.plan.lists[i].remove = std::move(injected[i]);
    }
  }
  reason = Reason::kTemplateError;
  {
    const std::optional<WithoutInjection> hidden =
        previous.has_value()
            ? std::optional<WithoutInjection>(std::in_place, pod, injection.plan, arena)
            : std::nullopt;
    auto rendered = renderer.Render(
        pod, arena, {.is_late = options.is_late, .depends_on_pod = nullptr, .text = options.text});
    if (!rendered.has_value()) {
      if (rendered.error().code == ErrorCode::kDeadlineExceeded) reason = Reason::kOutOfTime;
      return std::move(rendered).error();
    }
    injection.rendered = *std::move(rendered);
  }
  for (std::size_t i = 0; i < kPodLists; ++i) {
    injection.plan.lists[i].add = injection.rendered->list(static_cast<PodList>(i));
  }
  injection.plan.status = injection.rendered->annotation();
  reason = Reason::kInjected;
  return injection;
}

}  // namespace sidecar::inject
