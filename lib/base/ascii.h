#pragma once

#include <algorithm>
#include <string_view>

namespace sidecar {

// Whether `text` is `lower_case` in any case of ASCII letters.
constexpr bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  return std::equal(
      text.begin(), text.end(), lower_case.begin(), lower_case.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

}  // namespace sidecar
