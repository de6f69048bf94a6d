#include "cli/command_line.h"

#include <algorithm>
#include <array>
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
#include "cli/commands/command_tree.h"
#include "cli/commands/commands.h"
#include "cli/commands/suggestions.h"
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

// What is closest to a word among what is offered, and not further than `limit`.
class Closest {
 public:
  explicit Closest(std::size_t limit) : distance_(limit + 1) {}

  void Offer(std::string name, std::size_t distance) {
    if (distance >= distance_) return;
    distance_ = distance;
    name_ = std::move(name);
  }

  // Empty where nothing is close.
  const std::string& name() const { return name_; }

 private:
  std::size_t distance_;
  std::string name_;
};

// The long flag of the command that `flag` begins or is closest to, or nothing that is close.
std::string Similar(const CLI::App& command, std::string_view flag) {
  constexpr std::size_t kClose = 3;
  constexpr std::size_t kTellingPrefix = 5;  // With the dashes.
  Closest closest(kClose);
  for (const CLI::Option* const option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) {
      const std::string whole = "--" + name;
      const bool is_begun = flag.size() >= kTellingPrefix && whole.starts_with(flag);
      closest.Offer(whole, is_begun ? 0 : Distance(flag, whole));
    }
  }
  return closest.name();
}

// The subcommand that `word` is closest to, or nothing that is close.
std::string SimilarCommand(const CLI::App& command, std::string_view word) {
  constexpr std::size_t kClose = 2;
  // Something of the word must be left.
  Closest closest(std::min(kClose, word.empty() ? 0 : word.size() - 1));
  for (const CLI::App* const each : command.get_subcommands([](const CLI::App*) { return true; })) {
    closest.Offer(each->get_name(), Distance(word, each->get_name()));
  }
  return closest.name();
}

std::string DidYouMean(const std::string& similar) {
  return similar.empty() ? "" : " (did you mean " + similar + "?)";
}

// What pflag says about an argument that no flag claims.
std::string ExplainExtra(const CLI::App& command, const std::string& called_as,
                         const std::string& argument) {
  if (!argument.starts_with('-') || argument == "-") {
    if (command.get_name() == "kube-inject") {
      return "unexpected argument \"" + argument + "\": input files are given with -f";
    }
    return "unknown command \"" + argument + "\" for \"" + called_as + '"' +
           DidYouMean(SimilarCommand(command, argument));
  }
  if (!argument.starts_with("--")) {
    return "unknown shorthand flag: '" + argument.substr(1, 1) + "' in " + argument;
  }
  const std::string flag = argument.substr(0, argument.find('='));
  return "unknown flag: " + flag + DidYouMean(Similar(command, flag));
}

// `message` is "NAME: VALUE not in {A,B}", as CLI::IsMember has it; said as of other wrong values.
std::string ExplainChoice(std::string_view message) {
  constexpr std::string_view kBetween = " not in {";
  const std::size_t colon = message.find(": ");
  const std::size_t between = message.rfind(kBetween);
  if (colon >= between || between == message.npos) return std::string(message);
  const std::string name(message.substr(0, colon));
  const std::string value(message.substr(colon + 2, between - colon - 2));
  std::string choices;
  for (const char letter : message.substr(between + kBetween.size())) {
    if (letter != '}') choices += letter;
    if (letter == ',') choices += ' ';
  }
  return "invalid argument \"" + value + "\" for \"" + name + '"' +
         (name.starts_with('-') ? " flag" : "") + ": must be " +
         (choices.find(',') == std::string::npos ? "" : "one of ") + choices;
}

const CLI::App& CommandAskedFor(const CLI::App& program) {
  const std::vector<CLI::App*> commands = program.get_subcommands();
  return commands.empty() ? program : *commands.front();
}

constexpr std::string_view kProgram = "sidecar-injector";

// What the program is called as. A file whose name begins with "kubectl-" is a plugin of kubectl,
// which runs it for `kubectl sidecar`.
std::string CalledAs(int argc, const char* const* argv) {
  constexpr std::string_view kPlugin = "kubectl-";
  std::string_view name = argc > 0 ? argv[0] : "";
  name.remove_prefix(name.rfind('/') + 1);
  if (!name.starts_with(kPlugin)) return std::string(kProgram);
  std::string called = "kubectl " + std::string(name.substr(kPlugin.size()));
  std::replace(called.begin(), called.end(), '_', '-');  // As kubectl reads file names.
  return called;
}

// Whether kubectl asks what may follow `kubectl sidecar ...`.
bool IsAskedToComplete(int argc, const char* const* argv) {
  std::string_view name = argc > 0 ? argv[0] : "";
  name.remove_prefix(name.rfind('/') + 1);
  return name.starts_with("kubectl_complete-");
}

// The text with the program called by another name, where a command begins.
std::string Renamed(std::string_view text, const std::string& called_as) {
  std::string renamed;
  while (true) {
    const std::size_t at = text.find(kProgram);
    renamed.append(text.substr(0, at));
    if (at == text.npos) return renamed;
    text.remove_prefix(at + kProgram.size());
    const bool begins =
        renamed.empty() || std::string_view(" \n(`").find(renamed.back()) != std::string_view::npos;
    renamed.append(begins && text.starts_with(' ') ? std::string_view(called_as) : kProgram);
  }
}

// The text with one empty line between its parts, where CLI11 has two, or none before "Usage:".
std::string Spaced(std::string text) {
  for (std::size_t at = text.find("\n\n\n"); at != text.npos; at = text.find("\n\n\n", at)) {
    text.erase(at, 1);
  }
  const std::size_t usage = text.find("\nUsage:");
  if (usage != text.npos) text.insert(usage, "\n");
  return text;
}

