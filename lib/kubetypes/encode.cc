#include "lib/kubetypes/encode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/kubetypes/scalars.h"
#include "lib/kubetypes/type_builder.h"
#include "lib/yaml/base64.h"

namespace sidecar::kubetypes {

using gotemplate::Kind;
using gotemplate::Value;
using yaml::Member;
using yaml::Node;

namespace {

// reflect.Value.IsZero, and IsZero() of those that have the method.
bool IsZero(const Value& value) {
  switch (value.kind()) {
    case Kind::kStruct: {
      const Codec codec = CodecOf(value.type());
      if (codec == Codec::kTime || codec == Codec::kMicroTime) return TimeIn(value).IsZero();
      const std::span<Value> slots = value.slots();
      return std::all_of(slots.begin(), slots.end(), IsZero);
    }
    case Kind::kSlice:
    case Kind::kMap: return value.IsNil();
    case Kind::kString: return value.size() == 0;
    default: return !gotemplate::IsTrue(value).value_or(true);
  }
}

// encoding/json's isEmptyValue: a struct never is.
bool IsEmpty(const Value& value) {
  return value.kind() != Kind::kStruct && !gotemplate::IsTrue(value).value_or(true);
}

class Encoder {
 public:
  Encoder(Arena& arena, const EncodeOptions& options) : arena_(arena), options_(options) {}

  Node EncodeValue(const Value& value) {
    const Kind kind = value.kind();
    if (gotemplate::IsSigned(kind)) return Node::Int(value.AsInt());
    if (gotemplate::IsUnsigned(kind)) return Node::Uint(value.AsUint());
    if (gotemplate::IsFloat(kind)) return Node::Float(value.AsFloat());
    switch (kind) {
      case Kind::kBool: return Node::Bool(value.AsBool());
      case Kind::kString: return Node::String(value.AsString());
      case Kind::kPointer:
      case Kind::kInterface: {
        const Value target = value.Elem();
        return target.IsValid() ? EncodeValue(target) : Node::Null();
      }
      case Kind::kSlice: return EncodeSlice(value);
      case Kind::kMap: return EncodeMap(value);
      case Kind::kStruct: return EncodeStruct(value);
      default: return Node::Null();
    }
  }

 private:
  Node EncodeSlice(const Value& value) {
    if (value.IsNil()) return Node::Null();
    const std::span<Value> elements = value.slots();
    if (value.type()->element->kind == Kind::kUint8) return EncodeBytes(elements);
    const std::span<Node> nodes = arena_.NewArray<Node>(elements.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = EncodeValue(elements[i]);
    return Node::Sequence(nodes);
  }

  Node EncodeBytes(std::span<const Value> elements) {
    std::string bytes;
    for (const Value& element : elements) bytes += static_cast<char>(element.AsUint());
    return Node::String(arena_.Copy(yaml::EncodeBase64(bytes)));
  }

  Node EncodeMap(const Value& value) {
    if (value.IsNil()) return Node::Null();
    const std::span<gotemplate::MapEntry> entries = value.AsMap()->all();
    const std::span<Member> members = arena_.NewArray<Member>(entries.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      members[i].key = entries[i].key.AsString();
      members[i].value = EncodeValue(entries[i].value);
    }
    return Node::Mapping(members);
  }

  Node EncodeStruct(const Value& value) {
    switch (CodecOf(value.type())) {
      case Codec::kStruct: return EncodeFields(value.slots().data(), AsStructType(value.type()));
      case Codec::kTime: return EncodeTime(value, gotemplate::funcs::kRfc3339);
      case Codec::kMicroTime: return EncodeTime(value, "2006-01-02T15:04:05.000000Z07:00");
      case Codec::kQuantity: return EncodeQuantity(value);
      case Codec::kIntOrString:
        return IsString(value) ? Node::String(StringOf(value)) : Node::Int(NumberOf(value));
      case Codec::kRaw: {
        const Node* const node = NodeOf(value);
        return node == nullptr ? Node::Null() : *node;
      }
      case Codec::kForeign: break;
    }
    return Node::Null();
  }

  Node EncodeTime(const Value& value, std::string_view layout) {
    gotemplate::funcs::Time time = TimeIn(value);
    if (time.IsZero()) return Node::Null();
    time.zone = {};
    return Node::String(arena_.Copy(gotemplate::funcs::Format(time, layout)));
  }

  Node EncodeQuantity(const Value& value) {
    constexpr std::size_t kText = 2;  // Go keeps a canonical text beside the amount.
    if (const Value& text = value.slots()[kText]; text.size() > 0) {
      return Node::String(text.AsString());
    }
    return Node::String(arena_.Copy(QuantityOf(value).String()));
  }

  Node EncodeFields(const Value* slots, const StructType& type) {
    const std::size_t first = pending_.size();
    for (std::size_t i = 0; i < type.json.size(); ++i) {
      const JsonField& field = type.json[options_.go_order ? i : type.sorted[i]];
      const Value* owner = slots;
      for (const std::uint32_t inlined : field.inlined) owner = owner[inlined].slots().data();
      const Value& value = owner[field.slot];
      if (field.omit_empty && IsEmpty(value)) continue;
      if (field.omit_zero && IsZero(value)) continue;
      const Node node = EncodeValue(value);
      pending_.push_back({.key = field.name, .value = node});
    }
    if (options_.unknown != nullptr && !options_.unknown->empty()) AddUnknown(slots, first);
    const std::size_t count = pending_.size() - first;
    const std::span<Member> members = arena_.NewArray<Member>(count);
    std::copy_n(pending_.begin() + static_cast<std::ptrdiff_t>(first), count, members.begin());
    pending_.resize(first);
    return Node::Mapping(members);
  }

  void AddUnknown(const Value* slots, std::size_t first) {
    const std::span<const UnknownMembers::Entry> unknown = options_.unknown->Of(slots);
    if (unknown.empty()) return;
    for (const UnknownMembers::Entry& entry : unknown) pending_.push_back(entry.member);
    if (options_.go_order) return;
    std::stable_sort(pending_.begin() + static_cast<std::ptrdiff_t>(first), pending_.end(),
                     [](const Member& one, const Member& other) { return one.key < other.key; });
  }

  Arena& arena_;
  const EncodeOptions& options_;
  std::vector<Member> pending_;  // Members of the mappings that are being built, innermost last.
};

}  // namespace

Node Encode(const Value& value, Arena& arena, const EncodeOptions& options) {
  return Encoder(arena, options).EncodeValue(value);
}

}  // namespace sidecar::kubetypes
