#include <algorithm>
#include <string>

#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/funcs/groups.h"

// sprig's defaults.go (less JSON) and reflect.go.
namespace sidecar::gotemplate::funcs {
namespace {

Value Default(const Call& call) {
  return call.size() < 2 || IsEmpty(call[1]) ? call[0] : call[1];
}

Value Empty(const Call& call) {
  return Value::Bool(IsEmpty(call[0]));
}

Value Coalesce(const Call& call) {
  const auto found = std::find_if_not(call.arguments.begin(), call.arguments.end(), IsEmpty);
  return found == call.arguments.end() ? Value() : *found;
}

Value All(const Call& call) {
  return Value::Bool(std::none_of(call.arguments.begin(), call.arguments.end(), IsEmpty));
}

Value Any(const Call& call) {
  return Value::Bool(!std::all_of(call.arguments.begin(), call.arguments.end(), IsEmpty));
}

Value Ternary(const Call& call) {
  return call[call.Bool(2) ? 0 : 1];
}

Value Fail(const Call& call) {
  throw FunctionError(std::string(call.Text(0)));
}

std::string_view KindName(const Value& value) {
  return ToString(value.kind());
}

// %T.
std::string_view TypeName(const Value& value) {
  return value.IsValid() ? std::string_view(value.type()->name) : "<nil>";
}

Value KindOf(const Call& call) {
  return Value::String(KindName(call[0]));
}

Value KindIs(const Call& call) {
  return Value::Bool(call.Text(0) == KindName(call[1]));
}

Value TypeOf(const Call& call) {
  return Value::String(TypeName(call[0]));
}

Value TypeIs(const Call& call) {
  return Value::Bool(call.Text(0) == TypeName(call[1]));
}

// The type, or a pointer to it.
Value TypeIsLike(const Call& call) {
  std::string_view name = TypeName(call[1]);
  if (call.Text(0) == name) return Value::Bool(true);
  if (!name.starts_with('*')) return Value::Bool(false);
  name.remove_prefix(1);
  return Value::Bool(call.Text(0) == name);
}

Value AreDeepEqual(const Call& call) {
  return Value::Bool(DeepComparer(&call.arena).Equal(call[0], call[1]));
}

constexpr Definition kFunctions[] = {
    {"all", "(...any) bool", All},
    {"any", "(...any) bool", Any},
    {"coalesce", "(...any) any", Coalesce},
    {"deepEqual", "(any, any) bool", AreDeepEqual},
    {"default", "(any, ...any) any", Default},
    {"empty", "(any) bool", Empty},
    {"fail", "(string) string", Fail},
    {"kindIs", "(string, any) bool", KindIs},
    {"kindOf", "(any) string", KindOf},
    {"ternary", "(any, any, bool) any", Ternary},
    {"typeIs", "(string, any) bool", TypeIs},
    {"typeIsLike", "(string, any) bool", TypeIsLike},
    {"typeOf", "(any) string", TypeOf},
};

}  // namespace

Group LogicFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
