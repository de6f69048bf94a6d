#include "test/conformance/webhook_cases.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/inject/annotations.h"
#include "lib/inject/decision.h"
#include "lib/inject/object_fields.h"
#include "lib/inject/patch.h"
#include "lib/inject/pod_injection.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"
#include "test/conformance/istio_setup.h"

namespace sidecar::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json ToJson(const yaml::Node& node) {
  std::string text;
  yaml::WriteJson(node, text);
  return json::parse(text);
}

json YamlToJson(std::string_view text) {
  Arena arena;
  const Result<yaml::Node> node = yaml::ParseYaml(text, arena);
  if (!node.has_value()) throw std::runtime_error(node.error().message);
  return ToJson(*node);
}

// The pod as Kubernetes' types see it.
json Canonical(const json& pod) {
  Arena arena;
  const Result<yaml::Node> node = yaml::ParseJson(pod.dump(), arena);
  if (!node.has_value()) throw std::runtime_error(node.error().message);
  const auto value = kubetypes::Decode(*node, kubetypes::WorkloadType("Pod"), arena);
  if (!value.has_value()) throw std::runtime_error(value.error().message);
  return ToJson(kubetypes::Encode(*value, arena));
}

// The patch for a pod in the namespace `default`; nothing where none is to be injected.
Result<std::optional<json>> Patch(const json& pod, const IstioSetup& setup) {
  Arena arena;
  ASSIGN_OR_RETURN(const yaml::Node node, yaml::ParseJson(pod.dump(), arena));
  ASSIGN_OR_RETURN(const gotemplate::Value value,
                   kubetypes::Decode(node, kubetypes::WorkloadType("Pod"), arena, {.yaml = false}));
  ASSIGN_OR_RETURN(const inject::PodParts parts, inject::FindPod(value, "Pod"));
  inject::PodFacts facts;
  facts.namespace_name = "default";
  facts.host_network = inject::BoolField(parts.spec, "HostNetwork");
  facts.inject_annotation = inject::FindAnnotation(parts, inject::kInjectAnnotation);
  const inject::Reason reason =
      inject::Decide(facts, setup.config->policy(), inject::Trigger::kWebhook);
  if (reason != inject::Reason::kInjected) return std::optional<json>();
  inject::Renderer renderer(setup.config, setup.mesh, inject::Rendered::Use::kPatch);
  ASSIGN_OR_RETURN(
      const inject::PodInjection injection,
      inject::PlanInjection(parts, inject::PreviousStatusForPatch(parts), renderer, arena));
  ASSIGN_OR_RETURN(const std::string patch,
                   inject::MakePatch(node, injection, setup.config->compat()));
  return std::optional<json>(json::parse(patch));
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

json* FindNamed(json& object, std::string_view list, std::string_view name) {
  const auto elements = object.at("spec").find(list);
  if (elements == object.at("spec").end()) return nullptr;
  for (json& element : *elements) {
    if (element.value("name", "") == name) return &element;
  }
  return nullptr;
}

// Makes a member of `actual` that of `expected`, absent or not.
void CopyMember(const json& expected, json& actual, const std::string& key) {
  if (expected.contains(key)) {
    actual[key] = expected.at(key);
  } else {
    actual.erase(key);
  }
}

void ScrubContainer(const json& expected, json& actual) {
  for (const char* const key : {"image", "terminationMessagePath", "terminationMessagePolicy"}) {
    CopyMember(expected, actual, key);
  }
}

void DropFieldVersions(json& container) {
  for (json& variable : container["env"]) {
    const json::json_pointer field("/valueFrom/fieldRef");
    if (variable.contains(field)) variable.at(field).erase("apiVersion");
  }
}

// What TestHelmInject makes equal before it compares.
void Scrub(json& expected, json& actual) {
  if (expected.at("metadata").contains("annotations")) {
    CopyMember(expected.at("metadata").at("annotations"), actual["metadata"]["annotations"],
               std::string(inject::kStatusAnnotation));
  }
  constexpr std::array<std::array<std::string_view, 2>, 2> kInjected = {
      {{"initContainers", "istio-init"}, {"containers", "istio-proxy"}}};
  for (const auto& [list, name] : kInjected) {
    json* const wanted = FindNamed(expected, list, name);
    json* const got = FindNamed(actual, list, name);
    if (wanted == nullptr || got == nullptr) continue;
    ScrubContainer(*wanted, *got);
    if (name == "istio-init") {
      CopyMember((*wanted)["securityContext"], (*got)["securityContext"], "privileged");
    } else {
      DropFieldVersions(*wanted);
      DropFieldVersions(*got);
    }
  }
  json* const wanted = FindNamed(expected, "volumes", "istio-certs");
  json* const got = FindNamed(actual, "volumes", "istio-certs");
  if (wanted != nullptr && got != nullptr) {
    CopyMember((*wanted)["secret"], (*got)["secret"], "defaultMode");
  }
}

void CollectTemplates(const json& object, std::vector<json>& out) {
  if (!object.is_object()) return;
  const std::string kind = object.value("kind", "");
  if (kind == "List") {
    for (const json& item : object.at("items")) CollectTemplates(item, out);
    return;
  }
  if (inject::Classify({.kind = kind, .api_version = {}}) != inject::Injectability::kWorkload) {
    return;
  }
  const json::json_pointer path(kind == "CronJob" ? "/spec/jobTemplate/spec/template"
                                                  : "/spec/template");
  out.push_back(Canonical(kind == "Pod" ? object : object.at(path)));
}

// The pods of all workloads of a file.
std::vector<json> PodTemplates(const fs::path& path) {
  std::vector<json> templates;
  const std::string text = ReadFile(path);
  constexpr std::string_view kSeparator = "\n---";
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(kSeparator, begin), text.size());
    CollectTemplates(YamlToJson(std::string_view(text).substr(begin, end - begin)), templates);
    begin = end + kSeparator.size();
  }
  return templates;
}

}  // namespace

