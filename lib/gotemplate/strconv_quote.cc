#include <algorithm>

#include "lib/base/utf8.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/unicode.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void AppendHex(std::string& out, char32_t value, unsigned digits) {
  for (unsigned i = digits; i-- > 0;) out.push_back(kHexDigits[(value >> (4 * i)) & 0xFU]);
}

// The letter of Go's one-letter escapes, or 0.
char EscapeLetter(char32_t rune) {
  switch (rune) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

// strconv.appendEscapedRune.
void AppendEscapedRune(std::string& out, char32_t rune, char quote, bool ascii_only) {
  if (rune == static_cast<unsigned char>(quote) || rune == '\\') {
    out.push_back('\\');
    out.push_back(static_cast<char>(rune));
  } else if (IsPrint(rune) && (rune < kRuneSelf || !ascii_only)) {
    AppendRune(out, rune);
  } else if (const char letter = EscapeLetter(rune); letter != 0) {
    out.push_back('\\');
    out.push_back(letter);
  } else if (rune < ' ' || rune == 0x7F) {
    out += "\\x";
    AppendHex(out, rune, 2);
  } else if (!IsValidRune(rune)) {
    out += "\\ufffd";
  } else if (rune < 0x10000) {
    out += "\\u";
    AppendHex(out, rune, 4);
  } else {
    out += "\\U";
    AppendHex(out, rune, 8);
  }
}

void AppendQuoted(std::string& out, std::string_view text, bool ascii_only) {
  out.reserve(out.size() + text.size() + 2);
  out.push_back('"');
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.IsInvalidByte()) {
      out += "\\x";
      AppendHex(out, static_cast<unsigned char>(text[0]), 2);
    } else {
      AppendEscapedRune(out, decoded.rune, '"', ascii_only);
    }
    text.remove_prefix(decoded.width);
  }
  out.push_back('"');
}

void AppendQuotedRune(std::string& out, char32_t rune, bool ascii_only) {
  out.push_back('\'');
  AppendEscapedRune(out, IsValidRune(rune) ? rune : kRuneError, '\'', ascii_only);
  out.push_back('\'');
}

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// The value of \xhh, \uhhhh and \Uhhhhhhhh; `tail` begins after the letter.
std::optional<UnquotedChar> UnquoteHex(char letter, std::string_view tail) {
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
  if (tail.size() < digits) return std::nullopt;
  char32_t value = 0;
  for (const char digit : tail.substr(0, digits)) {
    const int bits = HexValue(digit);
    if (bits < 0) return std::nullopt;
    value = (value << 4U) | static_cast<char32_t>(bits);
  }
  tail.remove_prefix(digits);
  if (letter == 'x') return UnquotedChar{value, false, tail};
  if (!IsValidRune(value)) return std::nullopt;
  return UnquotedChar{value, true, tail};
}

// The value of \ooo; `tail` begins at the first digit.
std::optional<UnquotedChar> UnquoteOctal(std::string_view tail) {
  constexpr std::size_t kDigits = 3;
  if (tail.size() < kDigits) return std::nullopt;
  char32_t value = 0;
  for (const char digit : tail.substr(0, kDigits)) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = (value << 3U) | static_cast<char32_t>(digit - '0');
  }
  if (value > 0xFF) return std::nullopt;
  return UnquotedChar{value, false, tail.substr(kDigits)};
}

// `tail` begins after the backslash.
std::optional<UnquotedChar> UnquoteEscape(std::string_view tail, char quote) {
  if (tail.empty()) return std::nullopt;
  const char letter = tail[0];
  const std::string_view rest = tail.substr(1);
  const auto byte = [rest](char value) {
    return UnquotedChar{static_cast<unsigned char>(value), false, rest};
  };
  switch (letter) {
    case 'a': return byte('\a');
    case 'b': return byte('\b');
    case 'f': return byte('\f');
    case 'n': return byte('\n');
    case 'r': return byte('\r');
    case 't': return byte('\t');
    case 'v': return byte('\v');
    case '\\': return byte('\\');
    case 'x':
    case 'u':
    case 'U': return UnquoteHex(letter, rest);
    case '\'':
    case '"':
      if (letter != quote) return std::nullopt;
      return byte(letter);
    default: return UnquoteOctal(tail);
  }
}

std::optional<std::string> UnquoteRaw(std::string_view inside) {
  if (inside.find('`') != std::string_view::npos) return std::nullopt;
  std::string value(inside);
  // Go drops carriage returns from raw string literals.
  value.erase(std::remove(value.begin(), value.end(), '\r'), value.end());
  return value;
}

}  // namespace

void AppendQuote(std::string& out, std::string_view text) {
  AppendQuoted(out, text, false);
}
void AppendQuoteToAscii(std::string& out, std::string_view text) {
  AppendQuoted(out, text, true);
}
void AppendQuoteRune(std::string& out, char32_t rune) {
  AppendQuotedRune(out, rune, false);
}
void AppendQuoteRuneToAscii(std::string& out, char32_t rune) {
  AppendQuotedRune(out, rune, true);
}

std::string Quote(std::string_view text) {
  std::string quoted;
  AppendQuote(quoted, text);
  return quoted;
}

bool CanBackquote(std::string_view text) {
  constexpr char32_t kByteOrderMark = 0xFEFF;  // Invisible, so it should be seen escaped.
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    text.remove_prefix(decoded.width);
    if (decoded.IsInvalidByte() || decoded.rune == kByteOrderMark) return false;
    if ((decoded.rune < ' ' && decoded.rune != '\t') || decoded.rune == '`') return false;
    if (decoded.rune == 0x7F) return false;
  }
  return true;
}

std::optional<UnquotedChar> UnquoteChar(std::string_view text, char quote) {
  if (text.empty()) return std::nullopt;
  const char first = text[0];
  if (first == quote && (quote == '\'' || quote == '"')) return std::nullopt;
  if (first == '\\') return UnquoteEscape(text.substr(1), quote);
  const DecodedRune decoded = DecodeRune(text);
  return UnquotedChar{decoded.rune, static_cast<unsigned char>(first) >= kRuneSelf,
                      text.substr(decoded.width)};
}

std::optional<std::string> Unquote(std::string_view literal) {
  if (literal.size() < 2) return std::nullopt;
  const char quote = literal.front();
  if (literal.back() != quote) return std::nullopt;
  std::string_view inside = literal.substr(1, literal.size() - 2);
  if (quote == '`') return UnquoteRaw(inside);
  if (quote != '"' && quote != '\'') return std::nullopt;

  std::string value;
  value.reserve(inside.size());
  std::size_t characters = 0;
  for (; !inside.empty(); ++characters) {
    if (inside[0] == '\n') return std::nullopt;
    const std::optional<UnquotedChar> next = UnquoteChar(inside, quote);
    if (!next) return std::nullopt;
    if (next->multibyte) {
      AppendRune(value, next->value);
    } else {
      value.push_back(static_cast<char>(next->value));
    }
    inside = next->tail;
  }
  if (quote == '\'' && characters != 1) return std::nullopt;
  return value;
}

}  // namespace sidecar::gotemplate
