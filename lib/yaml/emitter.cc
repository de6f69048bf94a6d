#include "lib/yaml/emitter.h"

#include <algorithm>

#include "lib/base/utf8.h"

namespace sidecar::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsSpaceAt(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] == ' ';
}

// The letter of a one-letter escape between double quotes; NUL where there is none.
char EscapeLetter(char32_t rune) {
  switch (rune) {
    case 0x00: return '0';
    case 0x07: return 'a';
    case 0x08: return 'b';
    case 0x09: return 't';
    case 0x0A: return 'n';
    case 0x0B: return 'v';
    case 0x0C: return 'f';
    case 0x0D: return 'r';
    case 0x1B: return 'e';
    case 0x22: return '"';
    case 0x5C: return '\\';
    case 0x85: return 'N';
    case 0xA0: return '_';
    case 0x2028: return 'L';
    case 0x2029: return 'P';
    default: return '\0';
  }
}

// Index of the last character, of `end` bytes.
std::size_t LastCharacter(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

// The chomping indicator of a literal block: what ends the text.
std::string_view Chomping(std::string_view text) {
  if (text.empty()) return "-";
  const std::size_t last = LastCharacter(text, text.size());
  if (BreakAt(text, last) == 0) return "-";
  if (last == 0) return "+";
  return BreakAt(text, LastCharacter(text, last)) > 0 ? "+" : "";
}

}  // namespace

void Emitter::Indent(std::size_t indent) {
  if (!indention_ || column_ > indent || (column_ == indent && !whitespace_)) PutBreak();
  if (column_ < indent) {
    out_.append(indent - column_, ' ');
    column_ = indent;
  }
  whitespace_ = true;
  indention_ = true;
}

void Emitter::Indicator(std::string_view text, bool need_space) {
  if (need_space && !whitespace_) Put(' ');
  out_ += text;
  column_ += text.size();
  whitespace_ = false;
  indention_ = false;
}

void Emitter::BlockIndicator(char c) {
  if (!whitespace_) Put(' ');
  Put(c);
  whitespace_ = false;
}

void Emitter::TagText(std::string_view tag) {
  if (!whitespace_) Put(' ');
  out_ += tag;
  column_ += tag.size();
  whitespace_ = false;
  indention_ = false;
}

std::size_t Emitter::CopyCharacter(std::string_view text, std::size_t at) {
  const std::size_t width = std::min(CharacterWidth(text[at]), text.size() - at);
  out_.append(text, at, width);
  ++column_;
  return at + width;
}

// The character at text[at] and what follows it of ASCII without spaces, breaks and quotes.
std::size_t Emitter::CopyRun(std::string_view text, std::size_t at) {
  const std::size_t start = CopyCharacter(text, at);
  std::size_t end = start;
  while (end < text.size() && text[end] > ' ' && text[end] < '\x7f' && text[end] != '\'' &&
         text[end] != '"' && text[end] != '\\') {
    ++end;
  }
  out_.append(text, start, end - start);
  column_ += end - start;
  return end;
}

std::size_t Emitter::CopyBreak(std::string_view text, std::size_t at) {
  if (text[at] == '\n') {
    PutBreak();
    return at + 1;
  }
  at = CopyCharacter(text, at);
  column_ = 0;
  return at;
}

std::size_t Emitter::FoldOrCopySpace(std::string_view text, std::size_t at, std::size_t indent,
                                     bool fold) {
  if (!fold || column_ <= kWidth) return CopyCharacter(text, at);
  Indent(indent);
  return at + 1;
}

// The text of a plain or single-quoted scalar; both fold alike.
void Emitter::FlowText(std::string_view text, std::size_t indent, bool fold, bool single_quoted) {
  bool spaces = false;
  bool breaks = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      const bool inside = !single_quoted || (at > 0 && at + 1 < text.size());
      const bool alone = !spaces && inside && !IsSpaceAt(text, at + 1);
      at = FoldOrCopySpace(text, at, indent, fold && alone);
      spaces = true;
    } else if (BreakAt(text, at) > 0) {
      if (!breaks && text[at] == '\n') PutBreak();
      at = CopyBreak(text, at);
      indention_ = true;
      breaks = true;
    } else {
      if (breaks) Indent(indent);
      if (single_quoted && text[at] == '\'') Put('\'');
      at = CopyRun(text, at);
      indention_ = false;
      spaces = false;
      breaks = false;
    }
  }
}

void Emitter::Plain(std::string_view text, std::size_t indent, bool fold) {
  if (!whitespace_) Put(' ');
  FlowText(text, indent, fold, false);
  whitespace_ = false;
  indention_ = false;
}

void Emitter::SingleQuoted(std::string_view text, std::size_t indent, bool fold) {
  Indicator("'", true);
  FlowText(text, indent, fold, true);
  Indicator("'", false);
}

std::size_t Emitter::Escape(std::string_view text, std::size_t at) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const DecodedRune decoded = DecodeRune(text.substr(at));
  Put('\\');
  if (const char letter = EscapeLetter(decoded.rune); letter != '\0') {
    Put(letter);
    return at + decoded.width;
  }
  unsigned digits = 2;
  char kind = 'x';
  if (decoded.rune > 0xFF) digits = 4, kind = 'u';
  if (decoded.rune > 0xFFFF) digits = 8, kind = 'U';
  Put(kind);
  while (digits-- > 0) Put(kHex[(decoded.rune >> (digits * 4)) & 0xFU]);
  return at + decoded.width;
}

void Emitter::DoubleQuoted(std::string_view text, std::size_t indent, bool fold) {
  // yaml.v2 asks of every character whether the text begins with a byte order mark.
  const bool escape_all = text.starts_with(kByteOrderMark);
  Indicator("\"", true);
  bool spaces = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (escape_all || c == '"' || c == '\\' || !IsPrintableAt(text, at) || BreakAt(text, at) > 0) {
      at = Escape(text, at);
      spaces = false;
    } else if (c == ' ') {
      if (fold && !spaces && column_ > kWidth && at > 0 && at + 1 < text.size()) {
        Indent(indent);
        if (IsSpaceAt(text, at + 1)) Put('\\');
        ++at;
      } else {
        at = CopyCharacter(text, at);
      }
      spaces = true;
    } else {
      at = CopyRun(text, at);
      spaces = false;
    }
  }
  Indicator("\"", false);
}

void Emitter::Literal(std::string_view text, std::size_t indent) {
  Indicator("|", true);
  if (IsSpaceAt(text, 0) || BreakAt(text, 0) > 0) Put(static_cast<char>('0' + kIndent));
  out_ += Chomping(text);
  PutBreak();
  indention_ = true;
  whitespace_ = true;
  bool breaks = true;
  for (std::size_t at = 0; at < text.size();) {
    if (BreakAt(text, at) > 0) {
      at = CopyBreak(text, at);
      indention_ = true;
      breaks = true;
      continue;
    }
    if (breaks) Indent(indent);
    // The rest of the line in one piece where it is ASCII; its column is not asked for.
    const std::size_t start = at;
    while (at < text.size() && text[at] != '\n' && text[at] != '\r' &&
           static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
    }
    out_.append(text, start, at - start);
    column_ += at - start;
    if (at == start) at = CopyCharacter(text, at);
    indention_ = false;
    breaks = false;
  }
}

}  // namespace sidecar::yaml
