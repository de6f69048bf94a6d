#include "lib/gotemplate/funcs/call.h"

#include <string>
#include <vector>

#include "lib/gotemplate/funcs/collection.h"

namespace sidecar::gotemplate {
namespace {

void CheckCount(std::string_view name, const Function& signature, std::size_t count) {
  const std::size_t declared = signature.parameters.size();
  const std::size_t wanted = signature.variadic ? declared - 1 : declared;
  if (signature.variadic ? count >= wanted : count == wanted) return;
  throw FunctionError("wrong number of args for " + std::string(name) + ": got " +
                      std::to_string(count) + " want " + (signature.variadic ? "at least " : "") +
                      std::to_string(wanted));
}

const Type* ParameterType(const Function& signature, std::size_t index) {
  const std::size_t last = signature.parameters.size() - 1;
  if (!signature.variadic || index < last) return signature.parameters[index];
  return signature.parameters[last]->element;
}

}  // namespace

Value Call(Arena& arena, std::string_view name, const Value& callee,
           std::span<const Value> arguments) {
  const Value function = callee.kind() == Kind::kInterface ? callee.Elem() : callee;
  if (!function.IsValid()) throw FunctionError("call of nil");
  if (function.kind() != Kind::kFunc) {
    throw FunctionError("non-function " + std::string(name) + " of type " + function.type()->name);
  }
  const Function& signature = *function.type()->signature;
  CheckCount(name, signature, arguments.size());
  std::vector<Value> prepared;
  prepared.reserve(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Type* const type = ParameterType(signature, i);
    try {
      prepared.push_back(PrepareArgument(arena, arguments[i].Dynamic(), type).Dynamic());
    } catch (const FunctionError& error) {
      throw FunctionError("arg " + std::to_string(i) + ": " + error.what());
    }
  }
  if (function.IsNil()) throw FunctionError("reflect.Value.Call: call of nil function");
  return function.AsFunction()->body(arena, prepared);
}

}  // namespace sidecar::gotemplate
