#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace sidecar::kube {

using Json = nlohmann::json;

// The JSON text as a tree. `what` says in errors what the text was: "the reply". Texts nested
// deeper than 256 levels are refused.
Result<Json> ParseJson(std::string_view text, std::string_view what);

}  // namespace sidecar::kube
