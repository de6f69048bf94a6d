#pragma once

#include <string>
#include <vector>

#include "lib/diagnose/finding.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// How findings are shown, and which of them are a failure: for the commands that make them.
struct FindingsOutput {
  std::string format = "table";
  std::string fail_on = "error";
};

// Declares -o/--output and --fail-on. `output` must outlive the parsing.
void AddFindingsFlags(CLI::App& command, FindingsOutput& output);

// Prints the findings to standard output and `subject` ("14 objects") with their number to standard
// error. Returns the exit code: kExitInputFailed where one is of the severity --fail-on or above.
int ShowFindings(const std::vector<diagnose::Finding>& findings,
                 const std::vector<const diagnose::Rule*>& rules, const FindingsOutput& output,
                 const std::string& subject);

// "1 object", "2 objects".
std::string Count(std::size_t number, std::string_view noun);

}  // namespace sidecar::cli
