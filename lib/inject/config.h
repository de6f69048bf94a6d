#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/gotemplate/funcs/policy.h"
#include "lib/gotemplate/template.h"
#include "lib/inject/compat.h"
#include "lib/inject/decision.h"

namespace sidecar::inject {

// The contents of an injection configuration: the file of --injectConfigFile, the key `config` of
// Istio's ConfigMap.
struct ConfigText {
  std::string policy;
  std::string template_text;
  std::vector<std::string> warnings;  // Keys that nobody knows.
};

// Reads `{policy, template}` as ghodss/yaml does. Errors say what is wrong with the file, in
// particular for a file of Istio 1.9 or later, and for a ConfigMap around the configuration.
Result<ConfigText> ParseConfig(std::string_view text);

// What --emitTemplate prints, less the last line break: YAML that ParseConfig reads back.
std::string FormatConfig(const ConfigText& config);

// A configuration that is ready for use, its template parsed. Immutable; shared by any number of
// threads.
class Config {
 public:
  // An error where the template cannot be parsed, in Go's words, and where it calls a function that
  // the policy refuses. By default templates take nothing from outside.
  static Result<std::shared_ptr<const Config>> Compile(const ConfigText& text, Compat compat,
                                                       const gotemplate::Policy& functions = {});

  Policy policy() const { return policy_; }
  Compat compat() const { return compat_; }
  // SHA-256 of the template's text: the version in status annotations.
  const std::string& version() const { return version_; }
  const gotemplate::Template& injection_template() const { return template_; }

 private:
  using Functions = std::shared_ptr<const gotemplate::FunctionMap>;

  Config(const ConfigText& text, Compat compat, gotemplate::Template parsed, Functions functions);

  Policy policy_;
  Compat compat_;
  std::string version_;
  Functions functions_;  // What template_ calls.
  gotemplate::Template template_;
};

}  // namespace sidecar::inject
