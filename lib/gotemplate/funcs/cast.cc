#include "lib/gotemplate/funcs/cast.h"

#include <limits>

#include "lib/gotemplate/format.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate::funcs {
namespace {

// A Go type switch on `int`, `string`, ... does not see defined types.
bool IsPredeclared(const Type* type) {
  return type->name == ToString(type->kind);
}

// cast's indirect: follows pointers up to a nil one.
Value Indirect(Value value) {
  while (value.kind() == Kind::kPointer && !value.IsNil()) value = value.Elem().Dynamic();
  return value;
}

// cast's trimZeroDecimal: "5.00" is the integer 5, "5.50" is none.
std::string_view TrimZeroFraction(std::string_view text) {
  const std::size_t zeros = text.find_last_not_of('0');
  if (zeros == std::string_view::npos || zeros + 1 == text.size() || text[zeros] != '.') {
    return text;
  }
  return text.substr(0, zeros);
}

}  // namespace

std::int64_t TruncateToInt64(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63.
  if (!(value >= -kLimit && value < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::int64_t ToInt64(const Value& value) {
  const Value number = Indirect(value);
  if (!number.IsValid() || !IsPredeclared(number.type())) return 0;
  const Kind kind = number.kind();
  if (IsSigned(kind)) return number.AsInt();
  if (kind == Kind::kUintptr) return 0;
  if (IsUnsigned(kind)) return static_cast<std::int64_t>(number.AsUint());
  if (IsFloat(kind)) return TruncateToInt64(number.AsFloat());
  if (kind == Kind::kBool) return number.AsBool() ? 1 : 0;
  if (kind != Kind::kString) return 0;
  const auto parsed = ParseInt(TrimZeroFraction(number.AsString()), 0, 0);
  return parsed.ok() ? parsed.value : 0;
}

double ToFloat64(const Value& value) {
  const Value number = Indirect(value);
  if (!number.IsValid() || !IsPredeclared(number.type())) return 0;
  const Kind kind = number.kind();
  if (IsSigned(kind)) return static_cast<double>(number.AsInt());
  if (kind == Kind::kUintptr) return 0;
  if (IsUnsigned(kind)) return static_cast<double>(number.AsUint());
  if (IsFloat(kind)) return number.AsFloat();
  if (kind == Kind::kBool) return number.AsBool() ? 1 : 0;
  if (kind != Kind::kString) return 0;
  const auto parsed = ParseFloat(number.AsString(), 64);
  return parsed.ok() ? parsed.value : 0;
}

std::string_view PrintValue(const Value& value, Arena& arena) {
  return Sprint(arena, {&value, 1});
}

std::string_view ToText(const Value& value, Arena& arena) {
  if (value.IsValid() && value.type() == StringType()) return value.AsString();
  if (value.IsValid() && value.type() == SliceOf(Uint8Type())) {
    const std::span<char> bytes = arena.NewArray<char>(value.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>(value.slots()[i].AsUint());
    }
    return {bytes.data(), bytes.size()};
  }
  return PrintValue(value, arena);
}

std::vector<std::string_view> ToTexts(const Value& value, Arena& arena) {
  std::vector<std::string_view> texts;
  if (!value.IsValid()) return texts;
  if (value.kind() != Kind::kSlice && value.kind() != Kind::kArray) {
    texts.push_back(ToText(value, arena));
    return texts;
  }
  texts.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Value element = value.Index(i).Dynamic();
    if (element.IsValid()) texts.push_back(ToText(element, arena));
  }
  return texts;
}

bool IsEmpty(const Value& value) {
  const Kind kind = value.kind();
  if (IsSigned(kind)) return value.AsInt() == 0;
  if (IsUnsigned(kind)) return value.AsUint() == 0;
  if (IsFloat(kind)) return value.AsFloat() == 0;
  if (IsComplex(kind)) return value.AsComplex() == 0.0;
  switch (kind) {
    case Kind::kInvalid: return true;
    case Kind::kBool: return !value.AsBool();
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kSlice:
    case Kind::kString: return value.size() == 0;
    case Kind::kStruct: return false;
    default: return value.IsNil();
  }
}

}  // namespace sidecar::gotemplate::funcs
