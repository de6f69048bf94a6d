#include "test/conformance/typed_data.h"

#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "lib/gotemplate/format.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::conformance {
namespace {

using gotemplate::Field;
using gotemplate::Kind;
using gotemplate::MapData;
using gotemplate::MapEntry;
using gotemplate::Method;
using gotemplate::Type;
using gotemplate::Value;

[[noreturn]] void Reject(std::string_view what, std::string_view name) {
  throw std::runtime_error(std::string(what) + " " + std::string(name));
}

// Everything lives as long as the program.
struct Registry {
  std::map<std::string, Type*, std::less<>> named;
  std::deque<Type> storage;
  std::deque<std::string> texts;
  // What $String and $Error say of the structs whose slots start there.
  std::map<const Value*, std::string_view> told_texts;

  static Registry& Get() {
    static Registry& registry = *new Registry;
    return registry;
  }

  std::string_view Keep(std::string_view text) { return texts.emplace_back(text); }

  Type& New(std::string_view name) {
    Type*& type = named[std::string(name)];
    if (type == nullptr) type = &storage.emplace_back();
    type->name = name;
    type->named = true;
    return *type;
  }
};

Value Text(Arena& arena, std::string_view text) {
  return Value::String(arena.Copy(text));
}

std::int64_t OnlyInteger(const Value& receiver) {
  return receiver.Elem().Field(0).AsInt();
}

std::string BytesOf(const Value& bytes) {
  std::string text;
  for (const Value& byte : bytes.slots()) text.push_back(static_cast<char>(byte.AsUint()));
  return text;
}

// What the String and Error methods of the types in Go's own tests and in package shapes say.
Value SayText(Arena& arena, const std::string& type, const Value& receiver) {
  const auto& told = Registry::Get().told_texts;
  if (receiver.kind() == Kind::kPointer && !receiver.IsNil()) {
    const auto found = told.find(receiver.Elem().slots().data());
    if (found != told.end()) return Value::String(found->second);
  }
  const bool is_nil = receiver.kind() == Kind::kPointer && receiver.IsNil();
  if (type == "shapes.Celsius") {
    return Value::String(
        gotemplate::Sprintf(arena, "%.1fC", std::vector<Value>{Value::Float(receiver.AsFloat())}));
  }
  if (type == "shapes.Secret") {
    if (is_nil) return Value::String("no secret");
    return Text(arena, "secret(" + std::string(receiver.Elem().Field(0).AsString()) + ")");
  }
  if (type == "template.V") {
    return is_nil ? Value::String("nilV")
                  : Text(arena, "<" + std::to_string(OnlyInteger(receiver)) + ">");
  }
  if (type == "template.W") {
    return is_nil ? Value::String("nilW")
                  : Text(arena, "[" + std::to_string(OnlyInteger(receiver)) + "]");
  }
  if (type == "bytes.Buffer") {
    return is_nil ? Value::String("<nil>") : Text(arena, BytesOf(receiver.Elem().Field(0)));
  }
  if (type == "errors.errorString") return receiver.Elem().Field(0).Dynamic();
  return Value::String("M0");  // Method0 of Go's tests.
}

void AddMethod(Type& type, std::string_view name, bool pointer_receiver) {
  Method& method = type.methods.emplace_back();
  method.function.name = Registry::Get().Keep(name);
  method.function.result = gotemplate::StringType();
  method.pointer_receiver = pointer_receiver;
  method.function.body = [type_name = type.name](Arena& arena, std::span<const Value> arguments) {
    return SayText(arena, type_name, arguments[0]);
  };
}

void AddMethods(Type& type, const yaml::Node* names, bool pointer_receivers) {
  if (names == nullptr) return;
  for (const yaml::Node& name : names->AsSequence()) {
    AddMethod(type, name.AsString(), pointer_receivers);
  }
}

void MakeBuiltins() {
  Registry& registry = Registry::Get();
  if (registry.named.contains("fmt.Stringer")) return;
  Type& stringer = registry.New("fmt.Stringer");
  stringer.kind = Kind::kInterface;
  stringer.required_methods = {"String"};

  Type& error = registry.New("errors.errorString");
  error.kind = Kind::kStruct;
  error.fields = {Field{"s", gotemplate::StringType()}};
  AddMethod(error, "Error", true);

  Type& read_op = registry.New("bytes.readOp");
  read_op.kind = Kind::kInt8;
  Type& buffer = registry.New("bytes.Buffer");
  buffer.kind = Kind::kStruct;
  buffer.fields = {Field{"buf", gotemplate::SliceOf(gotemplate::Uint8Type())},
                   Field{"off", gotemplate::IntType()}, Field{"lastRead", &read_op}};
  AddMethod(buffer, "String", true);
}

void Define(Type& type, const yaml::Node& definition) {
  const std::string_view kind = definition.Find("kind")->AsString();
  if (kind == "struct") {
    type.kind = Kind::kStruct;
    for (const yaml::Node& field : definition.Find("fields")->AsSequence()) {
      const auto parts = field.AsSequence();
      Field& made = type.fields.emplace_back();
      made.name = Registry::Get().Keep(parts[0].AsString());
      made.type = TypedData::ParseType(parts[1].AsString());
      made.embedded = parts.size() > 2;
    }
  } else if (kind == "interface") {
    type.kind = Kind::kInterface;
    for (const yaml::Node& method : definition.Find("methods")->AsSequence()) {
      type.required_methods.push_back(Registry::Get().Keep(method.AsString()));
    }
  } else {
    const Type* const underlying = TypedData::ParseType(definition.Find("underlying")->AsString());
    type.kind = underlying->kind;
    type.element = underlying->element;
    type.key = underlying->key;
    type.length = underlying->length;
  }
  AddMethods(type, definition.Find("value_methods"), false);
  AddMethods(type, definition.Find("pointer_methods"), true);
}

// The index of the bracket that closes the one that `text` starts with.
std::size_t ClosingBracket(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']' && --depth == 0) return i;
  }
  Reject("unclosed bracket in type", text);
}

