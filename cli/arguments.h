#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sidecar::cli {

// The program's arguments as the command line parser wants them: in order, and with what pflag and
// cobra read otherwise than it rewritten.
//
// - "-f=x" is "-f x", and "--flag=" has the value "".
// - A command's flags may stand before its name, as kubectl's and istioctl's may. They are put
//   behind it; one that the command does not have is an error there, never left out.
// - Long flags without a command are those of `webhook`: Istio's manifests start the image of its
//   sidecar-injector so.
//
// `program` declares the commands and their flags.
std::vector<std::string> Arguments(int argc, const char* const* argv, const CLI::App& program);

}  // namespace sidecar::cli
