#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

// Reading many objects of a cluster without keeping them.

namespace sidecar::cli {

// The text of a reply, for an ObjectSet. `kind` is what was asked for, should the reply not say.
std::string TextOf(kube::Json reply, std::string_view kind);

// Calls `each` for the objects of a type, of one namespace or, if `namespace_name` is empty, of
// all, page by page: memory is that of a page, unless `each` moves the set away. Who manages which
// field is left out. Ends with the first error; kGone where the list expired half way, and must be
// begun again.
Result<void> ForEachPage(ClusterClient& cluster, const kube::Resource& resource,
                         const std::string& namespace_name,
                         const std::function<void(diagnose::ObjectSet&)>& each);

// Does `attempt`, which returns a Result, again where a list expired.
template <class Attempt>
auto RetryExpired(const Attempt& attempt) {
  constexpr int kTries = 3;  // Lists expire after some five minutes.
  for (int i = 1;; ++i) {
    auto result = attempt();
    const bool is_expired = !result.has_value() && result.error().code == ErrorCode::kGone;
    if (!is_expired || i == kTries) return result;
  }
}

}  // namespace sidecar::cli
