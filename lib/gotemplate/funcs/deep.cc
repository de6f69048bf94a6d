#include "lib/gotemplate/funcs/deep.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "lib/gotemplate/funcs/work.h"

namespace sidecar::gotemplate::funcs {
namespace {

void CheckDepth(int depth) {
  if (depth > kDeepestValue) throw FunctionError("value is nested too deeply, or contains itself");
}

class Hasher {
 public:
  void Add(const Value& value, int depth) {
    // What is deeper or later may be left out: equal values stay equal without it.
    constexpr int kDeepEnough = 32;
    constexpr int kEnough = 4096;
    if (depth > kDeepEnough || ++added_ > kEnough || !value.IsValid()) return;
    Mix(std::hash<const void*>()(value.type()));
    const Kind kind = value.kind();
    if (IsSigned(kind)) return Mix(std::hash<std::int64_t>()(value.AsInt()));
    if (IsUnsigned(kind)) return Mix(std::hash<std::uint64_t>()(value.AsUint()));
    if (IsFloat(kind)) return Mix(std::hash<double>()(value.AsFloat()));
    switch (kind) {
      case Kind::kBool: return Mix(value.AsBool() ? 1 : 0);
      case Kind::kString: return AddText(value.AsString());
      case Kind::kArray:
      case Kind::kSlice:
      case Kind::kStruct:
        for (const Value& slot : value.slots().first(Few(value.size()))) Add(slot, depth + 1);
        return Mix(value.size());
      case Kind::kMap: return AddMap(value, depth);
      default: return;
    }
  }

  std::size_t hash() const { return hash_; }

 private:
  // The beginning tells most texts apart; a long one may stand in many places.
  void AddText(std::string_view text) {
    constexpr std::size_t kBeginning = 256;
    Mix(std::hash<std::string_view>()(text.substr(0, kBeginning)));
    Mix(text.size());
  }

  static std::size_t Few(std::size_t size) { return std::min<std::size_t>(size, 1024); }

  void AddMap(const Value& value, int depth) {
    Mix(value.size());
    if (value.IsNil()) return;
    for (const MapEntry& entry : value.AsMap()->all().first(Few(value.size()))) {
      Add(entry.key, depth + 1);
      Add(entry.value, depth + 1);
    }
  }

  void Mix(std::size_t part) {
    constexpr std::size_t kGoldenRatio = 0x9E3779B97F4A7C15U;
    hash_ ^= part + kGoldenRatio + (hash_ << 6U) + (hash_ >> 2U);
  }

  std::size_t hash_ = 0;
  int added_ = 0;
};

Value CopyAt(const Value& value, Arena& arena, int depth);

std::span<Value> CopySlots(std::span<const Value> slots, Arena& arena, int depth) {
  const std::span<Value> copies = arena.NewArray<Value>(slots.size());
  std::transform(slots.begin(), slots.end(), copies.begin(),
                 [&arena, depth](const Value& slot) { return CopyAt(slot, arena, depth + 1); });
  return copies;
}

Value CopyMap(const Value& value, Arena& arena, int depth) {
  auto* const map = arena.New<MapData>();
  if (!value.IsNil()) {
    const std::span<const MapEntry> from = value.AsMap()->all();
    const std::span<MapEntry> entries = arena.NewArray<MapEntry>(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      entries[i] = {from[i].key, CopyAt(from[i].value, arena, depth + 1)};
    }
    map->entries = entries.data();
    map->size = map->capacity = static_cast<std::uint32_t>(entries.size());
  }
  return Value::Map(map, value.type());
}

Value CopyAt(const Value& value, Arena& arena, int depth) {
  CheckDepth(depth);
  const Type* const type = value.type();
  switch (value.kind()) {
    case Kind::kArray: return Value::Array(CopySlots(value.slots(), arena, depth).data(), type);
    case Kind::kSlice: return Value::Slice(CopySlots(value.slots(), arena, depth), type);
    case Kind::kStruct: return Value::Struct(CopySlots(value.slots(), arena, depth).data(), type);
    case Kind::kMap: return CopyMap(value, arena, depth);
    case Kind::kPointer:
      if (value.IsNil()) return value;
      return Value::Pointer(arena.New<Value>(CopyAt(value.Elem().Dynamic(), arena, depth + 1)),
                            type);
    default: return value;
  }
}

}  // namespace

// Slots hold dynamic values, so an interface-typed one needs no unwrapping.
bool DeepComparer::EqualAt(const Value& one, const Value& other, int depth) {
  constexpr int kMostCompared = 2'000'000;
  constexpr int kPaidTogether = 64;
  constexpr std::size_t kPrice = 128;
  if (++compared_ > kMostCompared) throw FunctionError("values are too large to compare");
  if (compared_ % kPaidTogether == 0) PayForWork(arena_, kPaidTogether * kPrice);
  CheckDepth(depth);
  if (!one.IsValid() || !other.IsValid()) return one.IsValid() == other.IsValid();
  if (one.type() != other.type() || one.IsNil() != other.IsNil()) return false;
  if (one.IsNil()) return true;
  switch (one.kind()) {
    case Kind::kArray:
    case Kind::kStruct: return EqualSlots(one, other, depth);
    case Kind::kSlice:
      return one.size() == other.size() &&
             (one.slots().data() == other.slots().data() || EqualSlots(one, other, depth));
    case Kind::kMap:
      return one.AsMap() == other.AsMap() || EqualMaps(*one.AsMap(), *other.AsMap(), depth);
    case Kind::kPointer:
      return AreEqual(one, other) ||
             EqualAt(one.Elem().Dynamic(), other.Elem().Dynamic(), depth + 1);
    case Kind::kString: return EqualTexts(one, other);
    case Kind::kFunc: return false;  // Only nil functions are equal.
    default: return AreEqual(one, other);
  }
}

bool DeepComparer::EqualTexts(const Value& one, const Value& other) {
  constexpr std::size_t kBytesForOne = 8;
  if (one.size() != other.size()) return false;
  PayForWork(arena_, one.size() / kBytesForOne);
  return one.AsString() == other.AsString();
}

bool DeepComparer::EqualSlots(const Value& one, const Value& other, int depth) {
  return std::equal(one.slots().begin(), one.slots().end(), other.slots().begin(),
                    other.slots().end(), [this, depth](const Value& left, const Value& right) {
                      return EqualAt(left, right, depth + 1);
                    });
}

bool DeepComparer::EqualMaps(const MapData& one, const MapData& other, int depth) {
  const std::span<MapEntry> left = one.all();
  const std::span<MapEntry> right = other.all();
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [this, depth](const MapEntry& entry, const MapEntry& counterpart) {
                      return AreEqual(entry.key, counterpart.key) &&
                             EqualAt(entry.value, counterpart.value, depth + 1);
                    });
}

std::size_t DeepHash(const Value& value) {
  Hasher hasher;
  hasher.Add(value, 0);
  return hasher.hash();
}

Value DeepCopy(const Value& value, Arena& arena) {
  if (!value.IsValid()) {
    throw FunctionError("reflect: call of reflect.Value.Type on zero Value");
  }
  return CopyAt(value, arena, 0);
}

}  // namespace sidecar::gotemplate::funcs
