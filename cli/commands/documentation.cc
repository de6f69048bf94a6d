#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/completion.h"
#include "cli/commands/man_page.h"
#include "cli/exit_codes.h"
#include "cli/flag_values.h"
#include "cli/print.h"
#include "cli/version.h"

// The commands that describe the program: completion, man, version, help.

namespace sidecar::cli {
namespace {

int PrintHelp(CLI::App& program, const std::string& topic) {
  program.clear();  // Else it would be the help of `help`.
  if (topic.empty()) return Print(program.help()) ? kExitOk : kExitInputFailed;
  const std::vector<CLI::App*> found = program.get_subcommands(
      [&](const CLI::App* command) { return command->get_name() == topic; });
  if (found.empty()) {
    PrintError("unknown command \"" + topic + "\" for \"" + program.get_name() + "\"\nRun '" +
               program.get_name() + " --help' for usage.");
    return kExitUsage;
  }
  return Print(found.front()->help(program.get_name())) ? kExitOk : kExitInputFailed;
}

}  // namespace

void AddDocumentationCommands(Commands& commands) {
  CLI::App& program = commands.program();
  const auto shell = std::make_shared<std::string>();
  CLI::App& completion =
      commands.Add("completion", "Print a shell completion script", [&program, shell] {
        const Result<std::string> script = Completion(program, *shell);
        if (!script.has_value()) {
          PrintError(script.error().message);
          return kExitUsage;
        }
        return Print(*script) ? kExitOk : kExitInputFailed;
      });
  OfferChoices(*completion.add_option("shell", *shell, "Which shell")->required(),
               {"bash", "zsh", "fish"});

  commands.Add("man", "Print the manual page", [&program] {
    return Print(ManPage(program, kVersion)) ? kExitOk : kExitInputFailed;
  });

  commands.Add("version", "Print the version", [] {
    return Print("sidecar-injector " + std::string(kVersion) + '\n') ? kExitOk : kExitInputFailed;
  });

  const auto topic = std::make_shared<std::string>();
  commands
      .Add("help", "Print the help of a command",
           [&program, topic] { return PrintHelp(program, *topic); })
      .add_option("command", *topic, "Which command; all of them without it");
}

}  // namespace sidecar::cli
