#include "lib/kubetypes/scalars.h"

#include <array>
#include <cstring>

#include "lib/gotemplate/funcs/time_value.h"
#include "lib/kubetypes/type_builder.h"

namespace sidecar::kubetypes {

using gotemplate::Type;
using gotemplate::Value;

namespace {

constexpr std::string_view kGoTime = "time.Time";

struct ScalarRow {
  std::string_view name;
  std::string_view underlying;
  Codec codec;
  std::array<FieldDescription, 4> fields;
};

const std::array<ScalarRow, 12> kScalars = {{
    {"resource.Quantity",
     "struct",
     Codec::kQuantity,
     {{{"i", "resource.int64Amount", ""},
       {"d", "resource.infDecAmount", ""},
       {"s", "string", ""},
       {.name = "Format", .type = "resource.Format", .json_name = "", .embedded = true}}}},
    {"resource.int64Amount",
     "struct",
     Codec::kStruct,
     {{{"value", "int64", ""}, {"scale", "resource.Scale", ""}}}},
    {"resource.infDecAmount",
     "struct",
     Codec::kStruct,
     {{{.name = "Dec", .type = "*inf.Dec", .json_name = "", .embedded = true}}}},
    {"resource.Scale", "int32", Codec::kStruct, {}},
    {"resource.Format", "string", Codec::kStruct, {}},
    // In place of big.Int's words: its decimal digits, with the sign.
    {"inf.Dec", "struct", Codec::kStruct, {{{"unscaled", "string", ""}, {"scale", "int32", ""}}}},
    {"intstr.IntOrString",
     "struct",
     Codec::kIntOrString,
     {{{"Type", "intstr.Type", ""}, {"IntVal", "int32", ""}, {"StrVal", "string", ""}}}},
    {"intstr.Type", "int64", Codec::kStruct, {}},
    {"v1.Time",
     "struct",
     Codec::kTime,
     {{{.name = "Time", .type = "time.Time", .json_name = "", .embedded = true}}}},
    {"v1.MicroTime",
     "struct",
     Codec::kMicroTime,
     {{{.name = "Time", .type = "time.Time", .json_name = "", .embedded = true}}}},
    // `node` holds the bytes of the yaml::Node.
    {"runtime.RawExtension",
     "struct",
     Codec::kRaw,
     {{{"Raw", "[]byte", ""}, {"Object", "interface {}", ""}, {"node", "string", ""}}}},
    {"v1.FieldsV1",
     "struct",
     Codec::kRaw,
     {{{"Raw", "[]byte", ""}, {"Object", "interface {}", ""}, {"node", "string", ""}}}},
}};

constexpr std::size_t kAmount = 0;  // Slots of a Quantity.
constexpr std::size_t kDecimal = 1;
constexpr std::size_t kText = 2;
constexpr std::size_t kFormat = 3;
constexpr std::size_t kNode = 2;  // Slot of a raw value.

bool DescribeScalar(std::string_view name, std::string_view /*from*/,
                    std::string_view& /*resolved*/, TypeDescription& description) {
  for (const ScalarRow& row : kScalars) {
    if (row.name != name) continue;
    description.underlying = row.underlying;
    description.codec = row.codec;
    for (const FieldDescription& field : row.fields) {
      if (!field.name.empty()) description.fields.push_back(field);
    }
    return true;
  }
  return false;
}

// While the types are built, what they refer to is not looked for among them.
thread_local bool under_construction = false;

class Scalars {
 public:
  static const Scalars& Get() {
    static const Scalars& scalars = *new Scalars;  // Never destroyed, as types.
    return scalars;
  }

  const Type* Find(std::string_view name) const {
    if (name == kGoTime) return gotemplate::funcs::TimeType();
    for (std::size_t i = 0; i < kScalars.size(); ++i) {
      if (kScalars[i].name == name) return types_[i];
    }
    return nullptr;
  }

  const Type* quantity() const { return types_[0]; }
  const Type* decimal() const { return types_[5]; }
  const Type* int_or_string() const { return types_[6]; }

 private:
  Scalars() {
    under_construction = true;
    static TypeBuilder& builder = *new TypeBuilder(DescribeScalar);
    builder.Add(kGoTime, gotemplate::funcs::TimeType());
    for (std::size_t i = 0; i < kScalars.size(); ++i) types_[i] = builder.Get(kScalars[i].name);
    under_construction = false;
  }

