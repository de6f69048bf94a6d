#include "lib/gotemplate/funcs/registry.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/gotemplate/funcs/groups.h"

namespace sidecar::gotemplate {
namespace {

std::vector<funcs::Group> SprigGroups() {
  return {
      funcs::CertificateFunctions(), funcs::DateFunctions(),        funcs::DictFunctions(),
      funcs::EncodingFunctions(),    funcs::EnvironmentFunctions(), funcs::IdentifierFunctions(),
      funcs::JsonFunctions(),        funcs::ListFunctions(),        funcs::LogicFunctions(),
      funcs::MathFunctions(),        funcs::NetworkFunctions(),     funcs::PathFunctions(),
      funcs::RegexFunctions(),       funcs::StringFunctions(),      funcs::UrlFunctions(),
      funcs::HashFunctions(),        funcs::RandomFunctions(),      funcs::VersionFunctions(),
      funcs::WordFunctions(),
  };
}

FunctionMap MakeHelmFunctions(const Policy& policy) {
  std::vector<funcs::Group> groups = SprigGroups();
  groups.push_back(funcs::HelmFunctions());
  FunctionMap functions = MakeFunctions(groups, policy);
  functions.erase("env");
  functions.erase("expandenv");
  return functions;
}

}  // namespace

FunctionMap MakeFunctions(std::span<const funcs::Group> groups, const Policy& policy) {
  const auto shared_policy = std::make_shared<const Policy>(policy);
  FunctionMap functions;
  for (const funcs::Group& group : groups) {
    for (const funcs::Definition& definition : group.functions) {
      functions.insert_or_assign(std::string(definition.name),
                                 funcs::MakeFunction(definition, group.types, shared_policy));
    }
  }
  return functions;
}

FunctionMap MakeIstioFunctions(const IstioTypes& types, const Policy& policy) {
  std::vector<funcs::Group> groups = SprigGroups();
  for (funcs::Group& group : funcs::IstioFunctions(types)) groups.push_back(std::move(group));
  return MakeFunctions(groups, policy);
}

Result<FunctionMap> MakeFunctionSet(std::string_view name, const Policy& policy) {
  if (name == "none") return FunctionMap();
  if (name == "sprig") return MakeFunctions(SprigGroups(), policy);
  if (name == "istio") return MakeIstioFunctions({}, policy);
  if (name == "helm") return MakeHelmFunctions(policy);
  return Error{ErrorCode::kNotFound, "no template functions called '" + std::string(name) +
                                         "': choose none, sprig, istio or helm"};
}

Result<const FunctionMap*> FindFunctions(std::string_view name) {
  static const std::map<std::string, FunctionMap, std::less<>> sets = [] {
    std::map<std::string, FunctionMap, std::less<>> made;
    for (const char* const each : {"none", "sprig", "istio", "helm"}) {
      auto set = MakeFunctionSet(each, {});
      if (set.has_value()) made.emplace(each, *std::move(set));
    }
    return made;
  }();
  const auto found = sets.find(name);
  if (found == sets.end()) return MakeFunctionSet(name, {}).error();
  return &found->second;
}

}  // namespace sidecar::gotemplate