Outcome RunPatchCase(const json& test, const fs::path& folder, inject::Compat compat) {
  const Result<IstioSetup> setup = LoadSetup(test, folder, compat);
  if (!setup.has_value()) return Outcome::Failed("error: " + setup.error().message);
  const json pod = YamlToJson(ReadFile(folder / test.at("input")));
  const Result<std::optional<json>> patch = Patch(pod, *setup);
  if (!patch.has_value()) return Outcome::Failed("error: " + patch.error().message);
  if (test.value("expectedSkip", false) || !patch->has_value()) {
    if (test.value("expectedSkip", false) == !patch->has_value()) return Outcome::Passed();
    return Outcome::Failed(patch->has_value() ? "was injected" : "was not injected");
  }
  const std::string version = test.value("fakeTemplateVersion", "");
  const std::string golden = ReadFile(folder / test.at("expected"));
  const json expected =
      json::parse(version.empty() ? golden : ReplaceAll(golden, version, setup->config->version()));
  if (**patch != expected) {
    return Outcome::Failed(Difference("patch", expected.dump(1), (*patch)->dump(1)));
  }
  Canonical(pod).patch(**patch);  // Throws where it does not apply.
  return Outcome::Passed();
}

Outcome RunPodTemplateCase(const json& test, const fs::path& folder, inject::Compat compat) {
  const Result<IstioSetup> setup = LoadSetup(test, folder, compat);
  if (!setup.has_value()) return Outcome::Failed("error: " + setup.error().message);
  const std::vector<json> pods = PodTemplates(folder / test.at("input"));
  std::vector<json> expected = PodTemplates(folder / test.at("expected"));
  if (pods.empty() || pods.size() != expected.size()) {
    return Outcome::Failed("file and expectation do not have as many pods");
  }
  for (std::size_t i = 0; i < pods.size(); ++i) {
    const Result<std::optional<json>> patch = Patch(pods[i], *setup);
    if (!patch.has_value()) return Outcome::Failed("error: " + patch.error().message);
    json actual = Canonical(patch->has_value() ? pods[i].patch(**patch) : pods[i]);
    Scrub(expected[i], actual);
    if (actual != expected[i]) {
      return Outcome::Failed(Difference("pod", expected[i].dump(1), actual.dump(1)));
    }
  }
  return Outcome::Passed();
}

}  // namespace sidecar::conformance
