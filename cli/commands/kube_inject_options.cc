#include "cli/commands/kube_inject_options.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/flag_values.h"
#include "cli/template_environment.h"
#include "lib/base/join.h"
#include "lib/inject/annotations.h"

namespace sidecar::cli {
namespace {

using inject::Compat;

constexpr const char* kInputGroup = "Input and output";
constexpr const char* kConfigGroup = "Configuration";
constexpr const char* kTemplateGroup = "Built-in template";
constexpr const char* kBehaviourGroup = "Behaviour";
constexpr const char* kClusterGroup = "Cluster";
constexpr const char* kHidden = "";

Error Usage(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

void AddInputOptions(CLI::App& command, KubeInjectOptions& options) {
  command
      .add_option("-f,--filename", options.filenames,
                  "Input Kubernetes resource file or directory, - for standard input; repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->group(kInputGroup);
  command
      .add_flag("-R,--recursive", options.recursive, "Also read the directories below a directory")
      ->group(kInputGroup);
  command.add_option("-o,--output", options.output, "Modified output Kubernetes resource filename")
      ->type_name("FILE")
      ->group(kInputGroup);
  command.add_flag("-q,--quiet", options.quiet, "Report errors only, not each document")
      ->group(kInputGroup);
}

void AddConfigOptions(CLI::App& command, KubeInjectOptions& options) {
  command
      .add_option("--meshConfigFile", options.mesh_config_file,
                  "Mesh configuration filename. Takes precedence over --meshConfigMapName if set")
      ->type_name("FILE")
      ->group(kConfigGroup);
  command
      .add_option("--injectConfigFile", options.inject_config_file,
                  "Injection configuration filename ({policy, template})")
      ->type_name("FILE")
      ->group(kConfigGroup);
  AddTemplateEnvironmentFlag(command, options.template_environment, kConfigGroup);
  command
      .add_flag("--emitTemplate", options.emit_template,
                "Emit sidecar template based on parameterized flags")
      ->group(kConfigGroup);
  command
      .add_option("--compat", options.compat_name,
                  "Behave as this release of Istio where releases differ")
      ->type_name("RELEASE")
      ->default_str("0.5")
      ->group(kConfigGroup);
}

void AddTemplateOptions(CLI::App& command, KubeInjectOptions& options) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->group(kTemplateGroup);
  };
  add("--hub", options.hub, "Docker hub (before 0.8: docker.io/istio)")->type_name("HUB");
  add("--tag", options.tag, "Docker tag (before 0.8: the release)")->type_name("TAG");
  add("--verbosity", options.verbosity, "Runtime verbosity (no effect)")->default_str("2");
  add("--sidecarProxyUID", options.params.sidecar_proxy_uid, "Envoy sidecar UID")
      ->default_str("1337");
  add("--setVersionString", options.set_version_string,
      "Override version info injected into resource (no effect)");
  command
      .add_flag("--coreDump", options.params.enable_core_dump,
                "Enable/Disable core dumps in injected Envoy sidecar (--coreDump=true affects all "
                "pods in a node and should only be used by the cluster admin)")
      ->default_str("true")
      ->group(kTemplateGroup);
  command
      .add_flag("--debug", options.params.debug_mode,
                "Use debug images and settings for the sidecar")
      ->group(kTemplateGroup);
  add("--imagePullPolicy", options.params.image_pull_policy,
      "Sets the container image pull policy. Valid options are Always,IfNotPresent,Never")
      ->default_str("IfNotPresent");
  add("--includeIPRanges", options.params.include_ip_ranges,
      "Comma separated list of IP ranges in CIDR form. If set, only redirect outbound traffic to "
      "Envoy for these IP ranges; from 0.8 on, * for all")
      ->type_name("CIDRS");
  add("--excludeIPRanges", options.params.exclude_ip_ranges,
      "Comma separated list of IP ranges in CIDR form whose outbound traffic is not redirected "
      "(0.8 and later)")
      ->type_name("CIDRS");
  add("--includeInboundPorts", options.include_inbound_ports,
      "Comma separated list of inbound ports whose traffic is redirected to Envoy, * for all (0.8 "
      "and later)")
      ->type_name("PORTS")
      ->default_str("*");
  add("--excludeInboundPorts", options.params.exclude_inbound_ports,
      "Comma separated list of inbound ports whose traffic is not redirected (0.8 and later)")
      ->type_name("PORTS");
}

void AddBehaviourOptions(CLI::App& command, KubeInjectOptions& options) {
  command
      .add_flag(
          "--ignorePolicy", options.ignore_policy,
          "Inject even where the pod says sidecar.istio.io/inject: \"false\", as Istio before 1.9")
      ->group(kBehaviourGroup);
  command
      .add_flag("--duplicate", options.duplicate,
                "Append the sidecar once more to what already has one, as Istio did")
      ->group(kBehaviourGroup);
}

void AddClusterOptions(CLI::App& command, KubeInjectOptions& options) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->group(kClusterGroup);
  };
  add("--meshConfigMapName", options.mesh_config_map_name,
      "ConfigMap name for Istio mesh configuration, key should be \"mesh\"")
      ->default_str("istio");
  add("--injectConfigMapName", options.inject_config_map_name,
      "ConfigMap name for Istio sidecar injection, key should be \"config\"");
  AddKubeFlags(command, options.kube, kClusterGroup);
  add("-i,--istioNamespace", options.istio_namespace, "Istio system namespace")
      ->default_str("istio-system");
  add("-p,--platform", options.platform, "Istio host platform")->default_str("kube");
}

