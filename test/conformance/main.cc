#include <iostream>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "test/conformance/gotemplate_cases.h"
#include "test/conformance/istio_cases.h"

namespace {

using Arguments = std::span<const std::string_view>;

// Each prints its results, and returns what the program exits with.
const std::map<std::string_view, int (*)(Arguments)>& Commands() {
  static const std::map<std::string_view, int (*)(Arguments)> commands = {
      {"gotemplate", sidecar::conformance::RunGotemplateFiles},
      {"istio", sidecar::conformance::RunIstioFolders},
  };
  return commands;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const auto command = arguments.empty() ? Commands().end() : Commands().find(arguments[0]);
  if (command == Commands().end() || arguments.size() < 2) {
    std::cerr << "usage: conformance gotemplate FILE...\n"
                 "       conformance istio FOLDER|FILE...\n";
    return 2;
  }
  return command->second(Arguments(arguments).subspan(1));
}
