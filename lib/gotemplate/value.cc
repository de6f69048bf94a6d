#include "lib/gotemplate/value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "lib/yaml/node.h"

namespace sidecar::gotemplate {
namespace {

// What an empty slice that is not nil points at.
Value empty_slice_marker;

const Type* ByteType() {
  static const Type* const type = Uint8Type();
  return type;
}

template <class T>
int Compare(const T& one, const T& other) {
  if (one < other) return -1;
  return other < one ? 1 : 0;
}

// NaN comes first, and all of them are equal for the order's sake.
int CompareFloats(double one, double other) {
  const bool one_nan = std::isnan(one);
  const bool other_nan = std::isnan(other);
  if (one_nan || other_nan) return static_cast<int>(other_nan) - static_cast<int>(one_nan);
  return Compare(one, other);
}

int CompareSlots(std::span<const Value> one, std::span<const Value> other) {
  const std::size_t shorter = std::min(one.size(), other.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    if (const int order = CompareKeys(one[i], other[i])) return order;
  }
  return Compare(one.size(), other.size());
}

// The bytes that Go's runtime describes a dynamic type with: reflect's rtype and its like.
std::size_t DescriptorSize(const Type* type) {
  constexpr std::size_t kCommon = 48;
  constexpr std::size_t kMethodTable = 16;
  constexpr std::size_t kMethod = 16;
  const bool is_pointer = type->kind == Kind::kPointer;
  const Type* const receiver = is_pointer ? type->element : type;
  const auto methods = static_cast<std::size_t>(
      std::count_if(receiver->methods.begin(), receiver->methods.end(),
                    [&](const Method& method) { return is_pointer || !method.pointer_receiver; }));
  const std::size_t table = type->named || methods > 0 ? kMethodTable + methods * kMethod : 0;
  switch (type->kind) {
    case Kind::kPointer:
    case Kind::kSlice: return kCommon + 8 + table;
    case Kind::kArray: return kCommon + 24 + table;
    case Kind::kMap: return kCommon + 40 + table;
    case Kind::kStruct: return kCommon + 32 + type->fields.size() * 24 + table;
    default: return kCommon + table;
  }
}

// internal/fmtsort compares the addresses of types: the linker lays them out by size, then by name.
int CompareTypes(const Type* one, const Type* other) {
  if (const int order = Compare(DescriptorSize(one), DescriptorSize(other))) return order;
  if (const int order = Compare<std::string_view>(one->name, other->name)) return order;
  return Compare(reinterpret_cast<std::uintptr_t>(one), reinterpret_cast<std::uintptr_t>(other));
}

bool EqualSlots(std::span<const Value> one, std::span<const Value> other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), AreEqual);
}

// Go's map access panics for a dynamic key that has no hash, be the map empty or not.
void CheckHashable(const Value& key) {
  if (key.IsValid() && !IsComparable(key.type())) {
    throw FunctionError("runtime error: hash of unhashable type " + key.type()->name);
  }
}

// How many elements of 16 bytes Go's append makes room for when it adds the `count` elements of a
// JSON array one by one (runtime.growslice): what cap() shows, and {{slice}} may reach into.
std::size_t GrownCapacity(std::size_t count) {
  constexpr std::size_t kDoublingEnds = 512;
  constexpr std::size_t kPage = 8192 / 16;
  std::size_t capacity = count == 0 ? 0 : 1;
  while (capacity < count && capacity < kDoublingEnds) capacity *= 2;
  for (const std::size_t step : {848U, 1280U, 1792U}) {  // Go's size classes on the way up.
    if (capacity < count) capacity = step;
  }
  while (capacity < count) {
    const std::size_t wanted = capacity + (capacity + 768) / 4;
    capacity = (wanted + kPage - 1) / kPage * kPage;
  }
  return capacity;
}

std::size_t BitsOf(Kind kind) {
  switch (kind) {
    case Kind::kInt8:
    case Kind::kUint8: return 8;
    case Kind::kInt16:
    case Kind::kUint16: return 16;
    case Kind::kInt32:
    case Kind::kUint32: return 32;
    default: return 64;
  }
}

}  // namespace

Value Value::Bool(bool value, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.boolean = value;
  return result;
}

Value Value::Int(std::int64_t value, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.integer = value;
  return result;
}

Value Value::Uint(std::uint64_t value, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.unsigned_integer = value;
  return result;
}

Value Value::Float(double value, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.real = value;
  return result;
}

Value Value::Complex(std::complex<double> value, const Type* type, Arena& arena) {
  Value result;
  result.type_ = type;
  result.payload_.complex = arena.New<std::complex<double>>(value);
  return result;
}

Value Value::String(std::string_view value, const Type* type) {
  if (value.size() > std::numeric_limits<std::uint32_t>::max()) throw ArenaLimitExceeded();
  Value result;
  result.type_ = type;
  result.payload_.text = value.data();
  result.size_ = static_cast<std::uint32_t>(value.size());
  return result;
}

