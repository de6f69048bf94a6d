#include "lib/ui/html.h"

#include <cstddef>
#include <cstdint>

namespace sidecar::ui {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

// What stands for the character; empty where it stands for itself.
std::string_view EscapeOf(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n': return {};
    case '\r': return "&#13;";
    case '\x7f': return kReplacement;
    default: return static_cast<unsigned char>(c) < ' ' ? kReplacement : std::string_view();
  }
}

// Of a character beyond ASCII: its bytes, or 0 where it is none of UTF-8 (RFC 3629, table 3-7 of
// Unicode's chapter 3) or a C1 control.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first == 0xC2 && byte(1) < 0xA0) return 0;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) >= 0x90;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

Html& Html::Text(std::string_view text) {
  while (!text.empty()) {
    const bool ascii = static_cast<unsigned char>(text.front()) < 0x80;
    if (ascii) {
      const std::string_view escape = EscapeOf(text.front());
      out_ += escape.empty() ? text.substr(0, 1) : escape;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t length = SequenceLength(text);
    out_ += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return *this;
}

}  // namespace sidecar::ui
