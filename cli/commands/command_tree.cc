#include "cli/commands/command_tree.h"

#include <CLI/CLI.hpp>

namespace sidecar::cli {
namespace {

// The parser writes the values a flag accepts into its type name: "TEXT:{0.5,0.6}".
std::vector<std::string> ChoicesIn(const std::string& type_name) {
  const auto open = type_name.find('{');
  const auto close = type_name.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type_name.substr(open + 1, close - open - 1), ',');
}

Flag DescribeFlag(const CLI::Option& option) {
  Flag flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  flag.description = option.get_description();
  if (option.get_items_expected_max() == 0) return flag;
  const std::string type_name = option.get_type_name();
  flag.choices = ChoicesIn(type_name);
  flag.value = type_name.substr(0, type_name.find(':'));
  if (!flag.choices.empty() || flag.value.empty()) flag.value = "VALUE";
  return flag;
}

}  // namespace

Command DescribeCommand(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      const std::vector<std::string> choices = ChoicesIn(option->get_type_name());
      command.arguments.insert(command.arguments.end(), choices.begin(), choices.end());
    }
    if (!option->get_group().empty() && option->nonpositional()) {
      command.flags.push_back(DescribeFlag(*option));
    }
  }
  for (const CLI::App* subcommand : app.get_subcommands(nullptr)) {
    if (subcommand->get_group().empty()) continue;
    command.subcommands.push_back(DescribeCommand(*subcommand));
  }
  return command;
}

}  // namespace sidecar::cli
