#include "cli/commands/suggestions.h"

#include <algorithm>

namespace sidecar::cli {
namespace {

// cobra's ShellCompDirectiveDefault and ShellCompDirectiveNoFileComp.
constexpr std::string_view kFilesToo = ":0\n";
constexpr std::string_view kNothingElse = ":4\n";

std::string_view Summary(std::string_view description) {
  return description.substr(0, description.find('\n'));
}

// Those of the lines that go on as the typed word begins.
class Lines {
 public:
  explicit Lines(std::string_view typed) : typed_(typed) {}

  void Add(std::string_view word, std::string_view description = {}) {
    if (!word.starts_with(typed_)) return;
    text_.append(word);
    if (!description.empty()) text_.append("\t").append(description);
    text_ += '\n';
  }

  std::string End(std::string_view directive) && { return std::move(text_.append(directive)); }

 private:
  const std::string_view typed_;
  std::string text_;
};

const Flag* FindFlag(const Command& command, std::string_view name) {
  const auto has_name = [&](const Flag& flag) {
    return std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end();
  };
  const auto found = std::find_if(command.flags.begin(), command.flags.end(), has_name);
  return found == command.flags.end() ? nullptr : &*found;
}

std::string SuggestFlags(const Command& command, std::string_view typed) {
  Lines lines(typed);
  for (const Flag& flag : command.flags) {
    for (const std::string& name : flag.names) lines.Add(name, Summary(flag.description));
  }
  return std::move(lines).End(kNothingElse);
}

// `before` stands in front of the value within the word: "--output=".
std::string SuggestValues(const Flag& flag, std::string_view typed, const std::string& before) {
  Lines lines(typed);
  for (const std::string& choice : flag.choices) lines.Add(before + choice);
  return std::move(lines).End(flag.choices.empty() ? kFilesToo : kNothingElse);
}

std::string SuggestCommands(const Command& program, std::string_view typed) {
  Lines lines(typed);
  for (const Command& command : program.subcommands) {
    lines.Add(command.name, Summary(command.description));
  }
  return std::move(lines).End(kNothingElse);
}

std::string SuggestFor(const Command& command, std::string_view previous, std::string_view typed) {
  const Flag* const flag = FindFlag(command, previous);
  if (flag != nullptr && !flag->value.empty()) return SuggestValues(*flag, typed, "");
  const std::size_t equals = typed.starts_with("--") ? typed.find('=') : std::string_view::npos;
  if (equals != std::string_view::npos) {
    const Flag* const assigned = FindFlag(command, typed.substr(0, equals));
    if (assigned == nullptr) return std::string(kNothingElse);
    return SuggestValues(*assigned, typed, std::string(typed.substr(0, equals + 1)));
  }
  if (typed.starts_with('-') && typed != "-") return SuggestFlags(command, typed);
  Lines lines(typed);
  for (const std::string& argument : command.arguments) lines.Add(argument);
  return std::move(lines).End(command.arguments.empty() ? kFilesToo : kNothingElse);
}

}  // namespace

std::string Suggest(const Command& program, std::span<const std::string> words) {
  const std::string_view typed = words.empty() ? std::string_view() : words.back();
  const auto before = words.empty() ? words : words.first(words.size() - 1);
  const auto is_command = [](const std::string& word) { return !word.starts_with('-'); };
  const auto name = std::find_if(before.begin(), before.end(), is_command);
  if (name == before.end()) {
    return typed.starts_with('-') ? SuggestFlags(program, typed) : SuggestCommands(program, typed);
  }
  if (*name == "help") return SuggestCommands(program, typed);
  for (const Command& command : program.subcommands) {
    if (command.name == *name) return SuggestFor(command, before.back(), typed);
  }
  return std::string(kNothingElse);
}

}  // namespace sidecar::cli
