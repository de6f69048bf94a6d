#include "test/conformance/gotemplate_cases.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/template.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/json.h"
#include "lib/yaml/node.h"
#include "test/conformance/pod_data.h"
#include "test/conformance/report.h"
#include "test/conformance/test_functions.h"
#include "test/conformance/typed_data.h"
#include "test/conformance/yaml_cases.h"

namespace sidecar::conformance {
namespace {

using gotemplate::ExecOptions;
using gotemplate::FunctionMap;
using gotemplate::MissingKey;
using gotemplate::ParseOptions;
using gotemplate::Template;
using gotemplate::Value;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string_view TextOf(const yaml::Node& test_case, std::string_view key) {
  const yaml::Node* const node = test_case.Find(key);
  return node == nullptr ? std::string_view() : node->AsString();
}

// A text, or one in base64 under the same name with "_b64".
std::optional<std::string> BytesOf(const yaml::Node& test_case, const std::string& key) {
  if (const yaml::Node* const node = test_case.Find(key)) return std::string(node->AsString());
  const yaml::Node* const encoded = test_case.Find(key + "_b64");
  if (encoded == nullptr) return std::nullopt;
  auto bytes = yaml::DecodeBase64(encoded->AsString());
  if (!bytes) throw std::runtime_error("bad base64");
  return bytes;
}

bool HasTag(const yaml::Node& test_case, std::string_view wanted) {
  const yaml::Node* const tags = test_case.Find("tags");
  if (tags == nullptr) return false;
  for (const yaml::Node& tag : tags->AsSequence()) {
    if (tag.AsString() == wanted) return true;
  }
  return false;
}

// What running a template case came to.
struct Answer {
  std::string phase;  // "parse" or "exec" of an error; empty where there was none.
  std::string error;
  std::string output;
  std::map<std::string, std::string> trees;
};

struct Setup {
  const yaml::Node& test_case;
  const FunctionMap* functions;
  Value data;
};

MissingKey MissingKeyOf(std::string_view option) {
  if (option == "missingkey=error") return MissingKey::kError;
  return option == "missingkey=zero" ? MissingKey::kZero : MissingKey::kInvalid;
}

// Parses what the case gives besides `template`, in the order that the README tells.
Result<void> ParseOthers(Template& root, const yaml::Node& test_case) {
  if (const yaml::Node* const templates = test_case.Find("templates")) {
    std::map<std::string_view, std::string_view> sorted;
    for (const yaml::Member& member : templates->AsMapping()) {
      sorted.emplace(member.key, member.value.AsString());
    }
    for (const auto& [name, text] : sorted) {
      const auto parsed = root.AddParse(name, text);
      if (parsed.has_error()) return parsed;
    }
  }
  if (const yaml::Node* const sequence = test_case.Find("sequence")) {
    for (const yaml::Node& step : sequence->AsSequence()) {
      const std::string_view name = step.AsSequence()[0].AsString();
      const auto parsed =
          root.AddParse(name.empty() ? root.name() : name, step.AsSequence()[1].AsString());
      if (parsed.has_error()) return parsed;
    }
  }
  return {};
}

Result<Template> ParseCase(const yaml::Node& test_case, const FunctionMap* functions) {
  ParseOptions options;
  options.functions = functions;
  if (const yaml::Node* const delimiters = test_case.Find("delims")) {
    options.left_delimiter = delimiters->AsSequence()[0].AsString();
    options.right_delimiter = delimiters->AsSequence()[1].AsString();
  }
  const std::string_view name = TextOf(test_case, "template_name");
  Template root(name.empty() ? "t" : name, options);

  auto parsed = ParseOthers(root, test_case);
  if (parsed.has_value() && test_case.Find("template") != nullptr) {
    parsed = root.AddParse(root.name(), TextOf(test_case, "template"));
  }
  if (parsed.has_error()) return std::move(parsed).error();
  return root;
}

Answer RunTemplate(const Setup& setup, Arena& arena) {
  const yaml::Node& test_case = setup.test_case;
  Answer answer;
  const Result<Template> parsed = ParseCase(test_case, setup.functions);
  if (parsed.has_error()) {
    answer.phase = "parse";
    answer.error = parsed.error().message;
    return answer;
  }
  const Template& root = *parsed;
  for (const gotemplate::Tree* const tree : root.Templates()) {
    answer.trees[tree->name] = Print(*tree->root, gotemplate::TextFormat::kQuoted);
  }
  if (TextOf(test_case, "mode") == "parse") return answer;

  ExecOptions exec_options;
  exec_options.missing_key = MissingKeyOf(TextOf(test_case, "option"));
  const yaml::Node* const execute = test_case.Find("execute");
  const auto executed = execute == nullptr
                            ? root.Execute(setup.data, arena, exec_options, answer.output)
                            : root.ExecuteTemplate(execute->AsString(), setup.data, arena,
                                                   exec_options, answer.output);
  if (executed.has_error()) {
    answer.phase = "exec";
    answer.error = executed.error().message;
  }
  return answer;
}

Outcome CompareTrees(const yaml::Node& expected, const Answer& answer) {
  std::string difference;
  for (const yaml::Member& member : expected.AsMapping()) {
    const auto found = answer.trees.find(std::string(member.key));
    const std::string got = found == answer.trees.end() ? "(no such tree)" : found->second;
    if (got != member.value.AsString()) {
      difference += Difference("tree " + std::string(member.key), member.value.AsString(), got);
    }
  }
  if (expected.AsMapping().size() != answer.trees.size())
    difference += "  other trees than those\n";
  return difference.empty() ? Outcome::Passed() : Outcome::Failed(difference);
}

Outcome Compare(const yaml::Node& test_case, const Answer& answer) {
  const std::string expected_phase(TextOf(test_case, "phase"));
  std::string difference;
  if (answer.phase != expected_phase)
    difference += Difference("phase", expected_phase, answer.phase);
  const std::string error = BytesOf(test_case, "error").value_or("");
  if (answer.error != error) difference += Difference("error", error, answer.error);
  const yaml::Node* const trees = test_case.Find("trees");
  if (trees != nullptr && difference.empty()) return CompareTrees(*trees, answer);

  const std::string key = expected_phase.empty() ? "output" : "partial_output";
  const std::string output = BytesOf(test_case, key).value_or("");
  if (answer.output != output) difference += Difference(key, output, answer.output);
  return difference.empty() ? Outcome::Passed() : Outcome::Failed(difference);
}

Value DecodeData(std::string_view type, const yaml::Node& data, Arena& arena) {
  if (type == "typed") return TypedData::Decode(data, arena);
  if (type == "pod") return DecodePodData(data, arena);
  if (type == "pod-modern") return DecodeModernPodData(data, arena);
  if (!type.empty() && type != "json")
    throw std::runtime_error("data of type " + std::string(type));
  return gotemplate::FromNode(data, arena);
}

Outcome RunYaml(const yaml::Node& test_case) {
  std::string text;
  yaml::WriteJson(test_case, text);
  const auto difference = RunYamlCase(nlohmann::json::parse(text));
  return difference ? Outcome::Failed("  " + *difference + "\n") : Outcome::Passed();
}

// The type of a field, seen through a pointer; null where there is none.
const gotemplate::Type* FieldType(const gotemplate::Type* type, std::string_view name) {
  if (type != nullptr && type->kind == gotemplate::Kind::kPointer) type = type->element;
  const gotemplate::FieldMatch* const match =
      type == nullptr ? nullptr : gotemplate::FindField(type, name);
  return match == nullptr ? nullptr : match->field->type;
}

// Everything is allowed. It is always the same noon.
gotemplate::Policy OraclePolicy() {
  gotemplate::Policy policy;
  policy.clock = [] { return std::int64_t{1'588'766'400'000'000'000}; };
  policy.randomness = true;
  return policy;
}

// The functions of the case's set; Istio's take the types of the case's data.
FunctionMap FunctionsFor(std::string_view name, const Value& data) {
  if (name.empty()) return {};
  if (name == "gotest") return TestFunctions();
  if (name == "istio" && data.IsValid()) {
    const gotemplate::Type* const containers =
        FieldType(FieldType(data.type(), "Spec"), "Containers");
    return gotemplate::MakeIstioFunctions(
        {.object_meta = FieldType(data.type(), "ObjectMeta"),
         .container = containers == nullptr ? nullptr : containers->element,
         .duration = FieldType(FieldType(data.type(), "ProxyConfig"), "DrainDuration")},
        OraclePolicy());
  }
  auto found = gotemplate::MakeFunctionSet(name, OraclePolicy());
  if (found.has_error()) throw std::runtime_error(found.error().message);
  found->erase("sha512sum");  // The oracle's sprig is older.
  return *std::move(found);
}

Outcome RunCase(const yaml::Node& test_case) {
  if (test_case.Find("op") != nullptr) return RunYaml(test_case);
  Arena arena;
  Setup setup{test_case, nullptr, {}};
  if (const yaml::Node* const data = test_case.Find("data")) {
    setup.data = DecodeData(TextOf(test_case, "data_type"), *data, arena);
  }
  const FunctionMap functions = FunctionsFor(TextOf(test_case, "funcs"), setup.data);
  setup.functions = &functions;
  return Compare(test_case, RunTemplate(setup, arena));
}

yaml::Node ReadJson(const std::string& path, Arena& arena) {
  auto parsed = yaml::ParseJson(ReadFile(path), arena);
  if (parsed.has_error()) throw std::runtime_error(path + ": " + parsed.error().message);
  return *parsed;
}

// The types lie beside the cases.
void LoadTypes(const std::string& case_path) {
  static Arena& arena = *new Arena;  // Types live as long as the program.
  const std::filesystem::path folder = std::filesystem::path(case_path).parent_path();
  if (exists(folder / "typed_types.json")) {
    TypedData::Load(ReadJson(folder / "typed_types.json", arena));
  }
  if (exists(folder / "pod_types.json"))
    LoadPodTypes(*arena.New<yaml::Node>(ReadJson(folder / "pod_types.json", arena)));
}

void RunFile(const std::string& path, Report& report) {
  LoadTypes(path);
  Arena arena;
  for (const yaml::Node& test_case : ReadJson(path, arena).AsSequence()) {
    const std::string_view name = TextOf(test_case, "name");
    Outcome outcome;
    try {
      outcome = RunCase(test_case);
    } catch (const std::exception& error) {
      outcome = Outcome::Failed(std::string("  cannot run: ") + error.what() + "\n");
    }
    if (HasTag(test_case, "newer-go")) {
      report.AddOlderGo(name, outcome);
    } else {
      report.Add(name, outcome);
    }
  }
}

}  // namespace

std::vector<PreparedCase> PrepareGotemplateFile(const std::string& path) {
  static Arena& arena = *new Arena;
  LoadTypes(path);
  std::vector<PreparedCase> prepared;
  for (const yaml::Node& test_case : ReadJson(path, arena).AsSequence()) {
    if (test_case.Find("output") == nullptr || test_case.Find("template") == nullptr) continue;
    PreparedCase made;
    made.name_ = TextOf(test_case, "name");
    made.arena_ = std::make_unique<Arena>();
    if (const yaml::Node* const data = test_case.Find("data")) {
      made.data_ = DecodeData(TextOf(test_case, "data_type"), *data, *made.arena_);
    }
    made.functions_ =
        std::make_unique<FunctionMap>(FunctionsFor(TextOf(test_case, "funcs"), made.data_));
    auto parsed = ParseCase(test_case, made.functions_.get());
    if (parsed.has_error()) throw std::runtime_error(parsed.error().message);
    made.root_ = std::make_unique<Template>(*std::move(parsed));
    prepared.push_back(std::move(made));
  }
  return prepared;
}

int RunGotemplateFiles(std::span<const std::string_view> paths) {
  Report report;
  for (const std::string_view path : paths) {
    report.BeginFile(path);
    try {
      RunFile(std::string(path), report);
    } catch (const std::exception& error) {
      report.FileFailed(error.what());
    }
    report.EndFile();
  }
  return report.Finish();
}

}  // namespace sidecar::conformance
