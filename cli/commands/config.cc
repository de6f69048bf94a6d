#include <memory>
#include <string>

#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "controller/default_config.h"

// `config defaults`: prints the injection configurations that the program carries.

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Prints an injection configuration that the program carries: release or debug.

These are Istio 0.5's, as the controller uses them with --defaultConfig: something to start from.

The exit code is 0, 1 if the output cannot be written, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  sidecar-injector config defaults release > inject.yaml
  kubectl -n istio-system create configmap istio-inject --from-file=config=inject.yaml)";

}  // namespace

void AddConfigCommand(Commands& commands) {
  const auto what = std::make_shared<std::string>();
  const auto name = std::make_shared<std::string>("release");
  CLI::App& command = commands.Add("config", kHelp, [name] {
    const auto config = controller::FindDefaultConfig(*name);
    return config.has_value() && Print(*config) ? kExitOk : kExitInputFailed;
  });
  command.footer(kExamples);
  command.add_option("what", *what, "What to print")
      ->required()
      ->check(CLI::IsMember({"defaults"}));
  command.add_option("name", *name, "Which one")->check(CLI::IsMember({"release", "debug"}));
}

}  // namespace sidecar::cli
