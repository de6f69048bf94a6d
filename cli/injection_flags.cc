#include "cli/injection_flags.h"

#include <optional>
#include <utility>

#include <CLI/App.hpp>

#include "cli/flag_values.h"
#include "cli/input_files.h"
#include "lib/inject/builtin_template.h"

namespace sidecar::cli {
namespace {

constexpr std::string_view kHub = "docker.io/istio";

std::string BuiltinConfig(inject::Compat compat) {
  const std::string tag(ToString(compat));
  inject::Params params;
  params.init_image = inject::InitImageName(std::string(kHub), tag);
  params.proxy_image = inject::ProxyImageName(std::string(kHub), tag, params.debug_mode, compat);
  return inject::FormatConfig({.policy = "enabled",
                               .template_text = inject::BuiltinTemplate(params, compat),
                               .warnings = {}});
}

}  // namespace

void AddInjectionFlags(CLI::App& command, InjectionFlags& flags) {
  command
      .add_option("--injectConfigFile", flags.inject_config_file,
                  "Injection configuration {policy, template}; Istio's own template without it")
      ->type_name("FILE");
  command
      .add_option("--meshConfigFile", flags.mesh_config_file,
                  "Mesh configuration; the release's defaults without it")
      ->type_name("FILE");
  CLI::Option* const compat =
      command.add_option("--compat", flags.compat_name, "The Istio release to be like")
          ->type_name("RELEASE")
          ->capture_default_str();
  OfferChoices(*compat, {"0.5", "0.5.1", "0.6", "0.7", "0.8", "1.0"});
}

Result<inject::Compat> CompatOf(const InjectionFlags& flags) {
  const std::optional<inject::Compat> compat = inject::ParseCompat(flags.compat_name);
  if (compat.has_value()) return *compat;
  return Error{ErrorCode::kInvalidArgument, "invalid argument \"" + flags.compat_name +
                                                "\" for \"--compat\" flag: must be one of 0.5, "
                                                "0.5.1, 0.6, 0.7, 0.8, 1.0"};
}

Result<Injection> ReadInjection(const InjectionFlags& flags) {
  Injection injection;
  ASSIGN_OR_RETURN(injection.compat, CompatOf(flags));
  if (flags.inject_config_file.empty()) {
    injection.text = BuiltinConfig(injection.compat);
  } else {
    ASSIGN_OR_RETURN(injection.text, ReadWholeFile(flags.inject_config_file));
  }
  if (!flags.mesh_config_file.empty()) {
    ASSIGN_OR_RETURN(injection.mesh_text, ReadWholeFile(flags.mesh_config_file));
  }
  return injection;
}

Result<std::shared_ptr<const kubetypes::MeshConfig>> ParseMesh(const Injection& injection,
                                                               const InjectionFlags& flags) {
  kubetypes::MeshConfigOptions options;
  options.release = inject::MeshReleaseOf(injection.compat);
  auto mesh = kubetypes::LoadMeshConfig(injection.mesh_text, options);
  if (!mesh.has_value()) return std::move(mesh).error().Annotate(flags.mesh_config_file);
  return std::make_shared<const kubetypes::MeshConfig>(*std::move(mesh));
}

Result<std::shared_ptr<const inject::Config>> CompileConfig(const Injection& injection,
                                                            const InjectionFlags& flags) {
  const auto text = inject::ParseConfig(injection.text);
  if (!text.has_value()) return Error(text.error()).Annotate(flags.inject_config_file);
  auto config = inject::Config::Compile(*text, injection.compat);
  if (!config.has_value()) return std::move(config).error().Annotate(flags.inject_config_file);
  return config;
}

}  // namespace sidecar::cli
