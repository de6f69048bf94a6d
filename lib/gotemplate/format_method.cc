#include "lib/gotemplate/format_method.h"

namespace sidecar::gotemplate {
namespace {

constexpr const char* kNilDereference =
    "runtime error: invalid memory address or nil pointer dereference";

bool ReturnsText(const Function& function) {
  return function.parameters.empty() && function.result == StringType();
}

Value Dereference(const Value& pointer) {
  if (pointer.IsNil()) throw FunctionError(kNilDereference);
  return pointer.Elem();
}

// The value that the method is declared on, of type T or *T.
Value WalkToReceiver(Value value, const MethodMatch& match) {
  for (const std::uint32_t index : match.path) {
    if (value.kind() == Kind::kPointer) value = Dereference(value);
    value = value.Field(index);
  }
  if (match.method == nullptr) return value;
  if (match.method->pointer_receiver) {
    return value.kind() == Kind::kPointer ? value : value.Address();
  }
  return value.kind() == Kind::kPointer ? Dereference(value) : value;
}

const MethodMatch* FindOwnMethod(const Type* type, std::string_view name) {
  if (type->kind != Kind::kPointer || type->named) {
    const MethodMatch* const match = FindMethod(type, name);
    return match != nullptr && !match->needs_address ? match : nullptr;
  }
  const Type* const element = type->element;
  if (element->kind == Kind::kPointer || element->kind == Kind::kInterface) return nullptr;
  return FindMethod(element, name);
}

}  // namespace

std::optional<std::string_view> CallTextMethod(Arena& arena, const Value& value,
                                               std::string_view name) {
  const MethodMatch* const match = FindOwnMethod(value.type(), name);
  if (match == nullptr) return std::nullopt;
  if (match->method != nullptr && !ReturnsText(match->method->function)) return std::nullopt;
  const Value receiver = WalkToReceiver(value, *match);
  if (match->method == nullptr) {
    // Promoted from an embedded interface: the method is that of what the interface holds.
    const Value held = receiver.Elem();
    if (!held.IsValid()) throw FunctionError(kNilDereference);
    return CallTextMethod(arena, held, name);
  }
  return match->method->function.body(arena, {&receiver, 1}).AsString();
}

}  // namespace sidecar::gotemplate
