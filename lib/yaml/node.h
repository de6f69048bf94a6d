#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sidecar::yaml {

enum class NodeKind : std::uint8_t {
  kNull,
  kBool,
  kInt,   // Fits std::int64_t.
  kUint,  // Above the largest std::int64_t.
  kFloat,
  kString,
  kSequence,
  kMapping,
};

struct Member;

// One value of a JSON or YAML text: a tree as encoding/json or sigs.k8s.io/yaml sees it, tags and
// anchors resolved, every mapping key a string.
//
// A plain view, cheap to copy: texts and children lie in the Arena that the parser or builder was
// given (or in constants), and are immutable once shared.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): one member of the union is enough
struct Node {
  NodeKind kind = NodeKind::kNull;
  std::uint32_t size = 0;  // Bytes of the string or of the literal, elements, or members.
  std::uint32_t line = 0;  // 1-based line in the source text; 0 where there is none.
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double real;
    const char* text;
    const Node* elements;
    const Member* members;  // In source order. A key that occurs twice keeps its last value only.
  };
  // A number of a JSON text: how it was written, `size` bytes. Null for every other node: a number
  // of a YAML text has no spelling of its own, since sigs.k8s.io/yaml writes it anew.
  const char* literal = nullptr;

  static Node Null() { return {}; }
  static Node Bool(bool value);
  static Node Int(std::int64_t value);
  static Node Uint(std::uint64_t value);  // kInt where the value fits.
  static Node Float(double value);
  static Node String(std::string_view value);
  static Node Sequence(std::span<const Node> value);
  static Node Mapping(std::span<const Member> value);

  bool IsNull() const { return kind == NodeKind::kNull; }
  bool IsString() const { return kind == NodeKind::kString; }
  bool IsSequence() const { return kind == NodeKind::kSequence; }
  bool IsMapping() const { return kind == NodeKind::kMapping; }
  bool IsNumber() const { return kind >= NodeKind::kInt && kind <= NodeKind::kFloat; }

  // Each is empty where the node is of another kind.
  std::string_view AsString() const {
    return kind == NodeKind::kString ? std::string_view(text, size) : std::string_view();
  }
  std::span<const Node> AsSequence() const {
    return kind == NodeKind::kSequence ? std::span(elements, size) : std::span<const Node>();
  }
  inline std::span<const Member> AsMapping() const;

  // The value of `key`, or null (the pointer) where this is no mapping or has no such key.
  const Node* Find(std::string_view key) const;

  // The number as encoding/json reads it: the literal where there is one, else the text that
  // encoding/json writes for the value. Empty for what is no number.
  std::string NumberText() const;
};

struct Member {
  std::string_view key;
  Node value;
  std::uint32_t line = 0;  // Of the key.
  // What the key was before it became a string. Differs from kString only in trees that keep the
  // kinds of YAML keys, see parser.h.
  NodeKind key_kind = NodeKind::kString;
};

std::span<const Member> Node::AsMapping() const {
  return kind == NodeKind::kMapping ? std::span(members, size) : std::span<const Member>();
}

// Whether both are the same JSON value: kinds and values, members in any order, spelling and lines
// aside. For tests and for comparing documents; recursion is as deep as the trees.
bool Equal(const Node& a, const Node& b);

// Moves the members that remain when each key keeps its last value only to the front, in the order
// in which their keys first occur, and returns their number. O(n log n).
std::size_t KeepLastOfEachKey(std::span<Member> members);

}  // namespace sidecar::yaml
