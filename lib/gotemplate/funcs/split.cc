#include "lib/gotemplate/funcs/split.h"

#include <algorithm>
#include <string>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

// A part costs a Value in whatever is made of it, and a template has no use for more.
constexpr std::size_t kMostParts = std::size_t{1} << 21U;

}  // namespace

std::vector<std::string_view> Split(std::string_view text, std::string_view separator,
                                    std::int64_t count) {
  std::vector<std::string_view> parts;
  if (count == 0) return parts;
  const auto has_room = [&] {
    return count < 0 || static_cast<std::int64_t>(parts.size()) + 1 < count;
  };
  const auto add = [&parts](std::string_view part) {
    if (parts.size() == kMostParts) throw ArenaLimitExceeded();
    parts.push_back(part);
  };
  if (separator.empty()) {
    while (!text.empty() && has_room()) {
      add(text.substr(0, DecodeRune(text).width));
      text.remove_prefix(parts.back().size());
    }
    if (!text.empty()) add(text);
    return parts;
  }
  while (has_room()) {
    const std::size_t found = text.find(separator);
    if (found == std::string_view::npos) break;
    add(text.substr(0, found));
    text.remove_prefix(found + separator.size());
  }
  add(text);
  return parts;
}

std::string_view SliceText(std::string_view text, std::int64_t start, std::int64_t end) {
  const auto size = static_cast<std::int64_t>(text.size());
  if (end < 0 || end > size) {
    throw FunctionError(
        end < 0 ? "runtime error: slice bounds out of range [:" + std::to_string(end) + "]"
                : "runtime error: slice bounds out of range [:" + std::to_string(end) +
                      "] with length " + std::to_string(size));
  }
  if (start > end) {
    throw FunctionError("runtime error: slice bounds out of range [" + std::to_string(start) + ":" +
                        std::to_string(end) + "]");
  }
  return text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
}

DecodedRune DecodeLastRune(std::string_view text) {
  constexpr std::size_t kMaxWidth = 4;
  if (text.empty()) return {};
  const std::size_t longest = std::min(kMaxWidth, text.size());
  for (std::size_t width = 2; width <= longest; ++width) {
    const DecodedRune decoded = DecodeRune(text.substr(text.size() - width));
    if (decoded.width == width) return decoded;
  }
  return DecodeRune(text.substr(text.size() - 1));
}

}  // namespace sidecar::gotemplate::funcs
