#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include <gmock/gmock.h>

#include "lib/gotemplate/funcs/builtin.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/template.h"
#include "lib/inject/mesh_functions.h"
#include "lib/inject/template_functions.h"
#include "lib/kubetypes/mesh_types.h"
#include "test/lib/inject/pod_fixture.h"

// docs/REFERENCE.md is made here, of the tables of functions and of their examples in
// lib/gotemplate/funcs/examples.yaml; `make reference` writes it.
namespace sidecar::inject {
namespace {

using gotemplate::FunctionMap;
using gotemplate::Value;
using gotemplate::funcs::Group;

constexpr std::int64_t kNow = 1'709'209'845'000'000'000;  // 2024-02-29 12:30:45 UTC

struct Listed {
  std::string name;
  std::string signature;
};

// Text/template's builtins; Go has no types for what takes any value.
const std::vector<Listed> kBuiltins = {
    {"and", "(any, ...any) any"},    {"call", "(any, ...any) any"},
    {"eq", "(any, ...any) bool"},    {"ge", "(any, any) bool"},
    {"gt", "(any, any) bool"},       {"html", "(...any) string"},
    {"index", "(any, ...any) any"},  {"js", "(...any) string"},
    {"le", "(any, any) bool"},       {"len", "(any) int"},
    {"lt", "(any, any) bool"},       {"ne", "(any, any) bool"},
    {"not", "(any) bool"},           {"or", "(any, ...any) any"},
    {"print", "(...any) string"},    {"printf", "(string, ...any) string"},
    {"println", "(...any) string"},  {"slice", "(any, ...any) any"},
    {"urlquery", "(...any) string"},
};

struct Section {
  std::string title;
  std::string set;  // Which set of functions has them; "go" for all.
  std::vector<Listed> functions;
};

Section SectionOf(std::string title, std::string set, const std::vector<Group>& groups) {
  Section section{std::move(title), std::move(set), {}};
  for (const Group& group : groups) {
    for (const auto& definition : group.functions) {
      section.functions.push_back(
          {std::string(definition.name), std::string(definition.signature)});
    }
  }
  std::sort(section.functions.begin(), section.functions.end(),
            [](const Listed& a, const Listed& b) { return a.name < b.name; });
  return section;
}

std::vector<Group> IstioGroups() {
  std::vector<Group> groups = gotemplate::funcs::IstioFunctions(IstioTemplateTypes());
  groups.push_back(MeshFunctions());
  return groups;
}

std::vector<Section> AllSections() {
  using namespace gotemplate::funcs;  // NOLINT(google-build-using-namespace): twenty names.
  return {
      {"Go's builtins", "go", kBuiltins},
      SectionOf("Texts", "sprig", {StringFunctions()}),
      SectionOf("Words", "sprig", {WordFunctions()}),
      SectionOf("Cases of identifiers", "sprig", {IdentifierFunctions()}),
      SectionOf("Regular expressions", "sprig", {RegexFunctions()}),
      SectionOf("Numbers", "sprig", {MathFunctions()}),
      SectionOf("Defaults, decisions and kinds", "sprig", {LogicFunctions()}),
      SectionOf("Lists", "sprig", {ListFunctions()}),
      SectionOf("Dictionaries", "sprig", {DictFunctions()}),
      SectionOf("Encodings", "sprig", {EncodingFunctions()}),
      SectionOf("JSON", "sprig", {JsonFunctions()}),
      SectionOf("Paths", "sprig", {PathFunctions()}),
      SectionOf("URLs", "sprig", {UrlFunctions()}),
      SectionOf("Versions", "sprig", {VersionFunctions()}),
      SectionOf("Dates", "sprig", {DateFunctions()}),
      SectionOf("Environment", "sprig", {EnvironmentFunctions()}),
      SectionOf("Network", "sprig", {NetworkFunctions()}),
      SectionOf("Hashes and passwords", "sprig", {HashFunctions()}),
      SectionOf("Randomness", "sprig", {RandomFunctions()}),
      SectionOf("Certificates and keys", "sprig", {CertificateFunctions()}),
      SectionOf("Istio's", "istio", IstioGroups()),
      SectionOf("Helm's", "helm", {HelmFunctions()}),
  };
}

std::filesystem::path Root() {
  return SIDECAR_SOURCE_DIR;
}

std::string FileText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A template, what it gives, and for what is random: a pattern of all that it may give.
struct Example {
  std::string text;
  std::string output;
  std::string pattern;
};

class FunctionReferenceTest : public PodFixture {
 protected:
  FunctionReferenceTest() {
    policy_.clock = [] { return kNow; };
    policy_.randomness = true;
    policy_.environment = [](std::string_view name) { return name == "CLUSTER" ? "east" : ""; };
    istio_ = MakeTemplateFunctions(policy_);
    sprig_ = *gotemplate::MakeFunctionSet("sprig", policy_);
    helm_ = *gotemplate::MakeFunctionSet("helm", policy_);
    const auto parsed =
        yaml::ParseYaml(FileText(Root() / "lib/gotemplate/funcs/examples.yaml"), arena_);
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    if (parsed.has_value()) examples_ = *parsed;
  }

