#pragma once

#include <cstddef>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

// Whole values: equality, copies. A template can build values that contain themselves; what is
// nested deeper than kDeepestValue ends in a FunctionError.
namespace sidecar::gotemplate::funcs {

constexpr int kDeepestValue = 1000;

// Go's reflect.DeepEqual on dynamic values: equal types and, at every level, equal contents; a nil
// slice or map differs from an empty one, NaN from itself. One object serves one call of a template
// function: what it compares in all is bounded, since values that share their parts can be far
// larger than the memory they take.
class DeepComparer {
 public:
  // What it compares is paid for from the arena, if one is given: see work.h.
  explicit DeepComparer(Arena* arena = nullptr) : arena_(arena) {}

  // Throws FunctionError for what is nested too deeply, or when too much was compared.
  bool Equal(const Value& one, const Value& other) { return EqualAt(one, other, 0); }

 private:
  bool EqualAt(const Value& one, const Value& other, int depth);
  bool EqualTexts(const Value& one, const Value& other);
  bool EqualSlots(const Value& one, const Value& other, int depth);
  bool EqualMaps(const MapData& one, const MapData& other, int depth);

  Arena* arena_;
  int compared_ = 0;
};

// Equal for values that are deeply equal.
std::size_t DeepHash(const Value& value);

// mitchellh/copystructure.Copy: maps, slices, arrays, structs and pointees are new all the way
// down. Slices of nothing come out empty, never nil. Throws FunctionError for nil.
Value DeepCopy(const Value& value, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
