#include "lib/diagnose/config_lint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <set>
#include <utility>

#include "lib/base/arena.h"
#include "lib/diagnose/lint_rules.h"
#include "lib/diagnose/sample_pods.h"
#include "lib/diagnose/template_places.h"
#include "lib/inject/config.h"
#include "lib/inject/renderer.h"
#include "lib/inject/template_functions.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/parser.h"

namespace sidecar::diagnose {
namespace {

using yaml::Node;

// Looking for a place reads all of the template; nobody reads more findings than these.
constexpr std::size_t kMostPlaced = 200;
constexpr std::size_t kMaxMemory = std::size_t{256} << 20U;

std::string Quote(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string_view TextIn(const Node& node, std::string_view key) {
  const Node* const found = node.Find(key);
  return found == nullptr ? std::string_view() : found->AsString();
}

bool IsBool(const Node* node, bool wanted) {
  return node != nullptr && node->kind == yaml::NodeKind::kBool && node->boolean == wanted;
}

// validation.IsDNS1123Label.
bool IsLabelName(std::string_view text) {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), is_inner);
}

// The N of the first "line N" in an error of YAML; 0 if there is none.
std::uint32_t YamlLineIn(std::string_view message) {
  constexpr std::string_view kStart = "line ";
  const std::size_t at = message.find(kStart);
  std::uint32_t line = 0;
  if (at == std::string_view::npos) return line;
  const char* const digits = message.data() + at + kStart.size();
  std::from_chars(digits, message.data() + message.size(), line);
  return line;
}

// What a path such as "containers[0].image" ends with.
std::string_view LastOf(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

// The first word in quotes; empty if there is none.
std::string_view QuotedIn(std::string_view message) {
  const std::size_t begin = message.find('"');
  if (begin == std::string_view::npos) return {};
  return message.substr(begin + 1, message.find('"', begin + 1) - begin - 1);
}

bool IsPartOfWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where a template mentions a function; the end of the text if it does so in no plain way.
std::size_t FindFunction(std::string_view text, std::string_view name) {
  std::size_t begin = text.find("{{");
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find("}}", begin), text.size());
    const std::string_view action = text.substr(begin, end - begin);
    for (std::size_t at = action.find(name); at != std::string_view::npos;
         at = action.find(name, at + 1)) {
      const char before = action[at - 1];  // There is a brace, at the least.
      const std::size_t after = at + name.size();
      const bool ends = after == action.size() || !IsPartOfWord(action[after]);
      if (ends && !IsPartOfWord(before) && before != '.' && before != '$') return begin + at;
    }
    begin = text.find("{{", end);
  }
  return text.size();
}

// What the Pod Security Standard "restricted" has against a container.
std::string WhyNotRestricted(const Node& container) {
  const Node* const security = container.Find("securityContext");
  const Node empty{};
  const Node& context = security == nullptr ? empty : *security;
  std::string reasons;
  const auto add = [&](std::string_view reason) {
    reasons += (reasons.empty() ? "" : ", ") + std::string(reason);
  };
  if (IsBool(context.Find("privileged"), true)) add("is privileged");
  if (!IsBool(context.Find("allowPrivilegeEscalation"), false)) {
    add("allowPrivilegeEscalation is not false");
  }
  const Node* const user = context.Find("runAsUser");
  if (user != nullptr && user->NumberText() == "0") {
    add("runs as root");
  } else if (!IsBool(context.Find("runAsNonRoot"), true)) {
    add("runAsNonRoot is not true");
  }
  const Node* const capabilities = context.Find("capabilities");
  const Node* const added = capabilities == nullptr ? nullptr : capabilities->Find("add");
  const Node* const dropped = capabilities == nullptr ? nullptr : capabilities->Find("drop");
  if (added != nullptr) {
    for (const Node& name : added->AsSequence()) {
      if (name.AsString() != "NET_BIND_SERVICE") {
        add("adds the capability " + std::string(name.AsString()));
      }
    }
  }
  const auto drops = dropped == nullptr ? std::span<const Node>() : dropped->AsSequence();
  if (std::none_of(drops.begin(), drops.end(),
                   [](const Node& name) { return name.AsString() == "ALL"; })) {
    add("does not drop ALL capabilities");
  }
  return reasons;
}

class ConfigLint {
 public:
  ConfigLint(std::string_view text, std::shared_ptr<const kubetypes::MeshConfig> mesh,
             const LintOptions& options)
      : text_(text), mesh_(std::move(mesh)), options_(options) {}

