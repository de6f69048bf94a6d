#include "lib/kubetypes/proto_json.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/strconv.h"
#include "lib/kubetypes/duration.h"
#include "lib/kubetypes/mesh_schema.h"
#include "lib/kubetypes/proto_message.h"
#include "lib/yaml/json.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Kind;
using gotemplate::MapData;
using gotemplate::Type;
using gotemplate::Value;
using yaml::Member;
using yaml::Node;
using yaml::NodeKind;

// Unwinds to ReadProtoJson, by the fields that it happened in.
class ReadFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  // Of a member that has no field.
  ReadFailure(const std::string& text, std::string_view member, std::uint32_t line)
      : std::runtime_error(text), path_(member), line_(line) {}

  void Leave(std::string_view field, std::uint32_t line) {
    path_ = std::string(field) + (path_.empty() ? "" : "." + path_);
    if (line_ == 0) line_ = line;
  }

  std::string Place() const {
    return line_ == 0 ? path_ : "line " + std::to_string(line_) + ": " + path_;
  }

 private:
  std::string path_;
  std::uint32_t line_ = 0;  // Of the innermost field.
};

// What encoding/json calls a value in its errors.
std::string Describe(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull: return "null";
    case NodeKind::kBool: return "bool";
    case NodeKind::kString: return "string";
    case NodeKind::kSequence: return "array";
    case NodeKind::kMapping: return "object";
    default: return "number";
  }
}

[[noreturn]] void FailKind(const std::string& found, std::string_view type) {
  throw ReadFailure("json: cannot unmarshal " + found + " into Go value of type " +
                    std::string(type));
}

// "v1alpha1.MeshConfig_AuthPolicy" -> "istio.mesh.v1alpha1.MeshConfig_AuthPolicy", under which
// golang/protobuf registers an enum; a message's nested name has a dot for the underscore.
std::string ProtoTypeName(const Type* type) {
  return "istio.mesh." + type->name;
}

std::string ProtoMessageName(const Type* type) {
  std::string name = ProtoTypeName(type);
  std::replace(name.begin(), name.end(), '_', '.');
  return name;
}

bool IsDurationMessage(const Type* type) {
  return type->name.ends_with(".Duration") && type->fields.size() == 2 &&
         type->fields[0].name == "Seconds" && type->fields[1].name == "Nanos";
}

bool IsWrapper(const Type* type) {
  return type->name.ends_with("Value") && type->fields.size() == 1 &&
         type->fields[0].name == "Value";
}

class Reader {
 public:
  explicit Reader(Arena& arena) : arena_(arena) {}

  void ReadMessage(const Node& node, const Value& message) {
    if (node.IsNull()) return;
    const Type* const type = message.type();
    const std::span<Value> slots = message.slots();
    if (IsDurationMessage(type)) {
      ReadDuration(node, slots);
    } else if (IsWrapper(type)) {
      ReadSlot(node, type->fields[0].type, slots[0]);
    } else {
      ReadFields(node, type, slots);
    }
  }

