#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/template.h"
#include "lib/gotemplate/value.h"
#include "lib/inject/compat.h"
#include "lib/inject/patch_memo.h"
#include "lib/inject/status.h"

namespace sidecar::inject {

// The lists of a pod spec that injection touches, in the order in which patches name them.
enum class PodList : std::uint8_t { kInitContainers, kContainers, kVolumes, kImagePullSecrets };
inline constexpr std::size_t kPodLists = 4;
inline constexpr std::array<std::string_view, kPodLists> kPodListFields = {
    "InitContainers", "Containers", "Volumes", "ImagePullSecrets"};

// The result of a template, decoded: what a pod gets. Immutable but for the patches that it
// remembers; shared between threads.
class Rendered {
 public:
  enum class Use : std::uint8_t {
    kDocument,  // Becomes part of a document, as it is.
    kPatch,  // Goes to an API server that has set its defaults already: see SetInjectionDefaults.
  };

  struct Options {
    Use use = Use::kDocument;
    // Of the configuration, for the status annotation.
    std::string_view version = {};
    Compat compat = Compat::k0_5_0;
  };

  // Decodes a rendered text as Istio decodes its SidecarInjectionSpec: with the types of Kubernetes
  // 1.9, so that what was unknown then is left out, with a warning. `spans` are what the template's
  // actions printed, see interpolation.h. Errors are those of YAML and of decoding, with the place.
  static Result<std::shared_ptr<const Rendered>> Decode(
      std::string_view text, std::span<const gotemplate::OutputSpan> spans, const Options& options);

  std::span<gotemplate::Value> list(PodList which) const {
    return lists_[static_cast<std::size_t>(which)];
  }
  // For Use::kPatch the elements of list(which) as JSON, in Go's order of members; else empty.
  std::span<const std::string> json(PodList which) const {
    return json_[static_cast<std::size_t>(which)];
  }
  // Names of everything, and the configuration's version.
  const Status& status() const { return status_; }
  // The value of the status annotation.
  const std::string& annotation() const { return annotation_; }
  PatchMemo& patches() const { return patches_; }
  // Fields of the template that were left out.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  Rendered() = default;
  void FillStatus();
  void FillJson();

  Arena arena_;
  std::array<std::span<gotemplate::Value>, kPodLists> lists_;
  std::array<std::vector<std::string>, kPodLists> json_;
  Status status_;
  std::string annotation_;
  mutable PatchMemo patches_;
  std::vector<std::string> warnings_;
};

}  // namespace sidecar::inject
