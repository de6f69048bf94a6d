#include "lib/gotemplate/funcs/collection.h"

#include <array>
#include <cstdint>
#include <string>

#include "lib/gotemplate/printable.h"

namespace sidecar::gotemplate {
namespace {

Value IndirectInterface(const Value& value) {
  return value.kind() == Kind::kInterface ? value.Elem() : value;
}

// Whether a pointer or interface in the way of Indirect was nil.
bool EndsInNil(const Value& indirected) {
  return indirected.kind() == Kind::kPointer || indirected.kind() == Kind::kInterface;
}

bool CanBeNil(const Type* type) {
  switch (type->kind) {
    case Kind::kFunc:
    case Kind::kInterface:
    case Kind::kMap:
    case Kind::kPointer:
    case Kind::kSlice: return true;
    default: return false;
  }
}

// An index that may equal `limit`.
std::size_t ToIndex(const Value& index, std::size_t limit) {
  std::int64_t position = 0;
  if (IsSigned(index.kind())) {
    position = index.AsInt();
  } else if (IsUnsigned(index.kind())) {
    position = static_cast<std::int64_t>(index.AsUint());
  } else if (!index.IsValid()) {
    throw FunctionError("cannot index slice/array with nil");
  } else {
    throw FunctionError("cannot index slice/array with type " + index.type()->name);
  }
  if (position < 0 || static_cast<std::size_t>(position) > limit) {
    throw FunctionError("index out of range: " + std::to_string(position));
  }
  return static_cast<std::size_t>(position);
}

Value IndexMap(Arena& arena, const Value& map, const Value& index) {
  const Value key = PrepareArgument(arena, index, map.type()->key);
  const Value found = map.MapIndex(key);
  return found.IsValid() ? found : Value::Zero(map.type()->element, arena);
}

Value IndexSequence(const Value& sequence, const Value& index) {
  const std::size_t position = ToIndex(index, sequence.size());
  if (position < sequence.size()) return sequence.Index(position);
  // The check above lets it pass, and reflect panics.
  throw FunctionError("reflect: " + std::string(ToString(sequence.kind())) + " index out of range");
}

void CheckOrder(std::size_t low, std::size_t high) {
  if (low <= high) return;
  throw FunctionError("invalid slice index: " + std::to_string(low) + " > " + std::to_string(high));
}

Value SliceSequence(const Value& item, const std::array<std::size_t, 3>& bounds) {
  if (item.kind() == Kind::kSlice && item.IsNil()) return item;
  const auto [low, high, limit] = bounds;
  const std::span<Value> storage(item.slots().data() + low, limit - low);
  const Type* const type =
      item.kind() == Kind::kArray ? SliceOf(item.type()->element) : item.type();
  return Value::SliceWithCapacity(storage, high - low, type);
}

}  // namespace

Value PrepareArgument(Arena& arena, const Value& value, const Type* type) {
  if (!value.IsValid()) {
    if (CanBeNil(type)) return Value::Zero(type, arena);
    throw FunctionError("value is nil; should be of type " + type->name);
  }
  if (IsAssignable(value.type(), type)) {
    return type->kind == Kind::kInterface ? value : value.WithType(type);
  }
  if (IsInteger(value.kind()) && IsInteger(type->kind)) return ConvertInteger(value, type);
  throw FunctionError("value has type " + value.type()->name + "; should be " + type->name);
}

Value Index(Arena& arena, const Value& item, std::span<const Value> indexes) {
  Value result = IndirectInterface(item);
  if (!result.IsValid()) throw FunctionError("index of untyped nil");
  for (const Value& argument : indexes) {
    const Value index = IndirectInterface(argument);
    result = Indirect(result);
    if (EndsInNil(result)) throw FunctionError("index of nil pointer");
    switch (result.kind()) {
      case Kind::kArray:
      case Kind::kSlice:
      case Kind::kString: result = IndexSequence(result, index); break;
      case Kind::kMap: result = IndexMap(arena, result, index); break;
      default: throw FunctionError("can't index item of type " + result.type()->name);
    }
  }
  return result;
}

Value Slice(const Value& item, std::span<const Value> indexes) {
  const Value sequence = IndirectInterface(item);
  if (!sequence.IsValid()) throw FunctionError("slice of untyped nil");
  if (indexes.size() > 3) {
    throw FunctionError("too many slice indexes: " + std::to_string(indexes.size()));
  }
  const Kind kind = sequence.kind();
  if (kind != Kind::kString && kind != Kind::kArray && kind != Kind::kSlice) {
    throw FunctionError("can't slice item of type " + sequence.type()->name);
  }
  if (kind == Kind::kString && indexes.size() == 3) {
    throw FunctionError("cannot 3-index slice a string");
  }
  const std::size_t capacity = kind == Kind::kSlice ? sequence.capacity() : sequence.size();
  std::array<std::size_t, 3> bounds = {0, sequence.size(), capacity};
  for (std::size_t i = 0; i < indexes.size(); ++i) bounds[i] = ToIndex(indexes[i], capacity);
  CheckOrder(bounds[0], bounds[1]);
  CheckOrder(bounds[1], bounds[2]);
  if (kind == Kind::kString) {
    const auto text = sequence.AsString().substr(bounds[0], bounds[1] - bounds[0]);
    return Value::String(text, sequence.type());
  }
  if (kind == Kind::kArray && !sequence.IsAddressable()) {
    throw FunctionError(std::string("reflect.Value.") + (indexes.size() == 3 ? "Slice3" : "Slice") +
                        ": slice of unaddressable array");
  }
  return SliceSequence(sequence, bounds);
}

std::size_t Length(const Value& item) {
  const Value collection = Indirect(item);
  if (EndsInNil(collection)) throw FunctionError("len of nil pointer");
  switch (collection.kind()) {
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kSlice:
    case Kind::kString: return collection.size();
    case Kind::kInvalid: throw FunctionError("reflect: call of reflect.Value.Type on zero Value");
    default: throw FunctionError("len of type " + collection.type()->name);
  }
}

}  // namespace sidecar::gotemplate
