#pragma once

#include <atomic>
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
struct TypeMembers;

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

constexpr bool IsSigned(Kind kind) {
  return kind >= Kind::kInt && kind <= Kind::kInt64;
}
constexpr bool IsUnsigned(Kind kind) {
  return kind >= Kind::kUint && kind <= Kind::kUintptr;
}
constexpr bool IsInteger(Kind kind) {
  return kind >= Kind::kInt && kind <= Kind::kUintptr;
}
constexpr bool IsFloat(Kind kind) {
  return kind == Kind::kFloat32 || kind == Kind::kFloat64;
}
constexpr bool IsComplex(Kind kind) {
  return kind == Kind::kComplex64 || kind == Kind::kComplex128;
}

struct Field {
  std::string_view name = {};  // As Go spells it.
  const Type* type = nullptr;
  bool embedded = false;
  std::string_view json_name = {};  // Empty where the type is not one that JSON is decoded into.
  bool omit_empty = false;
  bool omit_zero = false;
  bool inlined = false;  // An embedded struct whose members appear in its parent's JSON object.

  bool IsExported() const {
    return !name.empty() && (name[0] < 'a' || name[0] > 'z') && name[0] != '_';
  }
};

// A method or function that templates may call.
//
// `body` gets the receiver (of a method) and then the arguments, already checked and converted to
// `parameters`; those of a variadic parameter follow one by one, not as a slice. It allocates in
// `arena`, and throws FunctionError (value.h) for what in Go is a returned error or a panic.
//
// For a parameter of an interface type the argument is the dynamic value itself, and the invalid
// Value for nil. For one of ReflectValueType it is what was evaluated, unconverted: of kind
// kInterface where Go's is, invalid where Go's is. The result, where its type is an interface or
// ReflectValueType, may be given as dynamic value just so; of any other type it has exactly it.
struct Function {
  std::string_view name;
  std::vector<const Type*>
      parameters;  // Without the receiver. A variadic one's last is its slice type.
  bool variadic = false;
  const Type* result = nullptr;
  std::function<Value(Arena& arena, std::span<const Value> arguments)> body;
  // Its result is text meant to be YAML or JSON structure ("toYaml"), not a scalar.
  bool emits_structure = false;
  // Helm's `include`: in place of calling `body`, execution runs the template that the first
  // argument, a string, names over the second one; its output is the result.
  bool executes_template = false;
  // Why templates may not call it ("templates see no clock"): parsing one that does is an error.
  std::string_view refusal = {};
};

struct Method {
  Function function;
  bool pointer_receiver = false;  // Callable on an addressable T and on *T only.
};

// What a Type computes about itself on first use. Copying a Type starts afresh.
class TypeCache {
 public:
  TypeCache() = default;
  TypeCache(const TypeCache&) noexcept {}
  TypeCache& operator=(const TypeCache&) noexcept { return *this; }
  ~TypeCache();

 private:
  friend const TypeMembers& MembersOf(const Type* type);
  friend const Type* PointerTo(const Type* element);

  mutable std::atomic<const TypeMembers*> members_ = nullptr;  // Owned.
  mutable std::atomic<const Type*> pointer_ = nullptr;
};

// A Go type. Two types are the same type exactly when they are the same object: unnamed types come
// from PointerTo and its like below, which return one object per shape; named types are made once
// by whoever defines them. A type that was given to PointerTo and its like, or has fields or
// methods of which one was looked up, lives as long as the program.
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

  TypeCache cache;
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
// By Go name ("uint16", "complex128", "byte", "any", ...); null where there is none.
const Type* BasicType(std::string_view name);

// reflect.Value as a parameter or result type of a Function; no Value has it.
const Type* ReflectValueType();

// Unnamed types. Thread-safe; what they return lives as long as the program.
const Type* PointerTo(const Type* element);
const Type* SliceOf(const Type* element);
const Type* ArrayOf(std::size_t length, const Type* element);
const Type* MapOf(const Type* key, const Type* element);

const Type* AnySliceType();  // []interface {}
const Type* AnyMapType();    // map[string]interface {}

// A field of a struct type, or one promoted from its embedded fields.
struct FieldMatch {
  std::string_view name;
  const Field* field = nullptr;
  std::vector<std::uint32_t> path;  // Field indices, outermost first.
};

// A method of a type's method set: its own, or one promoted from an embedded field.
struct MethodMatch {
  std::string_view name;
  const Method* method = nullptr;   // Null: of the interface that the path ends at; see there.
  std::vector<std::uint32_t> path;  // Embedded fields to walk to the receiver.
  bool needs_address = false;       // Not in T's method set, only in that of *T.
};

// As reflect.Type.FieldByName: the shallowest field of that name, unless there are two. Null if
// there is none, or `type` is no struct. The pointer lives as long as the type.
const FieldMatch* FindField(const Type* type, std::string_view name);

// The method `name` of T and *T, for a `type` T that is not a pointer: Go's rules of promotion
// through embedding. Null if there is none. The pointer lives as long as the type.
const MethodMatch* FindMethod(const Type* type, std::string_view name);

// Whether a value of `type` (here *T counts as itself) has the method.
bool HasMethod(const Type* type, std::string_view name);

// reflect.Type.Implements, by method name; `interface` is an interface type.
bool Implements(const Type* type, const Type* interface);

// reflect.Type.AssignableTo.
bool IsAssignable(const Type* from, const Type* to);

// Go's spec, "Comparison operators": may `==` be applied? An interface type counts as comparable.
bool IsComparable(const Type* type);

}  // namespace sidecar::gotemplate
