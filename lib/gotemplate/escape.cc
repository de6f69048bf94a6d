#include "lib/gotemplate/escape.h"

#include "lib/base/utf8.h"
#include "lib/gotemplate/unicode.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void AppendHexByte(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += kHexDigits[byte >> 4U];
  out += kHexDigits[byte & 0xFU];
}

// "\u" and at least four hexadecimal digits, more where the rune has more: Go's "%04X".
void AppendUnicodeEscape(std::string& out, char32_t rune) {
  out += "\\u";
  int shift = 12;
  while (shift < 28 && (rune >> static_cast<unsigned>(shift + 4)) != 0) shift += 4;
  for (; shift >= 0; shift -= 4) out += kHexDigits[(rune >> static_cast<unsigned>(shift)) & 0xFU];
}

bool IsUnreservedInUrl(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

void AppendJsAscii(std::string& out, char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"':
      out += '\\';
      out += c;
      return;
    case '<':
    case '>':
    case '&':
    case '=': AppendUnicodeEscape(out, static_cast<unsigned char>(c)); return;
    default: break;
  }
  if (c < ' ') {
    AppendUnicodeEscape(out, static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

}  // namespace

std::string HtmlEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '\0': AppendRune(out, kRuneError); break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c; break;
    }
  }
  return out;
}

std::string JsEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.rune < kRuneSelf) {
      AppendJsAscii(out, text[0]);
    } else if (IsPrint(decoded.rune)) {
      out += text.substr(0, decoded.width);  // An invalid byte stays as it is.
    } else {
      AppendUnicodeEscape(out, decoded.rune);
    }
    text.remove_prefix(decoded.width);
  }
  return out;
}

std::string UrlQueryEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreservedInUrl(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      AppendHexByte(out, c);
    }
  }
  return out;
}

}  // namespace sidecar::gotemplate
