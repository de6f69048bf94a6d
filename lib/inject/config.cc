#include "lib/inject/config.h"

#include <tuple>
#include <utility>

#include "lib/base/arena.h"
#include "lib/base/ascii.h"
#include "lib/base/sha256.h"
#include "lib/inject/template_functions.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::inject {
namespace {

// Larger than any ConfigMap may be.
constexpr std::size_t kMaxConfigBytes = std::size_t{4} << 20U;

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::string> Text(const yaml::Member& member) {
  if (member.value.IsNull()) return std::string();
  if (!member.value.IsString()) {
    return Invalid("line " + std::to_string(member.line) + ": " + std::string(member.key) +
                   ": must be a string");
  }
  return std::string(member.value.AsString());
}

}  // namespace

Result<ConfigText> ParseConfig(std::string_view text) {
  Arena arena;
  const yaml::YamlLimits limits = {.depth = 100, .bytes = kMaxConfigBytes};
  ASSIGN_OR_RETURN(const yaml::Node root, yaml::ParseYaml(text, arena, limits));
  if (!root.IsMapping()) return Invalid("must be an object with the keys policy and template");
  if (root.Find("templates") != nullptr) {
    return Invalid(
        "is of the format of Istio 1.9 and later (\"templates\"), which is not supported yet");
  }
  ConfigText config;
  bool has_template = false;
  for (const yaml::Member& member : root.AsMapping()) {
    if (EqualsIgnoringCase(member.key, "policy")) {
      ASSIGN_OR_RETURN(config.policy, Text(member));
    } else if (EqualsIgnoringCase(member.key, "template")) {
      ASSIGN_OR_RETURN(config.template_text, Text(member));
      has_template = true;
    } else {
      config.warnings.push_back("unknown key \"" + std::string(member.key) + "\" ignored");
    }
  }
  if (has_template) return config;
  if (root.Find("kind") != nullptr && root.Find("data") != nullptr) {
    return Invalid("is a whole ConfigMap: its key data.config holds what is needed here");
  }
  return Invalid("has no key \"template\"");
}

std::string FormatConfig(const ConfigText& config) {
  const yaml::Member members[] = {
      {.key = "policy", .value = yaml::Node::String(config.policy)},
      {.key = "template", .value = yaml::Node::String(config.template_text)}};
  std::string out;
  yaml::WriteYaml(yaml::Node::Mapping(members), out);
  return out;
}

Config::Config(const ConfigText& text, Compat compat, gotemplate::Template parsed,
               Functions functions)
    : policy_(ParsePolicy(text.policy)),
      compat_(compat),
      version_(Sha256Hex(text.template_text)),
      functions_(std::move(functions)),
      template_(std::move(parsed)) {}

Result<std::shared_ptr<const Config>> Config::Compile(const ConfigText& text, Compat compat,
                                                      const gotemplate::Policy& functions) {
  const bool takes_nothing = !functions.clock && !functions.randomness && !functions.environment;
  // Those of the default policy are never destroyed.
  Functions offered =
      takes_nothing
          ? Functions(Functions(), &TemplateFunctions())
          : std::make_shared<const gotemplate::FunctionMap>(MakeTemplateFunctions(functions));
  gotemplate::ParseOptions options;
  std::tie(options.left_delimiter, options.right_delimiter) = TemplateDelimiters(compat);
  options.functions = offered.get();
  ASSIGN_OR_RETURN(gotemplate::Template parsed,
                   gotemplate::Template::Parse("inject", text.template_text, options));
  // make_shared cannot reach the private constructor.
  return std::shared_ptr<const Config>(
      new Config(text, compat, std::move(parsed), std::move(offered)));
}

}  // namespace sidecar::inject
