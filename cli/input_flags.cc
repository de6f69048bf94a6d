#include "cli/input_flags.h"

#include <CLI/App.hpp>

namespace sidecar::cli {

void AddInputFlags(CLI::App& command, std::vector<std::string>& filenames, bool& recursive) {
  command
      .add_option("-f,--filename", filenames,
                  "File or folder to read, - for standard input. May be given more than once")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("-R,--recursive", recursive, "Look into the folders of a folder too");
}

}  // namespace sidecar::cli
