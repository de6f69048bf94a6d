#include "lib/gotemplate/funcs/merge.h"

#include <string>

#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/funcs/work.h"

namespace sidecar::gotemplate::funcs {
namespace {

class Merger {
 public:
  Merger(bool overwrite, Arena& arena) : overwrite_(overwrite), arena_(arena) {}

  void MergeMaps(const Value& target, const Value& source, int depth) {
    if (depth > kDeepestValue) {
      throw FunctionError("maps are nested too deeply, or contain themselves");
    }
    // Maps that share their parts can be far larger than the memory they take.
    constexpr std::size_t kMostEntries = 2'000'000;
    constexpr std::size_t kPrice = 128;
    visited_ += source.size();
    PayForWork(&arena_, kPrice * (1 + source.size()));
    if (visited_ > kMostEntries) throw FunctionError("maps are too large to merge");
    if (source.IsNil() || source.AsMap() == target.AsMap()) return;
    for (const MapEntry& entry : source.AsMap()->all()) MergeEntry(target, entry, depth);
  }

 private:
  void MergeEntry(const Value& target, const MapEntry& entry, int depth) {
    const Value* const present = target.AsMap()->Find(entry.key);
    const Value& value = entry.value;
    if (!value.IsValid() || (IsNilable(value) && value.IsNil())) {
      if (overwrite_) Set(target, entry);
      return;
    }
    const bool fills = present == nullptr || IsEmptyValue(*present);
    if (value.kind() == Kind::kMap && present != nullptr && present->kind() == Kind::kMap &&
        !present->IsNil()) {
      MergeMaps(*present, value, depth + 1);
      if (IsEmptyValue(*present)) Set(target, entry);
      return;
    }
    if (value.kind() == Kind::kMap) {
      if (fills) Set(target, entry);  // mergo never puts a map over what is no map.
      return;
    }
    if (fills || (overwrite_ && value.kind() != Kind::kPointer)) Set(target, entry);
  }

  static bool IsNilable(const Value& value) {
    return value.kind() == Kind::kMap || value.kind() == Kind::kSlice ||
           value.kind() == Kind::kFunc;
  }

  // mergo's isEmptyValue, which looks through pointers.
  static bool IsEmptyValue(const Value& value) {
    Value pointee = value;
    while (pointee.kind() == Kind::kPointer && !pointee.IsNil()) pointee = pointee.Elem().Dynamic();
    return IsEmpty(pointee);
  }

  void Set(const Value& target, const MapEntry& entry) {
    const Type* const type = target.type()->element;
    const bool fits = entry.value.IsValid() ? IsAssignable(entry.value.type(), type)
                                            : type->kind == Kind::kInterface;
    if (!fits) {
      const std::string name = entry.value.IsValid() ? entry.value.type()->name : "interface {}";
      throw FunctionError("reflect.Value.SetMapIndex: value of type " + name +
                          " is not assignable to type " + type->name);
    }
    target.AsMap()->Set(entry.key, entry.value, arena_);
  }

  const bool overwrite_;
  Arena& arena_;
  std::size_t visited_ = 0;
};

}  // namespace

void Merge(const Value& target, const Value& source, bool overwrite, Arena& arena) {
  Merger(overwrite, arena).MergeMaps(target, source, 0);
}

}  // namespace sidecar::gotemplate::funcs
