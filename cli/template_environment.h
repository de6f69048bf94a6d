#pragma once

#include <string>
#include <vector>

#include "lib/gotemplate/funcs/policy.h"

namespace CLI {
class App;
}

// Which environment variables an injection template may read.

namespace sidecar::cli {

// Declares --template-env. `names` must outlive the parsing.
void AddTemplateEnvironmentFlag(CLI::App& command, std::vector<std::string>& names,
                                const std::string& group);

// Templates see these variables, as they are now, and no others.
gotemplate::Policy TemplatePolicy(const std::vector<std::string>& names);

}  // namespace sidecar::cli
