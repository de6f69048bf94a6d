#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/finding.h"
#include "lib/inject/compat.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::diagnose {

struct LintOptions {
  inject::Compat compat = inject::Compat::k0_5_0;
  // Warn of template functions that this release did not have yet.
  bool for_release_only = false;
  std::string file = {};  // For the findings.
};

// What is wrong with an injection configuration ({policy, template}) or will surprise somebody:
// it is compiled as the injector does it and rendered for a few typical pods, and what comes out is
// looked at. A place within the template is given as a line of the file. Findings are sorted. Pure.
std::vector<Finding> LintConfig(std::string_view text,
                                const std::shared_ptr<const kubetypes::MeshConfig>& mesh,
                                const LintOptions& options);

// Every rule that LintConfig may report.
std::vector<const Rule*> LintRules();

}  // namespace sidecar::diagnose
