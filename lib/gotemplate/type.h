#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar {
class Arena;
}

namespace sidecar::gotemplate {

class Value;
struct Type;

// Go's reflect.Kind, in its order (fmt and the comparison functions rely on ranges of it).
enum class Kind : std::uint8_t {
  kInvalid,
  kBool,
  kInt,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kUintptr,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kArray,
  kFunc,
  kInterface,
  kMap,
  kPointer,
  kSlice,
  kString,
  kStruct,
};

// The word Go prints for a kind: "int8", "ptr", "struct".
std::string_view ToString(Kind kind);

struct Field {
  std::string_view name;  // As Go spells it.
  const Type* type = nullptr;
  bool embedded = false;
  std::string_view json_name;  // Empty where the type is not one that JSON is decoded into.
  bool omit_empty = false;
  bool omit_zero = false;
  bool inlined = false;  // An embedded struct whose members appear in its parent's JSON object.

  bool IsExported() const {
    return !name.empty() && (name[0] < 'a' || name[0] > 'z') && name[0] != '_';
  }
};

// A method or function that templates may call. `body` gets the receiver (a method's first
// argument) and arguments already checked and converted to `parameters`; it allocates in `arena`,
// and throws FunctionError (value.h) for what in Go is a returned error or a panic.
struct Function {
  std::string_view name;
  std::vector<const Type*>
      parameters;  // Without the receiver. A variadic one's last is its slice type.
  bool variadic = false;
  const Type* result = nullptr;
  std::function<Value(Arena& arena, std::span<const Value> arguments)> body;
};

struct Method {
  Function function;
  bool pointer_receiver = false;  // Callable on an addressable T and on *T only.
};

// A Go type. Two types are the same type exactly when they are the same object: unnamed types come
// from PointerTo and its like below, which return one object per shape; named types are made once
// by whoever defines them and live as long as the program (or as every Value of them).
//
// Immutable once a Value of it exists; safe to read from any thread.
struct Type {
  Kind kind = Kind::kInvalid;
  std::string name;    // As %T prints it: "v1.Container", "[]string", "map[string]interface {}".
  bool named = false;  // A defined type ("type Level int") or a predeclared one.
  const Type* element = nullptr;  // Of arrays, slices, pointers and maps.
  const Type* key = nullptr;      // Of maps.
  std::size_t length = 0;         // Of arrays.
  std::vector<Field> fields;      // Of structs, in Go's order.
  std::vector<Method> methods;    // Sorted by name. Those of embedded fields are found by lookup.
  const Function* signature = nullptr;  // Of functions: what `call` checks arguments against.

  // Only `error` and other interfaces with methods: what a dynamic type must have to be assignable.
  std::vector<std::string_view> required_methods;
};

// The predeclared types.
const Type* BoolType();
const Type* IntType();
const Type* Int32Type();
const Type* Int64Type();
const Type* Uint8Type();
const Type* Float64Type();
const Type* StringType();
const Type* AnyType();    // interface {}
const Type* ErrorType();  // error
// By Go name ("uint16", "complex128", ...); null where there is none.
const Type* BasicType(std::string_view name);

// Unnamed types. Thread-safe; what they return lives as long as the program.
const Type* PointerTo(const Type* element);
const Type* SliceOf(const Type* element);
const Type* ArrayOf(std::size_t length, const Type* element);
const Type* MapOf(const Type* key, const Type* element);

const Type* AnySliceType();  // []interface {}
const Type* AnyMapType();    // map[string]interface {}

}  // namespace sidecar::gotemplate
