#include "cli/commands/commands.h"
#include "cli/commands/crds_text.h"
#include "cli/exit_codes.h"
#include "cli/print.h"

// `crds`: prints the custom resource definitions.

namespace sidecar::cli {

void AddCrdsCommand(Commands& commands) {
  commands
      .Add("crds",
           "Prints the custom resource definitions.\n\n"
           "The exit code is 0, and 1 if the output cannot be written.",
           [] { return Print(CustomResourceDefinitions()) ? kExitOk : kExitInputFailed; })
      .footer("Examples:\n  sidecar-injector crds | kubectl apply --server-side -f -");
}

}  // namespace sidecar::cli
