#include "cli/arguments.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace sidecar::cli {
namespace {

using Words = std::vector<std::string>;

enum class Takes { kNothing, kValue, kUnknown };

// What a flag that the command does not have is taken for.
enum class Unknown { kNoFlag, kWithValue, kSwitch };

Takes WhatFlagTakes(const CLI::App& command, const std::string& flag) {
  const CLI::Option* const option = command.get_option_no_throw(flag);
  if (option == nullptr) return Takes::kUnknown;
  return option->get_items_expected_max() == 0 ? Takes::kNothing : Takes::kValue;
}

struct Flag {
  Takes takes = Takes::kUnknown;
  bool has_value = false;  // In the same word.
};

Flag FlagAt(const CLI::App& command, std::string_view word) {
  if (word.starts_with("--")) {
    const std::size_t equals = word.find('=');
    return {WhatFlagTakes(command, std::string(word.substr(0, equals))), equals != word.npos};
  }
  // Shorthands of switches may be joined, the last may have its value joined.
  for (std::size_t i = 1; i < word.size(); ++i) {
    const Takes takes = WhatFlagTakes(command, std::string("-") + word[i]);
    if (takes != Takes::kNothing) return {takes, i + 1 < word.size()};
  }
  return {Takes::kNothing, false};
}

// The index of the first word that is neither a flag of `command` nor a flag's value.
std::size_t EndOfFlags(const CLI::App& command, const Words& words, Unknown unknown) {
  std::size_t at = 0;
  while (at < words.size()) {
    if (words[at].size() < 2 || words[at][0] != '-' || words[at] == "--") break;
    const Flag flag = FlagAt(command, words[at]);
    if (flag.takes == Takes::kUnknown && unknown == Unknown::kNoFlag) break;
    ++at;
    const bool may_take = flag.takes == Takes::kUnknown && unknown == Unknown::kWithValue &&
                          at < words.size() && !words[at].starts_with('-');
    if (!flag.has_value && (flag.takes == Takes::kValue || may_take)) ++at;
  }
  return at;
}

// Null if there is none of that name.
const CLI::App* FindSubcommand(const CLI::App& program, const std::string& name) {
  const auto named =
      program.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  return named.empty() ? nullptr : named.front();
}

// Where the name of the command stands; the number of words if there is none.
std::size_t FindCommand(const CLI::App& program, const Words& words, Unknown unknown) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const CLI::App* const command = FindSubcommand(program, words[i]);
    if (command != nullptr && EndOfFlags(*command, words, unknown) == i) return i;
  }
  return words.size();
}

void MoveToFront(Words& words, std::size_t index) {
  const auto word = words.begin() + static_cast<std::ptrdiff_t>(index);
  std::rotate(words.begin(), word, word + 1);
}

void MoveFlags(const CLI::App& program, Words& words) {
  // A flag that no command has is taken for one with a value, as Command.Find of cobra does, then
  // for a switch.
  for (const Unknown unknown : {Unknown::kNoFlag, Unknown::kWithValue, Unknown::kSwitch}) {
    const std::size_t command = FindCommand(program, words, unknown);
    if (command < words.size()) return MoveToFront(words, command);
  }
  const bool may_be_webhook = !words.empty() && words.front().starts_with("--") &&
                              words.front() != "--help" && words.front() != "--version";
  const CLI::App* const webhook = FindSubcommand(program, "webhook");
  if (!may_be_webhook || webhook == nullptr) return;
  const std::size_t end = EndOfFlags(*webhook, words, Unknown::kWithValue);
  if (end < words.size()) return MoveToFront(words, end);  // It is no command, and told so.
  words.insert(words.begin(), "webhook");
}

}  // namespace

std::vector<std::string> Arguments(int argc, const char* const* argv, const CLI::App& program) {
  Words arguments(argv + 1, argv + std::max(argc, 1));
  MoveFlags(program, arguments);
  Words rewritten;
  for (std::string& argument : arguments) {
    if (argument.size() > 2 && argument[0] == '-' && argument[1] != '-' && argument[2] == '=') {
      argument.erase(2, 1);
    }
    const bool is_empty_value =
        argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    if (is_empty_value) argument.pop_back();
    rewritten.push_back(std::move(argument));
    if (is_empty_value) rewritten.emplace_back();
  }
  return rewritten;
}

}  // namespace sidecar::cli
