#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "lib/base/arena.h"

// Go's base64.StdEncoding and base32.StdEncoding: padded, line ends within the text skipped.
namespace sidecar::gotemplate::funcs {

struct Decoded {
  std::string_view bytes;
  std::optional<std::size_t> error_at;  // Go's CorruptInputError: an offset in the text.
};

std::string_view EncodeBase64(std::string_view bytes, Arena& arena);
Decoded DecodeBase64(std::string_view text, Arena& arena);
std::string_view EncodeBase32(std::string_view bytes, Arena& arena);
Decoded DecodeBase32(std::string_view text, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
