#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

namespace sidecar::cli {

// The subcommands of the program. Each has a file of its own in this folder, whose Add...Command
// declares it here: its flags, its help, and what runs it.
class Commands {
 public:
  explicit Commands(CLI::App& program) : program_(program) {}

  // Declares a subcommand. The first paragraph of `help` stands in the list of commands. If it is
  // the one asked for, `run` is called once the command line is parsed; its result is the exit
  // code.
  CLI::App& Add(const std::string& name, const std::string& help, std::function<int()> run) {
    CLI::App* const command = program_.add_subcommand(name, help);
    runs_.emplace_back(command, std::move(run));
    return *command;
  }

  // Runs what was asked for; `otherwise` if nothing was.
  int Run(const std::function<int()>& otherwise) const {
    for (const auto& [command, run] : runs_) {
      if (command->parsed()) return run();
    }
    return otherwise();
  }

  CLI::App& program() { return program_; }

 private:
  CLI::App& program_;
  std::vector<std::pair<CLI::App*, std::function<int()>>> runs_;
};

void AddCheckCommand(Commands& commands);
void AddControllerCommand(Commands& commands);
void AddConfigCommand(Commands& commands);
void AddCrdsCommand(Commands& commands);
void AddCreateSignedCertCommand(Commands& commands);
void AddExplainCommand(Commands& commands);
void AddDiffCommand(Commands& commands);
void AddDoctorCommand(Commands& commands);
void AddKubeInjectCommand(Commands& commands);
void AddLintCommand(Commands& commands);
void AddPatchCaBundleCommand(Commands& commands);
void AddRenderCommand(Commands& commands);
void AddRestartCommand(Commands& commands);
void AddWebhookCommand(Commands& commands);
void AddProbeCommand(Commands& commands);
void AddSelftestCommand(Commands& commands);
void AddStatusCommand(Commands& commands);
void AddUninjectCommand(Commands& commands);
// completion, man, version, help.
void AddDocumentationCommands(Commands& commands);

}  // namespace sidecar::cli
