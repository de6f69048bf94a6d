#include "lib/yaml/plain_block.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "lib/yaml/copy_to_arena.h"
#include "lib/yaml/resolve.h"

namespace sidecar::yaml {
namespace {

// Deeper texts are left to the whole parser, whose limit it is.
constexpr std::size_t kMostDepth = 64;
// libyaml's limit of a key is higher; a usual key is shorter.
constexpr std::size_t kMostKeyBytes = 128;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsOneLineOfAscii(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Goes through the text line by line. Its functions return false where the text is no plain block,
// and then all comes to nothing.
class PlainBlockReader {
 public:
  PlainBlockReader(std::string_view text, Arena& arena, std::vector<ScalarSpan>* scalars)
      : text_(text), arena_(arena), scalars_(scalars) {
    frames_.reserve(16);
    members_.reserve(32);
    elements_.reserve(64);
  }

  std::optional<Node> Read() {
    if (text_.starts_with("---")) return std::nullopt;
    while (next_line_ < text_.size()) {
      const std::size_t at = next_line_;
      const std::size_t end = LineEnd(at);
      next_line_ = end + 1;
      ++line_;
      if (!ReadLine(at, end)) return std::nullopt;
    }
    if (frames_.empty()) return std::nullopt;
    if (frames_.back().is_pending) SetValue(NullScalar());
    while (!frames_.empty()) Close();
    return root_;
  }

 private:
  struct Frame {
    bool is_mapping = false;
    // A sequence that stands no deeper than the key that it is the value of.
    bool is_flush = false;
    bool is_pending = false;  // Its last key or dash has no value yet.
    std::size_t indent = 0;
    std::uint32_t line = 0;
    std::size_t start = 0;  // Where its elements or members begin in the scratch vectors.
  };

  // One line, of which `begin` is the first byte and `end` the break.
  bool ReadLine(std::size_t begin, std::size_t end) {
    if (!IsOneLineOfAscii(text_.substr(begin, end - begin))) return false;
    const std::size_t at = SkipSpaces(begin, end);
    if (at == end) return true;
    const std::size_t indent = at - begin;
    const bool is_item = text_[at] == '-' && (at + 1 == end || text_[at + 1] == ' ');
    const std::string_view rest = text_.substr(at, end - at);
    if (indent == 0 && (rest.starts_with("---") || rest.starts_with("..."))) return false;
    if (!FindFrame(indent, is_item)) return false;
    if (!is_item) return ReadMember(at, end);
    const std::size_t item = SkipSpaces(at + 1, end);
    if (item == end) {
      AwaitValue(at + 1);
      return true;
    }
    if (text_[item] == '-' && (item + 1 == end || text_[item + 1] == ' ')) return false;
    if (KeyEnd(item, end) != 0) {
      return Open(/*is_mapping=*/true, item - begin) && ReadMember(item, end);
    }
    return ReadValue(item, end);
  }

  std::size_t LineEnd(std::size_t at) const { return std::min(text_.find('\n', at), text_.size()); }

  std::size_t SkipSpaces(std::size_t at, std::size_t end) const {
    while (at < end && text_[at] == ' ') ++at;
    return at;
  }

  // Ends what the line ends, and begins what it begins, so that the innermost frame is that which
  // the line's item or member belongs to.
  bool FindFrame(std::size_t indent, bool is_item) {
    if (frames_.empty()) return !root_done_ && !is_item && Open(/*is_mapping=*/true, indent);
    if (frames_.back().is_pending) {
      const std::size_t parent = frames_.back().indent;
      if (!frames_.back().is_mapping) {
        if (indent > parent) return false;
      } else if (is_item ? indent >= parent : indent > parent) {
        if (!Open(!is_item, indent)) return false;
        frames_.back().is_flush = indent == parent;
        return true;
      }
      SetValue(NullScalar());
    }
    while (!frames_.empty() && Ends(frames_.back(), indent, is_item)) Close();
    return !frames_.empty() && frames_.back().indent == indent &&
           frames_.back().is_mapping == !is_item;
  }

  static bool Ends(const Frame& frame, std::size_t indent, bool is_item) {
    return frame.indent > indent || (frame.indent == indent && frame.is_flush && !is_item);
  }

  bool Open(bool is_mapping, std::size_t indent) {
    if (frames_.size() == kMostDepth) return false;
    Frame& frame = frames_.emplace_back();
    frame.is_mapping = is_mapping;
    frame.indent = indent;
    frame.line = line_;
    frame.start = is_mapping ? members_.size() : elements_.size();
    return true;
  }

  void Close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    Node node;
    if (frame.is_mapping) {
      const std::span all(members_.data() + frame.start, members_.size() - frame.start);
      node = Node::Mapping(CopyToArena(all.first(KeepLastOfEachKey(all)), arena_));
      members_.resize(frame.start);
    } else {
      const std::span all(elements_.data() + frame.start, elements_.size() - frame.start);
      node = Node::Sequence(CopyToArena(all, arena_));
      elements_.resize(frame.start);
    }
    node.line = frame.line;
    if (frames_.empty()) {
      root_ = node;
      root_done_ = true;
    } else {
      SetValue(node);
    }
  }

  // The value that the innermost frame waits for.
  void SetValue(const Node& node) {
    Frame& frame = frames_.back();
    if (frame.is_mapping) {
      members_.back().value = node;
    } else {
      elements_.push_back(node);
    }
    frame.is_pending = false;
  }

  // After a key's colon or an item's dash, which ends at `indicator_end`.
  void AwaitValue(std::size_t indicator_end) {
    frames_.back().is_pending = true;
    indicator_end_ = indicator_end;
    indicator_line_ = line_;
  }

  // What an absent value is: it stands behind its indicator.
  Node NullScalar() {
    const std::string_view nothing = text_.substr(0, 0);
    Record({indicator_end_, indicator_end_, indicator_line_, ScalarStyle::kPlain, false, nothing});
    Node node;
    node.line = indicator_line_;
    return node;
  }

  void Record(const ScalarSpan& span) {
    if (scalars_ != nullptr) scalars_->push_back(span);
  }

  // Where a key that begins at `at` ends, 0 where there is none.
  std::size_t KeyEnd(std::size_t at, std::size_t end) const {
    std::size_t next = at;
    while (next < end && (IsWordCharacter(text_[next]) || text_[next] == '.' ||
                          text_[next] == '/' || text_[next] == '-')) {
      ++next;
    }
    if (next == at || next == end || text_[next] != ':') return 0;
    return next + 1 == end || text_[next + 1] == ' ' ? next : 0;
  }

  bool ReadMember(std::size_t at, std::size_t end) {
    const std::size_t key_end = KeyEnd(at, end);
    if (key_end == 0 || key_end - at > kMostKeyBytes || !IsWordCharacter(text_[at])) return false;
    const std::string_view key = text_.substr(at, key_end - at);
    ResolvedScalar resolved;
    if (!Resolve(Tag::kNone, key, resolved) || !resolved.value.IsString()) return false;
    Member& member = members_.emplace_back();
    member.key = arena_.Copy(resolved.value.AsString());
    member.line = line_;
    Record({at, key_end, line_, ScalarStyle::kPlain, true, member.key});
    AwaitValue(key_end + 1);
    const std::size_t value = SkipSpaces(key_end + 1, end);
    return value == end || ReadValue(value, end);
  }

  // Where a line that ends at `end` has its last character.
  std::size_t WithoutSpaces(std::size_t end) const {
    while (text_[end - 1] == ' ') --end;
    return end;
  }

  // An empty collection that ends with the line, or a scalar.
  bool ReadValue(std::size_t at, std::size_t end) {
    end = WithoutSpaces(end);
    const std::string_view written = text_.substr(at, end - at);
    if (written == "[]" || written == "{}") {
      Node node = written == "[]" ? Node::Sequence({}) : Node::Mapping({});
      node.line = line_;
      SetValue(node);
      return true;
    }
    if (written.front() == '"' || written.front() == '\'') return ReadQuoted(written, at, end);
    return ReadPlain(written, at, end);
  }

  bool ReadQuoted(std::string_view written, std::size_t at, std::size_t end) {
    const char quote = written.front();
    if (written.size() < 2 || written.back() != quote) return false;
    const std::string_view inside = written.substr(1, written.size() - 2);
    if (inside.find_first_of(quote == '"' ? "\"\\" : "'") != std::string_view::npos) return false;
    Node node = Node::String(arena_.Copy(inside));
    node.line = line_;
    Record({at, end, line_, quote == '"' ? ScalarStyle::kDoubleQuoted : ScalarStyle::kSingleQuoted,
            false, node.AsString()});
    SetValue(node);
    return true;
  }

  static bool IsUsual(std::string_view line) {
    const char first = line.front();
    const bool begins = IsWordCharacter(first) || first == '/' || first == '.' || first == '$' ||
                        (first == '-' && line.size() > 1 && line[1] != ' ');
    return begins && line.back() != ':' && line.find(": ") == std::string_view::npos &&
           line.find(" #") == std::string_view::npos;
  }

  // Joins the lines that carry on a plain scalar, those deeper than what it is the value of, to
  // `written`, and moves `end` behind them.
  bool ReadFurtherLines(std::string_view& written, std::size_t& end) {
    const std::size_t parent = frames_.back().indent;
    while (next_line_ < text_.size()) {
      const std::size_t line_end = LineEnd(next_line_);
      const std::size_t at = SkipSpaces(next_line_, line_end);
      if (at == line_end || at - next_line_ <= parent) break;
      const std::size_t last = WithoutSpaces(line_end);
      const std::string_view more = text_.substr(at, last - at);
      if (!IsOneLineOfAscii(more) || !IsUsual(more)) return false;
      if (written.data() != joined_.data()) joined_ = written;
      joined_.append(" ").append(more);
      written = joined_;
      end = last;
      next_line_ = line_end + 1;
      ++further_lines_;
    }
    return true;
  }

  bool ReadPlain(std::string_view written, std::size_t at, std::size_t end) {
    if (!IsUsual(written) || !ReadFurtherLines(written, end)) return false;
    ResolvedScalar resolved;
    if (!Resolve(Tag::kNone, written, resolved)) return false;
    Node node = resolved.value;
    if (node.kind == NodeKind::kFloat && !std::isfinite(node.real)) return false;
    const bool is_string = node.IsString();
    if (is_string) node = Node::String(arena_.Copy(node.AsString()));
    node.line = line_;
    if (scalars_ != nullptr) {
      Record({at, end, line_, ScalarStyle::kPlain, false,
              is_string ? node.AsString() : arena_.Copy(written)});
    }
    SetValue(node);
    line_ += std::exchange(further_lines_, 0);
    return true;
  }

  const std::string_view text_;
  Arena& arena_;
  std::vector<ScalarSpan>* const scalars_;
  std::size_t next_line_ = 0;  // Where it begins.
  std::uint32_t line_ = 0;
  std::uint32_t further_lines_ = 0;  // That the scalar at hand has.
  std::string joined_;               // Their text.
  std::size_t indicator_end_ = 0;    // Of the last one that awaits a value.
  std::uint32_t indicator_line_ = 0;
  Node root_;
  bool root_done_ = false;
  std::vector<Frame> frames_;
  std::vector<Node> elements_;
  std::vector<Member> members_;
};

}  // namespace

std::optional<Node> ReadPlainBlock(std::string_view text, Arena& arena,
                                   std::vector<ScalarSpan>* scalars) {
  const std::size_t before = scalars == nullptr ? 0 : scalars->size();
  std::optional<Node> node = PlainBlockReader(text, arena, scalars).Read();
  if (!node.has_value() && scalars != nullptr) scalars->resize(before);
  return node;
}

}  // namespace sidecar::yaml
