#include "lib/ui/html.h"

#include <algorithm>
#include <array>
#include <cstddef>

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

// First bytes of UTF-8 sequences, and which second byte may follow (Unicode, table 3-7, without the
// C1 controls): what is not listed, overlong or a surrogate, is no text.
struct Sequence {
  unsigned first_from;
  unsigned first_to;
  unsigned second_from;
  unsigned second_to;
  std::size_t length;
};
constexpr std::array<Sequence, 9> kSequences = {{{0xC2, 0xC2, 0xA0, 0xBF, 2},
                                                 {0xC3, 0xDF, 0x80, 0xBF, 2},
                                                 {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                                 {0xE1, 0xEC, 0x80, 0xBF, 3},
                                                 {0xED, 0xED, 0x80, 0x9F, 3},
                                                 {0xEE, 0xEF, 0x80, 0xBF, 3},
                                                 {0xF0, 0xF0, 0x90, 0xBF, 4},
                                                 {0xF1, 0xF3, 0x80, 0xBF, 4},
                                                 {0xF4, 0xF4, 0x80, 0x8F, 4}}};

// Of the character beyond ASCII that the text begins with: its bytes, 0 where it is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto found =
      std::find_if(kSequences.begin(), kSequences.end(), [&](const Sequence& sequence) {
        return byte(0) >= sequence.first_from && byte(0) <= sequence.first_to;
      });
  if (found == kSequences.end()) return 0;
  if (byte(1) < found->second_from || byte(1) > found->second_to) return 0;
  for (std::size_t i = 2; i < found->length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return found->length;
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
