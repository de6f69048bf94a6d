#include "lib/gotemplate/funcs/compare.h"

#include <algorithm>
#include <string>

#include "lib/gotemplate/format.h"

namespace sidecar::gotemplate {
namespace {

// What kinds compare with each other.
enum class Family { kNone, kBool, kComplex, kInt, kFloat, kString, kUint };

Family FamilyOf(const Value& value) {
  const Kind kind = value.kind();
  if (IsSigned(kind)) return Family::kInt;
  if (IsUnsigned(kind)) return Family::kUint;
  if (IsFloat(kind)) return Family::kFloat;
  if (IsComplex(kind)) return Family::kComplex;
  if (kind == Kind::kBool) return Family::kBool;
  return kind == Kind::kString ? Family::kString : Family::kNone;
}

Value Indirect(const Value& value) {
  return value.kind() == Kind::kInterface ? value.Elem() : value;
}

[[noreturn]] void ThrowIncompatible(const Value& one, const Value& other) {
  throw FunctionError("incompatible types for comparison: " + one.type()->name + " and " +
                      other.type()->name);
}

std::string Formatted(std::string_view verb, const Value& value) {
  Arena arena;
  return std::string(Sprintf(arena, verb, {&value, 1}));
}

bool IsNilOrInvalid(const Value& value) {
  return !value.IsValid() || value.IsNil();
}

// Of values that are neither numbers, strings nor bools. Anything compares with nil.
bool AreEqualOthers(const Value& one, const Value& other) {
  if (one.kind() != other.kind() && one.IsValid() && other.IsValid()) {
    throw FunctionError("non-comparable types " + Formatted("%s", one) + ": " + one.type()->name +
                        ", " + other.type()->name + ": " + Formatted("%v", other));
  }
  if (IsNilOrInvalid(one) || IsNilOrInvalid(other)) {
    return IsNilOrInvalid(one) == IsNilOrInvalid(other);
  }
  if (!IsComparable(other.type())) {
    throw FunctionError("non-comparable type " + Formatted("%s", other) + ": " +
                        other.type()->name);
  }
  return one.type() == other.type() && AreEqual(one, other);
}

bool AreEqualOfFamily(Family family, const Value& one, const Value& other) {
  switch (family) {
    case Family::kBool: return one.AsBool() == other.AsBool();
    case Family::kComplex: return one.AsComplex() == other.AsComplex();
    case Family::kInt: return one.AsInt() == other.AsInt();
    case Family::kFloat: return one.AsFloat() == other.AsFloat();
    case Family::kString: return one.AsString() == other.AsString();
    case Family::kUint: return one.AsUint() == other.AsUint();
    case Family::kNone: break;
  }
  return AreEqualOthers(one, other);
}

bool IsLessOfFamily(Family family, const Value& one, const Value& other) {
  switch (family) {
    case Family::kInt: return one.AsInt() < other.AsInt();
    case Family::kFloat: return one.AsFloat() < other.AsFloat();
    case Family::kString: return one.AsString() < other.AsString();
    case Family::kUint: return one.AsUint() < other.AsUint();
    default: throw FunctionError("invalid type for comparison");
  }
}

std::uint64_t Magnitude(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

bool IsEqual(const Value& one, const Value& other) {
  const Value a = Indirect(one);
  const Value b = Indirect(other);
  const Family family = FamilyOf(a);
  const Family other_family = FamilyOf(b);
  if (family == other_family) return AreEqualOfFamily(family, a, b);
  if (family == Family::kInt && other_family == Family::kUint) {
    return a.AsInt() >= 0 && Magnitude(a.AsInt()) == b.AsUint();
  }
  if (family == Family::kUint && other_family == Family::kInt) {
    return b.AsInt() >= 0 && a.AsUint() == Magnitude(b.AsInt());
  }
  if (a.IsValid() && b.IsValid()) ThrowIncompatible(a, b);
  return false;
}

bool IsEqualToAny(const Value& first, std::span<const Value> others) {
  if (others.empty()) throw FunctionError("missing argument for comparison");
  return std::any_of(others.begin(), others.end(),
                     [&first](const Value& other) { return IsEqual(first, other); });
}

bool IsLess(const Value& one, const Value& other) {
  const Value a = Indirect(one);
  const Value b = Indirect(other);
  const Family family = FamilyOf(a);
  const Family other_family = FamilyOf(b);
  if (family == Family::kNone || other_family == Family::kNone) {
    throw FunctionError("invalid type for comparison");
  }
  if (family == other_family) return IsLessOfFamily(family, a, b);
  if (family == Family::kInt && other_family == Family::kUint) {
    return a.AsInt() < 0 || Magnitude(a.AsInt()) < b.AsUint();
  }
  if (family == Family::kUint && other_family == Family::kInt) {
    return b.AsInt() >= 0 && a.AsUint() < Magnitude(b.AsInt());
  }
  ThrowIncompatible(a, b);
}

bool IsLessOrEqual(const Value& one, const Value& other) {
  return IsLess(one, other) || IsEqual(one, other);
}

}  // namespace sidecar::gotemplate
