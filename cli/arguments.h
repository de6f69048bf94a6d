#pragma once

#include <string>
#include <vector>

namespace sidecar::cli {

// The program's arguments as the command line parser wants them: in order, and with what pflag and
// cobra read otherwise than it rewritten.
//
// - "-f=x" is "-f x", and "--flag=" has the value "".
// - Istio's root flags (-n, --context, --log_target, ...) may stand before the subcommand. They are
//   put behind `kube-inject` and `webhook`; other subcommands have no use for them, there they are
//   left out.
// - Long flags without a subcommand are those of `webhook`: Istio's manifests start the image of
//   its sidecar-injector so.
std::vector<std::string> Arguments(int argc, const char* const* argv);

}  // namespace sidecar::cli
