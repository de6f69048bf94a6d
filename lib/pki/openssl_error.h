#pragma once

#include <string>
#include <string_view>

#include "lib/base/error.h"

// OpenSSL's error queue in words, for the modules that call OpenSSL.

namespace sidecar::pki {

// The newest entry of this thread's error queue, `otherwise` if it is empty; empties the queue.
std::string TakeOpensslError(std::string_view otherwise);

// "what: reason", as an error of OpenSSL itself: memory or randomness ran out, or our input to it
// is wrong.
Error OpensslFailed(std::string_view what);

}  // namespace sidecar::pki
