#include "lib/gotemplate/funcs/go_regexp.h"

#include <algorithm>
#include <map>
#include <optional>

#include <re2/re2.h>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/work.h"
#include "lib/gotemplate/unicode.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::size_t kLongestPattern = std::size_t{64} << 10U;
constexpr std::int64_t kMemory = std::int64_t{2} << 20U;  // Of programs and automata, while used.

// Bytes that one call may read. A search may read to the end of the text before it settles for a
// short match, and there may be a match for every byte of it.
constexpr std::size_t kMostWork = std::size_t{1} << 24U;
// States times bytes, which a search takes if its automaton does not fit kMemory.
constexpr std::size_t kMostStates = std::size_t{1} << 26U;

// What is paid for (work.h) a byte read again, a state compiled, and a pattern that is refused.
constexpr std::size_t kPricePerByte = 4;
constexpr std::size_t kPricePerState = 512;
constexpr std::size_t kPriceOfRefusal = std::size_t{1} << 20U;

[[noreturn]] void Fail(std::string_view what, std::string_view where) {
  throw FunctionError("error parsing regexp: " + std::string(what) + ": `" + std::string(where) +
                      "`");
}

[[noreturn]] void FailTooLong() {
  throw FunctionError("regexp: the text is too long for this regular expression");
}

// Go's regexp/syntax.ErrorCode.
std::string_view GoError(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape: return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass: return "invalid character class";
    case re2::RE2::ErrorBadCharRange: return "invalid character class range";
    case re2::RE2::ErrorMissingBracket: return "missing closing ]";
    case re2::RE2::ErrorMissingParen: return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen: return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize: return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadNamedCapture: return "invalid named capture";
    default: return "expression too large";
  }
}

// The text from its first byte that is not UTF-8 on.
std::string_view FromInvalidByte(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.IsInvalidByte()) break;
    text.remove_prefix(decoded.width);
  }
  return text;
}

// RE2 takes `\C` for any byte; Go has no such escape.
bool HasByteEscape(std::string_view pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    if (pattern[i] == 'C') return true;
    if (pattern[i] == 'Q') i = std::min(pattern.find("\\E", i), pattern.size());
  }
  return false;
}

// Whether some match may be of any length.
bool MayRepeat(std::string_view pattern) {
  return pattern.find_first_of("*+") != std::string_view::npos ||
         pattern.find(",}") != std::string_view::npos;
}

// A text as RE2 is to see it: bytes that are not UTF-8 replaced by U+FFFD.
class Subject {
 public:
  explicit Subject(std::string_view text) : original_(text), shown_(text) {
    if (IsValidUtf8(text)) return;
    for (std::size_t at = 0; at < text.size();) {
      const DecodedRune decoded = DecodeRune(text.substr(at));
      const std::size_t before = replaced_.size();
      AppendRune(replaced_, decoded.rune);
      offsets_.resize(offsets_.size() + replaced_.size() - before, at);
      at += decoded.width;
    }
    offsets_.push_back(text.size());
    shown_ = replaced_;
  }

  std::string_view shown() const { return shown_; }

  // The part of the original that a part of shown() stands for.
  std::string_view Original(const re2::StringPiece& part) const {
    if (part.data() == nullptr) return {};
    const auto begin = static_cast<std::size_t>(part.data() - shown_.data());
    const std::size_t end = begin + part.size();
    if (offsets_.empty()) return original_.substr(begin, end - begin);
    return original_.substr(offsets_[begin], offsets_[end] - offsets_[begin]);
  }

 private:
  std::string_view original_;
  std::string_view shown_;
  std::string replaced_;
  std::vector<std::size_t> offsets_;  // In the original, of each byte shown.
};

std::size_t StatesOf(const re2::RE2& re2) {
  return static_cast<std::size_t>(re2.ProgramSize() + re2.ReverseProgramSize());
}

// Searches one subject from its beginning to its end, within the limits above.
class Searcher {
 public:
  Searcher(const re2::RE2& re2, std::string_view text, std::size_t groups, Arena* payer)
      : re2_(re2),
        subject_(text),
        pieces_(groups),
        may_repeat_(MayRepeat(re2.pattern())),
        payer_(payer) {
    const std::size_t states = std::max(StatesOf(re2), std::size_t{1});
    if (subject_.shown().size() > kMostStates / states) FailTooLong();
    PayForWork(payer_, subject_.shown().size() * states);
  }

  // Whether there is a match at or behind `from`.
  bool Search(std::size_t from) {
    const std::string_view text = subject_.shown();
    if (may_repeat_) {
      work_ += text.size() - from;
      if (work_ > kMostWork + text.size()) FailTooLong();
      PayForWork(payer_, (text.size() - from) * kPricePerByte);
    }
    return re2_.Match({text.data(), text.size()}, from, text.size(), re2::RE2::UNANCHORED,
                      pieces_.data(), static_cast<int>(pieces_.size()));
  }

