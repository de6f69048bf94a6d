#include "lib/gotemplate/funcs/structure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/work.h"
#include "lib/gotemplate/strconv.h"
#include "lib/yaml/json.h"

namespace sidecar::gotemplate::funcs {
namespace {

// Texts are shared, so a small value can make a document of any size; this is far beyond every
// document that injection could use.
constexpr std::size_t kMostTextBytes = std::size_t{8} << 20U;

// encoding/json looks for cycles from here on, and nothing real is nested so deeply.
constexpr int kDeepest = 1000;

class Encoder {
 public:
  explicit Encoder(Arena& arena) : arena_(arena) {}

  // A value that shares its parts can be far larger than its memory, so every node that is written
  // is paid for, with its indentation, and every byte of text.
  yaml::Node Encode(const Value& value, int depth) {
    constexpr std::size_t kPrice = 192;
    constexpr std::size_t kPriceOfIndentation = 24;
    PayForWork(&arena_, kPrice + kPriceOfIndentation * static_cast<std::size_t>(depth));
    if (!value.IsValid()) return yaml::Node::Null();
    if (depth > kDeepest) {
      throw FunctionError("json: unsupported value: encountered a cycle via " + value.type()->name);
    }
    const Kind kind = value.kind();
    if (kind == Kind::kPointer && value.IsNil()) return yaml::Node::Null();
    if (HasMethod(value.type(), "MarshalJSON")) return CallMarshaler(value);
    if (IsSigned(kind)) return yaml::Node::Int(value.AsInt());
    if (IsUnsigned(kind)) return yaml::Node::Uint(value.AsUint());
    switch (kind) {
      case Kind::kBool: return yaml::Node::Bool(value.AsBool());
      case Kind::kFloat32:
      case Kind::kFloat64: return EncodeFloat(value);
      case Kind::kString: return EncodeText(value.AsString());
      case Kind::kInterface:
      case Kind::kPointer: return Encode(value.Elem().Dynamic(), depth + 1);
      case Kind::kArray:
      case Kind::kSlice: return EncodeList(value, depth);
      case Kind::kMap: return EncodeMap(value, depth);
      case Kind::kStruct: {
        std::vector<yaml::Member> members;
        AddFields(value, depth, members);
        return Mapping(members);
      }
      default: throw FunctionError("json: unsupported type: " + value.type()->name);
    }
  }

 private:
  yaml::Node EncodeText(std::string_view text) {
    constexpr std::size_t kPunctuation = 4;
    constexpr std::size_t kPricePerByte = 8;
    PayForWork(&arena_, text.size() * kPricePerByte);
    text_bytes_ += text.size() + kPunctuation;
    if (text_bytes_ > kMostTextBytes) throw ArenaLimitExceeded();
    return yaml::Node::String(text);
  }

  static yaml::Node EncodeFloat(const Value& value) {
    const double number = value.AsFloat();
    if (!std::isfinite(number)) {
      throw FunctionError("json: unsupported value: " + FormatFloat(number, 'g', -1, 64));
    }
    if (value.kind() == Kind::kFloat64) return yaml::Node::Float(number);
    // The double that is written with the digits which tell a float32.
    return yaml::Node::Float(ParseFloat(FormatFloat(number, 'g', -1, 32), 64).value);
  }

  yaml::Node EncodeList(const Value& value, int depth) {
    if (value.IsNil()) return yaml::Node::Null();
    if (value.kind() == Kind::kSlice && value.type()->element->kind == Kind::kUint8 &&
        !HasMethod(value.type()->element, "MarshalJSON")) {
      const Value bytes = value.WithType(SliceOf(Uint8Type()));
      return EncodeText(EncodeBase64(ToText(bytes, arena_), arena_));
    }
    const std::span<yaml::Node> nodes = arena_.NewArray<yaml::Node>(value.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i] = Encode(value.slots()[i], depth + 1);
    }
    return yaml::Node::Sequence(nodes);
  }

  yaml::Node EncodeMap(const Value& value, int depth) {
    const Kind key_kind = value.type()->key->kind;
    if (key_kind != Kind::kString && !IsInteger(key_kind)) {
      throw FunctionError("json: unsupported type: " + value.type()->name);
    }
    if (value.IsNil()) return yaml::Node::Null();
    std::vector<yaml::Member> members;
    members.reserve(value.size());
    for (const MapEntry& entry : value.AsMap()->all()) {
      members.push_back(
          {EncodeText(KeyText(entry.key)).AsString(), Encode(entry.value, depth + 1)});
    }
    std::sort(
        members.begin(), members.end(),
        [](const yaml::Member& one, const yaml::Member& other) { return one.key < other.key; });
    return Mapping(members);
  }

