#pragma once

#include <cstdint>
#include <string>

namespace sidecar::gotemplate::funcs {

// Go's time.Duration.String: "72h3m0.5s", "1.5ms", "0s".
std::string FormatDuration(std::int64_t nanoseconds);

}  // namespace sidecar::gotemplate::funcs
