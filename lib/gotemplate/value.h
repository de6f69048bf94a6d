#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/type.h"

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
  static Value Map(MapData* map, const Type* type);                 // Null: a nil map.
  static Value Pointer(Value* pointee, const Type* type);           // Null: a nil pointer.
  static Value Interface(Value* slot, const Type* type);            // See the class comment.
  static Value Func(const Function* function, const Type* type);

  // The zero value of a type, its slots (if it has any) made in `arena`.
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

  // Of pointers, maps, slices, interfaces and functions.
  bool IsNil() const;

  // Elements of arrays and slices, entries of maps, bytes of strings, fields of structs.
  std::size_t size() const;

  // The i-th field, or element of an array or slice, addressable where Go's is.
  Value Field(std::size_t index) const;
  Value Index(std::size_t index) const;
  // What a pointer points at, or the dynamic value of an interface; invalid for nil.
  Value Elem() const;

  // Whether a pointer-receiver method may be called on it; if so Address() is that pointer.
  bool IsAddressable() const { return address_ != nullptr; }
  Value Address() const;

 private:
  friend struct ValueAccess;  // value.cc's door for reading slots.

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
struct MapData {
  MapEntry* entries = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;

  std::span<MapEntry> all() const { return {entries, size}; }
  // The slot of `key`, or null. A string key may be looked up by its text.
  Value* Find(const Value& key) const;
  Value* Find(std::string_view key) const;
  // Adds or replaces; memory comes from `arena`.
  void Set(const Value& key, const Value& value, Arena& arena);
  void Erase(const Value& key);
};

// Data as encoding/json decodes it into interface{}: see FromJson's users; strings are copied.
Value AnyMap(MapData* map);
Value AnySlice(std::span<Value> elements);

}  // namespace sidecar::gotemplate