double NumberOf(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::NodeKind::kInt: return static_cast<double>(node.integer);
    case yaml::NodeKind::kUint: return static_cast<double>(node.unsigned_integer);
    case yaml::NodeKind::kFloat: return node.real;
    case yaml::NodeKind::kString: return gotemplate::ParseFloat(node.AsString(), 64).value;
    default: throw std::runtime_error("not a number");
  }
}

std::int64_t IntegerOf(const yaml::Node& node) {
  if (node.kind == yaml::NodeKind::kInt) return node.integer;
  if (node.IsString()) return gotemplate::ParseInt(node.AsString(), 10, 64).value;
  return static_cast<std::int64_t>(NumberOf(node));
}

std::uint64_t UnsignedOf(const yaml::Node& node) {
  if (node.kind == yaml::NodeKind::kInt) return static_cast<std::uint64_t>(node.integer);
  if (node.kind == yaml::NodeKind::kUint) return node.unsigned_integer;
  if (node.IsString()) return gotemplate::ParseUint(node.AsString(), 10, 64).value;
  return static_cast<std::uint64_t>(NumberOf(node));
}

// Decodes values into slots: what is of an interface type comes out as its dynamic value.
class Decoder {
 public:
  explicit Decoder(Arena& arena) : arena_(arena) {}

  Value Any(const yaml::Node& node) {
    switch (node.kind) {
      case yaml::NodeKind::kMapping: {
        const yaml::Node* const tag = node.Find("$");
        return tag == nullptr ? Object(gotemplate::AnyMapType(), node)
                              : Tagged(tag->AsString(), node);
      }
      case yaml::NodeKind::kSequence: return Elements(gotemplate::AnySliceType(), node);
      case yaml::NodeKind::kNull:
      case yaml::NodeKind::kBool:
      case yaml::NodeKind::kString: return gotemplate::FromNode(node, arena_);
      default: return Value::Float(NumberOf(node));
    }
  }

