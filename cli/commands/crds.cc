#include "cli/commands/commands.h"
#include "cli/commands/crds_text.h"
#include "cli/exit_codes.h"
#include "cli/print.h"

// `crds`: prints the custom resource definitions.

namespace sidecar::cli {

void AddCrdsCommand(Commands& commands) {
  commands.Add("crds",
               "Print the custom resource definitions, for kubectl apply --server-side -f -",
               [] { return Print(CustomResourceDefinitions()) ? kExitOk : kExitInputFailed; });
}

}  // namespace sidecar::cli