void SetValueSyntax(CLI::App& command) {
  for (CLI::Option* const option : command.get_options()) {
    const bool is_switch = option->get_items_expected_max() == 0;
    if (is_switch && option != command.get_help_ptr()) ReadAsBool(*option);
  }
  ReadAsInt(*command.get_option("--verbosity"));
  ReadAsUint(*command.get_option("--sidecarProxyUID"));
  OfferChoices(*command.get_option("--compat"), {"0.5", "0.5.1", "0.6", "0.7", "0.8", "1.0"});
  OfferChoices(*command.get_option("--imagePullPolicy"), {"Always", "IfNotPresent", "Never"});
}

// istioctl's logging flags: accepted so that scripts keep working, without effect.
void AddIgnoredOptions(CLI::App& command) {
  for (const char* const name :
       {"--log_target", "--log_rotate", "--log_rotate_max_age", "--log_rotate_max_size",
        "--log_rotate_max_backups", "--log_output_level", "--log_stacktrace_level",
        "--log_backtrace_at", "--stderrthreshold", "--vmodule", "-v,--v"}) {
    command.add_option(name)->group(kHidden);
  }
  for (const char* const name :
       {"--log_as_json", "--log_callers", "--logtostderr", "--alsologtostderr"}) {
    command.add_flag(name)->group(kHidden);
  }
}

// Flags whose use Istio 0.8 announced the end of, in the order in which it lists them.
constexpr std::array<std::string_view, 12> kDeprecatedFlags = {"coreDump",
                                                               "imagePullPolicy",
                                                               "includeIPRanges",
                                                               "excludeIPRanges",
                                                               "hub",
                                                               "tag",
                                                               "includeInboundPorts",
                                                               "excludeInboundPorts",
                                                               "debug",
                                                               "verbosity",
                                                               "sidecarProxyUID",
                                                               "setVersionString"};

// What Istio's releases were published as, for a --hub and --tag that are not given.
std::string_view DefaultTag(Compat compat) {
  switch (compat) {
    case Compat::k0_5_0: return "0.5.0";
    case Compat::k0_5_1: return "0.5.1";
    case Compat::k0_6: return "0.6.0";
    case Compat::k0_7: return "0.7.1";
    default: return "";
  }
}

// istioctl's environment switch of 0.8: --hub and --tag work as they did before.
bool UsesBuiltinDefaults(const char* value) {
  if (value == nullptr) return false;
  std::string text(value);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return text == "true" || text == "1";
}

void AddProblem(const Result<void>& result, std::vector<std::string>& problems) {
  if (!result.has_value()) problems.push_back(result.error().message);
}

// validateFlags of Istio's kube-inject.
std::vector<std::string> FlagProblems(const KubeInjectOptions& options) {
  std::vector<std::string> problems;
  if (!options.filenames.empty() && options.emit_template) {
    problems.emplace_back("--filename and --emitTemplate are mutually exclusive");
  }
  const bool is_named = std::all_of(options.filenames.begin(), options.filenames.end(),
                                    [](const std::string& name) { return !name.empty(); });
  if (!is_named || (options.filenames.empty() && !options.emit_template)) {
    problems.emplace_back("filename not specified (see --filename or -f)");
  }
  if (options.mesh_config_file.empty() && options.mesh_config_map_name.empty()) {
    problems.emplace_back("--meshConfigFile or --meshConfigMapName must be set");
  }
  if (options.compat < Compat::k0_8) {
    if (!options.inject_config_file.empty() && !options.inject_config_map_name.empty()) {
      problems.emplace_back("--injectConfigFile and --injectConfigMapName are mutually exclusive");
    }
    return problems;
  }
  AddProblem(inject::ValidateIncludeIPRanges(options.params.include_ip_ranges), problems);
  AddProblem(inject::ValidateExcludeIPRanges(options.params.exclude_ip_ranges), problems);
  AddProblem(inject::ValidateIncludeInboundPorts(options.include_inbound_ports), problems);
  AddProblem(inject::ValidateExcludeInboundPorts(options.params.exclude_inbound_ports), problems);
  return problems;
}