  Example Find(const Section& section, const std::string& name) {
    const yaml::Node* const functions = examples_.Find(section.title);
    const yaml::Node* const found = functions == nullptr ? nullptr : functions->Find(name);
    if (found == nullptr) {
      ADD_FAILURE() << "examples.yaml has no example of " << section.title << ": " << name;
      return {};
    }
    Example example;
    std::string* const parts[] = {&example.text, &example.output, &example.pattern};
    std::size_t i = 0;
    for (const yaml::Node& part : found->AsSequence()) {
      *parts[i++] = std::string(part.AsString());
    }
    return example;
  }

  std::string Run(const std::string& set, const std::string& text) {
    gotemplate::ParseOptions options;
    if (set == "sprig") options.functions = &sprig_;
    if (set == "istio") options.functions = &istio_;
    if (set == "helm") options.functions = &helm_;
    const auto parsed = gotemplate::Template::Parse("example", text, options);
    if (!parsed.has_value()) return "error: " + parsed.error().message;
    std::string output;
    const auto done = parsed->Execute(Data(), arena_, {}, output);
    return done.has_value() ? output : "error: " + done.error().message;
  }

  gotemplate::Policy policy_;
  FunctionMap istio_;
  FunctionMap sprig_;
  FunctionMap helm_;
  yaml::Node examples_;

 private:
  Value Data() {
    const PodParts pod = Pod(R"({
        metadata: {name: web-1, namespace: shop, labels: {app: web, tier: front},
                   annotations: {sidecar.istio.io/logLevel: debug}},
        spec: {containers: [
            {name: app, image: "app:1", ports: [{containerPort: 80}, {containerPort: 8443}]},
            {name: istio-proxy, image: "p:1", ports: [{containerPort: 15090}]}]}})");
    if (!mesh_) mesh_ = *kubetypes::LoadMeshConfig("defaultConfig: {statNameLength: 200}");
    greet_.name = "Greet";
    greet_.parameters = {gotemplate::StringType()};
    greet_.result = gotemplate::StringType();
    greet_.body = [](Arena& arena, std::span<const Value> arguments) {
      return Value::String(arena.Copy("hello " + std::string(arguments[0].AsString())));
    };
    auto* const map = arena_.New<gotemplate::MapData>();
    const auto add = [&](std::string_view key, const Value& value) {
      map->Set(Value::String(key), value, arena_);
    };
    add("ObjectMeta", pod.metadata);
    add("Spec", pod.spec);
    add("ProxyConfig", mesh_->proxy_config());
    add("MeshConfig", mesh_->mesh_config());
    greet_type_.kind = gotemplate::Kind::kFunc;
    greet_type_.name = "func(string) string";
    greet_type_.signature = &greet_;
    add("Greet", Value::Func(&greet_, &greet_type_));
    return Value::Map(map, gotemplate::AnyMapType());
  }

