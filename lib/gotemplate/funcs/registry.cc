#include "lib/gotemplate/funcs/registry.h"

#include <string>
#include <utility>
#include <vector>

#include "lib/gotemplate/funcs/groups.h"

namespace sidecar::gotemplate {
namespace {

std::vector<funcs::Group> SprigGroups() {
  return {
      funcs::DictFunctions(),   funcs::EncodingFunctions(), funcs::IdentifierFunctions(),
      funcs::JsonFunctions(),   funcs::ListFunctions(),     funcs::LogicFunctions(),
      funcs::MathFunctions(),   funcs::PathFunctions(),     funcs::RegexFunctions(),
      funcs::StringFunctions(), funcs::WordFunctions(),
  };
}

FunctionMap MakeHelmFunctions() {
  std::vector<funcs::Group> groups = SprigGroups();
  groups.push_back(funcs::HelmFunctions());
  FunctionMap functions = MakeFunctions(groups);
  functions.erase("env");
  functions.erase("expandenv");
  return functions;
}

}  // namespace

FunctionMap MakeFunctions(std::span<const funcs::Group> groups) {
  FunctionMap functions;
  for (const funcs::Group& group : groups) {
    for (const funcs::Definition& definition : group.functions) {
      functions.insert_or_assign(std::string(definition.name),
                                 funcs::MakeFunction(definition, group.types));
    }
  }
  return functions;
}

FunctionMap MakeIstioFunctions(const IstioTypes& types) {
  std::vector<funcs::Group> groups = SprigGroups();
  for (funcs::Group& group : funcs::IstioFunctions(types)) groups.push_back(std::move(group));
  return MakeFunctions(groups);
}

Result<const FunctionMap*> FindFunctions(std::string_view name) {
  if (name == "none") {
    static const FunctionMap none;
    return &none;
  }
  if (name == "sprig") {
    static const FunctionMap sprig = MakeFunctions(SprigGroups());
    return &sprig;
  }
  if (name == "istio") {
    static const FunctionMap istio = MakeIstioFunctions({});
    return &istio;
  }
  if (name == "helm") {
    static const FunctionMap helm = MakeHelmFunctions();
    return &helm;
  }
  return Error{ErrorCode::kNotFound, "no template functions called '" + std::string(name) +
                                         "': choose none, sprig, istio or helm"};
}

}  // namespace sidecar::gotemplate
