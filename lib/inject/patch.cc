#include "lib/inject/patch.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/inject/annotations.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/json.h"

namespace sidecar::inject {
namespace {

constexpr std::array<std::string_view, kPodLists> kJsonNames = {"initContainers", "containers",
                                                                "volumes", "imagePullSecrets"};

// A reference token of RFC 6901.
std::string EscapeToken(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '~': escaped += "~0"; break;
      case '/': escaped += "~1"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string JsonString(std::string_view text) {
  std::string json;
  yaml::WriteJsonString(text, json);
  return json;
}

Error WrongShape(std::string_view path, std::string_view wanted) {
  return Error{ErrorCode::kInvalidArgument, "pod's " + std::string(path) + " is not " +
                                                std::string(wanted) + ": it cannot be patched"};
}

// A member, or null (the pointer) where it is absent or null: for Go's decoder the same.
const yaml::Node* FindSet(const yaml::Node& object, std::string_view key) {
  const yaml::Node* const value = object.Find(key);
  return value == nullptr || value->IsNull() ? nullptr : value;
}

// Writes operations, knowing what earlier ones have made of the pod.
class PatchWriter {
 public:
  PatchWriter(const yaml::Node& pod, Compat compat) : pod_(pod), compat_(compat) {}

  Result<std::string> Write(const PodInjection& injection) && {
    if (!pod_.IsMapping()) return WrongShape("document", "an object");
    ASSIGN_OR_RETURN(const yaml::Node* const metadata, Parent("metadata"));
    ASSIGN_OR_RETURN(const yaml::Node* const spec, Parent("spec"));
    const std::size_t lists = HasImagePullSecrets(compat_) ? kPodLists : kPodLists - 1;
    patch_.reserve(SizeOf(injection));
    std::array<std::size_t, kPodLists> sizes{};
    for (std::size_t i = 0; i < lists; ++i) {
      ASSIGN_OR_RETURN(sizes[i], Remove(spec, kJsonNames[i], injection.plan.lists[i].remove));
    }
    for (std::size_t i = 0; i < lists; ++i) {
      Append(kJsonNames[i], sizes[i] == 0, injection.rendered->json(static_cast<PodList>(i)));
    }
    if (Result<void> done = Annotate(metadata, injection.plan.status); !done.has_value()) {
      return std::move(done).error();
    }
    patch_ += patch_.empty() ? "[]" : "]";
    return std::move(patch_);
  }

 private:
  // About the length of the patch, so that it is written into one piece of memory.
  static std::size_t SizeOf(const PodInjection& injection) {
    constexpr std::size_t kBytesOfOperation = 80;
    std::size_t size = kBytesOfOperation + injection.plan.status.size() * 5 / 4;
    for (std::size_t i = 0; i < kPodLists; ++i) {
      size += injection.plan.lists[i].remove.size() * kBytesOfOperation;
      for (const std::string& element : injection.rendered->json(static_cast<PodList>(i))) {
        size += element.size() + kBytesOfOperation;
      }
    }
    return size;
  }

  // The object under a key of the pod, or null: then the API server has an empty one there.
  Result<const yaml::Node*> Parent(std::string_view key) {
    const yaml::Node* const object = FindSet(pod_, key);
    if (object != nullptr && !object->IsMapping()) return WrongShape(key, "an object");
    return object;
  }

  // Returns the length of the list before anything is removed: by that Istio decides how to add.
  Result<std::size_t> Remove(const yaml::Node* spec, std::string_view key,
                             std::span<const std::size_t> indices) {
    const yaml::Node* const list = spec == nullptr ? nullptr : FindSet(*spec, key);
    if (list != nullptr && !list->IsSequence()) {
      return WrongShape("spec." + std::string(key), "a list");
    }
    const std::size_t size = list == nullptr ? 0 : list->AsSequence().size();
    std::size_t above = size;  // What is left ends here, or is above what is removed next.
    for (std::size_t i = indices.size(); i-- > 0;) {
      if (indices[i] >= above) {
        return Error{ErrorCode::kInternal, "patch would remove spec." + std::string(key) + '[' +
                                               std::to_string(indices[i]) + "] of " +
                                               std::to_string(size)};
      }
      above = indices[i];
      Operation("remove", "/spec/" + std::string(key) + '/' + std::to_string(above),
                RemovesWithNullValue(compat_) ? "null" : "");
    }
    return size;
  }

  void Append(std::string_view key, bool is_empty, std::span<const std::string> elements) {
    const std::string path = "/spec/" + std::string(key);
    for (const std::string& element : elements) {
      if (is_empty) {
        Operation("add", path, '[' + element + ']');
      } else {
        Operation("add", path + "/-", element);
      }
      is_empty = false;
    }
  }

  // updateAnnotation.
  Result<void> Annotate(const yaml::Node* metadata, std::string_view status) {
    const yaml::Node* const annotations =
        metadata == nullptr ? nullptr : FindSet(*metadata, "annotations");
    const std::string value = JsonString(status);
    if (annotations == nullptr) {
      Operation("add", "/metadata/annotations",
                '{' + JsonString(kStatusAnnotation) + ':' + value + '}');
      return {};
    }
    if (!annotations->IsMapping()) return WrongShape("metadata.annotations", "an object");
    const yaml::Node* const old = annotations->Find(kStatusAnnotation);
    const bool replaces = old != nullptr && !old->AsString().empty();
    Operation(replaces ? "replace" : "add",
              "/metadata/annotations/" + EscapeToken(kStatusAnnotation), value);
    return {};
  }

  // An empty `value`, a JSON text, stands for none.
  void Operation(std::string_view name, const std::string& path, std::string_view value) {
    patch_ += patch_.empty() ? '[' : ',';
    patch_.append(R"({"op":")").append(name).append(R"(","path":)");
    yaml::WriteJsonString(path, patch_);
    if (!value.empty()) patch_.append(R"(,"value":)").append(value);
    patch_ += '}';
  }

  const yaml::Node& pod_;
  const Compat compat_;
  std::string patch_;
};

// All of a pod that its patch depends on besides the injection, if nothing is removed: which lists
// have elements, and what there is of annotations. Nothing where a pod is of another shape than
// pods are.
std::optional<unsigned> ShapeOf(const yaml::Node& pod, const Plan& plan) {
  const yaml::Node* const metadata = FindSet(pod, "metadata");
  const yaml::Node* const spec = FindSet(pod, "spec");
  if (metadata == nullptr || !metadata->IsMapping() || spec == nullptr || !spec->IsMapping()) {
    return std::nullopt;
  }
  unsigned shape = 0;
  for (std::size_t i = 0; i < kPodLists; ++i) {
    if (!plan.lists[i].remove.empty()) return std::nullopt;
    const yaml::Node* const list = FindSet(*spec, kJsonNames[i]);
    if (list != nullptr && !list->IsSequence()) return std::nullopt;
    shape = shape * 2 + (list != nullptr && !list->AsSequence().empty() ? 1 : 0);
  }
  const yaml::Node* const annotations = FindSet(*metadata, "annotations");
  if (annotations == nullptr) return shape * 2;
  if (!annotations->IsMapping() || annotations->Find(kStatusAnnotation) != nullptr) {
    return std::nullopt;
  }
  return shape * 2 + 1;
}

constexpr std::string_view kMounts = "volumeMounts";

bool HasMounts(const yaml::Node& wanted, const yaml::Node* present) {
  if (present == nullptr) return wanted.AsSequence().empty();
  const std::span<const yaml::Node> mounts = present->AsSequence();
  return std::all_of(
      wanted.AsSequence().begin(), wanted.AsSequence().end(), [&](const yaml::Node& mount) {
        return std::any_of(mounts.begin(), mounts.end(),
                           [&](const yaml::Node& one) { return yaml::Equal(one, mount); });
      });
}

bool IsSamePart(const yaml::Node& wanted, const yaml::Node& present) {
  for (const yaml::Member& member : wanted.AsMapping()) {
    const yaml::Node* const value = present.Find(member.key);
    const bool same = member.key == kMounts ? HasMounts(member.value, value)
                                            : value != nullptr && yaml::Equal(*value, member.value);
    if (!same) return false;
  }
  const std::span<const yaml::Member> members = present.AsMapping();
  return std::all_of(members.begin(), members.end(), [&](const yaml::Member& member) {
    return member.key == kMounts || wanted.Find(member.key) != nullptr;
  });
}

// Whether the parts of a list that would be replaced are those that would be added.
bool HasParts(const yaml::Node& spec, PodList which, const PodInjection& injection) {
  const std::vector<std::size_t>& old = injection.plan.list(which).remove;
  const std::span<const std::string> added = injection.rendered->json(which);
  if (old.size() != added.size()) return false;
  if (old.empty()) return true;
  const yaml::Node* const list = spec.Find(kJsonNames[static_cast<std::size_t>(which)]);
  if (list == nullptr || old.back() >= list->AsSequence().size()) return false;
  for (std::size_t i = 0; i < old.size(); ++i) {
    Arena arena;
    const Result<yaml::Node> wanted = yaml::ParseJson(added[i], arena);
    if (!wanted.has_value() || !IsSamePart(*wanted, list->AsSequence()[old[i]])) return false;
  }
  return true;
}

}  // namespace

bool IsCarriedOut(const yaml::Node& pod, const PodInjection& injection) {
  const yaml::Node* const metadata = FindSet(pod, "metadata");
  const yaml::Node* const annotations =
      metadata == nullptr ? nullptr : FindSet(*metadata, "annotations");
  const yaml::Node* const status =
      annotations == nullptr ? nullptr : FindSet(*annotations, kStatusAnnotation);
  if (status == nullptr || status->AsString() != injection.plan.status) return false;
  const yaml::Node* const spec = FindSet(pod, "spec");
  if (spec == nullptr) return false;
  for (std::size_t i = 0; i < kPodLists; ++i) {
    if (!HasParts(*spec, static_cast<PodList>(i), injection)) return false;
  }
  return true;
}

Result<std::string> MakePatch(const yaml::Node& pod, const PodInjection& injection, Compat compat) {
  return PatchWriter(pod, compat).Write(injection);
}

Result<std::shared_ptr<const std::string>> MakeEncodedPatch(const yaml::Node& pod,
                                                            const PodInjection& injection,
                                                            Compat compat) {
  PatchMemo& memo = injection.rendered->patches();
  const std::optional<unsigned> shape = ShapeOf(pod, injection.plan);
  if (shape.has_value()) {
    if (PatchMemo::Patch known = memo.Find(*shape)) return known;
  }
  ASSIGN_OR_RETURN(const std::string patch, MakePatch(pod, injection, compat));
  auto encoded = std::make_shared<const std::string>(yaml::EncodeBase64(patch));
  if (shape.has_value()) memo.Remember(*shape, encoded);
  return encoded;
}

}  // namespace sidecar::inject
