#include <string_view>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/text_case.h"
#include "lib/gotemplate/unicode.h"

// What sprig takes from huandu/xstrings: identifiers in camel, snake and kebab case.
namespace sidecar::gotemplate::funcs {
namespace {

bool IsConnector(char32_t rune) {
  return rune == '-' || rune == '_' || IsSpace(rune);
}

// xstrings' isAlphabet: a letter that is no Chinese character (of Unicode 6.1).
bool IsAlphabet(char32_t rune) {
  const bool chinese = (rune >= 0x3400 && rune <= 0x4D85) || (rune >= 0x4E00 && rune <= 0x9FCC) ||
                       (rune >= 0x20000 && rune <= 0x2B81D);
  return !chinese && IsLetter(rune);
}

// xstrings.ToPascalCase (of old: ToCamelCase).
Value CamelCase(const Call& call) {
  std::string_view text = call.Text(0);
  ArenaText out(call.arena, text.size());
  char32_t pending = 0;
  bool found = false;  // Whether `pending` begins the first word.
  while (!text.empty() && !found) {
    const DecodedRune decoded = DecodeRune(text);
    text.remove_prefix(decoded.width);
    found = !IsConnector(decoded.rune);
    pending = found ? ToUpper(decoded.rune) : decoded.rune;
    if (!found) out.AppendRune(pending);  // Leading connectors stay.
  }
  if (text.empty()) {
    // xstrings shows a last connector twice when there is nothing else.
    if (!call.Text(0).empty()) out.AppendRune(pending);
    return Value::String(out.text());
  }
  while (!text.empty()) {
    const char32_t previous = pending;
    const DecodedRune decoded = DecodeRune(text);
    text.remove_prefix(decoded.width);
    pending = decoded.rune;
    if (IsConnector(pending) && IsConnector(previous)) {
      out.AppendRune(previous);
    } else if (IsConnector(previous)) {
      pending = ToUpper(pending);
    } else {
      pending = ToLower(pending);
      out.AppendRune(previous);
    }
  }
  out.AppendRune(pending);
  return Value::String(out.text());
}

enum class WordKind { kInvalid, kNumber, kUpperCase, kAlphabet, kConnector, kPunctuation, kOther };

struct Word {
  WordKind kind = WordKind::kInvalid;
  std::string_view text;
};

// The next valid rune and the bytes up to its end: xstrings' nextValidRune. Where there is none the
// rune is `previous`.
DecodedRune NextValidRune(std::string_view text, char32_t previous) {
  std::size_t width = 0;
  while (width < text.size()) {
    const DecodedRune decoded = DecodeRune(text.substr(width));
    width += decoded.width;
    if (decoded.rune != kRuneError) return {decoded.rune, width};
  }
  return {previous, width};
}

// Splits a text into words: runs of connectors, punctuation, digits, letters (an upper-case letter
// begins a word, a run of them is one, save the last before a lower-case letter), and the rest.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }

