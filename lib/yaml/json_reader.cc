#include <algorithm>
#include <charconv>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/yaml/copy_to_arena.h"
#include "lib/yaml/json.h"
#include "lib/yaml/number.h"
#include "lib/yaml/plain_text.h"

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

// Reads one text without recursion. Strings and the literals of numbers are referred to where they
// are; what must be unescaped is made in the arena.
class JsonReader {
 public:
  JsonReader(std::string_view text, Arena& arena, std::size_t depth)
      : arena_(arena), depth_(depth), next_(text.data()), end_(text.data() + text.size()) {
    frames_.reserve(kUsualDepth);
    members_.reserve(kUsualMembers);
    elements_.reserve(kUsualDepth);
  }

  Node Read() {
    for (;;) {
      if (ReadValueOrOpen(Slot()) && CloseWhatEnds()) return root_;
    }
  }

  // The first number beyond float64; encoding/json reports it only when all else is well.
  const std::string& number_error() const { return number_error_; }

 private:
  static constexpr std::size_t kUsualDepth = 32;
  static constexpr std::size_t kUsualMembers = 64;

  struct Frame {
    bool is_object;
    std::uint32_t line;
    std::size_t start;  // Where its elements or members begin in the scratch vectors.
  };

  [[noreturn]] void FailHere(std::string_view context) const {
    if (next_ == end_) Fail("unexpected end of JSON input");
    FailAt(*next_, context);
  }

  // Of a word, number or escape that is not whole: encoding/json ends its input with a space, which
  // none of them may hold.
  [[noreturn]] void FailInToken(std::string_view context) const {
    FailAt(next_ == end_ ? ' ' : *next_, context);
  }

  [[noreturn]] static void FailAt(char found, std::string_view context) {
    Fail("invalid character " + QuoteCharacter(static_cast<unsigned char>(found)) + " " +
         std::string(context));
  }

  void SkipSpace() {
    if (next_ != end_ && *next_ > ' ') return;
    for (; next_ != end_; ++next_) {
      if (*next_ == '\n') ++line_;
      if (*next_ != ' ' && *next_ != '\n' && *next_ != '\t' && *next_ != '\r') return;
    }
  }

  char Peek() const { return next_ == end_ ? '\0' : *next_; }

  // Where the value at hand goes. Values are made in place: a Node that is put together on the
  // stack and copied costs more than all the rest, since the copy has to wait for its parts.
  Node& Slot() {
    if (frames_.empty()) return root_;
    return frames_.back().is_object ? members_.back().value : elements_.back();
  }

  // True for a scalar or an empty container; false where a container was opened.
  bool ReadValueOrOpen(Node& slot) {
    SkipSpace();
    switch (Peek()) {
      case '{': return OpenObject();
      case '[': return OpenArray();
      case '"': {
        slot.line = line_;
        const std::string_view text = ReadString();
        slot.kind = NodeKind::kString;
        slot.size = static_cast<std::uint32_t>(text.size());
        slot.text = text.data();
        return true;
      }
      case 't': return ReadWord("true", Node::Bool(true), slot);
      case 'f': return ReadWord("false", Node::Bool(false), slot);
      case 'n': return ReadWord("null", Node::Null(), slot);
      default: return ReadNumber(slot);
    }
  }

  void Push(bool is_object) {
    if (frames_.size() >= depth_) FailHere("exceeded max depth");
    frames_.push_back({is_object, line_, is_object ? members_.size() : elements_.size()});
    ++next_;
    SkipSpace();
  }

  bool OpenObject() {
    Push(true);
    if (Peek() == '}') {
      Close();
      return true;
    }
    ReadKey();
    return false;
  }

  bool OpenArray() {
    Push(false);
    if (Peek() == ']') {
      Close();
      return true;
    }
    elements_.emplace_back();
    return false;
  }

  void ReadKey() {
    if (Peek() != '"') FailHere("looking for beginning of object key string");
    Member& member = members_.emplace_back();
    member.line = line_;
    member.key = ReadString();
    SkipSpace();
    if (Peek() != ':') FailHere("after object key");
    ++next_;
  }

