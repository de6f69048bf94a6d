#include "cli/command_line.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/commands/completion.h"
#include "cli/commands/kube_inject.h"
#include "cli/commands/man_page.h"
#include "cli/commands/webhook.h"
#include "cli/flag_values.h"
#include "webhook/endpoint.h"

namespace sidecar::cli {
namespace {

constexpr std::string_view kVersion = SIDECAR_VERSION;

constexpr const char* kKubeInjectHelp =
    R"(Puts the sidecar of an injection template into Kubernetes workloads.

Deployments, DaemonSets, ReplicaSets, StatefulSets, Jobs, CronJobs, Pods, ReplicationControllers,
OpenShift's DeploymentConfigs and Lists of all these are injected; every other document passes
through byte for byte, so that a file may hold a whole application. Injecting twice changes nothing.

Takes the flags of Istio 0.5's `istioctl kube-inject`. Works without a cluster.)";

constexpr const char* kKubeInjectExamples = R"(Examples:
  # Inject on the fly before applying.
  kubectl apply -f <(sidecar-injector kube-inject -f app.yaml)

  # Keep the injected version of a directory.
  sidecar-injector kube-inject -f manifests/ -R -o injected.yaml

  # Update what runs already.
  kubectl get deployment -o yaml | sidecar-injector kube-inject -f - | kubectl apply -f -

  # Use a template and a mesh configuration of your own.
  sidecar-injector kube-inject --injectConfigFile inject.yaml --meshConfigFile mesh.yaml -f app.yaml

  # A configuration to start from.
  sidecar-injector kube-inject --emitTemplate > inject.yaml)";

constexpr const char* kWebhookHelp =
    R"(Serves the admission webhook that injects pods as they are created.

Takes the flags of Istio 0.5's `sidecar-injector`. Reads its configuration, its certificate and its
key from files, and reads them again when they change.)";

HttpHandler MakeEndpoint(const HandlerParts& parts) {
  return webhook::MakeInjectionEndpoint(parts.options.admission, parts.injection, parts.metrics,
                                        parts.log);
}

void Print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

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

struct Program {
  CLI::App app{"Puts sidecar containers into Kubernetes pods.", "sidecar-injector"};
  KubeInjectOptions kube_inject;
  std::string shell;
  std::string help_topic;
  CLI::App* help_command = nullptr;
  CLI::App* kube_inject_command = nullptr;
  WebhookOptions webhook;
  CLI::App* webhook_command = nullptr;
  ProbeOptions probe;
  CLI::App* probe_command = nullptr;
  CLI::App* completion_command = nullptr;
  CLI::App* man_command = nullptr;
  CLI::App* version_command = nullptr;

  Program() {
    // As with pflag, a flag given twice has its last value; subcommands inherit it.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.require_subcommand(0, 1);  // What follows a subcommand is never another: help kube-inject.
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", std::string(kVersion));
    kube_inject_command = app.add_subcommand("kube-inject", kKubeInjectHelp);
    kube_inject_command->footer(kKubeInjectExamples);
    AddKubeInjectOptions(*kube_inject_command, kube_inject);
    webhook_command = app.add_subcommand("webhook", kWebhookHelp);
    AddWebhookOptions(*webhook_command, webhook);
    probe_command = app.add_subcommand(
        "probe",
        "Check the liveness or readiness of a locally-running server, by the file of "
        "its --healthCheckFile");
    AddProbeOptions(*probe_command, probe);
    completion_command = app.add_subcommand("completion", "Print a shell completion script");
    CLI::Option* const shell_name = completion_command->add_option("shell", shell, "Which shell");
    OfferChoices(*shell_name->required(), {"bash", "zsh", "fish"});
    man_command = app.add_subcommand("man", "Print the manual page");
    version_command = app.add_subcommand("version", "Print the version");
    help_command = app.add_subcommand("help", "Print the help of a command");
    help_command->add_option("command", help_topic, "Which command; all of them without it");
  }

  int Run() {
    if (kube_inject_command->parsed()) return RunKubeInject(std::move(kube_inject));
    if (webhook_command->parsed()) return RunWebhook(std::move(webhook), MakeEndpoint);
    if (probe_command->parsed()) return RunProbe(probe);
    if (help_command->parsed()) return Help();
    if (man_command->parsed()) {
      Print(ManPage(app, kVersion));
    } else if (version_command->parsed()) {
      Print("sidecar-injector " + std::string(kVersion) + '\n');
    } else if (completion_command->parsed()) {
      const Result<std::string> script = Completion(app, shell);
      if (!script.has_value()) return UsageError(app, script.error().message);
      Print(*script);
    } else {
      Print(app.help());
      return kExitUsage;
    }
    return kExitOk;
  }

  int Help() {
    app.clear();  // Else it would be the help of `help`.
    if (help_topic.empty()) {
      Print(app.help());
      return kExitOk;
    }
    const std::vector<CLI::App*> commands = app.get_subcommands(
        [this](CLI::App* command) { return command->get_name() == help_topic; });
    if (commands.empty()) {
      return UsageError(app,
                        "unknown command \"" + help_topic + "\" for \"" + app.get_name() + '"');
    }
    const CLI::App* const topic = commands.front();
    Print(topic->help(app.get_name()));
    return kExitOk;
  }
};

}  // namespace

int Main(int argc, const char* const* argv) {
  Program program;
  try {
    std::vector<std::string> arguments = Arguments(argc, argv);
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
