#include <algorithm>
#include <string_view>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/text_case.h"
#include "lib/gotemplate/unicode.h"

// What sprig takes from Masterminds/goutils: words, their first letters, and lines of a width.
namespace sidecar::gotemplate::funcs {
namespace {

Value View(std::string_view part) {
  return Value::String(part);
}

// goutils' loops over `text[i]`: bytes taken for code points.
char32_t ByteRune(char byte) {
  return static_cast<unsigned char>(byte);
}

// strings.Title: title case after what is neither letter, digit nor underscore. (Letters, digits
// and marks beyond ASCII: only spaces separate there, as strings.isSeparator has it.)
bool IsSeparator(char32_t rune) {
  if (rune < kRuneSelf) return !IsLetter(rune) && !IsDigit(rune) && rune != '_';
  return !IsLetter(rune) && !IsDigit(rune) && IsSpace(rune);
}

template <class Change>
Value ChangeRunes(const Call& call, Change change) {
  std::string_view text = call.Text(0);
  ArenaText out(call.arena, text.size());
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    out.AppendRune(change(decoded.rune));
    text.remove_prefix(decoded.width);
  }
  return View(out.text());
}

Value Title(const Call& call) {
  return ChangeRunes(call, [previous = U' '](char32_t rune) mutable {
    const bool begins = IsSeparator(previous);
    previous = rune;
    return begins ? ToTitle(rune) : rune;
  });
}

// goutils.Uncapitalize.
Value Untitle(const Call& call) {
  return ChangeRunes(call, [begins = true](char32_t rune) mutable {
    if (IsSpace(rune)) {
      begins = true;
      return rune;
    }
    const char32_t changed = begins ? ToLower(rune) : rune;
    begins = false;
    return changed;
  });
}

// goutils.SwapCase: lower case becomes title case at the beginning of a word.
Value SwapCase(const Call& call) {
  return ChangeRunes(call, [after_space = true](char32_t rune) mutable {
    if (IsUpper(rune) || IsTitle(rune)) {
      after_space = false;
      return ToLower(rune);
    }
    if (IsLower(rune)) {
      const char32_t changed = after_space ? ToTitle(rune) : ToUpper(rune);
      after_space = false;
      return changed;
    }
    after_space = IsSpace(rune);
    return rune;
  });
}

// goutils.DeleteWhiteSpace. A text without space is left alone, others are taken byte by byte.
Value NoSpace(const Call& call) {
  const std::string_view text = call.Text(0);
  if (std::none_of(text.begin(), text.end(), [](char byte) { return IsSpace(ByteRune(byte)); })) {
    return call[0];
  }
  ArenaText out(call.arena, text.size());
  for (const char byte : text) {
    if (!IsSpace(ByteRune(byte))) out.AppendRune(ByteRune(byte));
  }
  return View(out.text());
}

// goutils.Initials.
Value Initials(const Call& call) {
  ArenaText out(call.arena);
  bool begins = true;
  for (const char byte : call.Text(0)) {
    if (IsSpace(ByteRune(byte))) {
      begins = true;
    } else if (begins) {
      out.AppendRune(ByteRune(byte));
      begins = false;
    }
  }
  return View(out.text());
}

constexpr std::string_view kEllipsis = "...";
constexpr std::int64_t kLeastWidth = 4;
constexpr std::int64_t kLeastWidthWithOffset = 7;

// goutils.AbbreviateFull; its errors are dropped by sprig, and give "".
std::string_view Abbreviate(std::string_view text, std::int64_t offset, std::int64_t width,
                            Arena& arena) {
  const auto size = static_cast<std::int64_t>(text.size());
  if (text.empty() || width < kLeastWidth) return {};
  if (size <= width) return text;
  const std::int64_t kept = width - static_cast<std::int64_t>(kEllipsis.size());
  offset = std::min(offset, size);
  if (size - offset < kept) offset = size - kept;
  ArenaText out(arena);
  if (offset <= kLeastWidth) {
    out.Append(text.substr(0, static_cast<std::size_t>(kept)));
    out.Append(kEllipsis);
    return out.text();
  }
  if (width < kLeastWidthWithOffset) return {};
  out.Append(kEllipsis);
  if (offset + kept < size) {
    out.Append(Abbreviate(text.substr(static_cast<std::size_t>(offset)), 0, kept, arena));
  } else {
    out.Append(text.substr(static_cast<std::size_t>(size - kept)));
  }
  return out.text();
}

Value Abbrev(const Call& call) {
  if (call.Int(0) < kLeastWidth) return call[1];
  return View(Abbreviate(call.Text(1), 0, call.Int(0), call.arena));
}

Value AbbrevBoth(const Call& call) {
  const std::int64_t left = call.Int(0);
  const std::int64_t right = call.Int(1);
  if (right < kLeastWidth || (left > 0 && right < kLeastWidthWithOffset)) return call[2];
  return View(Abbreviate(call.Text(2), left, right, call.arena));
}

// goutils.WrapCustom. Columns are bytes.
std::string_view Wrap(std::string_view text, std::int64_t columns, std::string_view newline,
                      bool breaks_words, Arena& arena) {
  const std::size_t width = columns < 1 ? 1 : static_cast<std::size_t>(columns);
  if (newline.empty()) newline = "\n";
  ArenaText out(arena, text.size());
  while (text.size() > width) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    std::size_t end = text.substr(0, width + 1).rfind(' ');
    std::size_t next = end + 1;
    if (end == std::string_view::npos && breaks_words) {
      end = next = width;
    } else if (end == std::string_view::npos) {
      end = text.find(' ', width);
      next = end + 1;
    }
    if (end == std::string_view::npos) break;
    out.Append(text.substr(0, end));
    out.Append(newline);
    text.remove_prefix(next);
  }
  out.Append(text);
  return out.text();
}

Value WrapLines(const Call& call) {
  return View(Wrap(call.Text(1), call.Int(0), "\n", false, call.arena));
}

Value WrapWith(const Call& call) {
  return View(Wrap(call.Text(2), call.Int(0), call.Text(1), true, call.arena));
}

constexpr Definition kFunctions[] = {
    {"abbrev", "(int, string) string", Abbrev},
    {"abbrevboth", "(int, int, string) string", AbbrevBoth},
    {"initials", "(string) string", Initials},
    {"nospace", "(string) string", NoSpace},
    {"swapcase", "(string) string", SwapCase},
    {"title", "(string) string", Title},
    {"untitle", "(string) string", Untitle},
    {"wrap", "(int, string) string", WrapLines},
    {"wrapWith", "(int, string, string) string", WrapWith},
};

}  // namespace

Group WordFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
