#include "lib/gotemplate/funcs/builtin.h"

#include <map>
#include <string>
#include <utility>

#include "lib/gotemplate/escape.h"
#include "lib/gotemplate/format.h"
#include "lib/gotemplate/funcs/call.h"
#include "lib/gotemplate/funcs/collection.h"
#include "lib/gotemplate/funcs/compare.h"
#include "lib/gotemplate/printable.h"

namespace sidecar::gotemplate {
namespace {

using Arguments = std::span<const Value>;
using Builtins = std::map<std::string_view, Function, std::less<>>;

// `parameters` single values of any kind, then any number more if `variadic`.
Function OfAnything(std::size_t parameters, bool variadic, const Type* result,
                    std::function<Value(Arena&, Arguments)> body) {
  Function function;
  function.parameters.assign(parameters, ReflectValueType());
  if (variadic) function.parameters.push_back(SliceOf(ReflectValueType()));
  function.variadic = variadic;
  function.result = result;
  function.body = std::move(body);
  return function;
}

// fmt's and the escapers' kind: text made of any number of values.
Function TextOf(std::function<std::string_view(Arena&, Arguments)> body) {
  Function function;
  function.parameters = {AnySliceType()};
  function.variadic = true;
  function.result = StringType();
  function.body = [body = std::move(body)](Arena& arena, Arguments arguments) {
    return Value::String(body(arena, arguments));
  };
  return function;
}

Function Printf() {
  Function function;
  function.parameters = {StringType(), AnySliceType()};
  function.variadic = true;
  function.result = StringType();
  function.body = [](Arena& arena, Arguments arguments) {
    return Value::String(Sprintf(arena, arguments[0].AsString(), arguments.subspan(1)));
  };
  return function;
}

// The arguments as an action would print them (funcs.go's evalArgs).
std::string_view PrintedText(Arena& arena, Arguments arguments) {
  if (arguments.size() == 1 && arguments[0].type() == StringType()) return arguments[0].AsString();
  const std::span<Value> operands = arena.NewArray<Value>(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    operands[i] = PrintableValue(arguments[i]).value_or(arguments[i]);
  }
  return Sprint(arena, operands);
}

Function Escaper(std::string (*escape)(std::string_view)) {
  return TextOf([escape](Arena& arena, Arguments arguments) {
    return arena.Copy(escape(PrintedText(arena, arguments)));
  });
}

bool IsTruth(const Value& value) {
  return IsTrue(value.Dynamic()).value_or(false);
}

// The first argument whose truth is `decisive`, else the last.
Value FirstWithTruth(bool decisive, Arguments arguments) {
  for (const Value& argument : arguments) {
    if (IsTruth(argument) == decisive) return argument;
  }
  return arguments.back();
}

Function Comparison(bool (*compare)(const Value&, const Value&)) {
  return OfAnything(2, false, BoolType(), [compare](Arena&, Arguments arguments) {
    return Value::Bool(compare(arguments[0], arguments[1]));
  });
}

void AddLogic(Builtins& builtins) {
  builtins["and"] = OfAnything(1, true, ReflectValueType(), [](Arena&, Arguments arguments) {
    return FirstWithTruth(false, arguments);
  });
  builtins["or"] = OfAnything(1, true, ReflectValueType(), [](Arena&, Arguments arguments) {
    return FirstWithTruth(true, arguments);
  });
  builtins["not"] = OfAnything(1, false, BoolType(), [](Arena&, Arguments arguments) {
    return Value::Bool(!IsTruth(arguments[0]));
  });
}

void AddComparisons(Builtins& builtins) {
  builtins["eq"] = OfAnything(1, true, BoolType(), [](Arena&, Arguments arguments) {
    return Value::Bool(IsEqualToAny(arguments[0], arguments.subspan(1)));
  });
  builtins["ne"] = Comparison([](const Value& a, const Value& b) { return !IsEqual(a, b); });
  builtins["lt"] = Comparison(IsLess);
  builtins["le"] = Comparison(IsLessOrEqual);
  builtins["gt"] = Comparison([](const Value& a, const Value& b) { return !IsLessOrEqual(a, b); });
  builtins["ge"] = Comparison([](const Value& a, const Value& b) { return !IsLess(a, b); });
}

void AddCollections(Builtins& builtins) {
  builtins["call"] = OfAnything(1, true, ReflectValueType(), [](Arena& arena, Arguments arguments) {
    return Call(arena, "function", arguments[0], arguments.subspan(1));
  });
  builtins["index"] =
      OfAnything(1, true, ReflectValueType(), [](Arena& arena, Arguments arguments) {
        return Index(arena, arguments[0], arguments.subspan(1));
      });
  builtins["slice"] = OfAnything(1, true, ReflectValueType(), [](Arena&, Arguments arguments) {
    return Slice(arguments[0], arguments.subspan(1));
  });
  builtins["len"] = OfAnything(1, false, IntType(), [](Arena&, Arguments arguments) {
    return Value::Int(static_cast<std::int64_t>(Length(arguments[0])));
  });
}

void AddTexts(Builtins& builtins) {
  builtins["print"] = TextOf([](Arena& arena, Arguments a) { return Sprint(arena, a); });
  builtins["printf"] = Printf();
  builtins["println"] = TextOf([](Arena& arena, Arguments a) { return Sprintln(arena, a); });
  builtins["html"] = Escaper(HtmlEscape);
  builtins["js"] = Escaper(JsEscape);
  builtins["urlquery"] = Escaper(UrlQueryEscape);
}

Builtins MakeBuiltins() {
  Builtins builtins;
  AddLogic(builtins);
  AddComparisons(builtins);
  AddCollections(builtins);
  AddTexts(builtins);
  for (auto& [name, function] : builtins) function.name = name;
  return builtins;
}

}  // namespace

const Function* FindBuiltin(std::string_view name) {
  static const Builtins builtins = MakeBuiltins();
  const auto found = builtins.find(name);
  return found == builtins.end() ? nullptr : &found->second;
}

}  // namespace sidecar::gotemplate
