#include "lib/yaml/resolve.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "lib/yaml/number.h"
#include "lib/yaml/timestamp.h"

namespace sidecar::yaml {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

struct NamedTag {
  std::string_view short_name;
  Tag tag;
};

constexpr std::array<NamedTag, 8> kTags = {{{"!!str", Tag::kStr},
                                            {"!!bool", Tag::kBool},
                                            {"!!int", Tag::kInt},
                                            {"!!float", Tag::kFloat},
                                            {"!!null", Tag::kNull},
                                            {"!!timestamp", Tag::kTimestamp},
                                            {"!!binary", Tag::kBinary},
                                            {"!!merge", Tag::kMerge}}};

// What the first character says about a plain scalar.
enum class Hint : std::uint8_t { kString, kWord, kDot, kNumber };

constexpr std::array<Hint, 256> kHints = [] {
  std::array<Hint, 256> hints{};
  const auto set = [&](std::string_view characters, Hint hint) {
    for (const char c : characters) hints[static_cast<unsigned char>(c)] = hint;
  };
  set("+-0123456789", Hint::kNumber);
  set("yYnNtTfFoO~", Hint::kWord);
  hints['.'] = Hint::kDot;
  return hints;
}();

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "x", "X" and "Xx" spellings of a word.
bool IsSpelling(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  const auto upper = [](char c) { return static_cast<char>(c - 'a' + 'A'); };
  if (text.front() == lower.front()) return text == lower;
  if (text.front() != upper(lower.front())) return false;
  const std::string_view rest = text.substr(1);
  return rest == lower.substr(1) || std::equal(rest.begin(), rest.end(), lower.begin() + 1,
                                               [&](char a, char b) { return a == upper(b); });
}

// The words of yaml.v2's resolveMap that begin with a letter, and ~ and the empty text.
bool ResolveWord(std::string_view text, ResolvedScalar& resolved) {
  constexpr std::size_t kLongest = 5;
  if (text.size() > kLongest) return false;
  const auto boolean = [&](bool value) {
    resolved = {Tag::kBool, Node::Bool(value)};
    return true;
  };
  if (text.empty() || text == "~" || IsSpelling(text, "null")) {
    resolved = {Tag::kNull, Node::Null()};
    return true;
  }
  switch (text.front()) {
    case 'y':
    case 'Y': return (IsSpelling(text, "y") || IsSpelling(text, "yes")) && boolean(true);
    case 'n':
    case 'N': return (IsSpelling(text, "n") || IsSpelling(text, "no")) && boolean(false);
    case 't':
    case 'T': return IsSpelling(text, "true") && boolean(true);
    case 'f':
    case 'F': return IsSpelling(text, "false") && boolean(false);
    case 'o':
    case 'O':
      if (IsSpelling(text, "on")) return boolean(true);
      return IsSpelling(text, "off") && boolean(false);
    default: return false;
  }
}

// .inf and .nan, with their signs.
bool ResolveSpecialFloat(std::string_view text, ResolvedScalar& resolved) {
  const auto real = [&](double value) {
    resolved = {Tag::kFloat, Node::Float(value)};
    return true;
  };
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return real(std::numeric_limits<double>::quiet_NaN());
  }
  const bool sign = !text.empty() && (text.front() == '+' || text.front() == '-');
  const std::string_view magnitude = sign ? text.substr(1) : text;
  if (magnitude != ".inf" && magnitude != ".Inf" && magnitude != ".INF") return false;
  return real(sign && text.front() == '-' ? -kInfinity : kInfinity);
}

// strconv's underscoreOK for decimals: only between digits.
bool HasOnlySeparatingUnderscores(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1])) {
      return false;
    }
  }
  return true;
}

std::string WithoutUnderscores(std::string_view text) {
  std::string plain;
  std::remove_copy(text.begin(), text.end(), std::back_inserter(plain), '_');
  return plain;
}

bool ResolveFloat(std::string_view text, ResolvedScalar& resolved) {
  double value = 0;
  if (ReadDecimalFloat(text, value) != FloatRead::kOk) return false;
  resolved = {Tag::kFloat, Node::Float(value)};
  return true;
}

// strconv.ParseInt and then ParseUint with base 0, the underscores already gone.
bool ResolveInteger(std::string_view text, ResolvedScalar& resolved) {
  const bool sign = text.front() == '+' || text.front() == '-';
  const bool negative = text.front() == '-';
  std::string_view digits = sign ? text.substr(1) : text;
  int base = 10;
  if (digits.size() > 1 && digits.front() == '0') {
    switch (digits[1]) {
      case 'x':
      case 'X': base = 16; break;
      case 'o':
      case 'O': base = 8; break;
      case 'b':
      case 'B': base = 2; break;
      default: base = 0;
    }
    digits.remove_prefix(base == 0 ? 1 : 2);
    if (base == 0) base = 8;
  }
  std::uint64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return false;
  constexpr auto kLargestInt = static_cast<std::uint64_t>(INT64_MAX);
  if (negative) {
    if (value > kLargestInt + 1) return false;
    resolved = {Tag::kInt, Node::Int(static_cast<std::int64_t>(~value + 1))};
    return true;
  }
  if (sign && value > kLargestInt) return false;
  resolved = {Tag::kInt, Node::Uint(value)};
  return true;
}