 private:
  Value Tagged(std::string_view tag, const yaml::Node& node) {
    if (tag == "nil") return {};
    if (tag == "struct") return Unnamed(*node.Find("fields"));
    const yaml::Node& value = *node.Find("v");
    if (tag == "error") {
      return PointerToStruct("errors.errorString", Value::String(value.AsString()));
    }
    if (tag == "stringer") {
      const std::string_view text = value.AsString();
      const std::span<Value> bytes = arena_.NewArray<Value>(text.size());
      for (std::size_t i = 0; i < text.size(); ++i) {
        bytes[i] = Value::Uint(static_cast<unsigned char>(text[i]), gotemplate::Uint8Type());
      }
      return PointerToStruct("bytes.Buffer",
                             Value::Slice(bytes, gotemplate::SliceOf(gotemplate::Uint8Type())));
    }
    if (tag == "slicecap") return SliceWithCapacity(value);
    return Typed(TypedData::ParseType(tag), value);
  }

  Value PointerToStruct(std::string_view name, const Value& first_field) {
    const Type* const type = TypedData::ParseType(name);
    Value* const slot = arena_.New<Value>(Value::Zero(type, arena_));
    slot->slots()[0] = first_field;
    return Value::Pointer(slot, PointerTo(type));
  }

  Value SliceWithCapacity(const yaml::Node& shape) {
    const Type* const type = TypedData::ParseType(shape.Find("type")->AsString());
    const auto capacity = static_cast<std::size_t>(shape.Find("cap")->integer);
    const std::span<Value> storage = arena_.NewArray<Value>(capacity);
    for (Value& slot : storage) slot = Value::Zero(type->element, arena_).Dynamic();
    return Value::SliceWithCapacity(storage, static_cast<std::size_t>(shape.Find("len")->integer),
                                    type);
  }

  // {"$":"struct"}: an unnamed struct type of its own.
  Value Unnamed(const yaml::Node& fields) {
    Type& type = Registry::Get().storage.emplace_back();
    type.kind = Kind::kStruct;
    type.name = "struct {";
    for (const yaml::Node& field : fields.AsSequence()) {
      const auto parts = field.AsSequence();
      Field& made = type.fields.emplace_back();
      made.name = Registry::Get().Keep(parts[0].AsString());
      made.type = TypedData::ParseType(parts[1].AsString());
      type.name +=
          (type.fields.size() > 1 ? "; " : " ") + std::string(made.name) + " " + made.type->name;
    }
    type.name += type.fields.empty() ? "}" : " }";
    const std::span<Value> slots = arena_.NewArray<Value>(type.fields.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      slots[i] = Typed(type.fields[i].type, fields.AsSequence()[i].AsSequence()[2]);
    }
    return Value::Struct(slots.data(), &type);
  }

  Value Typed(const Type* type, const yaml::Node& node) {
    const Kind kind = type->kind;
    if (IsSigned(kind)) return Value::Int(IntegerOf(node), type);
    if (IsUnsigned(kind)) return Value::Uint(UnsignedOf(node), type);
    if (kind == Kind::kFloat32) return Value::Float(static_cast<float>(NumberOf(node)), type);
    if (kind == Kind::kFloat64) return Value::Float(NumberOf(node), type);
    if (IsComplex(kind)) {
      const auto parts = node.AsSequence();
      return Value::Complex({NumberOf(parts[0]), NumberOf(parts[1])}, type, arena_);
    }
    if (kind == Kind::kBool) return Value::Bool(node.boolean, type);
    if (kind == Kind::kString) return Value::String(node.AsString(), type);
    if (kind == Kind::kInterface) return Any(node);
    if (node.IsNull()) return Value::Zero(type, arena_);
    if (kind == Kind::kSlice && node.IsMapping()) return Any(node);  // A slicecap.
    switch (kind) {
      case Kind::kPointer:
        return Value::Pointer(arena_.New<Value>(Typed(type->element, node)), type);
      case Kind::kStruct: return Struct(type, node);
      case Kind::kMap: return node.IsMapping() ? Object(type, node) : Pairs(type, node);
      case Kind::kArray:
      case Kind::kSlice: return Elements(type, node);
      default: Reject("cannot decode type", type->name);
    }
  }