Value Value::Struct(Value* fields, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.slots = fields;
  result.size_ = static_cast<std::uint32_t>(type->fields.size());
  return result;
}

Value Value::Array(Value* elements, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.slots = elements;
  result.size_ = static_cast<std::uint32_t>(type->length);
  return result;
}

Value Value::Slice(std::span<Value> elements, const Type* type) {
  return SliceWithCapacity(elements, elements.size(), type);
}

Value Value::SliceWithCapacity(std::span<Value> storage, std::size_t length, const Type* type) {
  if (storage.size() > std::numeric_limits<std::uint32_t>::max()) throw ArenaLimitExceeded();
  Value result;
  result.type_ = type;
  result.payload_.slots = storage.data() == nullptr ? &empty_slice_marker : storage.data();
  result.size_ = static_cast<std::uint32_t>(length);
  result.capacity_ = static_cast<std::uint32_t>(storage.size());
  return result;
}

Value Value::Map(MapData* map, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.map = map;
  return result;
}

Value Value::Pointer(Value* pointee, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.slots = pointee;
  return result;
}

Value Value::Interface(Value* slot, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.slots = slot;
  return result;
}

Value Value::Func(const Function* function, const Type* type) {
  Value result;
  result.type_ = type;
  result.payload_.function = function;
  return result;
}

Value Value::Zero(const Type* type, Arena& arena) {
  Value result;
  result.type_ = type;
  switch (type->kind) {
    case Kind::kBool: result.payload_.boolean = false; break;
    case Kind::kFloat32:
    case Kind::kFloat64: result.payload_.real = 0; break;
    case Kind::kComplex64:
    case Kind::kComplex128: return Complex({}, type, arena);
    case Kind::kString: return String("", type);
    case Kind::kArray: {
      const std::span<Value> slots = arena.NewArray<Value>(type->length);
      for (Value& slot : slots) slot = Zero(type->element, arena).Dynamic();
      return Array(slots.data(), type);
    }
    case Kind::kStruct: {
      const std::span<Value> slots = arena.NewArray<Value>(type->fields.size());
      for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i] = Zero(type->fields[i].type, arena).Dynamic();
      }
      return Struct(slots.data(), type);
    }
    case Kind::kFunc:
    case Kind::kInterface:
    case Kind::kMap:
    case Kind::kPointer:
    case Kind::kSlice: result.payload_.slots = nullptr; break;
    default: break;
  }
  return result;
}

bool Value::IsNil() const {
  switch (kind()) {
    case Kind::kFunc: return payload_.function == nullptr;
    case Kind::kInterface: return payload_.slots == nullptr || !payload_.slots->IsValid();
    case Kind::kMap: return payload_.map == nullptr;
    case Kind::kPointer:
    case Kind::kSlice: return payload_.slots == nullptr;
    default: return false;
  }
}

std::size_t Value::size() const {
  if (kind() != Kind::kMap) return size_;
  return payload_.map == nullptr ? 0 : payload_.map->size;
}

Value Value::ReadSlot(Value* slot, const Type* type, bool addressable) {
  Value result = type->kind == Kind::kInterface ? Interface(slot, type) : *slot;
  result.address_ = addressable ? slot : nullptr;
  return result;
}

Value Value::Field(std::size_t index) const {
  return ReadSlot(payload_.slots + index, type_->fields[index].type, IsAddressable());
}

Value Value::Index(std::size_t index) const {
  if (kind() == Kind::kString) {
    return Uint(static_cast<unsigned char>(payload_.text[index]), ByteType());
  }
  const bool addressable = kind() == Kind::kSlice || IsAddressable();
  return ReadSlot(payload_.slots + index, type_->element, addressable);
}

Value Value::Elem() const {
  if (payload_.slots == nullptr) return {};
  if (kind() == Kind::kPointer) return ReadSlot(payload_.slots, type_->element, true);
  Value result = *payload_.slots;
  result.address_ = nullptr;
  return result;
}

Value Value::MapIndex(const Value& key) const {
  const Value wanted = key.Dynamic();
  CheckHashable(wanted);
  Value* const slot = payload_.map == nullptr ? nullptr : payload_.map->Find(wanted);
  return slot == nullptr ? Value() : ReadSlot(slot, type_->element, false);
}

Value Value::Dynamic() const {
  if (kind() == Kind::kInterface) return Elem();
  Value result = *this;
  result.address_ = nullptr;
  return result;
}

Value Value::ToInterface(const Type* interface, Arena& arena) const {
  return Interface(arena.New<Value>(Dynamic()), interface);
}

Value Value::WithType(const Type* type) const {
  Value result = Dynamic();
  result.type_ = type;
  return result;
}

