#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lib/base/utf8.h"

// Parts of texts as Go takes them. Results are views of the arguments.
namespace sidecar::gotemplate::funcs {

constexpr std::int64_t kAllParts = -1;

// Go's strings.SplitN: at most `count` parts, the last being the rest; all parts where it is
// negative, none where it is 0. An empty separator splits after each rune.
std::vector<std::string_view> Split(std::string_view text, std::string_view separator,
                                    std::int64_t count);

// Go's text[start:end]. Throws FunctionError with the text of Go's panic where out of bounds.
std::string_view SliceText(std::string_view text, std::int64_t start, std::int64_t end);

// Go's utf8.DecodeLastRuneInString.
DecodedRune DecodeLastRune(std::string_view text);

}  // namespace sidecar::gotemplate::funcs
