#include "cli/command_line.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/version.h"

namespace sidecar::cli {
namespace {

// Edit distance, for "did you mean"; flags are short.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

// The long flag of the command that `flag` begins or is closest to, or nothing that is close.
std::string Similar(const CLI::App& command, std::string_view flag) {
  constexpr std::size_t kClose = 3;
  constexpr std::size_t kTellingPrefix = 5;  // With the dashes.
  std::string best;
  std::size_t best_distance = kClose + 1;
  for (const CLI::Option* const option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) {
      const bool is_begun = flag.size() >= kTellingPrefix && ("--" + name).starts_with(flag);
      const std::size_t distance = is_begun ? 0 : Distance(flag, "--" + name);
      if (distance >= best_distance) continue;
      best_distance = distance;
      best = "--" + name;
    }
  }
  return best;
}

// What pflag says about an argument that no flag claims.
std::string ExplainExtra(const CLI::App& command, const std::string& argument) {
  if (!argument.starts_with('-') || argument == "-") {
    if (command.get_name() == "kube-inject") {
      return "unexpected argument \"" + argument + "\": input files are given with -f";
    }
    return "unknown command \"" + argument + "\" for \"" + command.get_name() + '"';
  }
  if (!argument.starts_with("--")) {
    return "unknown shorthand flag: '" + argument.substr(1, 1) + "' in " + argument;
  }
  const std::string flag = argument.substr(0, argument.find('='));
  const std::string similar = Similar(command, flag);
  return "unknown flag: " + flag + (similar.empty() ? "" : " (did you mean " + similar + "?)");
}

const CLI::App& CommandAskedFor(const CLI::App& program) {
  const std::vector<CLI::App*> commands = program.get_subcommands();
  return commands.empty() ? program : *commands.front();
}

int UsageError(const CLI::App& program, const std::string& message) {
  const CLI::App& command = CommandAskedFor(program);
  std::string path = program.get_name();
  if (&command != &program) path += ' ' + command.get_name();
  PrintError(message + "\nRun '" + path + " --help' for usage.");
  return kExitUsage;
}

// Lists a command by the first paragraph of its help.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_subcommand(const CLI::App* command) const override {
    const std::string text = command->get_description();
    std::stringstream line;
    CLI::detail::format_help(line, command->get_display_name(true),
                             text.substr(0, text.find("\n\n")), column_width_);
    return line.str();
  }
};

struct Program {
  CLI::App app{"Puts sidecar containers into Kubernetes pods.", "sidecar-injector"};
  Commands commands{app};

  Program() {
    // As with pflag, a flag given twice has its last value; subcommands inherit it.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.require_subcommand(0, 1);  // What follows a subcommand is never another: help kube-inject.
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", std::string(kVersion));
    AddKubeInjectCommand(commands);
    AddUninjectCommand(commands);
    AddDiffCommand(commands);
    AddCheckCommand(commands);
    AddExplainCommand(commands);
    AddStatusCommand(commands);
    AddRestartCommand(commands);
    AddDoctorCommand(commands);
    AddLintCommand(commands);
    AddRenderCommand(commands);
    AddConfigCommand(commands);
    AddWebhookCommand(commands);
    AddControllerCommand(commands);
    AddProbeCommand(commands);
    AddCreateSignedCertCommand(commands);
    AddPatchCaBundleCommand(commands);
    AddSelftestCommand(commands);
    AddCrdsCommand(commands);
    AddDocumentationCommands(commands);
  }

  int Run() {
    return commands.Run([this] {
      Print(app.help());
      return kExitUsage;
    });
  }
};

}  // namespace

int Main(int argc, const char* const* argv) {
  Program program;
  try {
    std::vector<std::string> arguments = Arguments(argc, argv, program.app);
    std::reverse(arguments.begin(), arguments.end());  // The parser wants the last first.
    program.app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    Print(program.app.help());
    return kExitOk;
  } catch (const CLI::CallForVersion&) {
    Print("sidecar-injector " + std::string(kVersion) + '\n');
    return kExitOk;
  } catch (const CLI::ExtrasError&) {
    const CLI::App& command = CommandAskedFor(program.app);
    const std::vector<std::string> extras = command.remaining();
    return UsageError(program.app, ExplainExtra(command, extras.empty() ? "" : extras.front()));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view message = error.what();
    return UsageError(program.app, "flag needs an argument: " +
                                       std::string(message.substr(0, message.find(": "))));
  } catch (const CLI::ParseError& error) {
    return UsageError(program.app, error.what());
  }
  return program.Run();
}

}  // namespace sidecar::cli
