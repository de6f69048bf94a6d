#include "lib/yaml/node.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>
#include <vector>

#include "lib/base/same_text.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

// Below this size comparing every pair is faster than sorting.
constexpr std::size_t kFewMembers = 16;

bool SameKey(const Member& a, const Member& b) {
  return SameText(a.key, b.key) && a.key_kind == b.key_kind;
}

// One of 64 bits, by the key's ends and length.
std::uint64_t BitOf(std::string_view key) {
  constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;  // Odd, bits well mixed.
  constexpr unsigned kTopSixBits = 58;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  if (key.size() >= sizeof(first)) {
    std::memcpy(&first, key.data(), sizeof(first));
    std::memcpy(&last, key.data() + key.size() - sizeof(last), sizeof(last));
  } else if (!key.empty()) {
    first = static_cast<unsigned char>(key.front());
    last = static_cast<unsigned char>(key.back());
  }
  const std::uint64_t both = (std::uint64_t{first} << 32U | last) + key.size();
  return std::uint64_t{1} << (both * kMix >> kTopSixBits);
}

std::size_t KeepLastOfFew(std::span<Member> members) {
  std::size_t kept = 0;
  std::uint64_t seen = 0;  // The bits of what is kept: few keys share theirs with another.
  for (Member& member : members) {
    const std::uint64_t bit = BitOf(member.key);
    const std::span<Member> before = members.first((seen & bit) == 0 ? 0 : kept);
    seen |= bit;
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const Member& other) { return SameKey(other, member); });
    if (same != before.end()) {
      *same = member;
    } else {
      Member& end = members[kept++];
      if (&end != &member) end = member;
    }
  }
  return kept;
}

std::size_t KeepLastOfMany(std::span<Member> members) {
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return std::tie(members[a].key, members[a].key_kind) <
           std::tie(members[b].key, members[b].key_kind);
  });
  std::vector<bool> dropped(members.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && SameKey(members[order[end]], members[order[first]])) {
      dropped[order[end++]] = true;
    }
    if (end > first + 1) members[order[first]] = members[order[end - 1]];
    first = end;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (dropped[i]) continue;
    if (kept != i) members[kept] = members[i];
    ++kept;
  }
  return kept;
}

bool EqualMappings(const Node& a, const Node& b) {
  return std::all_of(a.AsMapping().begin(), a.AsMapping().end(), [&](const Member& member) {
    const Node* const other = b.Find(member.key);
    return other != nullptr && Equal(member.value, *other);
  });
}

}  // namespace

Node Node::Bool(bool value) {
  Node node;
  node.kind = NodeKind::kBool;
  node.boolean = value;
  return node;
}

Node Node::Int(std::int64_t value) {
  Node node;
  node.kind = NodeKind::kInt;
  node.integer = value;
  return node;
}

Node Node::Uint(std::uint64_t value) {
  if (value <= std::uint64_t{INT64_MAX}) return Int(static_cast<std::int64_t>(value));
  Node node;
  node.kind = NodeKind::kUint;
  node.unsigned_integer = value;
  return node;
}

Node Node::Float(double value) {
  Node node;
  node.kind = NodeKind::kFloat;
  node.real = value;
  return node;
}

Node Node::String(std::string_view value) {
  Node node;
  node.kind = NodeKind::kString;
  node.size = static_cast<std::uint32_t>(value.size());
  node.text = value.data();
  return node;
}

Node Node::Sequence(std::span<const Node> value) {
  Node node;
  node.kind = NodeKind::kSequence;
  node.size = static_cast<std::uint32_t>(value.size());
  node.elements = value.data();
  return node;
}

Node Node::Mapping(std::span<const Member> value) {
  Node node;
  node.kind = NodeKind::kMapping;
  node.size = static_cast<std::uint32_t>(value.size());
  node.members = value.data();
  return node;
}

const Node* Node::Find(std::string_view key) const {
  for (const Member& member : AsMapping()) {
    if (SameText(member.key, key)) return &member.value;
  }
  return nullptr;
}

std::string Node::NumberText() const {
  if (!IsNumber()) return {};
  if (literal != nullptr) return {literal, size};
  std::string out;
  if (kind == NodeKind::kInt) AppendInt(integer, out);
  if (kind == NodeKind::kUint) AppendUint(unsigned_integer, out);
  if (kind == NodeKind::kFloat) AppendJsonFloat(real, out);
  return out;
}

bool Equal(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case NodeKind::kNull: return true;
    case NodeKind::kBool: return a.boolean == b.boolean;
    case NodeKind::kInt: return a.integer == b.integer;
    case NodeKind::kUint: return a.unsigned_integer == b.unsigned_integer;
    case NodeKind::kFloat: return a.real == b.real;
    case NodeKind::kString: return a.AsString() == b.AsString();
    case NodeKind::kSequence:
      return std::equal(a.AsSequence().begin(), a.AsSequence().end(), b.AsSequence().begin(),
                        b.AsSequence().end(), Equal);
    case NodeKind::kMapping: return a.size == b.size && EqualMappings(a, b);
  }
  return false;
}

std::size_t KeepLastOfEachKey(std::span<Member> members) {
  return members.size() <= kFewMembers ? KeepLastOfFew(members) : KeepLastOfMany(members);
}

}  // namespace sidecar::yaml
