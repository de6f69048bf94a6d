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

// The N of the first ":N" after "template: inject".
std::uint32_t TemplateLineIn(std::string_view message) {
  constexpr std::string_view kStart = "template: inject:";
  const std::size_t at = message.find(kStart);
  if (at == std::string_view::npos) return 0;
  std::uint32_t line = 0;
  const char* const digits = message.data() + at + kStart.size();
  std::from_chars(digits, message.data() + message.size(), line);
  return line;
}

std::uint32_t LineContaining(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::uint32_t>(1 + std::count(text.begin(), text.begin() + at, '\n'));
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
      Report(rules::kBadConfig, "", 0, "takes too much memory");
    }
    Sort(findings_);
    return std::move(findings_);
  }

 private:
  void Check() {
    const Result<inject::ConfigText> parsed = inject::ParseConfig(text_);
    if (!parsed.has_value()) return Report(rules::kBadConfig, "", 0, parsed.error().message);
    FindTemplate();
    for (const std::string& warning : parsed->warnings) {
      Report(rules::kUnknownKey, "", 0, warning);
    }
    if (inject::ParsePolicy(parsed->policy) == inject::Policy::kUnknown) {
      Report(rules::kBadPolicy, "policy", LineContaining(text_, "policy"),
             "the policy is " + Quote(parsed->policy));
    }
    auto config = inject::Config::Compile(*parsed, options_.compat);
    if (!config.has_value()) {
      const std::string& message = config.error().message;
      return Report(rules::kBadConfig, "template", LineOf(TemplateLineIn(message)), message);
    }
    if (options_.for_release_only) CheckFunctions(**config, parsed->template_text);
    inject::Renderer renderer(*config, mesh_);
    for (const SamplePod& pod : SamplePods()) CheckRendering(renderer, pod);
  }

  // The template's text is a block that begins on the line after its key, as people write it.
  void FindTemplate() {
    const Result<Node> root = yaml::ParseYaml(text_, arena_);
    if (!root.has_value()) return;
    for (const yaml::Member& member : root->AsMapping()) {
      if (member.key == "template") template_line_ = member.line;
    }
  }

  std::uint32_t LineOf(std::uint32_t line_in_template) const {
    return line_in_template == 0 ? template_line_ : template_line_ + line_in_template;
  }

  void CheckFunctions(const inject::Config& config, std::string_view template_text) {
    std::set<std::string_view> seen;
    for (const gotemplate::Tree* const tree : config.injection_template().Templates()) {
      for (const std::string_view name : tree->source->functions) {
        if (inject::WasOffered(name, options_.compat) || !seen.insert(name).second) continue;
        Report(rules::kNewFunction, "template", LineOf(LineContaining(template_text, name)),
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
      return Report(rules::kTemplateFails, "template", LineOf(TemplateLineIn(message)),
                    "for " + std::string(sample.title) + ": " + message);
    }
    for (const std::string& warning : (*rendered)->warnings()) {
      Report(rules::kUnknownField, "template", 0, warning);
    }
    const Result<Node> root = yaml::ParseYaml(text, arena);
    if (root.has_value()) CheckSpec(*root, sample);
  }

  void CheckSpec(const Node& spec, const SamplePod& sample) {
    const Node* const containers = spec.Find("containers");
    if (containers == nullptr || containers->AsSequence().empty()) {
      Report(rules::kRendersNothing, "template", 0, "for " + std::string(sample.title));
    }
    for (const std::string_view list : {"initContainers", "containers", "volumes"}) {
      CheckNames(spec, list);
    }
    for (const std::string_view list : {"initContainers", "containers"}) {
      const Node* const elements = spec.Find(list);
      if (elements == nullptr) continue;
      for (const Node& container : elements->AsSequence()) CheckContainer(list, container);
    }
  }

  void CheckNames(const Node& spec, std::string_view list) {
    const Node* const elements = spec.Find(list);
    if (elements == nullptr) return;
    std::set<std::string_view> names;
    for (const Node& element : elements->AsSequence()) {
      const std::string_view name = TextIn(element, "name");
      if (names.insert(name).second) continue;
      Report(rules::kDuplicateName, std::string(list), 0,
             "the name " + Quote(name) + " occurs twice");
    }
  }

  void CheckContainer(std::string_view list, const Node& container) {
    const std::string name(TextIn(container, "name"));
    const std::string field = std::string(list) + '[' + name + ']';
    const bool is_init = list == "initContainers";
    const Node* const resources = container.Find("resources");
    const Node* const requests = resources == nullptr ? nullptr : resources->Find("requests");
    if (!is_init && (requests == nullptr || requests->Find("cpu") == nullptr)) {
      Report(rules::kNoRequests, field + ".resources.requests", 0,
             Quote(name) + " requests no cpu");
    }
    if (container.Find("restartPolicy") != nullptr) {
      Report(
          rules::kRestartPolicy, field + ".restartPolicy", 0,
          Quote(name) + " has restartPolicy: " + std::string(TextIn(container, "restartPolicy")));
    }
    if (const std::string reasons = WhyNotRestricted(container); !reasons.empty()) {
      Report(rules::kNotRestricted, field + ".securityContext", 0, Quote(name) + ": " + reasons);
    }
  }

  // The same is said once, however many of the sample pods show it.
  void Report(const Rule& rule, std::string field, std::uint32_t line, std::string message) {
    if (!reported_.insert({rule.code, field + '\n' + message}).second) return;
    if (line == 0 && field == "template") line = template_line_;
    findings_.push_back({.rule = &rule,
                         .object = "InjectionConfig",
                         .namespace_name = "",
                         .field = std::move(field),
                         .file = options_.file,
                         .line = line,
                         .message = std::move(message)});
  }

  const std::string_view text_;
  const std::shared_ptr<const kubetypes::MeshConfig> mesh_;
  const LintOptions& options_;
  Arena arena_{kMaxMemory};
  std::uint32_t template_line_ = 0;
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
