#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/inject/document.h"

namespace sidecar::inject {

// The way back: appends to `output` what the document was before it was injected, a "---" line
// after it included. Of each workload, and each workload in a List, the containers, volumes and
// image pull secrets go that its status annotation names, and the annotation with them; lists and
// annotations that are empty then go too, as they will not have been there before.
//
// Only what the annotation names is removed. A workload without it, and every other document,
// passes through byte for byte. In the report Reason::kInjected tells the workloads that were
// changed, and `added` what was taken from them.
//
// On failure `output` is as it was and `failure` is set. Pure.
Result<DocumentReport> UninjectDocument(std::string_view document, std::string& output,
                                        DocumentError& failure);

}  // namespace sidecar::inject