  std::size_t size() const { return subject_.shown().size(); }
  std::size_t begin() const {
    return static_cast<std::size_t>(pieces_[0].data() - subject_.shown().data());
  }
  std::size_t end() const { return begin() + pieces_[0].size(); }

  // How wide the character at `at` is; 0 at the end.
  std::size_t WidthAt(std::size_t at) const {
    return DecodeRune(subject_.shown().substr(at)).width;
  }

  std::vector<std::string_view> Groups() const {
    std::vector<std::string_view> groups;
    groups.reserve(pieces_.size());
    for (const re2::StringPiece& piece : pieces_) groups.push_back(subject_.Original(piece));
    return groups;
  }

 private:
  const re2::RE2& re2_;
  Subject subject_;
  std::vector<re2::StringPiece> pieces_;
  bool may_repeat_;
  Arena* payer_;
  std::size_t work_ = 0;
};

bool IsNameRune(char32_t rune) {
  return rune == '_' || IsLetter(rune) || IsDigit(rune);
}

// What follows a `$` in a replacement: Go's regexp.extract.
struct Reference {
  std::string_view name;
  std::string_view rest;
};

std::optional<Reference> ReadReference(std::string_view text) {
  const bool braced = text.starts_with('{');
  if (braced) text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size()) {
    const DecodedRune decoded = DecodeRune(text.substr(size));
    if (!IsNameRune(decoded.rune)) break;
    size += decoded.width;
  }
  if (size == 0) return std::nullopt;
  const std::string_view rest = text.substr(size);
  if (!braced) return Reference{text.substr(0, size), rest};
  if (!rest.starts_with('}')) return std::nullopt;
  return Reference{text.substr(0, size), rest.substr(1)};
}

// The number that a name is, or nothing: then it is a group's name.
std::optional<std::size_t> GroupNumber(std::string_view name) {
  constexpr std::size_t kTooLarge = 100'000'000;
  std::size_t number = 0;
  for (const char digit : name) {
    if (digit < '0' || digit > '9' || number >= kTooLarge) return std::nullopt;
    number = number * 10 + static_cast<std::size_t>(digit - '0');
  }
  if (name.size() > 1 && name[0] == '0') return std::nullopt;  // Go: no leading zeros.
  return number;
}

// Go's Regexp.expand.
class Expander {
 public:
  Expander(const re2::RE2& re2, std::string_view replacement)
      : names_(re2.CapturingGroupNames()), replacement_(replacement) {}

  void Write(const std::vector<std::string_view>& groups, ArenaText& out) const {
    std::string_view rest = replacement_;
    for (;;) {
      const std::size_t dollar = rest.find('$');
      out.Append(rest.substr(0, dollar));
      if (dollar == std::string_view::npos) return;
      rest.remove_prefix(dollar + 1);
      if (rest.starts_with('$')) {
        out.Append('$');
        rest.remove_prefix(1);
        continue;
      }
      const std::optional<Reference> reference = ReadReference(rest);
      if (!reference) {
        out.Append('$');
        continue;
      }
      rest = reference->rest;
      out.Append(Find(reference->name, groups));
    }
  }

 private:
  std::string_view Find(std::string_view name, const std::vector<std::string_view>& groups) const {
    if (const std::optional<std::size_t> number = GroupNumber(name)) {
      return *number < groups.size() ? groups[*number] : std::string_view();
    }
    for (const auto& [index, group_name] : names_) {
      if (group_name == name) return groups[static_cast<std::size_t>(index)];
    }
    return {};
  }

  const std::map<int, std::string>& names_;
  std::string_view replacement_;
};

// Go's Regexp.replaceAll: what an empty match right behind another match is, is no match.
template <class Write>
std::string_view Replace(Searcher& searcher, std::string_view text, ArenaText& out,
                         const Write& write) {
  const char* copied = text.data();
  std::size_t last_end = 0;
  std::size_t from = 0;
  while (from <= searcher.size() && searcher.Search(from)) {
    const std::vector<std::string_view> groups = searcher.Groups();
    out.Append({copied, static_cast<std::size_t>(groups[0].data() - copied)});
    if (searcher.end() > last_end || searcher.begin() == 0) write(groups);
    copied = groups[0].data() + groups[0].size();
    last_end = searcher.end();
    const std::size_t least = from + std::max(searcher.WidthAt(from), std::size_t{1});
    from = std::max(least, searcher.end());
  }
  out.Append({copied, static_cast<std::size_t>(text.data() + text.size() - copied)});
  return out.text();
}

}  // namespace

