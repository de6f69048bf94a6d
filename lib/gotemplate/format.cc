#include "lib/gotemplate/format.h"

#include "lib/gotemplate/format_directive.h"
#include "lib/gotemplate/format_printer.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

bool IsString(const Value& operand) {
  if (operand.kind() == Kind::kInterface) return operand.Elem().kind() == Kind::kString;
  return operand.kind() == Kind::kString;
}

// Prints a value of a predeclared type that has one plain form, the bulk of what templates show.
bool AppendPlain(std::string& out, const Value& value) {
  if (!value.IsValid() || !value.type()->methods.empty()) return false;
  switch (value.kind()) {
    case Kind::kString: out.append(value.AsString()); return true;
    case Kind::kBool: out.append(value.AsBool() ? "true" : "false"); return true;
    default: break;
  }
  if (IsSigned(value.kind())) {
    AppendInt(out, value.AsInt());
  } else if (IsUnsigned(value.kind())) {
    AppendUint(out, value.AsUint());
  } else if (IsFloat(value.kind())) {
    const int bit_size = value.kind() == Kind::kFloat32 ? 32 : 64;
    AppendFloat(out, value.AsFloat(), {.verb = 'g', .precision = -1, .bit_size = bit_size});
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::string_view Sprintf(Arena& arena, std::string_view format, std::span<const Value> operands,
                         std::size_t max_bytes) {
  std::string out;
  Printer printer(arena, out, max_bytes);
  PrintFormatted(printer, format, operands);
  return arena.Copy(out);
}

std::string_view Sprint(Arena& arena, std::span<const Value> operands, std::size_t max_bytes) {
  std::string out;
  bool after_string = true;  // No space before the first.
  for (const Value& operand : operands) {
    const bool is_string = IsString(operand);
    if (!is_string && !after_string) out.push_back(' ');
    AppendValue(arena, out, operand, max_bytes);
    after_string = is_string;
  }
  return arena.Copy(out);
}

std::string_view Sprintln(Arena& arena, std::span<const Value> operands, std::size_t max_bytes) {
  std::string out;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (i > 0) out.push_back(' ');
    AppendValue(arena, out, operands[i], max_bytes);
  }
  out.push_back('\n');
  return arena.Copy(out);
}

void AppendValue(Arena& arena, std::string& out, const Value& value, std::size_t max_bytes) {
  if (!AppendPlain(out, value)) Printer(arena, out, max_bytes).PrintArgument(value, 'v');
  if (out.size() > max_bytes) throw ArenaLimitExceeded();
}

}  // namespace sidecar::gotemplate
