#pragma once

#include <string>
#include <vector>

namespace sidecar::cli {

// The program's arguments as the command line parser wants them: in order, and with what pflag and
// cobra read otherwise than it rewritten.
//
// - "-f=x" is "-f x", and "--flag=" has the value "".
// - Istio's root flags (-n, --context, --log_target, ...) may stand before the subcommand. They are
//   put behind `kube-inject`; other subcommands have no use for them, there they are left out.
std::vector<std::string> Arguments(int argc, const char* const* argv);

}  // namespace sidecar::cli
