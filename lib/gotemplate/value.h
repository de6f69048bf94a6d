#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/type.h"

namespace sidecar::yaml {
struct Node;
}

namespace sidecar::gotemplate {

struct MapData;

// What a template function throws for an error that Go would return, or for Go's panic. Execution
// wraps it: `error calling NAME: MESSAGE`.
class FunctionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A Go value with its type: the equal of reflect.Value.
//
// Small and trivially copyable. A string, struct, slice, map or pointer is a view of memory in an
// Arena (or of constants, or of the caller's data): it must outlive the Value. Reading is
// thread-safe; only Map's Set and writes through a span change anything.
//
// How data is stored: every variable (struct field, element, map value, pointee) is one Value, its
// "slot". A slot of interface type holds the dynamic value itself, an invalid Value being nil;
// reading such a slot through Field, Index, ... gives a Value of kind kInterface that points at it,
// and Elem() the dynamic value. Slots of all other types hold a Value of exactly that type.
class Value {
 public:
  // The invalid Value: reflect.Value{}, what nil has for a value.
  Value() = default;

  static Value Bool(bool value, const Type* type = BoolType());
  static Value Int(std::int64_t value, const Type* type = IntType());  // Any signed kind.
  static Value Uint(std::uint64_t value, const Type* type);            // Any unsigned kind.
  static Value Float(double value, const Type* type = Float64Type());
  static Value Complex(std::complex<double> value, const Type* type, Arena& arena);
  static Value String(std::string_view value, const Type* type = StringType());
  static Value Struct(Value* fields, const Type* type);             // One slot per field.
  static Value Array(Value* elements, const Type* type);            // type->length slots.
  static Value Slice(std::span<Value> elements, const Type* type);  // Not nil, even if empty.
  // A slice of the first `length` of `storage`, which has cap(slice) slots.
  static Value SliceWithCapacity(std::span<Value> storage, std::size_t length, const Type* type);
  static Value Map(MapData* map, const Type* type);        // Null: a nil map.
  static Value Pointer(Value* pointee, const Type* type);  // Null: a nil pointer.
  static Value Interface(Value* slot, const Type* type);   // See the class comment.
  static Value Func(const Function* function, const Type* type);

  // The zero value of a type, its slots (if it has any) made in `arena`. That of an interface type
  // is a nil interface; what a slot of that type then holds is its Dynamic(), an invalid Value.
  static Value Zero(const Type* type, Arena& arena);

  bool IsValid() const { return type_ != nullptr; }
  const Type* type() const { return type_; }
  Kind kind() const { return type_ == nullptr ? Kind::kInvalid : type_->kind; }

  // Each requires a value of the kind it names.
  bool AsBool() const { return payload_.boolean; }
  std::int64_t AsInt() const { return payload_.integer; }
  std::uint64_t AsUint() const { return payload_.unsigned_integer; }
  double AsFloat() const { return payload_.real; }
  std::complex<double> AsComplex() const { return *payload_.complex; }
  std::string_view AsString() const { return {payload_.text, size_}; }
  MapData* AsMap() const { return payload_.map; }
  const Function* AsFunction() const { return payload_.function; }
  // The slots of a struct, array or slice. Of interface-typed slots this is the stored form.
  std::span<Value> slots() const { return {payload_.slots, size_}; }

  // Of pointers, maps, slices, interfaces and functions; false for every other kind.
  bool IsNil() const;

  // Elements of arrays and slices, entries of maps, bytes of strings, fields of structs.
  std::size_t size() const;
  std::size_t capacity() const { return capacity_; }  // Of slices.

  // The i-th field, or element of an array or slice, addressable where Go's is; of a string the
  // i-th byte. The index must be in range.
  Value Field(std::size_t index) const;
  Value Index(std::size_t index) const;
  // What a pointer points at, or the dynamic value of an interface; invalid for nil.
  Value Elem() const;
  // reflect.Value.MapIndex: not addressable, of kind kInterface for maps of interfaces; invalid
  // where there is no such entry. Requires a map, and a key of its key type. Throws FunctionError
  // for a dynamic key that has no hash, as Go panics.
  Value MapIndex(const Value& key) const;

