#pragma once

#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/inject/compat.h"
#include "lib/inject/config.h"
#include "lib/kubetypes/mesh_config.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// Where a command takes the injection from that it works with.
struct InjectionFlags {
  std::string inject_config_file;  // Empty: the built-in template.
  std::string mesh_config_file;    // Empty: the release's defaults.
  std::string compat_name = "0.5";
};

// Declares --injectConfigFile, --meshConfigFile and --compat. `flags` must outlive the parsing.
void AddInjectionFlags(CLI::App& command, InjectionFlags& flags);

// What the flags name, read and compiled.
struct Injection {
  inject::Compat compat = inject::Compat::k0_5_0;
  std::string text;       // Of the injection configuration.
  std::string mesh_text;  // Of the mesh configuration; empty for the defaults.
};

// The release of --compat. The error is a usage error.
Result<inject::Compat> CompatOf(const InjectionFlags& flags);

// Reads both files. Errors name the file.
Result<Injection> ReadInjection(const InjectionFlags& flags);

// The mesh configuration of an injection. Errors name the file.
Result<std::shared_ptr<const kubetypes::MeshConfig>> ParseMesh(const Injection& injection,
                                                               const InjectionFlags& flags);

// Its injection configuration, ready for use. Errors name the file.
Result<std::shared_ptr<const inject::Config>> CompileConfig(const Injection& injection,
                                                            const InjectionFlags& flags);

}  // namespace sidecar::cli