Value Value::Address() const {
  return Pointer(address_, PointerTo(type_));
}

Value* MapData::Find(const Value& key) const {
  MapEntry* const entry = FindEntry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

Value* MapData::Find(std::string_view key) const {
  const auto before = [](const MapEntry& entry, std::string_view wanted) {
    if (entry.key.kind() != Kind::kString) {
      return !entry.key.IsValid() || CompareTypes(entry.key.type(), StringType()) < 0;
    }
    return entry.key.AsString() < wanted;
  };
  const auto position = std::lower_bound(entries, entries + size, key, before);
  const bool found = position != entries + size && position->key.kind() == Kind::kString &&
                     position->key.AsString() == key;
  return found ? &position->value : nullptr;
}

MapEntry* MapData::FindEntry(const Value& key) const {
  CheckHashable(key);
  MapEntry* const position = std::lower_bound(entries, entries + size, key,
                                              [](const MapEntry& entry, const Value& wanted) {
                                                return CompareKeys(entry.key, wanted) < 0;
                                              });
  return position != entries + size && AreEqual(position->key, key) ? position : nullptr;
}

void MapData::Set(const Value& key, const Value& value, Arena& arena) {
  if (Value* const slot = Find(key)) {
    *slot = value.Dynamic();
    return;
  }
  const Value stored = key.Dynamic();
  std::uint32_t before = size;  // How many entries the new one goes after.
  if (size > 0 && CompareKeys(entries[size - 1].key, stored) > 0) {
    const MapEntry* const position = std::upper_bound(
        entries, entries + size, stored, [](const Value& wanted, const MapEntry& entry) {
          return CompareKeys(wanted, entry.key) < 0;
        });
    before = static_cast<std::uint32_t>(position - entries);
  }
  *MakeRoom(before, arena) = {stored, value.Dynamic()};
}

MapEntry* MapData::MakeRoom(std::uint32_t before, Arena& arena) {
  const bool nearer_front = before < size - before;
  if (size == capacity && headroom == 0) Grow(nearer_front, arena);
  const bool downwards = headroom > 0 && (nearer_front || size == capacity);
  const std::uint32_t moving = downwards ? before : size - before;
  if (moving > kFreeMoves) arena.Allocate(moving, 1);
  if (downwards) {
    std::move(entries, entries + before, entries - 1);
    --entries;
    --headroom;
    ++capacity;
  } else {
    std::move_backward(entries + before, entries + size, entries + size + 1);
  }
  ++size;
  return entries + before;
}

void MapData::Grow(bool in_front, Arena& arena) {
  if (size > std::numeric_limits<std::uint32_t>::max() / 2) throw ArenaLimitExceeded();
  const std::uint32_t grown = std::max<std::uint32_t>(4, size * 2);
  const std::span<MapEntry> moved = arena.NewArray<MapEntry>(grown);
  headroom = in_front ? grown - size : 0;
  capacity = grown - headroom;
  std::copy_n(entries, size, moved.data() + headroom);
  entries = moved.data() + headroom;
}

void MapData::Erase(const Value& key) {
  MapEntry* const entry = FindEntry(key);
  if (entry == nullptr) return;
  std::move(entry + 1, entries + size, entry);
  --size;
}

void MapData::Sort() {
  const auto before = [](const MapEntry& one, const MapEntry& other) {
    return CompareKeys(one.key, other.key) < 0;
  };
  if (!std::is_sorted(entries, entries + size, before)) {
    std::stable_sort(entries, entries + size, before);
  }
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (kept > 0 && AreEqual(entries[kept - 1].key, entries[i].key)) --kept;
    entries[kept++] = entries[i];
  }
  size = kept;
}

int CompareKeys(const Value& one, const Value& other) {
  if (!one.IsValid() || !other.IsValid()) {
    return static_cast<int>(one.IsValid()) - static_cast<int>(other.IsValid());
  }
  if (one.type() != other.type()) return CompareTypes(one.type(), other.type());
  const Kind kind = one.kind();
  if (kind == Kind::kString) return one.AsString().compare(other.AsString());
  if (kind == Kind::kBool) return Compare(one.AsBool(), other.AsBool());
  if (IsSigned(kind)) return Compare(one.AsInt(), other.AsInt());
  if (IsUnsigned(kind)) return Compare(one.AsUint(), other.AsUint());
  if (IsFloat(kind)) return CompareFloats(one.AsFloat(), other.AsFloat());
  switch (kind) {
    case Kind::kComplex64:
    case Kind::kComplex128: {
      const int real = CompareFloats(one.AsComplex().real(), other.AsComplex().real());
      return real != 0 ? real : CompareFloats(one.AsComplex().imag(), other.AsComplex().imag());
    }
    case Kind::kArray:
    case Kind::kStruct: return CompareSlots(one.slots(), other.slots());
    case Kind::kInterface: return CompareKeys(one.Elem(), other.Elem());
    case Kind::kPointer:
      return Compare(reinterpret_cast<std::uintptr_t>(one.slots().data()),
                     reinterpret_cast<std::uintptr_t>(other.slots().data()));
    default: return 0;
  }
}