  Value Elements(const Type* type, const yaml::Node& node) {
    const bool is_array = type->kind == Kind::kArray;
    const std::size_t count = is_array ? type->length : node.AsSequence().size();
    const std::span<Value> slots = arena_.NewArray<Value>(count);
    for (std::size_t i = 0; i < count; ++i) {
      slots[i] = i < node.AsSequence().size() ? Typed(type->element, node.AsSequence()[i])
                                              : Value::Zero(type->element, arena_).Dynamic();
    }
    return is_array ? Value::Array(slots.data(), type) : Value::Slice(slots, type);
  }

  Value Struct(const Type* type, const yaml::Node& node) {
    const Value value = Value::Zero(type, arena_);
    for (const yaml::Member& member : node.AsMapping()) {
      if (member.key == "$String" || member.key == "$Error") {
        Registry::Get().told_texts[value.slots().data()] = member.value.AsString();
        continue;
      }
      bool known = false;
      for (std::size_t i = 0; i < type->fields.size(); ++i) {
        if (type->fields[i].name != member.key) continue;
        value.slots()[i] = Typed(type->fields[i].type, member.value);
        known = true;
      }
      if (!known) Reject("unknown field", member.key);
    }
    return value;
  }

  Value Object(const Type* type, const yaml::Node& node) {
    MapData* const map = arena_.New<MapData>();
    const Type* const key_type =
        type->key->kind == Kind::kInterface ? gotemplate::StringType() : type->key;
    for (const yaml::Member& member : node.AsMapping()) {
      map->Set(Value::String(member.key, key_type), Typed(type->element, member.value), arena_);
    }
    return Value::Map(map, type);
  }

  Value Pairs(const Type* type, const yaml::Node& node) {
    MapData* const map = arena_.New<MapData>();
    for (const yaml::Node& pair : node.AsSequence()) {
      map->Set(Typed(type->key, pair.AsSequence()[0]), Typed(type->element, pair.AsSequence()[1]),
               arena_);
    }
    return Value::Map(map, type);
  }

  Arena& arena_;
};

}  // namespace

void TypedData::Load(const yaml::Node& types) {
  MakeBuiltins();
  for (const yaml::Member& member : types.AsMapping()) Registry::Get().New(member.key);
  // Underlying types may be named types that come later: those have to be complete first.
  for (const bool structs : {false, true}) {
    for (const yaml::Member& member : types.AsMapping()) {
      Type& type = Registry::Get().New(member.key);
      const bool is_struct = member.value.Find("kind")->AsString() == "struct";
      if (type.kind == Kind::kInvalid && is_struct == structs) Define(type, member.value);
    }
  }
}

const Type* TypedData::ParseType(std::string_view text) {
  MakeBuiltins();
  if (const Type* const basic = gotemplate::BasicType(text)) return basic;
  const auto& named = Registry::Get().named;
  const auto found = named.find(text);
  if (found != named.end()) return found->second;
  if (text.starts_with('*')) return gotemplate::PointerTo(ParseType(text.substr(1)));
  if (text.starts_with("[]")) return gotemplate::SliceOf(ParseType(text.substr(2)));
  if (text.starts_with('[')) {
    const std::size_t end = ClosingBracket(text);
    const auto length = gotemplate::ParseUint(text.substr(1, end - 1), 10, 64).value;
    return gotemplate::ArrayOf(length, ParseType(text.substr(end + 1)));
  }
  if (text.starts_with("map[")) {
    const std::string_view rest = text.substr(3);
    const std::size_t end = ClosingBracket(rest);
    return gotemplate::MapOf(ParseType(rest.substr(1, end - 1)), ParseType(rest.substr(end + 1)));
  }
  Reject("unknown type", text);
}

Value TypedData::Decode(const yaml::Node& node, Arena& arena) {
  Registry::Get().told_texts.clear();
  return Decoder(arena).Any(node);
}

}  // namespace sidecar::conformance