// Values that end up in the text of the built-in template, where they must stay one YAML scalar.
Result<void> CheckTemplateValues(const KubeInjectOptions& options) {
  const std::pair<std::string_view, const std::string&> values[] = {
      {"--hub", options.hub},
      {"--tag", options.tag},
      {"--imagePullPolicy", options.params.image_pull_policy},
      {"--includeIPRanges", options.params.include_ip_ranges},
      {"--excludeIPRanges", options.params.exclude_ip_ranges},
      {"--excludeInboundPorts", options.params.exclude_inbound_ports}};
  for (const auto& [flag, value] : values) {
    const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             std::string_view("-._/:@,+*[]").find(c) != std::string_view::npos;
    });
    if (!is_plain) {
      return Usage("invalid argument \"" + value + "\" for \"" + std::string(flag) +
                   "\" flag: contains a character that has no place there");
    }
  }
  return {};
}

// An empty one would select the default, which nobody means who writes --tag "$TAG".
Result<void> CheckNotEmpty(const KubeInjectOptions& options) {
  const std::pair<std::string_view, const std::string&> values[] = {{"hub", options.hub},
                                                                    {"tag", options.tag}};
  const std::vector<std::string>& given = options.deprecated_flags_given;
  for (const auto& [flag, value] : values) {
    if (value.empty() && std::find(given.begin(), given.end(), flag) != given.end()) {
      return Usage("invalid argument \"\" for \"--" + std::string(flag) +
                   "\" flag: the value is empty");
    }
  }
  return {};
}

// Where 0.8 and later take the template from, if not from a file.
Result<void> CheckModernSource(const KubeInjectOptions& options) {
  if (options.hub.empty() && options.tag.empty()) {
    if (!options.inject_config_file.empty() || !options.inject_config_map_name.empty()) return {};
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet, and none changes it.
  if (!UsesBuiltinDefaults(std::getenv("ISTIOCTL_USE_BUILTIN_DEFAULTS"))) {
    return Usage(
        "one of injectConfigFile or injectConfigMapName is required\n"
        "use the following command to get the current injector file\n"
        "kubectl -n istio-system get configmap istio-sidecar-injector "
        "-o=jsonpath='{.data.config}' > /tmp/injectConfigFile.yaml");
  }
  if (options.hub.empty() || options.tag.empty()) {
    return Usage("hub and tag are both required. got hub: '" + options.hub + "', tag: '" +
                 options.tag + "'");
  }
  return {};
}

}  // namespace

void AddKubeInjectOptions(CLI::App& command, KubeInjectOptions& options) {
  command.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  AddInputOptions(command, options);
  AddConfigOptions(command, options);
  AddTemplateOptions(command, options);
  AddBehaviourOptions(command, options);
  AddClusterOptions(command, options);
  AddIgnoredOptions(command);
  SetValueSyntax(command);
  // The parser calls it when the subcommand's arguments are complete.
  command.callback([&command, &options] {
    options.kubeconfig_given = command.count("--kubeconfig") > 0;
    options.mesh_config_map_given = command.count("--meshConfigMapName") > 0;
    options.inject_config_map_given = command.count("--injectConfigMapName") > 0;
    options.include_ip_ranges_given = command.count("--includeIPRanges") > 0;
    for (const std::string_view flag : kDeprecatedFlags) {
      if (command.count("--" + std::string(flag)) > 0) {
        options.deprecated_flags_given.emplace_back(flag);
      }
    }
  });
}

Result<void> CompleteOptions(KubeInjectOptions& options) {
  const std::optional<Compat> compat = inject::ParseCompat(options.compat_name);
  if (!compat.has_value()) {
    return Usage("invalid argument \"" + options.compat_name +
                 "\" for \"--compat\" flag: must be one of 0.5, 0.5.1, 0.6, 0.7, 0.8, 1.0");
  }
  options.compat = *compat;
  const bool is_modern = options.compat >= Compat::k0_8;
  if (is_modern && !options.inject_config_map_given) {
    options.inject_config_map_name = "istio-sidecar-injector";
  }
  if (is_modern && !options.include_ip_ranges_given) options.params.include_ip_ranges = "*";

  const std::vector<std::string> problems = FlagProblems(options);
  if (!problems.empty()) return Usage(is_modern ? Join(problems, "; ") : problems.front());
  if (Result<void> checked = CheckNotEmpty(options); !checked.has_value()) return checked;
  if (Result<void> checked = CheckTemplateValues(options); !checked.has_value()) return checked;
  if (is_modern) {
    if (Result<void> checked = CheckModernSource(options); !checked.has_value()) return checked;
  } else {
    if (options.hub.empty()) options.hub = "docker.io/istio";
    if (options.tag.empty()) options.tag = DefaultTag(options.compat);
  }
  options.params.init_image = inject::InitImageName(options.hub, options.tag);
  options.params.proxy_image =
      inject::ProxyImageName(options.hub, options.tag, options.params.debug_mode, options.compat);
  return {};
}

}  // namespace sidecar::cli
