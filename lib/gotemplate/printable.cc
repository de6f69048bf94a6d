#include "lib/gotemplate/printable.h"

namespace sidecar::gotemplate {
namespace {

bool PrintsItself(const Type* type) {
  return HasMethod(type, "Error") || HasMethod(type, "String");
}

}  // namespace

Value Indirect(Value value) {
  while (value.kind() == Kind::kPointer || value.kind() == Kind::kInterface) {
    if (value.IsNil()) break;
    value = value.Elem();
  }
  return value;
}

std::optional<Value> PrintableValue(const Value& original) {
  const Value value = original.kind() == Kind::kPointer ? Indirect(original) : original;
  if (!value.IsValid()) return Value::String("<no value>");
  if (PrintsItself(value.type())) return value;
  if (value.IsAddressable() && value.kind() != Kind::kPointer && value.kind() != Kind::kInterface &&
      PrintsItself(PointerTo(value.type()))) {
    return value.Address();
  }
  if (value.kind() == Kind::kFunc) return std::nullopt;
  return value;
}

}  // namespace sidecar::gotemplate
