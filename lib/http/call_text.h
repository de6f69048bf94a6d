#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace sidecar {

// The host as it is written in a URL and in the header Host: IPv6 in brackets, the port unless it
// is the scheme's own.
std::string Authority(const HttpEndpoint& endpoint);

// The call as HTTP/1.1 sends it, body included. kInvalidArgument if the method, target or a header
// holds what would end it (line breaks, spaces, other control characters). Pure.
Result<std::string> WriteCall(const HttpCall& call, const HttpEndpoint& endpoint);

}  // namespace sidecar