 private:
  void ReadFields(const Node& node, const Type* type, std::span<Value> slots) {
    if (!node.IsMapping()) FailKind(Describe(node), "map[string]json.RawMessage");
    std::size_t known = 0;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const std::string_view name = type->fields[i].json_name;
      const Node* const camel = node.Find(name);
      const std::string snake = ProtoName(name);
      const Node* const plain = snake == name ? nullptr : node.Find(snake);
      known += (camel != nullptr ? 1U : 0U) + (plain != nullptr ? 1U : 0U);
      const Node* const value = camel != nullptr ? camel : plain;
      if (value != nullptr && !value->IsNull()) ReadField(*value, type->fields[i], slots[i]);
    }
    if (known != node.AsMapping().size()) FailUnknown(node, type);
  }

  void ReadField(const Node& node, const gotemplate::Field& field, Value& slot) {
    try {
      ReadSlot(node, field.type, slot);
    } catch (ReadFailure& failure) {
      failure.Leave(field.json_name, node.line);
      throw;
    }
  }

  // Of several, the first in the document; jsonpb names any.
  [[noreturn]] static void FailUnknown(const Node& node, const Type* type) {
    std::string_view unknown;
    std::uint32_t line = 0;
    for (const Member& member : node.AsMapping()) {
      const bool found = std::any_of(type->fields.begin(), type->fields.end(), [&](const auto& f) {
        return member.key == f.json_name || member.key == ProtoName(f.json_name);
      });
      if (!found) {
        unknown = member.key;
        line = member.value.line;
        break;
      }
    }
    throw ReadFailure(
        "unknown field " + gotemplate::Quote(unknown) + " in " + ProtoMessageName(type), unknown,
        line);
  }

  void ReadSlot(const Node& node, const Type* type, Value& slot) {
    switch (type->kind) {
      case Kind::kPointer: {
        auto* const message = arena_.New<Value>(Value::Zero(type->element, arena_));
        ReadMessage(node, *message);
        slot = Value::Pointer(message, type);
        break;
      }
      case Kind::kSlice: ReadList(node, type, slot); break;
      case Kind::kMap: ReadMap(node, type, slot); break;
      case Kind::kString:
        if (node.IsNull()) break;
        if (!node.IsString()) FailKind(Describe(node), "string");
        slot = Value::String(arena_.Copy(node.AsString()), type);
        break;
      case Kind::kBool:
        if (node.IsNull()) break;
        if (node.kind != NodeKind::kBool) FailKind(Describe(node), "bool");
        slot = Value::Bool(node.boolean, type);
        break;
      default: ReadInteger(node, type, slot);
    }
  }

  void ReadInteger(const Node& node, const Type* type, Value& slot) {
    if (node.IsString() && IsEnum(type)) {
      const auto number = MeshEnumNumber(type->name, node.AsString());
      if (!number) {
        throw ReadFailure("unknown value " + gotemplate::Quote(node.AsString()) + " for enum " +
                          ProtoTypeName(type));
      }
      slot = Value::Int(*number, type);
      return;
    }
    if (node.IsString()) {
      // The quotes are dropped, and what they held is read as JSON.
      const Result<Node> content = yaml::ParseJson(node.AsString(), arena_);
      if (!content.has_value()) throw ReadFailure(content.error().message);
      if (content->IsString()) FailKind(Describe(*content), type->name);
      ReadInteger(*content, type, slot);
      return;
    }
    if (node.IsNull()) return;
    if (!node.IsNumber()) FailKind(Describe(node), type->name);
    const std::string text = node.NumberText();
    const int bits = type->kind == Kind::kInt64 ? 64 : 32;
    const auto parsed = gotemplate::ParseInt(text, 10, bits);
    if (!parsed.ok()) FailKind("number " + text, type->name);
    slot = Value::Int(parsed.value, type);
  }

  void ReadList(const Node& node, const Type* type, Value& slot) {
    if (!node.IsSequence()) FailKind(Describe(node), "[]json.RawMessage");
    const std::span<const Node> elements = node.AsSequence();
    const std::span<Value> slots = arena_.NewArray<Value>(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      slots[i] = Value::Zero(type->element, arena_);
      ReadSlot(elements[i], type->element, slots[i]);
    }
    slot = Value::Slice(slots, type);
  }

  void ReadMap(const Node& node, const Type* type, Value& slot) {
    if (!node.IsMapping()) FailKind(Describe(node), "map[string]json.RawMessage");
    auto* const map = arena_.New<MapData>();
    const std::span<const Member> members = node.AsMapping();
    const std::span<gotemplate::MapEntry> entries =
        arena_.NewArray<gotemplate::MapEntry>(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      Value value = Value::Zero(type->element, arena_);
      ReadSlot(members[i].value, type->element, value);
      entries[i] = {.key = Value::String(arena_.Copy(members[i].key), type->key), .value = value};
    }
    map->entries = entries.data();
    map->size = map->capacity = static_cast<std::uint32_t>(entries.size());
    map->Sort();
    slot = Value::Map(map, type);
  }

  static void ReadDuration(const Node& node, std::span<Value> slots) {
    if (!node.IsString()) FailKind(Describe(node), "string");
    const Result<Nanoseconds> parsed = ParseDuration(node.AsString());
    if (!parsed.has_value()) throw ReadFailure("bad Duration: " + parsed.error().message);
    const ProtoDuration duration = ToProto(*parsed);
    slots[0] = Value::Int(duration.seconds, gotemplate::Int64Type());
    slots[1] = Value::Int(duration.nanos, gotemplate::Int32Type());
  }

  Arena& arena_;
};

// Unwinds to WriteProtoJson.
struct NoJson {};

class Writer {
 public:
  explicit Writer(Arena& arena) : arena_(arena) {}

