#include "test/conformance/test_functions.h"

#include <string>
#include <utility>
#include <vector>

#include "lib/gotemplate/format.h"

namespace sidecar::conformance {
namespace {

using gotemplate::AnyType;
using gotemplate::Function;
using gotemplate::FunctionError;
using gotemplate::FunctionMap;
using gotemplate::IntType;
using gotemplate::MapData;
using gotemplate::StringType;
using gotemplate::Type;
using gotemplate::Value;

using Arguments = std::span<const Value>;
using Body = Value (*)(Arena& arena, Arguments arguments);

struct Signature {
  std::vector<const Type*> parameters;
  const Type* result;
  bool variadic = false;
};

void Add(FunctionMap& functions, std::string_view name, Signature signature, Body body) {
  Function& function = functions[std::string(name)];
  function.name = functions.find(name)->first;
  function.parameters = std::move(signature.parameters);
  function.result = signature.result;
  function.variadic = signature.variadic;
  function.body = body;
}

Value AddAll(Arena& /*arena*/, Arguments arguments) {
  std::int64_t sum = 0;
  for (const Value& argument : arguments) sum += argument.AsInt();
  return Value::Int(sum);
}

Value PrintWithSlice(Arena& arena, Arguments arguments) {
  const std::span<Value> rest = arena.NewArray<Value>(arguments.size() - 1);
  std::copy(arguments.begin() + 1, arguments.end(), rest.begin());
  const std::vector<Value> operands = {arguments[0],
                                       Value::Slice(rest, gotemplate::SliceOf(StringType()))};
  return Value::String(gotemplate::Sprintln(arena, operands));
}

Value MakeMap(Arena& arena, Arguments arguments) {
  if (arguments.size() % 2 != 0) throw FunctionError("bad makemap");
  MapData* const map = arena.New<MapData>();
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    map->Set(arguments[i], arguments[i + 1], arena);
  }
  return Value::Map(map, gotemplate::MapOf(StringType(), StringType()));
}

Value MapOfThree(Arena& arena, Arguments /*arguments*/) {
  MapData* const map = arena.New<MapData>();
  map->Set(Value::String("three"), Value::Int(3), arena);
  return Value::Map(map, gotemplate::MapOf(StringType(), IntType()));
}

Value Concatenate(Arena& arena, std::string_view name, Arguments arguments) {
  std::string text(name);
  for (const Value& argument : arguments) text += argument.AsString();
  return Value::String(arena.Copy(text));
}

FunctionMap MakeFunctions() {
  FunctionMap functions;
  const Type* const texts = gotemplate::SliceOf(StringType());
  Add(functions, "add", {{gotemplate::SliceOf(IntType())}, IntType(), true}, AddAll);
  Add(functions, "dddArg", {{IntType(), texts}, StringType(), true}, PrintWithSlice);
  Add(functions, "makemap", {{texts}, gotemplate::MapOf(StringType(), StringType()), true},
      MakeMap);
  Add(functions, "mapOfThree", {{}, AnyType()}, MapOfThree);
  Add(functions, "echo", {{AnyType()}, AnyType()},
      [](Arena&, Arguments arguments) { return arguments[0]; });
  Add(functions, "die", {{}, gotemplate::BoolType()},
      [](Arena&, Arguments) -> Value { throw FunctionError("die"); });
  Add(functions, "doPanic", {{}, StringType()},
      [](Arena&, Arguments) -> Value { throw FunctionError("custom panic string"); });
  Add(functions, "fail2", {{StringType()}, StringType()}, [](Arena&, Arguments arguments) -> Value {
    throw FunctionError(std::string(arguments[0].AsString()));
  });
  Add(functions, "oneArg", {{StringType()}, StringType()},
      [](Arena& arena, Arguments arguments) { return Concatenate(arena, "oneArg=", arguments); });
  Add(functions, "twoArgs", {{StringType(), StringType()}, StringType()},
      [](Arena& arena, Arguments arguments) { return Concatenate(arena, "twoArgs=", arguments); });
  Add(functions, "returnInt", {{}, IntType()}, [](Arena&, Arguments) { return Value::Int(7); });
  Add(functions, "typeOf", {{AnyType()}, StringType()}, [](Arena& arena, Arguments arguments) {
    return Value::String(gotemplate::Sprintf(arena, "%T", arguments));
  });
  Add(functions, "valueString", {{StringType()}, StringType()},
      [](Arena&, Arguments) { return Value::String("value is ignored"); });
  Add(functions, "zeroArgs", {{}, StringType()},
      [](Arena&, Arguments) { return Value::String("zeroArgs"); });
  return functions;
}

}  // namespace

const FunctionMap& TestFunctions() {
  static const FunctionMap functions = MakeFunctions();
  return functions;
}

}  // namespace sidecar::conformance
