#include "lib/inject/object_fields.h"

namespace sidecar::inject {

using gotemplate::Kind;
using gotemplate::Value;

Value StructIn(const Value* slot) {
  if (slot == nullptr) return {};
  if (slot->kind() == Kind::kStruct) return *slot;
  if (slot->kind() != Kind::kPointer || slot->IsNil()) return {};
  const Value& pointee = slot->slots()[0];
  return pointee.kind() == Kind::kStruct ? pointee : Value();
}

Value* FieldSlot(const Value& object, std::string_view name) {
  if (object.kind() != Kind::kStruct) return nullptr;
  const gotemplate::FieldMatch* const match = gotemplate::FindField(object.type(), name);
  if (match == nullptr) return nullptr;
  Value* slot = nullptr;
  for (const std::uint32_t index : match->path) {
    const Value owner = slot == nullptr ? object : StructIn(slot);
    if (!owner.IsValid()) return nullptr;
    slot = &owner.slots()[index];
  }
  return slot;
}

std::string_view TextField(const Value& object, std::string_view name) {
  const Value* const slot = FieldSlot(object, name);
  return slot != nullptr && slot->kind() == Kind::kString ? slot->AsString() : std::string_view();
}

bool BoolField(const Value& object, std::string_view name) {
  const Value* const slot = FieldSlot(object, name);
  return slot != nullptr && slot->kind() == Kind::kBool && slot->AsBool();
}

std::span<Value> ListField(const Value& object, std::string_view name) {
  const Value* const slot = FieldSlot(object, name);
  return slot != nullptr && slot->kind() == Kind::kSlice ? slot->slots() : std::span<Value>();
}

}  // namespace sidecar::inject
