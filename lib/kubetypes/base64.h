#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::kubetypes {

// Standard base64 with padding, as encoding/json writes a []byte.
std::string EncodeBase64(std::string_view bytes);

// As base64.StdEncoding.DecodeString: line breaks are skipped; the error names the first bad byte.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace sidecar::kubetypes
