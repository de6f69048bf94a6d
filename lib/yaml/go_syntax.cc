#include "lib/yaml/go_syntax.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

struct RuneRange {
  char32_t first;
  char32_t last;
};

constexpr std::array<RuneRange, 14> kUnprintable = {{{0x80, 0xA0},
                                                     {0xAD, 0xAD},
                                                     {0x1680, 0x1680},
                                                     {0x2000, 0x200F},
                                                     {0x2028, 0x202F},
                                                     {0x205F, 0x206F},
                                                     {0x3000, 0x3000},
                                                     {0xD800, 0xF8FF},
                                                     {0xFDD0, 0xFDEF},
                                                     {0xFEFF, 0xFEFF},
                                                     {0xFFF0, 0xFFFB},
                                                     {0xFFFE, 0xFFFF},
                                                     {0xE0000, 0xE00FF},
                                                     {0xF0000, 0x10FFFF}}};

bool IsPrintable(char32_t rune) {
  if (rune < 0x7F) return rune >= 0x20;
  return rune != 0x7F && std::none_of(kUnprintable.begin(), kUnprintable.end(), [&](RuneRange r) {
           return rune >= r.first && rune <= r.last;
         });
}

void AppendHex(std::uint64_t value, std::size_t digits, std::string& out) {
  std::array<char, 16> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value, 16);
  const auto size = static_cast<std::size_t>(written.ptr - text.data());
  out.append(digits > size ? digits - size : 0, '0');
  out.append(text.data(), size);
}

void AppendQuotedRune(char32_t rune, std::string_view bytes, std::string& out) {
  constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  const std::size_t index = rune < 0x80 ? kEscaped.find(static_cast<char>(rune)) : kEscaped.npos;
  if (index != std::string_view::npos) {
    out += '\\';
    out += kLetters[index];
  } else if (IsPrintable(rune)) {
    out += bytes;
  } else if (rune < 0x20 || rune == 0x7F) {
    out += "\\x";
    AppendHex(rune, 2, out);
  } else {
    out += rune < 0x10000 ? "\\u" : "\\U";
    AppendHex(rune, rune < 0x10000 ? 4 : 8, out);
  }
}

void AppendScalar(const Node& node, std::string& out) {
  switch (node.kind) {
    case NodeKind::kBool: out += node.boolean ? "true" : "false"; break;
    case NodeKind::kInt: AppendInt(node.integer, out); break;
    case NodeKind::kUint:
      out += "0x";
      AppendHex(node.unsigned_integer, 0, out);
      break;
    case NodeKind::kFloat: AppendShortestFloat(node.real, out); break;
    default: out += GoQuote(node.AsString());
  }
}

// Keys as fmtsort orders them within a kind; between kinds the order is roughly Go's.
bool KeyLess(const Member* a, const Member* b) {
  if (a->key_kind != b->key_kind) return a->key_kind < b->key_kind;
  if (a->key_kind == NodeKind::kString || a->key.size() == b->key.size()) return a->key < b->key;
  return a->key.size() < b->key.size();
}

void Append(const Node& node, bool nested, std::string& out) {
  if (node.IsNull()) {
    out += nested ? "interface {}(nil)" : "<nil>";
  } else if (node.IsSequence()) {
    out += "[]interface {}{";
    for (std::size_t i = 0; i < node.size; ++i) {
      if (i > 0) out += ", ";
      Append(node.elements[i], true, out);
    }
    out += '}';
  } else if (node.IsMapping()) {
    std::vector<const Member*> members;
    for (const Member& member : node.AsMapping()) members.push_back(&member);
    std::sort(members.begin(), members.end(), KeyLess);
    out += "map[interface {}]interface {}{";
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ", ";
      out += GoSyntaxOfKey(*members[i]);
      out += ':';
      Append(members[i]->value, true, out);
    }
    out += '}';
  } else {
    AppendScalar(node, out);
  }
}

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const DecodedRune decoded = DecodeRune(text.substr(at));
    if (decoded.IsInvalidByte()) {
      out += "\\x";
      AppendHex(static_cast<unsigned char>(text[at]), 2, out);
    } else {
      AppendQuotedRune(decoded.rune, text.substr(at, decoded.width), out);
    }
    at += decoded.width;
  }
  return out += '"';
}

std::string GoSyntax(const Node& node) {
  std::string out;
  Append(node, false, out);
  return out;
}

std::string GoSyntaxOfKey(const Member& member) {
  switch (member.key_kind) {
    case NodeKind::kString: return GoQuote(member.key);
    case NodeKind::kNull: return "<nil>";
    case NodeKind::kUint: {
      std::uint64_t value = 0;
      std::from_chars(member.key.data(), member.key.data() + member.key.size(), value);
      std::string out = "0x";
      AppendHex(value, 0, out);
      return out;
    }
    default: return std::string(member.key);
  }
}

}  // namespace sidecar::yaml