bool ResolveNumber(Tag tag, std::string_view text, ResolvedScalar& resolved) {
  if (ResolveSpecialFloat(text, resolved)) return true;
  if ((tag == Tag::kNone || tag == Tag::kTimestamp) && IsTimestamp(text)) {
    // yaml.v2 keeps it a string when it decodes into an interface{}.
    resolved = {Tag::kTimestamp, Node::String(text)};
    return true;
  }
  // Nothing but these can occur in a number; most texts that begin like one fail here.
  if (text.find_first_not_of("0123456789abcdefABCDEFxXoO_+-.") != std::string_view::npos) {
    return false;
  }
  std::string storage;
  if (text.find('_') != std::string_view::npos) {
    storage = WithoutUnderscores(text);
    text = storage;
  }
  if (ResolveInteger(text, resolved) || ResolveFloat(text, resolved)) return true;
  // yaml.v2 reads what follows 0b by ParseInt with base 2, which takes a sign.
  const bool signed_binary = text.starts_with("0b-") || text.starts_with("0b+");
  return signed_binary &&
         ResolveInteger(std::string(1, text[2]) + "0b" + std::string(text.substr(3)), resolved);
}

bool ResolveByHint(Tag tag, std::string_view text, ResolvedScalar& resolved) {
  const Hint hint = text.empty() ? Hint::kWord : kHints[static_cast<unsigned char>(text.front())];
  switch (hint) {
    case Hint::kString: return false;
    case Hint::kWord: return ResolveWord(text, resolved);
    case Hint::kDot:
      if (ResolveSpecialFloat(text, resolved)) return true;
      if (!HasOnlySeparatingUnderscores(text)) return false;
      return ResolveFloat(WithoutUnderscores(text), resolved);
    case Hint::kNumber: return ResolveNumber(tag, text, resolved);
  }
  return false;
}

// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
bool IsBase60(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return false;
  std::size_t at = text.front() == '+' || text.front() == '-' ? 1 : 0;
  if (at == text.size() || !IsDigit(text[at])) return false;
  while (at < text.size() && (IsDigit(text[at]) || text[at] == '_')) ++at;
  std::size_t groups = 0;
  for (; at + 1 < text.size() && text[at] == ':' && IsDigit(text[at + 1]); ++groups) {
    const bool two = text[at + 1] <= '5' && at + 2 < text.size() && IsDigit(text[at + 2]);
    at += two ? 3 : 2;
  }
  if (groups == 0) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && (IsDigit(text[at]) || text[at] == '_')) ++at;
  }
  return at == text.size();
}

}  // namespace

Tag TagFromUri(std::string_view uri) {
  if (uri.empty()) return Tag::kNone;
  if (uri.starts_with(kTagPrefix)) {
    const std::string_view name = uri.substr(kTagPrefix.size());
    for (const NamedTag& known : kTags) {
      if (known.short_name.substr(2) == name) return known.tag;
    }
  }
  return Tag::kOther;
}

std::string_view ShortTag(Tag tag) {
  for (const NamedTag& known : kTags) {
    if (known.tag == tag) return known.short_name;
  }
  return {};
}

bool Resolve(Tag tag, std::string_view text, ResolvedScalar& resolved) {
  const bool resolvable = tag != Tag::kBinary && tag != Tag::kMerge && tag != Tag::kOther;
  if (!resolvable || tag == Tag::kStr) {
    resolved = {tag, Node::String(text)};
    return true;
  }
  if (!ResolveByHint(tag, text, resolved)) resolved = {Tag::kStr, Node::String(text)};
  if (tag == Tag::kNone || tag == resolved.tag) return true;
  if (tag == Tag::kFloat && resolved.value.kind == NodeKind::kInt) {
    resolved = {Tag::kFloat, Node::Float(static_cast<double>(resolved.value.integer))};
    return true;
  }
  return false;
}

bool IsPlainString(std::string_view text) {
  if (text.empty()) return false;
  if (kHints[static_cast<unsigned char>(text.front())] == Hint::kString) {
    return true;
  }
  ResolvedScalar resolved;
  return !ResolveByHint(Tag::kNone, text, resolved) && !IsBase60(text);
}

}  // namespace sidecar::yaml