Regexp::Regexp(std::string_view pattern, Arena* payer) : payer_(payer) {
  if (pattern.size() > kLongestPattern) Fail("expression too large", pattern.substr(0, 64));
  if (!IsValidUtf8(pattern)) Fail("invalid UTF-8", FromInvalidByte(pattern));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  re2_ = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!re2_->ok()) {
    PayForWork(payer_, kPriceOfRefusal);
    const bool whole = re2_->error_code() == re2::RE2::ErrorPatternTooLarge;
    Fail(GoError(re2_->error_code()), whole ? pattern : std::string_view(re2_->error_arg()));
  }
  if (HasByteEscape(pattern)) Fail("invalid escape sequence", "\\C");
  PayForWork(payer_, StatesOf(*re2_) * kPricePerState);
}

Regexp::~Regexp() = default;

std::size_t Regexp::GroupCount() const {
  return static_cast<std::size_t>(re2_->NumberOfCapturingGroups()) + 1;
}

// Go's Regexp.allMatches.
void Regexp::EachMatch(std::string_view text, std::size_t groups, const Visitor& visit) const {
  Searcher searcher(*re2_, text, groups, payer_);
  std::size_t from = 0;
  std::optional<std::size_t> previous_end;
  while (from <= searcher.size() && searcher.Search(from)) {
    const std::size_t begin = searcher.begin();
    const std::size_t end = searcher.end();
    const bool empty = end == from;
    const bool accepted = !empty || begin != previous_end;
    from = empty ? from + std::max(searcher.WidthAt(from), std::size_t{1}) : end;
    previous_end = end;
    if (accepted && !visit(searcher.Groups())) return;
  }
}

bool Regexp::Matches(std::string_view text) const {
  return Searcher(*re2_, text, 0, payer_).Search(0);
}

std::string_view Regexp::Find(std::string_view text) const {
  Searcher searcher(*re2_, text, 1, payer_);
  return searcher.Search(0) ? searcher.Groups()[0] : std::string_view();
}

std::vector<std::string_view> Regexp::FindGroups(std::string_view text) const {
  Searcher searcher(*re2_, text, GroupCount(), payer_);
  return searcher.Search(0) ? searcher.Groups() : Groups();
}

std::vector<std::string_view> Regexp::FindAll(std::string_view text, std::int64_t count) const {
  std::vector<std::string_view> found;
  if (count == 0) return found;
  EachMatch(text, 1, [&found, count](const Groups& groups) {
    found.push_back(groups[0]);
    return count < 0 || static_cast<std::int64_t>(found.size()) < count;
  });
  return found;
}

std::vector<std::vector<std::string_view>> Regexp::FindAllGroups(std::string_view text) const {
  std::vector<Groups> found;
  EachMatch(text, GroupCount(), [&found](const Groups& groups) {
    found.push_back(groups);
    return true;
  });
  return found;
}

std::vector<std::string_view> Regexp::Split(std::string_view text, std::int64_t count) const {
  std::vector<std::string_view> parts;
  if (count == 0) return parts;
  if (!re2_->pattern().empty() && text.empty()) return {text};
  std::size_t begin = 0;
  std::size_t end = 0;
  for (const std::string_view match : FindAll(text, count)) {
    if (count > 0 && static_cast<std::int64_t>(parts.size()) == count - 1) break;
    end = static_cast<std::size_t>(match.data() - text.data());
    const std::size_t match_end = end + match.size();
    if (match_end != 0) parts.push_back(text.substr(begin, end - begin));
    begin = match_end;
  }
  if (end != text.size()) parts.push_back(text.substr(begin));
  return parts;
}

std::string_view Regexp::ReplaceAll(std::string_view text, std::string_view replacement,
                                    Arena& arena) const {
  if (replacement.find('$') == std::string_view::npos) {
    return ReplaceAllLiteral(text, replacement, arena);
  }
  Searcher searcher(*re2_, text, GroupCount(), payer_);
  ArenaText out(arena, text.size());
  const Expander expander(*re2_, replacement);
  return Replace(searcher, text, out,
                 [&expander, &out](const Groups& groups) { expander.Write(groups, out); });
}

std::string_view Regexp::ReplaceAllLiteral(std::string_view text, std::string_view replacement,
                                           Arena& arena) const {
  Searcher searcher(*re2_, text, 1, payer_);
  ArenaText out(arena, text.size());
  return Replace(searcher, text, out,
                 [&out, replacement](const Groups&) { out.Append(replacement); });
}

std::string QuoteMeta(std::string_view text) {
  std::string quoted;
  for (const char byte : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(byte) != std::string_view::npos) quoted += '\\';
    quoted += byte;
  }
  return quoted;
}

}  // namespace sidecar::gotemplate::funcs
