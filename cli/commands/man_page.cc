#include "cli/commands/man_page.h"

#include "cli/commands/command_tree.h"

namespace sidecar::cli {
namespace {

// Text as roff takes it literally: no escapes, no hyphenation of flags, no line that reads as a
// macro.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool at_line_start = escaped.empty() || escaped.back() == '\n';
    if (at_line_start && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void AppendFlags(const Command& command, std::string& page) {
  for (const Flag& flag : command.flags) {
    page += ".TP\n";
    std::string separator;
    for (const std::string& name : flag.names) {
      page += separator + "\\fB" + Escaped(name) + "\\fR";
      separator = ", ";
    }
    if (!flag.value.empty()) page += " \\fI" + Escaped(flag.value) + "\\fR";
    page += "\n" + Escaped(flag.description);
    if (!flag.choices.empty()) {
      page += "\nOne of";
      for (const std::string& choice : flag.choices) page += " \\fB" + Escaped(choice) + "\\fR";
      page += ".";
    }
    page += "\n";
  }
}

void AppendExamples(const Command& command, std::string& page) {
  if (command.examples.empty()) return;
  page += ".PP\n.nf\n" + Escaped(command.examples) + "\n.fi\n";
}

}  // namespace

std::string ManPage(const CLI::App& program, std::string_view version) {
  const Command tree = DescribeCommand(program);
  std::string page = ".TH SIDECAR\\-INJECTOR 1 \"\" \"" + Escaped(tree.name) + " " +
                     Escaped(version) + "\" \"User Commands\"\n";
  page += ".SH NAME\n" + Escaped(tree.name) + " \\- " +
          Escaped(tree.description.substr(0, tree.description.find('\n'))) + "\n";
  page += ".SH SYNOPSIS\n.B " + Escaped(tree.name) + "\n\\fICOMMAND\\fR [\\fIFLAG\\fR]...\n";
  page += ".SH DESCRIPTION\n" + Escaped(tree.description) + "\n";
  AppendExamples(tree, page);
  page += ".SH COMMANDS\n";
  for (const Command& command : tree.subcommands) {
    page += ".SS " + Escaped(command.name) + "\n" + Escaped(command.description) + "\n";
    AppendFlags(command, page);
    AppendExamples(command, page);
  }
  if (!tree.flags.empty()) {
    page += ".SH OPTIONS\n";
    AppendFlags(tree, page);
  }
  return page;
}

}  // namespace sidecar::cli
