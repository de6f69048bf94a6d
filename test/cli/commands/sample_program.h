#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

namespace sidecar::cli {

// A small command line with one flag of each sort, for the tests of what is made from it.
struct SampleProgram {
  CLI::App app{"Does things to files", "tool"};
  std::string file;
  std::string mode;
  bool quiet = false;
  bool secret = false;

  SampleProgram() {
    CLI::App* const run = app.add_subcommand("run", "Run [it]: 'now'");
    run->footer("Examples:\n  tool run -f a.yaml");
    run->add_option("-f,--file", file, "The file to read")->type_name("FILE");
    run->add_option("--mode", mode, "How to do it")->check(CLI::IsMember({"fast", "slow"}));
    run->add_flag("--quiet", quiet, "Say nothing");
    run->add_flag("--secret", secret, "Not for you")->group("");
    app.add_subcommand("hidden", "Not for you either")->group("");
  }
};

}  // namespace sidecar::cli
