#include "cli/template_environment.h"

#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>

namespace sidecar::cli {

void AddTemplateEnvironmentFlag(CLI::App& command, std::vector<std::string>& names,
                                const std::string& group) {
  command
      .add_option("--template-env", names,
                  "Let the template read this environment variable with env and expandenv, which "
                  "see none otherwise; repeatable")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->group(group);
}

gotemplate::Policy TemplatePolicy(const std::vector<std::string>& names) {
  gotemplate::Policy policy;
  if (names.empty()) return policy;
  std::map<std::string, std::string, std::less<>> variables;
  for (const std::string& name : names) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet, and none changes it.
    const char* const value = std::getenv(name.c_str());
    if (value != nullptr) variables.emplace(name, value);
  }
  policy.environment = [variables = std::move(variables)](std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return policy;
}

}  // namespace sidecar::cli
