#include "cli/arguments.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace sidecar::cli {
namespace {

constexpr std::array<std::string_view, 16> kRootFlags = {"--kubeconfig",
                                                         "--context",
                                                         "--istioNamespace",
                                                         "--namespace",
                                                         "--platform",
                                                         "--log_target",
                                                         "--log_rotate",
                                                         "--log_rotate_max_age",
                                                         "--v",
                                                         "--vmodule",
                                                         "--log_rotate_max_size",
                                                         "--log_rotate_max_backups",
                                                         "--stderrthreshold",
                                                         "--log_output_level",
                                                         "--log_stacktrace_level",
                                                         "--log_backtrace_at"};
constexpr std::array<std::string_view, 4> kRootSwitches = {"--log_as_json", "--log_callers",
                                                           "--logtostderr", "--alsologtostderr"};
constexpr std::string_view kRootShorthands = "cinpv";

template <class Range>
bool Contains(const Range& range, std::string_view word) {
  return std::find(range.begin(), range.end(), word) != range.end();
}

// How many words the root flag at the front takes; 0: it is none.
std::size_t WordsOfRootFlag(std::string_view word) {
  if (word.starts_with("--")) {
    const std::string_view name = word.substr(0, word.find('='));
    if (Contains(kRootSwitches, name)) return 1;
    if (!Contains(kRootFlags, name)) return 0;
    return name.size() < word.size() ? 1 : 2;
  }
  if (word.size() < 2 || word[0] != '-' || kRootShorthands.find(word[1]) == std::string_view::npos)
    return 0;
  return word.size() > 2 ? 1 : 2;
}

bool IsWebhookFlag(std::string_view word) {
  return word.starts_with("--") && word != "--help" && word != "--version";
}

void MoveRootFlags(std::vector<std::string>& arguments) {
  std::size_t flags = 0;
  while (flags < arguments.size()) {
    const std::size_t words = WordsOfRootFlag(arguments[flags]);
    if (words == 0) break;
    flags += words;
  }
  if (!arguments.empty() && IsWebhookFlag(arguments.front()) &&
      (flags >= arguments.size() || arguments[flags].starts_with("--"))) {
    arguments.insert(arguments.begin(), "webhook");
    return;
  }
  if (flags >= arguments.size()) return;  // There is no subcommand.
  const auto command = arguments.begin() + static_cast<std::ptrdiff_t>(flags);
  constexpr std::array<std::string_view, 5> kTakeRootFlags = {"kube-inject", "webhook", "explain",
                                                              "status", "restart"};
  if (Contains(kTakeRootFlags, *command)) {
    std::rotate(arguments.begin(), command, command + 1);
  } else {
    arguments.erase(arguments.begin(), command);
  }
}

}  // namespace

std::vector<std::string> Arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv + 1, argv + std::max(argc, 1));
  MoveRootFlags(arguments);
  std::vector<std::string> rewritten;
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
