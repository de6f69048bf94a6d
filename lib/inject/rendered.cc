#include "lib/inject/rendered.h"

#include "lib/inject/interpolation.h"
#include "lib/inject/object_fields.h"
#include "lib/inject/yaml_error.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/defaults.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"

namespace sidecar::inject {
namespace {

using gotemplate::OutputSpan;

constexpr yaml::YamlLimits kLimits = {
    .depth = 200, .bytes = std::size_t{4} << 20U, .expanded_bytes = std::size_t{8} << 20U};

Error ExplainYamlError(Error error, std::string_view text, std::span<const OutputSpan> spans) {
  const std::string culprit = ExplainBrokenYaml(text, spans, LineOfYamlError(error.message));
  if (!culprit.empty()) error.message = culprit + ": " + error.message;
  return std::move(error).Annotate("rendered template");
}

std::string Describe(const kubetypes::Warning& warning) {
  // The type's own fields have no JSON names; a template's author writes them in lower case.
  std::string path = warning.path;
  if (!path.empty() && path[0] >= 'A' && path[0] <= 'Z') {
    path[0] = static_cast<char>(path[0] + ('a' - 'A'));
  }
  std::string text = "rendered template line " + std::to_string(warning.line) + ": " + path;
  return text + (warning.kind == kubetypes::WarningKind::kLegacyDropped
                     ? ": field is newer than Istio's templates of this format; left out"
                     : ": unknown field; left out");
}

// The one warning that every template of Istio before 1.18 would give, container for container: a
// field that no Kubernetes of its time knew, and that would do harm today.
bool IsIstiosOwnMistake(const kubetypes::Warning& warning) {
  return warning.path.ends_with("].restartPolicy") ||
         warning.path.ends_with("].securityContext.restartPolicy");
}

std::vector<std::string> NamesOf(std::span<gotemplate::Value> elements) {
  std::vector<std::string> names;
  names.reserve(elements.size());
  for (const gotemplate::Value& element : elements) {
    names.emplace_back(TextField(element, "Name"));
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<const Rendered>> Rendered::Decode(std::string_view text,
                                                         std::span<const OutputSpan> spans,
                                                         const Options& options) {
  const std::shared_ptr<Rendered> rendered(new Rendered);
  std::vector<yaml::ScalarSpan> scalars;
  Result<yaml::Node> root =
      yaml::ParseYaml(text, rendered->arena_, {.limits = kLimits, .scalars = &scalars});
  if (!root.has_value()) return ExplainYamlError(std::move(root).error(), text, spans);
  if (Result<void> safe = CheckInterpolation(text, spans, scalars); !safe.has_value()) {
    return std::move(safe).error();
  }
  std::vector<kubetypes::Warning> warnings;
  kubetypes::FailurePlace place;
  Result<gotemplate::Value> spec = kubetypes::Decode(
      *root, kubetypes::SchemaType("inject.SidecarInjectionSpec"), rendered->arena_,
      {.legacy = true, .warnings = &warnings, .failure = &place});
  if (!spec.has_value()) {
    std::string where = "rendered template";
    if (place.line != 0) where += " line " + std::to_string(place.line);
    if (!place.path.empty()) where += ": " + place.path;
    return std::move(spec).error().Annotate(where);
  }
  if (options.use == Use::kPatch) kubetypes::SetInjectionDefaults(*spec, rendered->arena_);
  for (std::size_t i = 0; i < kPodLists; ++i) {
    rendered->lists_[i] = ListField(*spec, kPodListFields[i]);
  }
  rendered->FillStatus();
  rendered->status_.version = options.version;
  rendered->annotation_ = ToJson(rendered->status_, options.compat);
  if (options.use == Use::kPatch) rendered->FillJson();
  for (const kubetypes::Warning& warning : warnings) {
    if (!IsIstiosOwnMistake(warning)) rendered->warnings_.push_back(Describe(warning));
  }
  return std::shared_ptr<const Rendered>(rendered);
}

void Rendered::FillStatus() {
  status_.init_containers = NamesOf(list(PodList::kInitContainers));
  status_.containers = NamesOf(list(PodList::kContainers));
  status_.volumes = NamesOf(list(PodList::kVolumes));
  status_.image_pull_secrets = NamesOf(list(PodList::kImagePullSecrets));
}

void Rendered::FillJson() {
  for (std::size_t i = 0; i < kPodLists; ++i) {
    for (const gotemplate::Value& element : lists_[i]) {
      const yaml::Node node = kubetypes::Encode(element, arena_, {.go_order = true});
      yaml::WriteJson(node, json_[i].emplace_back(), {.sort_keys = false, .indent = {}});
    }
  }
}

}  // namespace sidecar::inject
