#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/commands/command_reference.h"
#include "cli/commands/commands.h"
#include "cli/commands/completion.h"
#include "cli/commands/man_page.h"
#include "cli/exit_codes.h"
#include "cli/flag_values.h"
#include "cli/print.h"
#include "cli/version.h"
#include "lib/yaml/convert.h"

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

constexpr const char* kCompletionHelp =
    R"(Prints a shell completion script.

It knows the commands, their flags, and the values of flags that take one of a few.

The exit code is 0, 1 if the output cannot be written, and 2 for a shell that is not known.)";
constexpr const char* kCompletionExamples = R"(Examples:
  . <(sidecar-injector completion bash)
  sidecar-injector completion zsh > ~/.zsh/completions/_sidecar-injector
  sidecar-injector completion fish > ~/.config/fish/completions/sidecar-injector.fish)";

constexpr const char* kManHelp =
    R"(Prints the manual page, or the reference of all commands.

Both are made of what --help shows.

The exit code is 0, 1 if the output cannot be written, and 2 for a wrong command line.)";
constexpr const char* kManExamples = R"(Examples:
  sidecar-injector man | man -l -
  sidecar-injector man -o markdown > commands.md)";

constexpr const char* kVersionHelp =
    R"(Prints the version.

The exit code is 0, 1 if the output cannot be written, and 2 for a wrong command line.)";
constexpr const char* kVersionExamples = R"(Examples:
  sidecar-injector version
  sidecar-injector version -o json)";

constexpr const char* kHelpHelp =
    R"(Prints the help of a command.

The exit code is 0, 1 if the output cannot be written, and 2 for a command that there is not.)";
constexpr const char* kHelpExamples = R"(Examples:
  sidecar-injector help
  sidecar-injector help status)";

std::string VersionText(const std::string& format) {
  if (format == "text") return "sidecar-injector " + std::string(kVersion) + '\n';
#if defined(__aarch64__)
  constexpr const char* kPlatform = "linux/arm64";
#else
  constexpr const char* kPlatform = "linux/amd64";
#endif
  const nlohmann::ordered_json json = {
      {"version", kVersion}, {"compiler", __VERSION__}, {"platform", kPlatform}};
  constexpr int kIndent = 2;
  std::string text = json.dump(kIndent) + '\n';
  if (format == "json") return text;
  const Result<std::string> yaml = yaml::JsonToYaml(text);
  return yaml.has_value() ? *yaml : text;
}

int PrintText(const std::string& text) {
  return Print(text) ? kExitOk : kExitInputFailed;
}

void AddCompletionCommand(Commands& commands) {
  CLI::App& program = commands.program();
  const auto shell = std::make_shared<std::string>();
  CLI::App& command = commands.Add("completion", kCompletionHelp, [&program, shell] {
    const Result<std::string> script = Completion(program, *shell);
    if (script.has_value()) return PrintText(*script);
    PrintError(script.error().message);
    return kExitUsage;
  });
  command.footer(kCompletionExamples);
  OfferChoices(*command.add_option("shell", *shell, "Which shell")->required(),
               {"bash", "zsh", "fish"});
}

void AddManCommand(Commands& commands) {
  CLI::App& program = commands.program();
  const auto format = std::make_shared<std::string>("man");
  CLI::App& command = commands.Add("man", kManHelp, [&program, format] {
    return PrintText(*format == "man" ? ManPage(program, kVersion) : CommandReference(program));
  });
  command.footer(kManExamples);
  command.add_option("-o,--output", *format, "How to print")
      ->check(CLI::IsMember({"man", "markdown"}))
      ->capture_default_str();
}

void AddVersionCommand(Commands& commands) {
  const auto format = std::make_shared<std::string>("text");
  CLI::App& command =
      commands.Add("version", kVersionHelp, [format] { return PrintText(VersionText(*format)); });
  command.footer(kVersionExamples);
  command.add_option("-o,--output", *format, "How to print")
      ->check(CLI::IsMember({"text", "json", "yaml"}))
      ->capture_default_str();
}

}  // namespace

void AddDocumentationCommands(Commands& commands) {
  AddCompletionCommand(commands);
  AddManCommand(commands);
  AddVersionCommand(commands);
  CLI::App& program = commands.program();
  const auto topic = std::make_shared<std::string>();
  CLI::App& command =
      commands.Add("help", kHelpHelp, [&program, topic] { return PrintHelp(program, *topic); });
  command.footer(kHelpExamples);
  command.add_option("command", *topic, "Which command; all of them without it");
}

}  // namespace sidecar::cli
