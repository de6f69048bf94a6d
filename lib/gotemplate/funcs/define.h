#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/policy.h"
#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"

// How a file of this folder says which template functions it has: a constant table of Definitions.
// Nothing is built from them before a FunctionSet (registry.h) is asked for; a program whose
// templates call no functions pays nothing.
namespace sidecar::gotemplate::funcs {

// What the body of a function gets: its arguments, checked and converted to the signature, and
// where to allocate, and what it may take from outside. An argument of an interface type is the
// dynamic value, invalid for nil; arguments of a variadic parameter follow one by one.
struct Call {
  Arena& arena;
  std::span<const Value> arguments;
  const Policy& policy;

  std::size_t size() const { return arguments.size(); }
  const Value& operator[](std::size_t index) const { return arguments[index]; }

  // Each requires that the signature promises that type.
  std::string_view Text(std::size_t index) const { return arguments[index].AsString(); }
  std::int64_t Int(std::size_t index) const { return arguments[index].AsInt(); }
  bool Bool(std::size_t index) const { return arguments[index].AsBool(); }
  const MapData* Map(std::size_t index) const { return arguments[index].AsMap(); }  // May be null.

  std::span<const Value> From(std::size_t index) const { return arguments.subspan(index); }
};

// Throws FunctionError for what Go returns as an error or panics with, ArenaLimitExceeded for what
// would take too much memory.
using Body = Value (*)(const Call& call);

struct Definition {
  std::string_view name;
  // Parameter and result types in Go's syntax, `any` for `interface {}`:
  // "(string, ...any) map[string]any".
  std::string_view signature;
  Body body = nullptr;
  bool emits_structure = false;    // See Function.
  bool executes_template = false;  // See Function; the body is never called.
};

// A named type that a signature may mention.
struct NamedType {
  std::string_view name;
  const Type* type = nullptr;
};

// Functions of one origin or kind. `types` are those that their signatures mention beyond Go's
// predeclared ones.
struct Group {
  std::span<const Definition> functions;
  std::vector<NamedType> types;
};

// The definition as execution calls it; one that the policy refuses fails when called. A malformed
// signature is a bug: throws std::logic_error. A null policy is the default one.
Function MakeFunction(const Definition& definition, std::span<const NamedType> types,
                      const std::shared_ptr<const Policy>& policy = nullptr);

// Results. Elements of lists and values of dicts are slots (value.h).
Value Text(const Call& call, std::string_view text);  // Copies; a view of an argument need not be.
Value Int(std::int64_t value);
Value Int64(std::int64_t value);
Value StringList(const Call& call, std::span<const std::string_view> texts);  // []string; no copy.
const Type* StringMapType();                                                  // map[string]string
Value NilAnyList(Arena& arena);                                               // []interface {}(nil)

// Go's reflect.Value.Interface for an element or field: what an interface slot stores.
inline Value Slot(const Value& list, std::size_t index) {
  return list.Index(index).Dynamic();
}

// The panic of a method call on a nil interface: what reflect.TypeOf(nil).Kind() comes to.
[[noreturn]] void ThrowNilDereference();

}  // namespace sidecar::gotemplate::funcs