  // After a value: goes on to the next one, closing what ends before it. True when the text's whole
  // value is finished.
  bool CloseWhatEnds() {
    for (;;) {
      if (frames_.empty()) {
        SkipSpace();
        if (next_ != end_) FailHere("after top-level value");
        return true;
      }
      if (TakeComma(frames_.back().is_object)) return false;
      Close();
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
    } else {
      elements_.emplace_back();
    }
    return true;
  }

  // Ends the innermost container and puts it into its slot.
  void Close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    ++next_;
    if (frame.is_object) {
      const std::span all(members_.data() + frame.start, members_.size() - frame.start);
      const std::size_t kept = all.size() < 2 ? all.size() : KeepLastOfEachKey(all);
      const auto members = CopyToArena(all.first(kept), arena_);
      members_.resize(frame.start);
      Node& slot = Slot();
      slot.kind = NodeKind::kMapping;
      slot.size = static_cast<std::uint32_t>(members.size());
      slot.line = frame.line;
      slot.members = members.data();
    } else {
      const auto elements = CopyToArena(
          std::span(elements_.data() + frame.start, elements_.size() - frame.start), arena_);
      elements_.resize(frame.start);
      Node& slot = Slot();
      slot.kind = NodeKind::kSequence;
      slot.size = static_cast<std::uint32_t>(elements.size());
      slot.line = frame.line;
      slot.elements = elements.data();
    }
  }

  bool ReadWord(std::string_view word, const Node& node, Node& slot) {
    for (const char expected : word) {
      if (Peek() != expected || next_ == end_) {
        FailInToken("in literal " + std::string(word) + " (expecting '" + expected + "')");
      }
      ++next_;
    }
    slot = node;
    slot.line = line_;
    return true;
  }

  bool SkipDigits() {
    const char* const start = next_;
    while (next_ != end_ && *next_ >= '0' && *next_ <= '9') ++next_;
    return next_ != start;
  }

  bool ReadNumber(Node& slot) {
    const char* const start = next_;
    if (Peek() != '-' && !(Peek() >= '0' && Peek() <= '9')) {
      FailHere("looking for beginning of value");
    }
    if (*next_ == '-') ++next_;
    if (Peek() == '0') {
      ++next_;
    } else if (!SkipDigits()) {
      FailInToken("in numeric literal");
    }
    bool integral = true;
    if (Peek() == '.') {
      ++next_;
      integral = false;
      if (!SkipDigits()) FailInToken("after decimal point in numeric literal");
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++next_;
      integral = false;
      if (Peek() == '+' || Peek() == '-') ++next_;
      if (!SkipDigits()) FailInToken("in exponent of numeric literal");
    }
    const std::string_view literal(start, static_cast<std::size_t>(next_ - start));
    SetNumber(literal, integral, slot);
    slot.literal = literal.data();
    slot.size = static_cast<std::uint32_t>(literal.size());
    slot.line = line_;
    return true;
  }

  void SetNumber(std::string_view literal, bool integral, Node& slot) {
    const char* const first = literal.data();
    const char* const last = first + literal.size();
    if (integral && literal != "-0") {
      slot.kind = NodeKind::kInt;
      if (std::from_chars(first, last, slot.integer).ec == std::errc()) return;
      slot.kind = NodeKind::kUint;
      slot.unsigned_integer = 0;
      if (*first != '-' && std::from_chars(first, last, slot.unsigned_integer).ec == std::errc()) {
        return;
      }
    }
    slot.kind = NodeKind::kFloat;
    slot.real = 0;
    if (ReadDecimalFloat(literal, slot.real) != FloatRead::kOk && number_error_.empty()) {
      number_error_ = "json: cannot unmarshal number " + std::string(literal) +
                      " into Go value of type float64";
    }
  }

  // Reads the string that begins at next_; the result lies in the text or the arena.
  std::string_view ReadString() {
    const char* const start = ++next_;
    next_ = SkipPlainText(start, end_);
    if (next_ != end_ && *next_ == '"') {
      const std::string_view text(start, static_cast<std::size_t>(next_ - start));
      ++next_;
      return text;
    }
    return ReadUnusualString(start);
  }

  // A string with escapes or other characters than ASCII, of which the first is at next_.
  std::string_view ReadUnusualString(const char* start) {
    unescaped_.assign(start, next_);
    bool valid = true;
    bool escaped = false;
    for (;;) {
      if (next_ == end_) FailHere("");
      const auto c = static_cast<unsigned char>(*next_);
      if (c == '"') break;
      if (c < 0x20) FailHere("in string literal");
      if (c == '\\') {
        escaped = true;
        ReadEscape();
      } else if (c < 0x80) {
        const char* const plain = next_;
        next_ = SkipPlainText(plain, end_);
        unescaped_.append(plain, next_);
      } else {
        const DecodedRune decoded =
            DecodeRune({next_, static_cast<std::size_t>(std::min<long>(end_ - next_, 4))});
        valid = valid && !decoded.IsInvalidByte();
        unescaped_.append(next_, decoded.width);
        next_ += decoded.width;
      }
    }
    const std::string_view written(start, static_cast<std::size_t>(next_ - start));
    ++next_;
    if (!valid) return arena_.Copy(ReplaceInvalidUtf8(unescaped_));
    return escaped ? arena_.Copy(unescaped_) : written;
  }

  // Reads one escape sequence at next_ and appends what it means.
  void ReadEscape() {
    ++next_;
    if (next_ == end_) FailHere("");
    switch (*next_) {
      case 'b': unescaped_ += '\b'; break;
      case 'f': unescaped_ += '\f'; break;
      case 'n': unescaped_ += '\n'; break;
      case 'r': unescaped_ += '\r'; break;
      case 't': unescaped_ += '\t'; break;
      case '"':
      case '\\':
      case '/': unescaped_ += *next_; break;
      case 'u': return ReadUnicodeEscape();
      default: FailInToken("in string escape code");
    }
    ++next_;
  }

  void ReadUnicodeEscape() {
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
    AppendRune(unescaped_, rune);
  }

  char32_t ReadFourHexDigits() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++next_) {
      const int digit = next_ == end_ ? -1 : HexDigit(*next_);
      if (digit < 0) FailInToken("in \\u hexadecimal character escape");
      value = (value << 4U) | static_cast<char32_t>(digit);
    }
    return value;
  }

  Arena& arena_;
  std::size_t depth_;
  const char* next_;
  const char* end_;
  std::uint32_t line_ = 1;
  Node root_;
  std::vector<Frame> frames_;
  std::vector<Node> elements_;
  std::vector<Member> members_;
  std::string number_error_;
  std::string unescaped_;
};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Error TooLarge(std::string_view text, const JsonLimits& limits) {
  return Invalid("JSON text of " + std::to_string(text.size()) + " bytes is larger than " +
                 std::to_string(limits.bytes));
}

Error NoMemory() {
  return Invalid("JSON text needs more memory than allowed");
}

}  // namespace

Result<Node> ParseJson(std::string_view text, Arena& arena, JsonLimits limits) {
  if (text.size() > limits.bytes) return TooLarge(text, limits);
  try {
    return ParseJsonInPlace(arena.Copy(text), arena, limits);
  } catch (const ArenaLimitExceeded&) {
    return NoMemory();
  }
}

Result<Node> ParseJsonInPlace(std::string_view text, Arena& arena, JsonLimits limits) {
  if (text.size() > limits.bytes) return TooLarge(text, limits);
  try {
    JsonReader reader(text, arena, limits.depth);
    const Node node = reader.Read();
    if (!reader.number_error().empty()) return Invalid(reader.number_error());
    return node;
  } catch (const JsonFailure& failure) {
    return Invalid(failure.message);
  } catch (const ArenaLimitExceeded&) {
    return NoMemory();
  }
}

}  // namespace sidecar::yaml