  std::vector<Finding> Run() && {
    try {
      Check();
    } catch (const ArenaLimitExceeded&) {
      Report(rules::kBadConfig, "", {}, "takes too much memory");
    }
    Sort(findings_);
    return std::move(findings_);
  }

 private:
  void Check() {
    const Result<inject::ConfigText> parsed = inject::ParseConfig(text_);
    if (!parsed.has_value()) {
      const std::string& message = parsed.error().message;
      return Report(rules::kBadConfig, "", {.line = YamlLineIn(message), .column = 0}, message);
    }
    FindKeys();
    template_text_ = parsed->template_text;
    places_ = TemplatePlaces(text_, template_text_, PlaceOfKey("template").line);
    for (const std::string& warning : parsed->warnings) {
      Report(rules::kUnknownKey, "", PlaceOfKey(QuotedIn(warning)), warning);
    }
    if (inject::ParsePolicy(parsed->policy) == inject::Policy::kUnknown) {
      Report(rules::kBadPolicy, "policy", PlaceOfKey("policy"),
             "the policy is " + Quote(parsed->policy));
    }
    auto config = inject::Config::Compile(*parsed, options_.compat);
    if (!config.has_value()) {
      const std::string& message = config.error().message;
      return Report(rules::kBadConfig, "template", places_.OfError(message), message);
    }
    if (options_.for_release_only) CheckFunctions(**config);
    inject::Renderer renderer(*config, mesh_);
    for (const SamplePod& pod : SamplePods()) CheckRendering(renderer, pod);
  }

  void FindKeys() {
    const Result<Node> root = yaml::ParseYaml(text_, arena_);
    if (root.has_value()) root_ = *root;
  }

  FilePlace PlaceOfKey(std::string_view key) const {
    for (const yaml::Member& member : root_.AsMapping()) {
      if (member.key != key) continue;
      std::string_view rest = text_;
      for (std::uint32_t i = 1; i < member.line; ++i) rest.remove_prefix(rest.find('\n') + 1);
      return {.line = member.line, .column = rest.starts_with(key) ? 1U : 0U};
    }
    return {};
  }

  void CheckFunctions(const inject::Config& config) {
    std::set<std::string_view> seen;
    for (const gotemplate::Tree* const tree : config.injection_template().Templates()) {
      for (const std::string_view name : tree->source->functions) {
        if (inject::WasOffered(name, options_.compat) || !seen.insert(name).second) continue;
        Report(rules::kNewFunction, "template",
               places_.OfOffset(FindFunction(template_text_, name)),
               "function " + Quote(name) + " is newer than Istio " +
                   std::string(ToString(options_.compat)));
      }
    }
  }

  void CheckRendering(inject::Renderer& renderer, const SamplePod& sample) {
    Arena arena(kMaxMemory);
    const Result<Node> document = yaml::ParseYaml(sample.yaml, arena);
    const auto pod = kubetypes::Decode(*document, kubetypes::WorkloadType("Pod"), arena);
    const Result<inject::PodParts> parts = inject::FindPod(*pod, "Pod");
    std::string text;
    const auto rendered =
        renderer.Render(*parts, arena, {.is_late = {}, .depends_on_pod = nullptr, .text = &text});
    if (!rendered.has_value()) {
      const std::string& message = rendered.error().message;
      if (!failures_.insert(message).second) return;
      return Report(rules::kTemplateFails, "template", places_.OfError(message),
                    "for " + std::string(sample.title) + ": " + message);
    }
    rendered_ = text;
    for (const std::string& warning : (*rendered)->warnings()) {
      // "rendered template line 8: containers[0].imagee: unknown field; left out"
      const std::string_view path = std::string_view(warning).substr(0, warning.rfind(": "));
      Report(rules::kUnknownField, "template",
             places_.OfRendered(rendered_, YamlLineIn(warning), LastOf(path)), warning);
    }
    const Result<Node> root = yaml::ParseYaml(text, arena);
    if (root.has_value()) CheckSpec(*root, sample);
  }

  // Of a member of a rendered object; of the object if it has none of that name.
  FilePlace PlaceOf(const Node& object, std::string_view key) const {
    if (findings_.size() > kMostPlaced) return places_.OfKey();
    for (const yaml::Member& member : object.AsMapping()) {
      if (member.key == key) return places_.OfRendered(rendered_, member.line, key);
    }
    return places_.OfRendered(rendered_, object.line);
  }

