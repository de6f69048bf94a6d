#include "test/conformance/yaml_cases.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/yaml/base64.h"
#include "lib/yaml/convert.h"
#include "lib/yaml/json.h"

namespace sidecar::conformance {
namespace {

// The field, or its base64 twin; nothing where the case has neither.
std::optional<std::string> Field(const nlohmann::json& test_case, const std::string& name) {
  if (test_case.contains(name)) return test_case[name].get<std::string>();
  if (!test_case.contains(name + "_b64")) return std::nullopt;
  return yaml::DecodeBase64(test_case[name + "_b64"].get<std::string>());
}

Result<std::string> Marshal(std::string_view text) {
  Arena arena;
  ASSIGN_OR_RETURN(const yaml::Node node, yaml::ParseJson(text, arena));
  return yaml::MarshalYaml(yaml::NumbersAsFloat64(node, arena));
}

Result<std::string> RoundTrip(std::string_view text) {
  Arena arena;
  ASSIGN_OR_RETURN(const yaml::Node node, yaml::UnmarshalYaml(text, arena));
  return yaml::MarshalYaml(node);
}

Result<std::string> Run(const std::string& op, std::string_view input) {
  if (op == "yaml2json") return yaml::YamlToJson(input, yaml::Strictness::kLenient);
  if (op == "yaml2json_strict") return yaml::YamlToJson(input, yaml::Strictness::kStrict);
  if (op == "json2yaml") return yaml::JsonToYaml(input);
  if (op == "marshal") return Marshal(input);
  if (op == "roundtrip") return RoundTrip(input);
  return Error{ErrorCode::kInvalidArgument, "unknown op " + op};
}

std::string Describe(const std::optional<std::string>& output, const std::string& error) {
  return output ? "output " + *output : "error " + error;
}

}  // namespace

std::optional<std::string> RunYamlCase(const nlohmann::json& test_case) {
  const Result<std::string> result =
      Run(test_case.at("op").get<std::string>(), Field(test_case, "input").value_or(""));
  const std::optional<std::string> expected = Field(test_case, "output");
  const std::string expected_error = Field(test_case, "error").value_or("");
  const std::optional<std::string> output =
      result ? std::optional<std::string>(*result) : std::nullopt;
  const std::string error = result ? "" : result.error().message;
  if (output == expected && (output || error == expected_error)) return std::nullopt;
  return "got  " + Describe(output, error) + "\nwant " + Describe(expected, expected_error);
}

}  // namespace sidecar::conformance