bool AreEqual(const Value& one, const Value& other) {
  if (!one.IsValid() || !other.IsValid()) return one.IsValid() == other.IsValid();
  if (one.type() != other.type()) return false;
  const Kind kind = one.kind();
  if (kind == Kind::kString) return one.AsString() == other.AsString();
  if (kind == Kind::kBool) return one.AsBool() == other.AsBool();
  if (IsSigned(kind)) return one.AsInt() == other.AsInt();
  if (IsUnsigned(kind)) return one.AsUint() == other.AsUint();
  if (IsFloat(kind)) return one.AsFloat() == other.AsFloat();
  switch (kind) {
    case Kind::kComplex64:
    case Kind::kComplex128: return one.AsComplex() == other.AsComplex();
    case Kind::kArray:
    case Kind::kStruct: return EqualSlots(one.slots(), other.slots());
    case Kind::kInterface: return AreEqual(one.Elem(), other.Elem());
    case Kind::kPointer: return one.slots().data() == other.slots().data();
    default: throw FunctionError("runtime error: comparing uncomparable type " + one.type()->name);
  }
}

Value ConvertInteger(const Value& value, const Type* type) {
  const std::uint64_t bits =
      IsSigned(value.kind()) ? static_cast<std::uint64_t>(value.AsInt()) : value.AsUint();
  const std::size_t unused = 64 - BitsOf(type->kind);
  const std::uint64_t shifted = bits << unused;
  if (IsSigned(type->kind)) {
    return Value::Int(static_cast<std::int64_t>(shifted) >> unused, type);
  }
  return Value::Uint(shifted >> unused, type);
}

bool OverflowsInt(std::int64_t value, const Type* type) {
  const std::size_t unused = 64 - BitsOf(type->kind);
  const auto shifted = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused);
  return (shifted >> unused) != value;
}

bool OverflowsUint(std::uint64_t value, const Type* type) {
  const std::size_t unused = 64 - BitsOf(type->kind);
  return ((value << unused) >> unused) != value;
}

std::optional<bool> IsTrue(const Value& value) {
  const Kind kind = value.kind();
  if (IsSigned(kind)) return value.AsInt() != 0;
  if (IsUnsigned(kind)) return value.AsUint() != 0;
  switch (kind) {
    case Kind::kInvalid: return false;
    case Kind::kBool: return value.AsBool();
    case Kind::kFloat32:
    case Kind::kFloat64: return value.AsFloat() != 0;
    case Kind::kComplex64:
    case Kind::kComplex128: return value.AsComplex() != 0.0;
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kSlice:
    case Kind::kString: return value.size() > 0;
    case Kind::kFunc:
    case Kind::kPointer:
    case Kind::kInterface: return !value.IsNil();
    case Kind::kStruct: return true;
    default: return std::nullopt;
  }
}

Value AnyMap(MapData* map) {
  return Value::Map(map, AnyMapType());
}

Value AnySlice(std::span<Value> elements) {
  return Value::Slice(elements, AnySliceType());
}

Value FromNode(const yaml::Node& node, Arena& arena) {
  switch (node.kind) {
    case yaml::NodeKind::kNull: return {};
    case yaml::NodeKind::kBool: return Value::Bool(node.boolean);
    case yaml::NodeKind::kInt: return Value::Float(static_cast<double>(node.integer));
    case yaml::NodeKind::kUint: return Value::Float(static_cast<double>(node.unsigned_integer));
    case yaml::NodeKind::kFloat: return Value::Float(node.real);
    case yaml::NodeKind::kString: return Value::String(node.AsString());
    case yaml::NodeKind::kSequence: {
      const std::span<Value> storage = arena.NewArray<Value>(GrownCapacity(node.size));
      for (std::size_t i = 0; i < node.size; ++i) {
        storage[i] = FromNode(node.AsSequence()[i], arena);
      }
      return Value::SliceWithCapacity(storage, node.size, AnySliceType());
    }
    case yaml::NodeKind::kMapping: {
      const std::span<MapEntry> entries = arena.NewArray<MapEntry>(node.size);
      for (std::size_t i = 0; i < entries.size(); ++i) {
        const yaml::Member& member = node.AsMapping()[i];
        entries[i] = {Value::String(member.key), FromNode(member.value, arena)};
      }
      MapData* const map = arena.New<MapData>(entries.data(), node.size, node.size);
      map->Sort();
      return AnyMap(map);
    }
  }
  return {};
}

}  // namespace sidecar::gotemplate
