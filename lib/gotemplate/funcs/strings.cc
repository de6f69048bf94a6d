#include <algorithm>
#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/split.h"
#include "lib/gotemplate/funcs/text_case.h"
#include "lib/gotemplate/funcs/work.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/unicode.h"

// sprig's strings.go, and what its function map takes from Go's package strings.
namespace sidecar::gotemplate::funcs {
namespace {

// A part of an argument: arguments outlive the call.
Value View(std::string_view part) {
  return Value::String(part);
}

template <class Predicate>
std::string_view TrimRunes(std::string_view text, Predicate drop) {
  while (!text.empty()) {
    const DecodedRune first = DecodeRune(text);
    if (!drop(first.rune)) break;
    text.remove_prefix(first.width);
  }
  while (!text.empty()) {
    const DecodedRune last = DecodeLastRune(text);
    if (!drop(last.rune)) break;
    text.remove_suffix(last.width);
  }
  return text;
}

Value Hello(const Call&) {
  return View("Hello!");
}

Value Trim(const Call& call) {
  return View(TrimRunes(call.Text(0), IsSpace));
}

// strings.Trim, the cut set first.
Value TrimAll(const Call& call) {
  std::u32string cut;
  for (std::string_view rest = call.Text(0); !rest.empty();) {
    const DecodedRune decoded = DecodeRune(rest);
    cut += decoded.rune;
    rest.remove_prefix(decoded.width);
  }
  std::sort(cut.begin(), cut.end());
  return View(TrimRunes(call.Text(1), [&cut](char32_t rune) {
    return std::binary_search(cut.begin(), cut.end(), rune);
  }));
}

Value TrimPrefix(const Call& call) {
  std::string_view text = call.Text(1);
  if (text.starts_with(call.Text(0))) text.remove_prefix(call.Text(0).size());
  return View(text);
}

Value TrimSuffix(const Call& call) {
  std::string_view text = call.Text(1);
  if (text.ends_with(call.Text(0))) text.remove_suffix(call.Text(0).size());
  return View(text);
}

Value Upper(const Call& call) {
  return View(MapRunes(call.Text(0), ToUpper, call.arena));
}

Value Lower(const Call& call) {
  return View(MapRunes(call.Text(0), ToLower, call.arena));
}

Value Contains(const Call& call) {
  return Value::Bool(call.Text(1).find(call.Text(0)) != std::string_view::npos);
}

Value HasPrefix(const Call& call) {
  return Value::Bool(call.Text(1).starts_with(call.Text(0)));
}

Value HasSuffix(const Call& call) {
  return Value::Bool(call.Text(1).ends_with(call.Text(0)));
}

// strings.Repeat.
std::string_view Repeat(std::string_view text, std::int64_t count, Arena& arena) {
  if (count < 0) throw FunctionError("strings: negative Repeat count");
  if (count == 0 || text.empty()) return {};
  if (static_cast<std::uint64_t>(count) > Arena::kUnlimited / 4 / text.size()) {
    throw ArenaLimitExceeded();
  }
  ArenaText out(arena, static_cast<std::size_t>(count) * text.size());
  for (std::int64_t i = 0; i < count; ++i) out.Append(text);
  return out.text();
}

Value RepeatText(const Call& call) {
  return View(Repeat(call.Text(1), call.Int(0), call.arena));
}

// strings.ReplaceAll.
std::string_view ReplaceAll(std::string_view text, std::string_view from, std::string_view to,
                            Arena& arena) {
  ArenaText out(arena);
  if (from.empty()) {  // Before every rune, and at the end.
    for (out.Append(to); !text.empty(); out.Append(to)) {
      const std::size_t width = DecodeRune(text).width;
      out.Append(text.substr(0, width));
      text.remove_prefix(width);
    }
    return out.text();
  }
  std::size_t found = text.find(from);
  if (found == std::string_view::npos) return text;
  for (; found != std::string_view::npos; found = text.find(from)) {
    out.Append(text.substr(0, found));
    out.Append(to);
    text.remove_prefix(found + from.size());
  }
  out.Append(text);
  return out.text();
}

Value Replace(const Call& call) {
  return View(ReplaceAll(call.Text(2), call.Text(0), call.Text(1), call.arena));
}

Value Trunc(const Call& call) {
  const std::int64_t count = call.Int(0);
  const std::string_view text = call.Text(1);
  const auto size = static_cast<std::int64_t>(text.size());
  if (count < 0 && size + count > 0)
    return View(text.substr(static_cast<std::size_t>(size + count)));
  if (count >= 0 && size > count) return View(text.substr(0, static_cast<std::size_t>(count)));
  return View(text);
}

Value Substring(const Call& call) {
  const std::int64_t start = call.Int(0);
  const std::int64_t end = call.Int(1);
  const std::string_view text = call.Text(2);
  if (start < 0) return View(SliceText(text, 0, end));
  const auto size = static_cast<std::int64_t>(text.size());
  if (end < 0 || end > size) return View(SliceText(text, start, size));
  return View(SliceText(text, start, end));
}

Value Quote(const Call& call) {
  ArenaText out(call.arena);
  for (const Value& value : call.arguments) {
    if (!value.IsValid()) continue;
    if (out.size() > 0) out.Append(' ');
    out.Append(gotemplate::Quote(ToText(value, call.arena)));
  }
  return View(out.text());
}

Value SingleQuote(const Call& call) {
  ArenaText out(call.arena);
  for (const Value& value : call.arguments) {
    if (!value.IsValid()) continue;
    if (out.size() > 0) out.Append(' ');
    out.Append('\'');
    out.Append(PrintValue(value, call.arena));
    out.Append('\'');
  }
  return View(out.text());
}

Value Cat(const Call& call) {
  ArenaText out(call.arena);
  bool first = true;
  for (const Value& value : call.arguments) {
    if (!value.IsValid()) continue;
    if (!first) out.Append(' ');
    first = false;
    out.Append(PrintValue(value, call.arena));
  }
  return View(out.text());
}

std::string_view IndentLines(const Call& call, std::string_view before) {
  const std::string_view pad = Repeat(" ", call.Int(0), call.arena);
  std::string_view text = call.Text(1);
  ArenaText out(call.arena, before.size() + pad.size() + text.size());
  out.Append(before);
  out.Append(pad);
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out.Append(text.substr(0, end + 1));
    out.Append(pad);
    text.remove_prefix(end + 1);
  }
  out.Append(text);
  return out.text();
}

Value Indent(const Call& call) {
  return View(IndentLines(call, ""));
}

Value NewlineIndent(const Call& call) {
  return View(IndentLines(call, "\n"));
}

Value Plural(const Call& call) {
  return call[call.Int(2) == 1 ? 0 : 1];
}

Value SplitList(const Call& call) {
  return StringList(call, Split(call.Text(1), call.Text(0), kAllParts));
}

// The parts under the keys _0, _1, ...
Value NumberedParts(const Call& call, std::span<const std::string_view> parts) {
  auto* const map = call.arena.New<MapData>();
  const std::span<MapEntry> entries = call.arena.NewArray<MapEntry>(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    entries[i] = {View(call.arena.Copy("_" + std::to_string(i))), View(parts[i])};
  }
  map->entries = entries.data();
  map->size = map->capacity = static_cast<std::uint32_t>(entries.size());
  map->Sort();
  return Value::Map(map, StringMapType());
}

Value SplitMap(const Call& call) {
  return NumberedParts(call, Split(call.Text(1), call.Text(0), kAllParts));
}

Value SplitMapN(const Call& call) {
  return NumberedParts(call, Split(call.Text(2), call.Text(0), call.Int(1)));
}

Value Join(const Call& call) {
  ArenaText out(call.arena);
  bool first = true;
  for (const std::string_view text : ToTexts(call[1], call.arena)) {
    if (!first) out.Append(call.Text(0));
    first = false;
    out.Append(text);
  }
  return View(out.text());
}

Value ToStrings(const Call& call) {
  return StringList(call, ToTexts(call[0], call.arena));
}

Value ToStringValue(const Call& call) {
  return View(ToText(call[0], call.arena));
}

// Each text is compared about as often as the number of texts has digits.
void PayForSorting(std::span<const Value> texts, Arena& arena) {
  constexpr std::size_t kPrice = 8;
  constexpr std::size_t kBytesForOne = 8;
  std::size_t price = 0;
  for (const Value& text : texts) price += kPrice + text.size() / kBytesForOne;
  PayForWork(&arena, price * std::bit_width(texts.size()));
}

// sprig sorts a []string where it is: whoever else has the list sees it sorted.
Value SortAlpha(const Call& call) {
  const Value& list = call[0];
  if (list.kind() != Kind::kSlice && list.kind() != Kind::kArray) {
    const std::string_view text = ToText(list, call.arena);
    return StringList(call, {&text, 1});
  }
  const auto before = [](const Value& one, const Value& other) {
    return one.AsString() < other.AsString();
  };
  const Value texts =
      list.type() == SliceOf(StringType()) ? list : StringList(call, ToTexts(list, call.arena));
  PayForSorting(texts.slots(), call.arena);
  std::sort(texts.slots().begin(), texts.slots().end(), before);
  return texts;
}

constexpr Definition kFunctions[] = {
    {"cat", "(...any) string", Cat},
    {"contains", "(string, string) bool", Contains},
    {"hasPrefix", "(string, string) bool", HasPrefix},
    {"hasSuffix", "(string, string) bool", HasSuffix},
    {"hello", "() string", Hello},
    {"indent", "(int, string) string", Indent, true},
    {"join", "(string, any) string", Join},
    {"lower", "(string) string", Lower},
    {"nindent", "(int, string) string", NewlineIndent, true},
    {"plural", "(string, string, int) string", Plural},
    {"quote", "(...any) string", Quote},
    {"repeat", "(int, string) string", RepeatText},
    {"replace", "(string, string, string) string", Replace},
    {"sortAlpha", "(any) []string", SortAlpha},
    {"split", "(string, string) map[string]string", SplitMap},
    {"splitList", "(string, string) []string", SplitList},
    {"splitn", "(string, int, string) map[string]string", SplitMapN},
    {"squote", "(...any) string", SingleQuote},
    {"substr", "(int, int, string) string", Substring},
    {"toString", "(any) string", ToStringValue},
    {"toStrings", "(any) []string", ToStrings},
    {"trim", "(string) string", Trim},
    {"trimAll", "(string, string) string", TrimAll},
    {"trimPrefix", "(string, string) string", TrimPrefix},
    {"trimSuffix", "(string, string) string", TrimSuffix},
    {"trimall", "(string, string) string", TrimAll},
    {"trunc", "(int, string) string", Trunc},
    {"upper", "(string) string", Upper},
};

}  // namespace

Group StringFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
