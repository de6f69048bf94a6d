#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/document_files.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/print.h"
#include "cli/template_environment.h"
#include "cli/text_diff.h"
#include "lib/base/arena.h"
#include "lib/diagnose/object_set.h"
#include "lib/inject/patch.h"
#include "lib/inject/plan.h"
#include "lib/inject/pod_injection.h"
#include "lib/inject/renderer.h"
#include "lib/inject/workload.h"
#include "lib/inject/yaml_error.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

// `render`: what does the template make of a pod?

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Shows what an injection template makes of a pod or a workload.

As template, the text that the template prints; as spec, what of it is understood, as JSON; as
patch, the JSON Patch that an API server would get for a pod; as diff, the changes to pod or workload,
by the program diff or the one that SIDECAR_INJECTOR_DIFF names. Whether the pod would be injected at
all is not asked: see explain. Warnings go to standard error.

The exit code is 0, 1 if the template fails or an input cannot be read, or 2 for a wrong command
line.)";

constexpr const char* kExamples = R"(Examples:
  # Try a template while writing it.
  sidecar-injector render -f pod.yaml --injectConfigFile inject.yaml

  # What the webhook would answer.
  sidecar-injector render -f pod.yaml --injectConfigFile inject.yaml -o patch

  # What changes, in colour on a terminal.
  sidecar-injector render -f pod.yaml --injectConfigFile inject.yaml -o diff)";

constexpr std::size_t kMaxMemory = std::size_t{256} << 20U;

struct Options {
  std::string filename;
  InjectionSourceFlags injection;
  std::vector<std::string> template_environment;
  std::string format = "template";
};

std::string SpecOf(const inject::Rendered& rendered) {
  constexpr std::array<std::string_view, inject::kPodLists> kNames = {
      "initContainers", "containers", "volumes", "imagePullSecrets"};
  std::string text = "{";
  for (std::size_t i = 0; i < inject::kPodLists; ++i) {
    const auto elements = rendered.json(static_cast<inject::PodList>(i));
    if (elements.empty()) continue;
    text += std::string(text.size() > 1 ? "," : "") + "\n  \"" + std::string(kNames[i]) + "\": [";
    for (std::size_t k = 0; k < elements.size(); ++k) {
      text += (k == 0 ? "\n    " : ",\n    ") + elements[k];
    }
    text += "\n  ]";
  }
  return text + "\n}\n";
}

class Rendering {
 public:
  Rendering(inject::Renderer& renderer, const Options& options)
      : renderer_(renderer), file_(options.filename), format_(options.format) {}

  Result<void> Document(const yaml::Document& document) {
    object_.clear();
    place_ = ShownPlace(file_, document);
    Result<void> done = Parsed(document);
    if (done.has_value()) return done;
    const std::size_t line = inject::LineOfYamlError(done.error().message);
    return std::move(done).error().Annotate(
        ShownDocument(file_, document, object_.empty() ? line : 0, object_));
  }

  std::size_t pods() const { return pods_; }

  // What is asked for, as far as it was made; not of diff.
  const std::string& text() const { return text_; }

  // What was and what becomes of the documents, if that is what is asked for.
  const std::string& before() const { return before_; }
  const std::string& after() const { return after_; }

 private:
  Result<void> Parsed(const yaml::Document& document) {
    Arena arena(kMaxMemory);
    try {
      ASSIGN_OR_RETURN(const yaml::Node root, yaml::ParseYaml(document.text, arena));
      if (root.IsNull()) return {};
      return Object(root, arena);
    } catch (const ArenaLimitExceeded&) {
      return Error{ErrorCode::kInvalidArgument, "document takes too much memory"};
    }
  }

  Result<void> Object(const yaml::Node& object, Arena& arena) {
    ASSIGN_OR_RETURN(const inject::TypeMeta type, inject::ReadTypeMeta(object));
    if (inject::Classify(type) != inject::Injectability::kWorkload) return {};
    object_ = type.kind;
    const yaml::Node* const name = diagnose::FindPath(object, {"metadata", "name"});
    if (name != nullptr) object_.append("/").append(name->AsString());
    kubetypes::UnknownMembers unknown;
    kubetypes::DecodeOptions decoding;
    decoding.unknown = &unknown;
    ASSIGN_OR_RETURN(
        const gotemplate::Value value,
        kubetypes::Decode(object, kubetypes::WorkloadType(type.kind), arena, decoding));
    ASSIGN_OR_RETURN(const inject::PodParts pod, inject::FindPod(value, type.kind));
    ++pods_;
    if (format_ == "patch") {
      if (type.kind != "Pod") {
        return Error{ErrorCode::kInvalidArgument,
                     "a patch is made for a Pod, this is a " + std::string(type.kind)};
      }
      return Patch(object, pod, arena);
    }
    if (format_ == "diff") return Change(value, unknown, pod, arena);
    std::string text;
    const auto rendered =
        renderer_.Render(pod, arena, {.is_late = {}, .depends_on_pod = nullptr, .text = &text});
    if (format_ == "template") AddTemplate(text);
    if (!rendered.has_value()) return rendered.error();
    Warn((*rendered)->warnings());
    if (format_ == "spec") text_ += SpecOf(**rendered);
    return {};
  }

