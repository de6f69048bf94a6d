#include "cli/commands/command_reference.h"

#include <string_view>

#include "cli/commands/command_tree.h"

namespace sidecar::cli {
namespace {

// Text of a table's cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') cell += '\\';
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

// Help as paragraphs: what looks like an element of HTML is none.
std::string Paragraphs(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "`" : ", `") + word + '`';
  return text;
}

void AppendFlags(const Command& command, std::string& page) {
  if (command.flags.empty()) return;
  page += "| flag | meaning |\n| --- | --- |\n";
  for (const Flag& flag : command.flags) {
    page += "| " + Joined(flag.names);
    if (!flag.value.empty()) page += " " + Cell(flag.value);
    page += " | " + Cell(flag.description);
    if (!flag.choices.empty()) page += ": " + Joined(flag.choices);
    page += " |\n";
  }
  page += '\n';
}

// The footer's examples as a code block; what else it says as a paragraph.
void AppendExamples(std::string_view footer, std::string& page) {
  constexpr std::string_view kHeading = "Examples:\n";
  const std::size_t at = footer.find(kHeading);
  if (at == std::string_view::npos) return;
  footer.remove_prefix(at + kHeading.size());
  page += "```sh\n";
  std::string_view rest = footer;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    if (!line.empty() && line.front() != ' ') break;  // No example any more.
    rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : rest.size());
    line.remove_prefix(line.starts_with("  ") ? 2 : 0);
    if (line.empty() && (rest.empty() || rest.front() != ' ')) break;
    page.append(line).append("\n");
  }
  page += "```\n\n";
  if (!rest.empty()) page += Paragraphs(rest) + "\n\n";
}

}  // namespace

std::string CommandReference(const CLI::App& program) {
  const Command tree = DescribeCommand(program);
  std::string page =
      "# Reference: commands\n\nMade by `make reference` of what `--help` shows.\n\n" +
      Paragraphs(tree.description) + "\n\n";
  AppendExamples(tree.examples, page);
  for (const Command& command : tree.subcommands) {
    page += "## " + command.name + "\n\n" + Paragraphs(command.description) + "\n\n";
    AppendExamples(command.examples, page);
    AppendFlags(command, page);
  }
  page.pop_back();
  return page;
}

}  // namespace sidecar::cli