  // What an interface slot would store: an interface's dynamic value, any other value itself; not
  // addressable, as every copy in Go.
  Value Dynamic() const;
  // The reverse: the value as one of `interface` type, its slot made in `arena`.
  Value ToInterface(const Type* interface, Arena& arena) const;
  // The same data under another type of the same underlying type.
  Value WithType(const Type* type) const;

  // Whether a pointer-receiver method may be called on it; if so Address() is that pointer.
  bool IsAddressable() const { return address_ != nullptr; }
  Value Address() const;

 private:
  static Value ReadSlot(Value* slot, const Type* type, bool addressable);

  const Type* type_ = nullptr;
  union Payload {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double real;
    const std::complex<double>* complex;
    const char* text;
    Value* slots;  // Struct, array, slice (null: nil slice), pointer and interface (one slot).
    MapData* map;
    const Function* function;
  } payload_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;  // Of slices: cap() as Go has it, where code asks.
  Value* address_ = nullptr;    // The variable it was read from, if addressable.
};

struct MapEntry {
  Value key;
  Value value;  // A slot, as the class comment says.
};

// The entries of a map in the order in which Go's fmt and range show them (internal/fmtsort).
// Keys and values are slots: of an interface type they hold the dynamic value.
struct MapData {
  MapEntry* entries = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;  // Entries that there is room for from `entries` on,
  std::uint32_t headroom = 0;  // and before it.

  std::span<MapEntry> all() const { return {entries, size}; }
  // The slot of `key` (as its slot would hold it), or null. Throws FunctionError for a dynamic key
  // that has no `==`.
  Value* Find(const Value& key) const;
  // By text, for maps whose keys are of one string type.
  Value* Find(std::string_view key) const;
  MapEntry* FindEntry(const Value& key) const;
  // Adds or replaces; memory comes from `arena`. Cheap in ascending or descending order of keys;
  // else what moves aside for the key is paid for in `arena`, a byte an entry.
  void Set(const Value& key, const Value& value, Arena& arena);
  void Erase(const Value& key);

  // Puts entries that were written straight into `entries` in order; of equal keys the last stays.
  void Sort();

 private:
  // The most entries that move aside unpaid, so that small maps cost only what they hold.
  static constexpr std::uint32_t kFreeMoves = 64;

  // The slot for an entry after the first `before` ones.
  MapEntry* MakeRoom(std::uint32_t before, Arena& arena);
  void Grow(bool in_front, Arena& arena);
};

// internal/fmtsort's order of two keys of one type: negative, zero, positive. Interface keys are
// ordered by type as Go's linker lays types out (the basic ones by name: bool, float64, int,
// string), then by value, nil first.
int CompareKeys(const Value& one, const Value& other);

// Go's `==` on two values of one comparable type; interfaces are equal if their dynamic types are
// the same and their dynamic values equal. Throws FunctionError where Go panics (a dynamic type
// that has no `==`).
bool AreEqual(const Value& one, const Value& other);

// Go's conversion between integer kinds: the value truncated to the size of `type`.
Value ConvertInteger(const Value& value, const Type* type);

// Whether a number fits `type` without loss, as reflect.Value.OverflowInt and its like say.
bool OverflowsInt(std::int64_t value, const Type* type);
bool OverflowsUint(std::uint64_t value, const Type* type);

// text/template.IsTrue: what `if` makes of a value; nothing where it has no truth. An interface
// counts as its nilness says: templates ask about Dynamic().
std::optional<bool> IsTrue(const Value& value);

// map[string]interface {} and []interface {}. A null map is a nil map.
Value AnyMap(MapData* map);
Value AnySlice(std::span<Value> elements);

// A JSON document as encoding/json decodes it into interface{}: every number is a float64, null the
// invalid Value, and slices have the spare capacity that Go's append leaves. Texts stay where the
// node has them; slots are made in `arena`.
Value FromNode(const yaml::Node& node, Arena& arena);

}  // namespace sidecar::gotemplate