// Lists a command by the first paragraph of its help, and names the program as it was called.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string called_as) : called_as_(std::move(called_as)) {}

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    return Renamed(Spaced(CLI::Formatter::make_help(app, std::move(name), mode)), called_as_);
  }

  std::string make_subcommand(const CLI::App* command) const override {
    const std::string text = command->get_description();
    std::stringstream line;
    CLI::detail::format_help(line, command->get_display_name(true),
                             text.substr(0, text.find("\n\n")), column_width_);
    return line.str();
  }

 private:
  std::string called_as_;
};

struct Declaration {
  std::string_view name;
  void (*declare)(Commands&);
};

// In the order of the list of commands.
constexpr std::array kDeclarations = {
    Declaration{"kube-inject", &AddKubeInjectCommand},
    Declaration{"uninject", &AddUninjectCommand},
    Declaration{"diff", &AddDiffCommand},
    Declaration{"check", &AddCheckCommand},
    Declaration{"explain", &AddExplainCommand},
    Declaration{"status", &AddStatusCommand},
    Declaration{"restart", &AddRestartCommand},
    Declaration{"doctor", &AddDoctorCommand},
    Declaration{"lint", &AddLintCommand},
    Declaration{"render", &AddRenderCommand},
    Declaration{"config", &AddConfigCommand},
    Declaration{"webhook", &AddWebhookCommand},
    Declaration{"controller", &AddControllerCommand},
    Declaration{"probe", &AddProbeCommand},
    Declaration{"create-signed-cert", &AddCreateSignedCertCommand},
    Declaration{"patch-ca-bundle", &AddPatchCaBundleCommand},
    Declaration{"selftest", &AddSelftestCommand},
    Declaration{"crds", &AddCrdsCommand}};

// Declares the command that the first argument names, or else all of them: a command that runs for
// days, or a thousand times a minute, is not to pay for the flags of the others.
void DeclareCommands(std::string_view first, Commands& commands) {
  const auto* const named = std::find_if(kDeclarations.begin(), kDeclarations.end(),
                                         [&](const auto& each) { return each.name == first; });
  if (named != kDeclarations.end()) return named->declare(commands);
  for (const Declaration& each : kDeclarations) each.declare(commands);
  AddDocumentationCommands(commands);
}

struct Program {
  CLI::App app{"Puts sidecar containers into Kubernetes pods.", std::string(kProgram)};
  Commands commands{app};
  std::string called_as;

  Program(std::string name, std::string_view first) : called_as(std::move(name)) {
    // As with pflag, a flag given twice has its last value; subcommands inherit it.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.require_subcommand(0, 1);  // What follows a subcommand is never another: help kube-inject.
    app.formatter(std::make_shared<HelpFormatter>(called_as));
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", std::string(kVersion));
    DeclareCommands(first, commands);
    // Last: commands inherit it, and are to have their own.
    app.footer(
        "Examples:\n  sidecar-injector kube-inject -f app.yaml | kubectl apply -f -\n"
        "  sidecar-injector explain deployment/web -n shop\n"
        "  sidecar-injector status -A\n\n"
        "Installed as kubectl-sidecar it is a plugin: kubectl sidecar status -A.\n\n"
        "The exit code of every command is told by its help; 2 is a wrong command line.");
  }

  int Run() {
    return commands.Run([this] {
      Print(app.help());
      return kExitUsage;
    });
  }
};

std::string ExplainExtras(const Program& program) {
  const CLI::App& command = CommandAskedFor(program.app);
  const std::vector<std::string> extras = command.remaining();
  const bool is_program = &command == &program.app;
  return ExplainExtra(command, is_program ? program.called_as : command.get_name(),
                      extras.empty() ? "" : extras.front());
}

// `message` is "NAME is required".
std::string ExplainMissing(std::string_view message) {
  if (message.starts_with('-')) return std::string(message);
  return "missing argument: " + std::string(message.substr(0, message.find(' ')));
}

int UsageError(const Program& program, const std::string& message) {
  const CLI::App& command = CommandAskedFor(program.app);
  std::string path = program.called_as;
  if (&command != &program.app) path += ' ' + command.get_name();
  PrintError(message + "\nRun '" + path + " --help' for usage.");
  return kExitUsage;
}

}  // namespace

int Main(int argc, const char* const* argv) {
  const bool completes = IsAskedToComplete(argc, argv);
  Program program(CalledAs(argc, argv), argc > 1 && !completes ? argv[1] : "");
  if (completes) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    return Print(Suggest(DescribeCommand(program.app), words)) ? kExitOk : kExitInputFailed;
  }
  try {
    std::vector<std::string> arguments = Arguments(argc, argv, program.app);
    std::reverse(arguments.begin(), arguments.end());  // The parser wants the last first.
    program.app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Print(program.app.help()) ? kExitOk : kExitInputFailed;
  } catch (const CLI::CallForVersion&) {
    const bool printed = Print("sidecar-injector " + std::string(kVersion) + '\n');
    return printed ? kExitOk : kExitInputFailed;
  } catch (const CLI::ExtrasError&) {
    return UsageError(program, ExplainExtras(program));
  } catch (const CLI::RequiredError& error) {
    // What was mistyped is often what is missing.
    if (!CommandAskedFor(program.app).remaining().empty()) {
      return UsageError(program, ExplainExtras(program));
    }
    return UsageError(program, ExplainMissing(error.what()));
  } catch (const CLI::ValidationError& error) {
    return UsageError(program, ExplainChoice(error.what()));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view message = error.what();
    return UsageError(
        program, "flag needs an argument: " + std::string(message.substr(0, message.find(": "))));
  } catch (const CLI::ParseError& error) {
    return UsageError(program, error.what());
  }
  return program.Run();
}

}  // namespace sidecar::cli
