#include <algorithm>
#include <array>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/yaml/json.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

constexpr char32_t kLineSeparator = 0x2028;
constexpr char32_t kParagraphSeparator = 0x2029;

enum class CharClass : std::uint8_t { kPlain, kEscape, kHtml, kNonAscii };

constexpr std::array<CharClass, 256> kCharClasses = [] {
  std::array<CharClass, 256> classes{};
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const bool escape = c < 0x20 || c == '"' || c == '\\';
    const bool html = c == '<' || c == '>' || c == '&';
    classes[c] = escape      ? CharClass::kEscape
                 : html      ? CharClass::kHtml
                 : c >= 0x80 ? CharClass::kNonAscii
                             : CharClass::kPlain;
  }
  return classes;
}();

void AppendEscape(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '"':
    case '\\': out += c; break;
    case '\b': out += 'b'; break;
    case '\f': out += 'f'; break;
    case '\n': out += 'n'; break;
    case '\r': out += 'r'; break;
    case '\t': out += 't'; break;
    default:
      out += "u00";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 0xFU];
  }
}

// Writes the character at text[at] that is not ASCII; returns its width.
std::size_t AppendNonAscii(std::string_view text, std::size_t at, std::string& out) {
  const DecodedRune decoded = DecodeRune(text.substr(at));
  if (decoded.IsInvalidByte()) {
    out += "\\ufffd";
  } else if (decoded.rune == kLineSeparator) {
    out += "\\u2028";
  } else if (decoded.rune == kParagraphSeparator) {
    out += "\\u2029";
  } else {
    out += text.substr(at, decoded.width);
  }
  return decoded.width;
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonStyle& style) : out_(out), style_(style) {}

  void Write(const Node& node, std::size_t depth) {
    switch (node.kind) {
      case NodeKind::kNull: out_ += "null"; break;
      case NodeKind::kBool: out_ += node.boolean ? "true" : "false"; break;
      case NodeKind::kInt: AppendInt(node.integer, out_); break;
      case NodeKind::kUint: AppendUint(node.unsigned_integer, out_); break;
      case NodeKind::kFloat: AppendJsonFloat(node.real, out_); break;
      case NodeKind::kString: WriteJsonString(node.AsString(), out_, style_.escape_html); break;
      case NodeKind::kSequence: WriteSequence(node.AsSequence(), depth); break;
      case NodeKind::kMapping: WriteMapping(node.AsMapping(), depth); break;
    }
  }

 private:
  void NewLine(std::size_t depth) {
    if (style_.indent.empty()) return;
    out_ += '\n';
    for (std::size_t i = 0; i < depth; ++i) out_ += style_.indent;
  }

  void WriteSequence(std::span<const Node> elements, std::size_t depth) {
    out_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out_ += ',';
      NewLine(depth + 1);
      Write(elements[i], depth + 1);
    }
    if (!elements.empty()) NewLine(depth);
    out_ += ']';
  }

  void WriteMember(const Member& member, std::size_t depth) {
    NewLine(depth);
    WriteJsonString(member.key, out_, style_.escape_html);
    out_ += style_.indent.empty() ? ":" : ": ";
    Write(member.value, depth);
  }

  void WriteMapping(std::span<const Member> members, std::size_t depth) {
    const auto less = [](const Member& a, const Member& b) { return a.key < b.key; };
    out_ += '{';
    if (!style_.sort_keys || std::is_sorted(members.begin(), members.end(), less)) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out_ += ',';
        WriteMember(members[i], depth + 1);
      }
    } else {
      // One stack for every level: a level's members lie from `start` on, until it is done.
      const std::size_t start = sorted_.size();
      for (const Member& member : members) sorted_.push_back(&member);
      std::sort(sorted_.begin() + static_cast<long>(start), sorted_.end(),
                [](const Member* a, const Member* b) { return a->key < b->key; });
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out_ += ',';
        WriteMember(*sorted_[start + i], depth + 1);
      }
      sorted_.resize(start);
    }
    if (!members.empty()) NewLine(depth);
    out_ += '}';
  }

  std::string& out_;
  const JsonStyle& style_;
  std::vector<const Member*> sorted_;
};

}  // namespace

void WriteJsonString(std::string_view text, std::string& out, bool escape_html) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CharClass kind = kCharClasses[static_cast<unsigned char>(text[at])];
    if (kind == CharClass::kPlain || (kind == CharClass::kHtml && !escape_html)) {
      ++at;
      continue;
    }
    out += text.substr(written, at - written);
    if (kind == CharClass::kNonAscii) {
      at += AppendNonAscii(text, at, out);
    } else {
      AppendEscape(text[at++], out);
    }
    written = at;
  }
  out += text.substr(written);
  out += '"';
}

void WriteJson(const Node& node, std::string& out) {
  WriteJson(node, out, JsonStyle());
}

void WriteJson(const Node& node, std::string& out, const JsonStyle& style) {
  JsonWriter(out, style).Write(node, 0);
}

}  // namespace sidecar::yaml