  void CheckSpec(const Node& spec, const SamplePod& sample) {
    const Node* const containers = spec.Find("containers");
    if (containers == nullptr || containers->AsSequence().empty()) {
      Report(rules::kRendersNothing, "template", places_.OfKey(),
             "for " + std::string(sample.title));
    }
    std::set<std::string_view> container_names;
    std::set<std::string_view> volume_names;
    CheckNames(spec, "initContainers", container_names);
    CheckNames(spec, "containers", container_names);
    CheckNames(spec, "volumes", volume_names);
    const Node* const volumes = spec.Find("volumes");
    if (volumes != nullptr) {
      for (const Node& volume : volumes->AsSequence()) CheckVolume(volume);
    }
    for (const std::string_view list : {"initContainers", "containers"}) {
      const Node* const elements = spec.Find(list);
      if (elements == nullptr) continue;
      for (const Node& container : elements->AsSequence()) CheckContainer(list, container);
    }
  }

  // As validation.ValidatePodSpec does: containers of both lists share their names.
  void CheckNames(const Node& spec, std::string_view list, std::set<std::string_view>& names) {
    const Node* const elements = spec.Find(list);
    if (elements == nullptr) return;
    for (const Node& element : elements->AsSequence()) {
      const std::string_view name = TextIn(element, "name");
      if (!IsLabelName(name)) {
        Report(rules::kRefusedPod, std::string(list), PlaceOf(element, "name"),
               "the name " + Quote(name) +
                   " is not up to 63 lower case letters, digits and, between them, '-'");
      }
      if (names.insert(name).second) continue;
      Report(rules::kDuplicateName, std::string(list), PlaceOf(element, "name"),
             "the name " + Quote(name) + " occurs twice");
    }
  }

  void CheckVolume(const Node& volume) {
    if (volume.Find("hostPath") == nullptr) return;
    const std::string name(TextIn(volume, "name"));
    Report(rules::kNotRestricted, "volumes[" + name + "].hostPath", PlaceOf(volume, "hostPath"),
           Quote(name) + ": is a folder of the node");
  }

  void CheckContainer(std::string_view list, const Node& container) {
    const std::string name(TextIn(container, "name"));
    const std::string field = std::string(list) + '[' + name + ']';
    const bool is_init = list == "initContainers";
    const Node* const resources = container.Find("resources");
    const Node* const requests = resources == nullptr ? nullptr : resources->Find("requests");
    if (!is_init && (requests == nullptr || requests->Find("cpu") == nullptr)) {
      Report(rules::kNoRequests, field + ".resources.requests", PlaceOf(container, "resources"),
             Quote(name) + " requests no cpu");
    }
    if (TextIn(container, "image").empty()) {
      Report(rules::kRefusedPod, field + ".image", PlaceOf(container, "image"),
             Quote(name) + " has no image");
    }
    if (container.Find("restartPolicy") != nullptr) {
      Report(
          rules::kRestartPolicy, field + ".restartPolicy", PlaceOf(container, "restartPolicy"),
          Quote(name) + " has restartPolicy: " + std::string(TextIn(container, "restartPolicy")));
    }
    if (const std::string reasons = WhyNotRestricted(container); !reasons.empty()) {
      Report(rules::kNotRestricted, field + ".securityContext",
             PlaceOf(container, "securityContext"), Quote(name) + ": " + reasons);
    }
  }

  // The same is said once, however many of the sample pods show it.
  void Report(const Rule& rule, std::string field, FilePlace place, std::string message) {
    if (!reported_.insert({rule.code, field + '\n' + message}).second) return;
    findings_.push_back({.rule = &rule,
                         .object = "InjectionConfig",
                         .namespace_name = "",
                         .field = std::move(field),
                         .file = options_.file,
                         .line = place.line,
                         .message = std::move(message),
                         .column = place.column});
  }

  const std::string_view text_;
  const std::shared_ptr<const kubetypes::MeshConfig> mesh_;
  const LintOptions& options_;
  Arena arena_{kMaxMemory};
  Node root_;  // Of the configuration.
  std::string template_text_;
  TemplatePlaces places_;
  std::string rendered_;            // For the sample pod at hand.
  std::set<std::string> failures_;  // Told already, of another sample pod.
  std::set<std::pair<std::string_view, std::string>> reported_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> LintConfig(std::string_view text,
                                const std::shared_ptr<const kubetypes::MeshConfig>& mesh,
                                const LintOptions& options) {
  return ConfigLint(text, mesh, options).Run();
}

std::vector<const Rule*> LintRules() {
  return {std::begin(rules::kLint), std::end(rules::kLint)};
}

}  // namespace sidecar::diagnose
