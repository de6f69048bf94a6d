#include "cli/commands/completion.h"

#include <algorithm>

#include "cli/commands/command_tree.h"
#include "lib/base/join.h"

namespace sidecar::cli {
namespace {

std::vector<std::string> FlagNames(const Command& command) {
  std::vector<std::string> names;
  for (const Flag& flag : command.flags) {
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

std::vector<std::string> SubcommandNames(const Command& program) {
  std::vector<std::string> names;
  for (const Command& command : program.subcommands) names.push_back(command.name);
  return names;
}

// "sidecar-injector" as a shell function's name.
std::string Identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return "_" + name;
}

// The first line, without what would end a quoted shell word or a zsh description.
std::string Summary(std::string_view description) {
  std::string summary(description.substr(0, description.find('\n')));
  std::erase_if(summary, [](char c) { return c == '\'' || c == '[' || c == ']' || c == ':'; });
  return summary;
}

std::string Bash(const Command& program) {
  const std::string function = Identifier(program.name);
  std::string cases;
  std::string values;
  for (const Command& command : program.subcommands) {
    std::vector<std::string> words = command.arguments;
    const std::vector<std::string> flags = FlagNames(command);
    words.insert(words.end(), flags.begin(), flags.end());
    cases += "    " + command.name + ") words='" + Join(words, " ") + "' ;;\n";
    for (const Flag& flag : command.flags) {
      if (flag.value.empty()) continue;
      // A flag's value: one of the choices, else a file, which is bash's default.
      values += "    " + command.name + ":" + Join(flag.names, "|" + command.name + ":") +
                ") COMPREPLY=($(compgen -W '" + Join(flag.choices, " ") +
                "' -- \"$current\")); return ;;\n";
    }
  }
  return function +
         "() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command='' word words\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    [[ $word != -* ]] && { command=$word; break; }\n"
         "  done\n"
         "  case $command:$previous in\n" +
         values +
         "  esac\n"
         "  case $command in\n"
         "    '') words='" +
         Join(SubcommandNames(program), " ") + " " + Join(FlagNames(program), " ") + "' ;;\n" +
         cases +
         "    *) words='' ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F " +
         function + " " + program.name + "\n";
}

// One flag as an argument of zsh's _arguments.
std::string ZshArgument(const Flag& flag) {
  std::string spec = flag.names.size() > 1 ? "{" + Join(flag.names, ",") + "}" : flag.names.front();
  spec = "'*'" + spec + "'[" + Summary(flag.description) + "]";
  if (!flag.value.empty()) {
    spec += ":" + flag.value + ":";
    spec += flag.choices.empty() ? "_files" : "(" + Join(flag.choices, " ") + ")";
  }
  return spec + "'";
}

std::string Zsh(const Command& program) {
  std::string names;
  std::string cases;
  for (const Command& command : program.subcommands) {
    names += "    '" + command.name + ":" + Summary(command.description) + "'\n";
    cases += "    " + command.name + ") _arguments";
    for (const Flag& flag : command.flags) cases += " \\\n      " + ZshArgument(flag);
    cases += " \\\n      '*:" +
             (command.arguments.empty() ? "file:_files"
                                        : "word:(" + Join(command.arguments, " ") + ")") +
             "' ;;\n";
  }
  const std::string function = Identifier(program.name);
  return "#compdef " + program.name + "\n" + function +
         "() {\n"
         "  local -a commands=(\n" +
         names +
         "  )\n"
         "  if ((CURRENT == 2)); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=${words[2]}\n"
         "  shift words\n"
         "  ((CURRENT--))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n" +
         function + " \"$@\"\n";
}

std::string FishFlag(const Flag& flag) {
  std::string words;
  for (const std::string& name : flag.names) {
    words += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!flag.value.empty()) words += flag.choices.empty() ? " -r" : " -x";
  if (!flag.choices.empty()) words += " -a '" + Join(flag.choices, " ") + "'";
  return words + " -d '" + Summary(flag.description) + "'";
}

std::string Fish(const Command& program) {
  const std::string complete = "complete -c " + program.name;
  std::string script;
  for (const Command& command : program.subcommands) {
    script += complete + " -n __fish_use_subcommand -f -a " + command.name + " -d '" +
              Summary(command.description) + "'\n";
  }
  for (const Command& command : program.subcommands) {
    const std::string after = complete + " -n '__fish_seen_subcommand_from " + command.name + "'";
    if (!command.arguments.empty()) {
      script += after + " -f -a '" + Join(command.arguments, " ") + "'\n";
    }
    for (const Flag& flag : command.flags) script += after + FishFlag(flag) + "\n";
  }
  return script;
}

}  // namespace

Result<std::string> Completion(const CLI::App& program, std::string_view shell) {
  const Command tree = DescribeCommand(program);
  if (shell == "bash") return Bash(tree);
  if (shell == "zsh") return Zsh(tree);
  if (shell == "fish") return Fish(tree);
  return Error{ErrorCode::kInvalidArgument,
               "no completion for shell \"" + std::string(shell) + "\": want bash, zsh or fish"};
}

}  // namespace sidecar::cli