  // xstrings' nextWord.
  Word Next() {
    if (rest_.empty()) return {};
    const DecodedRune first = NextValidRune(rest_, kRuneError);
    std::size_t size = first.width;
    WordKind kind = WordKind::kOther;
    if (first.rune == kRuneError) {
      kind = WordKind::kInvalid;
    } else if (IsConnector(first.rune)) {
      kind = WordKind::kConnector;
      size = Run(size, first.rune, IsConnector);
    } else if (IsPunct(first.rune)) {
      kind = WordKind::kPunctuation;
      size = Run(size, first.rune, IsPunct);
    } else if (IsUpper(first.rune)) {
      kind = WordKind::kUpperCase;
      size = UpperCaseWord(first);
    } else if (IsAlphabet(first.rune)) {
      kind = WordKind::kAlphabet;
      size = Run(size, first.rune, IsLowerPart);
    } else if (IsNumber(first.rune)) {
      kind = WordKind::kNumber;
      size = Run(size, first.rune, IsNumber);
    } else {
      size = Run(size, first.rune, IsOther);
    }
    const Word word = {kind, rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return word;
  }

 private:
  static bool IsLowerPart(char32_t rune) { return IsAlphabet(rune) && !IsUpper(rune); }

  static bool IsOther(char32_t rune) {
    return !IsConnector(rune) && !IsAlphabet(rune) && !IsNumber(rune) && !IsPunct(rune);
  }

  // Where the run of `belongs` that reaches `at` ends.
  std::size_t Run(std::size_t at, char32_t previous, bool (*belongs)(char32_t)) const {
    while (at < rest_.size()) {
      const DecodedRune next = NextValidRune(rest_.substr(at), previous);
      if (!belongs(next.rune)) break;
      previous = next.rune;
      at += next.width;
    }
    return at;
  }

  std::size_t UpperCaseWord(DecodedRune first) const {
    std::size_t at = first.width;
    if (at == rest_.size()) return at;
    DecodedRune next = NextValidRune(rest_.substr(at), first.rune);
    if (!IsUpper(next.rune)) {
      return IsAlphabet(next.rune) ? Run(at + next.width, next.rune, IsLowerPart) : at;
    }
    std::size_t last_width = 0;
    while (at < rest_.size() && IsUpper(next.rune)) {
      last_width = next.width;
      at += next.width;
      if (at < rest_.size()) next = NextValidRune(rest_.substr(at), next.rune);
    }
    // Of "HTTPServer" the "S" belongs to the next word.
    return at < rest_.size() && IsAlphabet(next.rune) ? at - last_width : at;
  }

  std::string_view rest_;
};

// xstrings' camelCaseToLowerCase.
class LowerCaseWriter {
 public:
  LowerCaseWriter(std::string_view text, char connector, Arena& arena)
      : reader_(text), connector_(connector), out_(arena, text.size()) {}

  std::string_view Write() {
    word_ = reader_.Next();
    while (!reader_.rest().empty()) {
      const Word previous = word_;
      if (previous.kind != WordKind::kConnector) Append(previous);
      word_ = reader_.Next();
      switch (previous.kind) {
        case WordKind::kNumber: FinishNumber(); break;
        case WordKind::kConnector: Append(previous); break;
        case WordKind::kPunctuation: break;
        default: FinishLetters(); break;
      }
    }
    Append(word_);
    return out_.text();
  }

 private:
  bool IsPartOfNumber() const {
    return word_.kind == WordKind::kAlphabet || word_.kind == WordKind::kNumber;
  }

  bool SeparatesItself() const {
    return word_.kind == WordKind::kConnector || word_.kind == WordKind::kPunctuation;
  }

  // After digits: what follows in lower case belongs to them ("2xx").
  void FinishNumber() {
    while (IsPartOfNumber()) {
      Append(word_);
      word_ = reader_.Next();
    }
    if (word_.kind != WordKind::kInvalid && !SeparatesItself()) out_.Append(connector_);
  }

  // After letters: digits go with them ("bld4"), unless lower-case letters follow ("http_2xx").
  void FinishLetters() {
    if (word_.kind != WordKind::kNumber) {
      if (!SeparatesItself()) out_.Append(connector_);
      return;
    }
    if (reader_.rest().empty()) return;
    const Word number = word_;
    word_ = reader_.Next();
    if (word_.kind != WordKind::kAlphabet) {
      Append(number);
      if (!SeparatesItself()) out_.Append(connector_);
      return;
    }
    out_.Append(connector_);
    Append(number);
    FinishNumber();
  }

  void Append(const Word& word) {
    if (word.kind != WordKind::kUpperCase && word.kind != WordKind::kConnector) {
      out_.Append(word.text);
      return;
    }
    for (std::string_view rest = word.text; !rest.empty();) {
      const DecodedRune decoded = DecodeRune(rest);
      rest.remove_prefix(decoded.width);
      if (IsConnector(decoded.rune)) {
        out_.Append(connector_);
      } else {
        out_.AppendRune(IsUpper(decoded.rune) ? ToLower(decoded.rune) : decoded.rune);
      }
    }
  }

  WordReader reader_;
  char connector_;
  ArenaText out_;
  Word word_;
};

Value SnakeCase(const Call& call) {
  return Value::String(LowerCaseWriter(call.Text(0), '_', call.arena).Write());
}

Value KebabCase(const Call& call) {
  return Value::String(LowerCaseWriter(call.Text(0), '-', call.arena).Write());
}

constexpr Definition kFunctions[] = {
    {"camelcase", "(string) string", CamelCase},
    {"kebabcase", "(string) string", KebabCase},
    {"snakecase", "(string) string", SnakeCase},
};

}  // namespace

Group IdentifierFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