  std::optional<kubetypes::MeshConfig> mesh_;  // What Data() views.
  gotemplate::Function greet_;
  gotemplate::Type greet_type_;
};

TEST_F(FunctionReferenceTest, ExamplesGiveWhatTheySay) {
  for (const Section& section : AllSections()) {
    for (const Listed& function : section.functions) {
      const Example example = Find(section, function.name);
      const std::string output = Run(section.set, example.text);
      EXPECT_THAT(example.text, testing::ContainsRegex(function.name + "[ })]")) << function.name;
      if (example.pattern.empty()) {
        EXPECT_EQ(output, example.output) << section.title << ": " << function.name;
      } else {
        EXPECT_THAT(output, testing::MatchesRegex(example.pattern)) << function.name;
        EXPECT_THAT(example.output, testing::MatchesRegex(example.pattern)) << function.name;
      }
    }
  }
}

TEST_F(FunctionReferenceTest, EveryFunctionOfEverySetIsListed) {
  std::map<std::string, std::set<std::string>> listed;
  for (const Section& section : AllSections()) {
    for (const Listed& function : section.functions) listed[section.set].insert(function.name);
  }
  const auto is_listed = [&listed](const std::string& set, const std::string& name) {
    return listed[set].contains(name) || listed["sprig"].contains(name);
  };
  for (const auto& [name, function] : sprig_) EXPECT_TRUE(is_listed("sprig", name)) << name;
  for (const auto& [name, function] : istio_) EXPECT_TRUE(is_listed("istio", name)) << name;
  for (const auto& [name, function] : helm_) EXPECT_TRUE(is_listed("helm", name)) << name;
  for (const std::string& name : listed["go"]) {
    EXPECT_NE(gotemplate::FindBuiltin(name), nullptr) << name;
  }
}

TEST_F(FunctionReferenceTest, NoExampleIsLeftOver) {
  std::map<std::string, std::set<std::string>> listed;
  for (const Section& section : AllSections()) {
    for (const Listed& function : section.functions) listed[section.title].insert(function.name);
  }
  for (const yaml::Member& section : examples_.AsMapping()) {
    for (const yaml::Member& function : section.value.AsMapping()) {
      EXPECT_TRUE(listed[std::string(section.key)].contains(std::string(function.key)))
          << section.key << ": " << function.key;
    }
  }
}

// Code within a table: one line, no bar that ends the cell.
std::string CodeCell(std::string_view text) {
  if (text.empty()) return "(nothing)";
  std::string code;
  for (const char c : text) {
    if (c == '|') {
      code += "\\|";
    } else if (c == '\n') {
      code += "\u23ce";
    } else {
      code += c;
    }
  }
  const bool has_tick = code.find('`') != std::string::npos;
  return has_tick ? "`` " + code + " ``" : '`' + code + '`';
}

constexpr std::string_view kIntroduction = R"(# Reference: template functions

Made by `make reference` from the functions' tables and `lib/gotemplate/funcs/examples.yaml`; every
example is run by the tests.

Injection templates may call everything of Go's `text/template`, of [sprig](https://masterminds.github.io/sprig/)
v3 and of Istio's injector, whatever release `--compat` names. Where two have a function of the same
name, the later of Go, sprig, Istio is the one that is called: sprig replaces `slice`, Istio replaces
`contains`, `env`, `indent` and `omit`. Helm's functions belong to the set `helm`, which has neither Istio's
nor `env` and `expandenv`.

Templates give the same text everywhere, every time. Functions that would need a clock, randomness or
the network are **refused** when the template is loaded, with an error that names the function and the
template's line; the reason is below its signature. `env` and `expandenv` see only the variables that
`kube-inject --template-env NAME` names, all others are empty.

In the examples it is 2024-02-29 12:30:45 UTC, `CLUSTER=east` may be read from the environment, and
the pod is `web-1` with the labels `app: web` and `tier: front`, the annotation
`sidecar.istio.io/logLevel: debug` and the ports 80 and 8443; the mesh configuration is the default but
for `defaultConfig.statNameLength: 200`. `⏎` is a line break.
)";

TEST_F(FunctionReferenceTest, ThePageIsUpToDate) {
  std::string page(kIntroduction);
  std::string origin;
  for (const Section& section : AllSections()) {
    if (section.set != origin) {
      origin = section.set;
      page += "\n## " + (origin == "sprig" ? std::string("sprig's") : section.title) + '\n';
    }
    if (origin == "sprig") page += "\n### " + section.title + '\n';
    page += "\n| function | example | gives |\n| --- | --- | --- |\n";
    for (const Listed& function : section.functions) {
      const Example example = Find(section, function.name);
      const std::string_view refusal = gotemplate::RefusalOf(function.name, {});
      page += "| " + CodeCell(function.name + function.signature);
      if (!refusal.empty()) page += "<br>refused: " + std::string(refusal);
      page += " | " + CodeCell(example.text) + " | " + CodeCell(example.output) + " |\n";
    }
  }
  const std::filesystem::path path = Root() / "docs/REFERENCE.md";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs.
  if (std::getenv("SIDECAR_WRITE_REFERENCE") != nullptr) {
    std::ofstream(path, std::ios::binary) << page;
  }
  EXPECT_TRUE(FileText(path) == page) << "docs/REFERENCE.md is stale: run `make reference`";
}

}  // namespace
}  // namespace sidecar::inject