  std::string_view KeyText(const Value& key) {
    if (key.kind() == Kind::kString) return key.AsString();
    return arena_.Copy(IsSigned(key.kind()) ? std::to_string(key.AsInt())
                                            : std::to_string(key.AsUint()));
  }

  // A name of the outer struct hides the same name of an embedded one.
  void AddFields(const Value& value, int depth, std::vector<yaml::Member>& members) {
    const std::vector<Field>& fields = value.type()->fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Field& field = fields[i];
      const Value member = value.Field(i).Dynamic();
      if (field.embedded && (field.inlined || field.json_name.empty()) &&
          AddEmbedded(member, depth, members)) {
        continue;
      }
      if (!field.IsExported() || field.json_name == "-") continue;
      if (field.omit_empty && IsOmitted(member)) continue;
      if (field.omit_zero && IsZero(member)) continue;
      const std::string_view name = field.json_name.empty() ? field.name : field.json_name;
      members.push_back({EncodeText(name).AsString(), Encode(member, depth + 1)});
    }
  }

  // Whether the embedded field is a struct, whose members stand in its parent's place.
  bool AddEmbedded(Value member, int depth, std::vector<yaml::Member>& members) {
    if (member.kind() == Kind::kPointer && member.type()->element->kind == Kind::kStruct) {
      if (member.IsNil()) return true;
      member = member.Elem().Dynamic();
    }
    if (member.kind() != Kind::kStruct) return false;
    std::vector<yaml::Member> added;
    AddFields(member, depth + 1, added);
    for (const yaml::Member& one : added) {
      const bool hidden = std::any_of(members.begin(), members.end(),
                                      [&one](const auto& outer) { return outer.key == one.key; });
      if (!hidden) members.push_back(one);
    }
    return true;
  }

  // encoding/json's isEmptyValue.
  static bool IsOmitted(const Value& value) {
    return value.kind() != Kind::kStruct && !IsComplex(value.kind()) &&
           value.kind() != Kind::kFunc && IsEmpty(value);
  }

  // reflect.Value.IsZero.
  static bool IsZero(const Value& value) {
    if (value.kind() == Kind::kStruct || value.kind() == Kind::kArray) {
      return std::all_of(value.slots().begin(), value.slots().end(), IsZero);
    }
    if (value.kind() == Kind::kSlice || value.kind() == Kind::kMap) return value.IsNil();
    return IsEmpty(value);
  }

  yaml::Node CallMarshaler(const Value& value) {
    Value receiver = value;
    while (receiver.kind() == Kind::kPointer) receiver = receiver.Elem().Dynamic();
    const MethodMatch* const match = FindMethod(receiver.type(), "MarshalJSON");
    if (match == nullptr || match->method == nullptr) return yaml::Node::Null();
    for (const std::uint32_t index : match->path) {
      receiver = receiver.Field(index).Dynamic();
      if (receiver.kind() == Kind::kPointer && receiver.IsNil()) return yaml::Node::Null();
      if (receiver.kind() == Kind::kPointer) receiver = receiver.Elem().Dynamic();
    }
    const Value result = match->method->function.body(arena_, {&receiver, 1});
    const auto node = yaml::ParseJson(ToText(result, arena_), arena_);
    if (!node) {
      throw FunctionError("json: error calling MarshalJSON for type " + value.type()->name + ": " +
                          node.error().message);
    }
    text_bytes_ += ToText(result, arena_).size();
    return *node;
  }

  yaml::Node Mapping(std::span<const yaml::Member> members) {
    const std::span<yaml::Member> copy = arena_.NewArray<yaml::Member>(members.size());
    std::copy(members.begin(), members.end(), copy.begin());
    return yaml::Node::Mapping(copy);
  }

  Arena& arena_;
  std::size_t text_bytes_ = 0;
};

}  // namespace

yaml::Node ToNode(const Value& value, Arena& arena) {
  return Encoder(arena).Encode(value, 0);
}

}  // namespace sidecar::gotemplate::funcs