  std::array<const Type*, kScalars.size()> types_ = {};
};

Value Number(std::int64_t value, const Value& zero) {
  return Value::Int(value, zero.type());
}

}  // namespace

const Type* ScalarType(std::string_view name) {
  return under_construction ? nullptr : Scalars::Get().Find(name);
}

Value ToValue(const Quantity& quantity, Arena& arena) {
  const Scalars& scalars = Scalars::Get();
  const Value value = AsStructType(scalars.quantity()).Zero(arena);
  const std::span<Value> slots = value.slots();
  if (quantity.digits.empty()) {
    const std::span<Value> amount = slots[kAmount].slots();
    amount[0] = Number(quantity.value, amount[0]);
    amount[1] = Number(quantity.scale, amount[1]);
  } else {
    Value* const decimal = arena.New<Value>(AsStructType(scalars.decimal()).Zero(arena));
    const std::string digits = (quantity.negative ? "-" : "") + quantity.digits;
    decimal->slots()[0] = Value::String(arena.Copy(digits));
    decimal->slots()[1] = Number(quantity.digits_scale, decimal->slots()[1]);
    Value& pointer = slots[kDecimal].slots()[0];
    pointer = Value::Pointer(decimal, pointer.type());
  }
  slots[kText] = Value::String(arena.Copy(quantity.text));
  slots[kFormat] = Value::String(ToString(quantity.format), slots[kFormat].type());
  return value;
}

Quantity QuantityOf(const Value& value) {
  Quantity quantity;
  const std::span<Value> slots = value.slots();
  quantity.value = slots[kAmount].slots()[0].AsInt();
  quantity.scale = static_cast<std::int32_t>(slots[kAmount].slots()[1].AsInt());
  if (const Value decimal = slots[kDecimal].slots()[0].Elem(); decimal.IsValid()) {
    quantity.digits = decimal.slots()[0].AsString();
    quantity.digits_scale = static_cast<std::int32_t>(decimal.slots()[1].AsInt());
    quantity.negative = quantity.digits.starts_with('-');
    if (quantity.negative) quantity.digits.erase(0, 1);
  }
  quantity.text = slots[kText].AsString();
  quantity.format = QuantityFormatFrom(slots[kFormat].AsString());
  return quantity;
}

Value ToValue(const gotemplate::funcs::Time& time, const Type* type, Arena& arena) {
  Value* const slots = arena.NewArray<Value>(1).data();
  slots[0] = gotemplate::funcs::TimeValue(time, arena);
  return Value::Struct(slots, type);
}

gotemplate::funcs::Time TimeIn(const Value& value) {
  return gotemplate::funcs::TimeOf(value.slots()[0]).value_or(gotemplate::funcs::Time());
}

Value IntOrStringValue(std::string_view text, Arena& arena) {
  const Value value = AsStructType(Scalars::Get().int_or_string()).Zero(arena);
  value.slots()[0] = Number(1, value.slots()[0]);
  value.slots()[2] = Value::String(text);
  return value;
}

Value IntOrStringValue(std::int32_t number, Arena& arena) {
  const Value value = AsStructType(Scalars::Get().int_or_string()).Zero(arena);
  value.slots()[1] = Number(number, value.slots()[1]);
  return value;
}

bool IsString(const Value& int_or_string) {
  return int_or_string.slots()[0].AsInt() != 0;
}

std::string_view StringOf(const Value& int_or_string) {
  return int_or_string.slots()[2].AsString();
}

std::int32_t NumberOf(const Value& int_or_string) {
  return static_cast<std::int32_t>(int_or_string.slots()[1].AsInt());
}

Value RawValue(const yaml::Node& node, const Type* type, Arena& arena) {
  const Value value = AsStructType(type).Zero(arena);
  const auto* const kept = arena.New<yaml::Node>(node);
  value.slots()[kNode] = Value::String({reinterpret_cast<const char*>(kept), sizeof(yaml::Node)});
  return value;
}

const yaml::Node* NodeOf(const Value& raw) {
  const std::string_view bytes = raw.slots()[kNode].AsString();
  return bytes.empty() ? nullptr : reinterpret_cast<const yaml::Node*>(bytes.data());
}

}  // namespace sidecar::kubetypes