  // A template need not end its last line.
  void AddTemplate(const std::string& text) {
    if (pods_ > 1) text_ += "---\n";
    text_ += text;
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }

  Result<void> Patch(const yaml::Node& object, const inject::PodParts& pod, Arena& arena) {
    ASSIGN_OR_RETURN(
        const inject::PodInjection injection,
        inject::PlanInjection(pod, inject::PreviousStatusForPatch(pod), renderer_, arena));
    ASSIGN_OR_RETURN(const std::string patch,
                     inject::MakePatch(object, injection, renderer_.config().compat()));
    Warn(injection.rendered->warnings());
    ASSIGN_OR_RETURN(const yaml::Node operations, yaml::ParseJson(patch, arena));
    yaml::WriteJson(operations, text_, {.sort_keys = false, .escape_html = false, .indent = "  "});
    text_ += '\n';
    return {};
  }

  Result<void> Change(const gotemplate::Value& object, kubetypes::UnknownMembers& unknown,
                      const inject::PodParts& pod, Arena& arena) {
    const auto append = [&](std::string& text) {
      yaml::WriteYaml(kubetypes::Encode(object, arena, {.go_order = false, .unknown = &unknown}),
                      text);
      text += "---\n";
    };
    append(before_);
    ASSIGN_OR_RETURN(const inject::PodInjection injection,
                     inject::PlanInjection(pod, inject::FindPreviousStatus(pod), renderer_, arena));
    Warn(injection.rendered->warnings());
    inject::Apply(injection.plan, pod, arena);
    append(after_);
    return {};
  }

  void Warn(const std::vector<std::string>& warnings) const {
    for (const std::string& warning : warnings) {
      PrintNote(place_ + ' ' + object_ + ": warning: " + warning);
    }
  }

  inject::Renderer& renderer_;
  const std::string& file_;
  const std::string& format_;
  std::string place_;   // Of the document at hand.
  std::string object_;  // KIND/NAME, once it is known.
  std::string text_;
  std::size_t pods_ = 0;
  std::string before_;
  std::string after_;
};

// The text to print is there also where this fails: up to what failed.
Result<void> Render(const Options& options, std::string& text) {
  ASSIGN_OR_RETURN(const Injection injection, ReadInjection(options.injection));
  ASSIGN_OR_RETURN(auto mesh, ParseMesh(injection));
  ASSIGN_OR_RETURN(auto config,
                   CompileConfig(injection, TemplatePolicy(options.template_environment)));
  // What is written as YAML is read as kube-inject does.
  const auto use =
      options.format == "diff" ? inject::Rendered::Use::kDocument : inject::Rendered::Use::kPatch;
  inject::Renderer renderer(std::move(config), std::move(mesh), use);
  Rendering rendering(renderer, options);
  Result<void> done = ForEachDocument(
      options.filename,
      [&](const yaml::Document& document) -> Result<void> { return rendering.Document(document); });
  text = rendering.text();
  if (done.has_value() && rendering.pods() == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 ShownFile(options.filename) + ": there is no pod or workload in it"};
  }
  if (!done.has_value() || options.format != "diff") return done;
  ASSIGN_OR_RETURN(const int code, ShowTextDiff(rendering.before(), rendering.after()));
  constexpr int kDifferent = 1;
  if (code <= kDifferent) return {};
  return Error{ErrorCode::kUnavailable,
               "the program that shows differences failed, exit code " + std::to_string(code)};
}

int Run(const Options& options) {
  if (const auto compat = ReadCompat(options.injection.compat); !compat.has_value()) {
    PrintError(compat.error().message);
    return kExitUsage;
  }
  std::string text;
  const Result<void> done = Render(options, text);
  const bool is_printed = Print(text);
  if (done.has_value()) return is_printed ? kExitOk : kExitInputFailed;
  PrintError(done.error().message);
  return kExitInputFailed;
}

}  // namespace

void AddRenderCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("render", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  command
      .add_option("-f,--filename", options->filename,
                  "File with the pod or workload, - for standard input")
      ->type_name("FILE")
      ->required();
  AddInjectionFileFlags(command, options->injection);
  AddTemplateEnvironmentFlag(command, options->template_environment, kInjectionGroup);
  command.add_option("-o,--output", options->format, "What to show")
      ->check(CLI::IsMember({"template", "spec", "patch", "diff"}))
      ->capture_default_str();
}

}  // namespace sidecar::cli