  Node WriteMessage(const Value& message, const Value& defaults, int depth) {
    if (depth > gotemplate::funcs::kDeepestValue) {
      throw gotemplate::FunctionError("message is nested too deeply");
    }
    const Type* const type = message.type();
    const std::span<const Value> slots = message.slots();
    if (IsDurationMessage(type)) return WriteDuration(slots[0].AsInt(), slots[1].AsInt());
    if (IsWrapper(type)) return WriteValue(slots[0], depth);
    std::vector<Member> members;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (IsUnset(slots[i])) continue;
      if (defaults.IsValid() && comparer_.Equal(slots[i], defaults.slots()[i])) continue;
      members.push_back({.key = type->fields[i].json_name, .value = WriteValue(slots[i], depth)});
    }
    return Node::Mapping(Keep(members));
  }

 private:
  template <class T>
  std::span<const T> Keep(const std::vector<T>& made) {
    const std::span<T> kept = arena_.NewArray<T>(made.size());
    std::copy(made.begin(), made.end(), kept.begin());
    return kept;
  }

  Node WriteValue(const Value& value, int depth) {
    switch (value.kind()) {
      case Kind::kString: return Node::String(value.AsString());
      case Kind::kBool: return Node::Bool(value.AsBool());
      case Kind::kInt32: return IsEnum(value.type()) ? WriteEnum(value) : Node::Int(value.AsInt());
      case Kind::kUint32: return Node::Uint(value.AsUint());
      case Kind::kInt64: return WriteText(std::to_string(value.AsInt()));
      case Kind::kUint64: return WriteText(std::to_string(value.AsUint()));
      case Kind::kFloat32:
      case Kind::kFloat64: return Node::Float(value.AsFloat());
      case Kind::kStruct: return WriteMessage(value, {}, depth + 1);
      case Kind::kPointer:
        return value.IsNil() ? Node::Null() : WriteMessage(value.Elem(), {}, depth + 1);
      case Kind::kSlice: return WriteList(value, depth);
      case Kind::kMap: return WriteMap(value, depth);
      default: throw NoJson();
    }
  }

  Node WriteText(const std::string& text) { return Node::String(arena_.Copy(text)); }

  Node WriteEnum(const Value& value) {
    const auto name = MeshEnumName(value.type()->name, static_cast<std::int32_t>(value.AsInt()));
    return name ? Node::String(*name) : Node::Int(value.AsInt());
  }

  Node WriteList(const Value& value, int depth) {
    std::vector<Node> nodes;
    for (const Value& element : value.slots()) nodes.push_back(WriteValue(element, depth));
    return Node::Sequence(Keep(nodes));
  }

  Node WriteMap(const Value& value, int depth) {
    std::vector<Member> members;
    for (const gotemplate::MapEntry& entry : value.AsMap()->all()) {
      if (entry.key.kind() != Kind::kString) throw NoJson();
      members.push_back({.key = entry.key.AsString(), .value = WriteValue(entry.value, depth)});
    }
    return Node::Mapping(Keep(members));
  }

  // "1s", "1.500s": no, three, six or nine digits behind the point.
  Node WriteDuration(std::int64_t seconds, std::int64_t nanos) {
    constexpr std::int64_t kMostSeconds = 315'576'000'000;
    constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
    if (seconds < -kMostSeconds || seconds > kMostSeconds || nanos <= -kNanosPerSecond ||
        nanos >= kNanosPerSecond || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) {
      throw NoJson();
    }
    const bool negative = seconds < 0 || nanos < 0;
    std::string fraction = std::to_string(kNanosPerSecond + (negative ? -nanos : nanos));
    fraction[0] = '.';
    while (fraction.ends_with("000")) fraction.resize(fraction.size() - 3);
    if (fraction == ".") fraction.clear();
    return WriteText((negative ? "-" : "") + std::to_string(negative ? -seconds : seconds) +
                     fraction + "s");
  }

  Arena& arena_;
  gotemplate::funcs::DeepComparer comparer_;
};

}  // namespace

std::optional<Error> ReadProtoJson(const Node& node, const Value& message, Arena& arena,
                                   std::string* place) {
  try {
    Reader(arena).ReadMessage(node, message);
  } catch (const ReadFailure& failure) {
    if (place != nullptr) *place = failure.Place();
    return Error{ErrorCode::kInvalidArgument, failure.what()};
  }
  return std::nullopt;
}

std::optional<std::string> WriteProtoJson(const Value& message, const Value& defaults,
                                          Arena& arena) {
  const auto pointee = [](const Value& value) {
    return value.kind() == Kind::kPointer ? value.Elem() : value;
  };
  const Value target = pointee(message);
  if (target.kind() != Kind::kStruct) return std::nullopt;
  try {
    const Node node = Writer(arena).WriteMessage(target, pointee(defaults), 0);
    std::string text;
    yaml::WriteJson(node, text, {.sort_keys = false, .escape_html = true, .indent = ""});
    return text;
  } catch (const NoJson&) {
    return std::nullopt;
  }
}

}  // namespace sidecar::kubetypes
