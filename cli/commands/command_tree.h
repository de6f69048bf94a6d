#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sidecar::cli {

// A flag as a person sees it, for completion scripts and the man page.
struct Flag {
  std::vector<std::string> names;    // "-f", "--filename", in the order of declaration.
  std::string description;           // One paragraph.
  std::string value;                 // What to call its value: "FILE"; empty for a switch.
  std::vector<std::string> choices;  // The values it accepts, where they are few.
};

struct Command {
  std::string name;
  std::string description;
  std::string examples;  // The text shown under the flags.
  std::vector<Flag> flags;
  std::vector<std::string> arguments;  // The words it takes beside flags, where they are few.
  std::vector<Command> subcommands;
};

// The visible part of a command line's declaration: hidden flags and subcommands are left out.
Command DescribeCommand(const CLI::App& app);

}  // namespace sidecar::cli
