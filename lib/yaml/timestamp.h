#pragma once

#include <string_view>

namespace sidecar::yaml {

// Whether yaml.v2's parseTimestamp accepts the text: a date, a date and time, or RFC 3339 with
// short fields allowed, as Go's time.Parse reads them. Pure, any thread.
bool IsTimestamp(std::string_view text);

}  // namespace sidecar::yaml
