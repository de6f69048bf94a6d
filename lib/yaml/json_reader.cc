#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/yaml/json.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

struct JsonFailure {
  std::string message;
};

[[noreturn]] void Fail(std::string message) {
  throw JsonFailure{std::move(message)};
}

// As strconv.Quote of the one-character string, in single quotes (encoding/json's quoteChar).
std::string QuoteCharacter(unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr unsigned char kSoftHyphen = 0xAD;
  constexpr unsigned char kFirstPrintableLatin1 = 0xA1;
  const auto hex = [&](std::string_view prefix) {
    return std::string(prefix) + kHex[c >> 4U] + kHex[c & 0xFU];
  };
  std::string text;
  switch (c) {
    case '\'': text = "\\'"; break;
    case '\\': text = "\\\\"; break;
    case '\a': text = "\\a"; break;
    case '\b': text = "\\b"; break;
    case '\f': text = "\\f"; break;
    case '\n': text = "\\n"; break;
    case '\r': text = "\\r"; break;
    case '\t': text = "\\t"; break;
    case '\v': text = "\\v"; break;
    default:
      if (c < 0x20 || c == 0x7F) {
        text = hex("\\x");
      } else if (c >= 0x80 && (c < kFirstPrintableLatin1 || c == kSoftHyphen)) {
        text = hex("\\u00");
      } else {
        AppendRune(text, c);
      }
  }
  return "'" + text + "'";
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads one text without recursion. The text is a copy in the arena: strings are unescaped in
// place and, like the literals of numbers, referred to there.
class JsonReader {
 public:
  JsonReader(std::span<char> text, Arena& arena, std::size_t depth)
      : arena_(arena), depth_(depth), next_(text.data()), end_(text.data() + text.size()) {}

  Node Read() {
    for (;;) {
      if (std::optional<Node> node = ReadValueOrOpen()) {
        if (Attach(*node)) return *node;
      }
    }
  }

  // The first number beyond float64; encoding/json reports it only when all else is well.
  const std::string& number_error() const { return number_error_; }

 private:
  struct Frame {
    bool is_object;
    std::uint32_t line;
    std::size_t start;  // Where its elements or members begin in the scratch vectors.
  };

  [[noreturn]] void FailHere(std::string_view context) const {
    if (next_ == end_) Fail("unexpected end of JSON input");
    Fail("invalid character " + QuoteCharacter(static_cast<unsigned char>(*next_)) + " " +
         std::string(context));
  }

  void SkipSpace() {
    for (; next_ != end_; ++next_) {
      if (*next_ == '\n') ++line_;
      if (*next_ != ' ' && *next_ != '\n' && *next_ != '\t' && *next_ != '\r') return;
    }
  }

  char Peek() const { return next_ == end_ ? '\0' : *next_; }

  // A scalar or an empty container; nothing where a container was opened.
  std::optional<Node> ReadValueOrOpen() {
    SkipSpace();
    switch (Peek()) {
      case '{': return OpenObject();
      case '[': return OpenArray();
      case '"': {
        const std::uint32_t line = line_;
        Node node = Node::String(ReadString());
        node.line = line;
        return node;
      }
      case 't': return ReadWord("true", Node::Bool(true));
      case 'f': return ReadWord("false", Node::Bool(false));
      case 'n': return ReadWord("null", Node::Null());
      default: return ReadNumber();
    }
  }

  void Push(bool is_object) {
    if (frames_.size() >= depth_) FailHere("exceeded max depth");
    frames_.push_back({is_object, line_, is_object ? members_.size() : elements_.size()});
    ++next_;
    SkipSpace();
  }

  std::optional<Node> OpenObject() {
    Push(true);
    if (Peek() == '}') return Close();
    ReadKey();
    return std::nullopt;
  }

  std::optional<Node> OpenArray() {
    Push(false);
    if (Peek() == ']') return Close();
    return std::nullopt;
  }

  void ReadKey() {
    if (Peek() != '"') FailHere("looking for beginning of object key string");
    Member member;
    member.line = line_;
    member.key = ReadString();
    SkipSpace();
    if (Peek() != ':') FailHere("after object key");
    ++next_;
    members_.push_back(member);
  }

  // Puts a finished value where it belongs and closes what ends after it. True when the text's
  // whole value is finished; `node` is then that value.
  bool Attach(Node& node) {
    for (;;) {
      if (frames_.empty()) {
        SkipSpace();
        if (next_ != end_) FailHere("after top-level value");
        return true;
      }
      const bool in_object = frames_.back().is_object;
      if (in_object) {
        members_.back().value = node;
      } else {
        elements_.push_back(node);
      }
      if (TakeComma(in_object)) return false;
      node = Close();
    }
  }

  // Whether another element or member follows; its key is then read. If not, the container ends.
  bool TakeComma(bool in_object) {
    SkipSpace();
    const char c = Peek();
    if (c != ',') {
      if (c == (in_object ? '}' : ']')) return false;
      FailHere(in_object ? "after object key:value pair" : "after array element");
    }
    ++next_;
    if (in_object) {
      SkipSpace();
      ReadKey();
    }
    return true;
  }

  Node Close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    ++next_;
    Node node;
    if (frame.is_object) {
      const std::span all(members_.data() + frame.start, members_.size() - frame.start);
      const auto members = all.first(KeepLastOfEachKey(all));
      node = Node::Mapping(CopyToArena(members));
      members_.resize(frame.start);
    } else {
      node = Node::Sequence(
          CopyToArena(std::span(elements_.data() + frame.start, elements_.size() - frame.start)));
      elements_.resize(frame.start);
    }
    node.line = frame.line;
    return node;
  }

  template <class T>
  std::span<const T> CopyToArena(std::span<T> values) {
    if (values.empty()) return {};
    T* const copy = static_cast<T*>(arena_.Allocate(values.size_bytes(), alignof(T)));
    std::uninitialized_copy(values.begin(), values.end(), copy);
    return {copy, values.size()};
  }

  Node ReadWord(std::string_view word, Node node) {
    for (const char expected : word) {
      if (Peek() != expected || next_ == end_) {
        FailHere("in literal " + std::string(word) + " (expecting '" + expected + "')");
      }
      ++next_;
    }
    node.line = line_;
    return node;
  }

  bool SkipDigits() {
    const char* const start = next_;
    while (next_ != end_ && *next_ >= '0' && *next_ <= '9') ++next_;
    return next_ != start;
  }

  Node ReadNumber() {
    const char* const start = next_;
    if (Peek() != '-' && !(Peek() >= '0' && Peek() <= '9')) {
      FailHere("looking for beginning of value");
    }
    if (*next_ == '-') ++next_;
    if (Peek() == '0') {
      ++next_;
    } else if (!SkipDigits()) {
      FailHere("in numeric literal");
    }
    bool integral = true;
    if (Peek() == '.') {
      ++next_;
      integral = false;
      if (!SkipDigits()) FailHere("after decimal point in numeric literal");
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++next_;
      integral = false;
      if (Peek() == '+' || Peek() == '-') ++next_;
      if (!SkipDigits()) FailHere("in exponent of numeric literal");
    }
    const std::string_view literal(start, static_cast<std::size_t>(next_ - start));
    Node node = NumberNode(literal, integral);
    node.literal = literal.data();
    node.size = static_cast<std::uint32_t>(literal.size());
    node.line = line_;
    return node;
  }

  Node NumberNode(std::string_view literal, bool integral) {
    const char* const first = literal.data();
    const char* const last = first + literal.size();
    if (integral && literal != "-0") {
      std::int64_t integer = 0;
      if (std::from_chars(first, last, integer).ec == std::errc()) return Node::Int(integer);
      std::uint64_t natural = 0;
      if (*first != '-' && std::from_chars(first, last, natural).ec == std::errc()) {
        return Node::Uint(natural);
      }
    }
    double real = 0;
    if (ReadDecimalFloat(literal, real) != FloatRead::kOk && number_error_.empty()) {
      number_error_ = "json: cannot unmarshal number " + std::string(literal) +
                      " into Go value of type float64";
    }
    return Node::Float(real);
  }

  // Reads the string that begins at next_; the result lies in the text or the arena.
  std::string_view ReadString() {
    char* const start = ++next_;
    while (next_ != end_ && *next_ != '"' && *next_ != '\\' && IsPlain(*next_)) ++next_;
    if (next_ != end_ && *next_ == '"') {
      const std::string_view text(start, static_cast<std::size_t>(next_ - start));
      ++next_;
      return text;
    }
    return ReadUnusualString(start);
  }

  static bool IsPlain(char c) { return static_cast<unsigned char>(c) - 0x20U < 0x60U; }

  // The rest of a string with escapes or other characters than ASCII.
  std::string_view ReadUnusualString(char* start) {
    char* out = next_;
    bool valid = true;
    for (;;) {
      if (next_ == end_) FailHere("");
      const auto c = static_cast<unsigned char>(*next_);
      if (c == '"') break;
      if (c < 0x20) FailHere("in string literal");
      if (c == '\\') {
        out = ReadEscape(out);
      } else if (c < 0x80) {
        *out++ = *next_++;
      } else {
        const DecodedRune decoded =
            DecodeRune({next_, static_cast<std::size_t>(std::min<long>(end_ - next_, 4))});
        valid = valid && !decoded.IsInvalidByte();
        out = std::copy_n(next_, decoded.width, out);
        next_ += decoded.width;
      }
    }
    ++next_;
    const std::string_view text(start, static_cast<std::size_t>(out - start));
    return valid ? text : arena_.Copy(ReplaceInvalidUtf8(text));
  }

  // Reads one escape sequence at next_ and writes what it means at `out`, which is not after it:
  // no escape is shorter than its meaning.
  char* ReadEscape(char* out) {
    ++next_;
    if (next_ == end_) FailHere("");
    switch (*next_) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case '"':
      case '\\':
      case '/': *out++ = *next_; break;
      case 'u': return ReadUnicodeEscape(out);
      default: FailHere("in string escape code");
    }
    ++next_;
    return out;
  }

  char* ReadUnicodeEscape(char* out) {
    ++next_;
    char32_t rune = ReadFourHexDigits();
    const bool high = rune >= 0xD800 && rune < 0xDC00;
    // A high surrogate pairs with the low one after it; alone, either is U+FFFD.
    if (high && end_ - next_ >= 6 && next_[0] == '\\' && next_[1] == 'u') {
      char32_t low = 0;
      bool hex = true;
      for (int i = 2; i < 6; ++i) {
        const int digit = HexDigit(next_[i]);
        hex = hex && digit >= 0;
        low = (low << 4U) | static_cast<char32_t>(digit & 0xF);
      }
      if (hex && low >= 0xDC00 && low < 0xE000) {
        rune = 0x10000 + ((rune - 0xD800) << 10U) + (low - 0xDC00);
        next_ += 6;
      }
    }
    rune_text_.clear();
    AppendRune(rune_text_, rune);
    return std::copy(rune_text_.begin(), rune_text_.end(), out);
  }

  char32_t ReadFourHexDigits() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++next_) {
      const int digit = next_ == end_ ? -1 : HexDigit(*next_);
      if (digit < 0) FailHere("in \\u hexadecimal character escape");
      value = (value << 4U) | static_cast<char32_t>(digit);
    }
    return value;
  }

  Arena& arena_;
  std::size_t depth_;
  char* next_;
  char* end_;
  std::uint32_t line_ = 1;
  std::vector<Frame> frames_;
  std::vector<Node> elements_;
  std::vector<Member> members_;
  std::string number_error_;
  std::string rune_text_;
};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

Result<Node> ParseJson(std::string_view text, Arena& arena, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    return Invalid("JSON text of " + std::to_string(text.size()) + " bytes is larger than " +
                   std::to_string(limits.bytes));
  }
  try {
    const std::string_view copy = arena.Copy(text);
    // The copy is this function's own until it returns.
    JsonReader reader({const_cast<char*>(copy.data()), copy.size()}, arena, limits.depth);
    const Node node = reader.Read();
    if (!reader.number_error().empty()) return Invalid(reader.number_error());
    return node;
  } catch (const JsonFailure& failure) {
    return Invalid(failure.message);
  } catch (const ArenaLimitExceeded&) {
    return Invalid("JSON text needs more memory than allowed");
  }
}

}  // namespace sidecar::yaml
