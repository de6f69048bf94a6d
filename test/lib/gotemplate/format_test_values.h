#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/format.h"

namespace sidecar::gotemplate {

// Values for the tests of formatting, and the few types that they need.
class FormatValues {
 public:
  Arena arena;

  std::string Printf(std::string_view format, std::initializer_list<Value> operands) {
    return std::string(Sprintf(arena, format, {operands.begin(), operands.size()}));
  }
  std::string Print(std::initializer_list<Value> operands) {
    return std::string(Sprint(arena, {operands.begin(), operands.size()}));
  }
  std::string Println(std::initializer_list<Value> operands) {
    return std::string(Sprintln(arena, {operands.begin(), operands.size()}));
  }

  static Value Text(std::string_view text) { return Value::String(text); }
  static Value Int(std::int64_t value) { return Value::Int(value); }
  static Value Float(double value) { return Value::Float(value); }
  static Value Uint(std::uint64_t value, std::string_view type = "uint") {
    return Value::Uint(value, BasicType(type));
  }
  Value Complex(double real, double imaginary, std::string_view type = "complex128") {
    return Value::Complex({real, imaginary}, BasicType(type), arena);
  }

  Value Slice(const Type* type, std::initializer_list<Value> elements) {
    const std::span<Value> slots = arena.NewArray<Value>(elements.size());
    std::copy(elements.begin(), elements.end(), slots.begin());
    return Value::Slice(slots, type);
  }
  Value Array(const Type* element, std::initializer_list<Value> elements) {
    const std::span<Value> slots = arena.NewArray<Value>(elements.size());
    std::copy(elements.begin(), elements.end(), slots.begin());
    return Value::Array(slots.data(), ArrayOf(elements.size(), element));
  }
  Value Bytes(std::string_view text) {
    const std::span<Value> slots = arena.NewArray<Value>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      slots[i] = Value::Uint(static_cast<unsigned char>(text[i]), Uint8Type());
    }
    return Value::Slice(slots, SliceOf(Uint8Type()));
  }
  Value Map(const Type* type, std::initializer_list<MapEntry> entries) {
    auto* const map = arena.New<MapData>();
    for (const MapEntry& entry : entries) map->Set(entry.key, entry.value, arena);
    return Value::Map(map, type);
  }
  Value Struct(const Type* type, std::initializer_list<Value> fields) {
    const std::span<Value> slots = arena.NewArray<Value>(fields.size());
    std::copy(fields.begin(), fields.end(), slots.begin());
    return Value::Struct(slots.data(), type);
  }
  Value PointerTo(const Value& value) {
    return Value::Pointer(arena.New<Value>(value), gotemplate::PointerTo(value.type()));
  }

  // A named struct type; it lives as long as the program, as types whose members were asked for.
  static Type* NewStruct(std::string name, std::vector<Field> fields) {
    auto* const type = NewType(Kind::kStruct, std::move(name));
    type->fields = std::move(fields);
    return type;
  }
  static Type* NewType(Kind kind, std::string name) {
    static auto& types = *new std::vector<std::unique_ptr<Type>>();
    Type* const type = types.emplace_back(std::make_unique<Type>()).get();
    type->kind = kind;
    type->name = std::move(name);
    type->named = true;
    return type;
  }
  // Adds a method without parameters that returns a string.
  template <class Body>
  static void AddMethod(Type* type, std::string_view name, bool pointer_receiver, Body body) {
    Method method;
    method.pointer_receiver = pointer_receiver;
    method.function.name = name;
    method.function.result = StringType();
    method.function.body = [body](Arena& arena, std::span<const Value> arguments) {
      return Value::String(arena.Copy(body(arguments[0])));
    };
    type->methods.push_back(std::move(method));
  }
};

}  // namespace sidecar::gotemplate
