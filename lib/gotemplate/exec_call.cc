#include <complex>
#include <new>
#include <string>
#include <utility>

#include "lib/gotemplate/exec.h"
#include "lib/gotemplate/funcs/builtin.h"
#include "lib/gotemplate/funcs/call.h"
#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/printable.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

struct SpecialBuiltins {
  const Function* logical_and = FindBuiltin("and");
  const Function* logical_or = FindBuiltin("or");
  const Function* call = FindBuiltin("call");
};

// The builtins that evaluation knows: and, or stop early; call wants to know the callee's name.
const SpecialBuiltins& Special() {
  static const SpecialBuiltins special;
  return special;
}

bool CanBeNil(const Type* type) {
  switch (type->kind) {
    case Kind::kFunc:
    case Kind::kInterface:
    case Kind::kMap:
    case Kind::kPointer:
    case Kind::kSlice: return true;
    default: return type == ReflectValueType();
  }
}

// reflect.Zero of a type that can be nil, in the form that Function::body takes.
Value NilOf(const Type* type, Arena& arena) {
  if (type == ReflectValueType() || type->kind == Kind::kInterface) return {};
  return Value::Zero(type, arena);
}

// The type of the parameter that the i-th argument goes to.
const Type* ParameterType(const Function& function, std::size_t i) {
  if (!function.variadic || i + 1 < function.parameters.size()) return function.parameters[i];
  return function.parameters.back()->element;
}

// Walks to the embedded value that a promoted method belongs to, as Go's generated wrappers do.
Value MethodReceiver(const Value& receiver, const MethodMatch& match) {
  const std::string nil_pointer =
      "runtime error: invalid memory address or nil pointer dereference";
  Value value = receiver;
  for (const std::uint32_t index : match.path) {
    if (value.kind() == Kind::kPointer) value = value.Elem();
    if (!value.IsValid()) throw FunctionError(nil_pointer);
    value = value.Field(index);
  }
  if (match.method == nullptr) {  // An embedded interface's: whatever is in it has the method.
    value = value.Elem();
    if (!value.IsValid()) throw FunctionError(nil_pointer);
    return value;
  }
  if (match.method->pointer_receiver) {
    return value.kind() == Kind::kPointer ? value : value.Address();
  }
  if (value.kind() != Kind::kPointer) return value.Dynamic();
  const Type* const type = value.type()->element;
  value = value.Elem();
  if (value.IsValid()) return value.Dynamic();
  if (!match.path.empty()) throw FunctionError(nil_pointer);
  const std::string_view name = type->name;
  const std::string_view unqualified = name.substr(name.rfind('.') + 1);
  throw FunctionError("value method " + type->name + "." + std::string(match.name) +
                      " called using nil *" + std::string(unqualified) + " pointer");
}

}  // namespace

// exec.go's evalFunction. `command` is what errors of the call are at.
Value Execution::EvalFunction(const Value& dot, const IdentifierNode& identifier,
                              const Node& command, Arguments arguments, const Value* final) {
  node_ = &identifier;
  const Function* const function = (*body_->functions)[identifier.function];
  if (function == nullptr) {
    Fail("%q is not a defined function", {Value::String(identifier.name)});
  }
  return EvalCall({dot, *function, command, identifier.name, arguments, final});
}

// A method found on `receiver`, which is no pointer unless it is a nil one.
Value Execution::CallMethod(const Selection& selection, const Value& receiver,
                            const MethodMatch& match) {
  const Method* method = match.method;
  if (method == nullptr) {
    Value dynamic;
    try {
      dynamic = Indirect(MethodReceiver(receiver, match));
    } catch (const FunctionError& error) {
      node_ = &selection.node;
      BlameData();
      Fail("error calling %s: %v", {Value::String(match.name), Value::String(error.what())});
    }
    return SelectOne(selection, dynamic, match.name);
  }
  return EvalCall({selection.dot, method->function, selection.node, match.name, selection.arguments,
                   selection.final, &match, &receiver});
}

// exec.go's evalCall.
Value Execution::EvalCall(const Call& call) {
  const Function& function = call.function;
  const std::size_t given = call.arguments.empty() ? 0 : call.arguments.size() - 1;
  CheckArgumentCount(call, given + (call.final == nullptr ? 0 : 1));
  if (function.result == nullptr) {
    Fail("can't call method/function %q with 0 results", {Value::String(call.name)});
  }
  const SpecialBuiltins& special = Special();
  if (&function == special.logical_and) return EvalAndOr(call, false);
  if (&function == special.logical_or) return EvalAndOr(call, true);

  // One place in front, for the receiver of a method.
  const std::span<Value> arguments = EvalArguments(call, 1);
  return Invoke(call, call.method == nullptr ? arguments.subspan(1) : arguments);
}

void Execution::CheckArgumentCount(const Call& call, std::size_t count) {
  const std::size_t parameters = call.function.parameters.size();
  const bool variadic = call.function.variadic;
  if (variadic ? count + 1 >= parameters : count == parameters) return;
  const std::size_t given = call.arguments.empty() ? 0 : call.arguments.size() - 1;
  const auto number = [](std::size_t n) { return Value::Int(static_cast<std::int64_t>(n)); };
  const Value name = Value::String(call.name);
  if (variadic) {
    Fail("wrong number of args for %s: want at least %d got %d",
         {name, number(parameters - 1), number(given)});
  }
  Fail("wrong number of args for %s: want %d got %d", {name, number(parameters), number(count)});
}

// The arguments and the final value, in their parameters' types, after `reserved` empty places.
std::span<Value> Execution::EvalArguments(const Call& call, std::size_t reserved) {
  const std::size_t given = call.arguments.empty() ? 0 : call.arguments.size() - 1;
  const std::size_t count = given + (call.final == nullptr ? 0 : 1);
  const std::span<Value> values = arena_.NewArray<Value>(reserved + count);
  for (std::size_t i = 0; i < given; ++i) {
    values[reserved + i] =
        EvalArgument(call.dot, ParameterType(call.function, i), *call.arguments[i + 1]);
  }
  if (call.final != nullptr) {
    values[reserved + given] = ValidateType(*call.final, ParameterType(call.function, given));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Type* const type = ParameterType(call.function, i);
    Value& value = values[reserved + i];
    if (type != ReflectValueType()) value = value.Dynamic();
  }
  return values;
}

// What Go calls the first argument of `call` in errors: the node as written.
std::string Execution::CalleeName(const Call& call) {
  return call.arguments.size() > 1 ? Print(*call.arguments[1]) : ReflectString(*call.final);
}

// Work that grows with what a function is given is paid for in steps before it is done: one for so
// many bytes of text, and one for so many elements. What a function makes is bounded by the arena.
void Execution::ChargeFor(const Call& call, std::span<const Value> arguments) {
  constexpr std::uint64_t kBytesPerStep = 16;
  constexpr std::uint64_t kElementsPerStep = 4;
  std::uint64_t steps = 0;
  for (const Value& argument : arguments) {
    const Value value = argument.Dynamic();
    switch (value.kind()) {
      case Kind::kString: steps += value.size() / kBytesPerStep; break;
      case Kind::kArray:
      case Kind::kMap:
      case Kind::kSlice: steps += value.size() / kElementsPerStep; break;
      default: break;
    }
  }
  if (steps == 0) return;
  const Node* const at = std::exchange(node_, &call.node);
  Step(steps);
  node_ = at;
}

Value Execution::Invoke(const Call& call, std::span<Value> arguments) {
  Value result;
  try {
    if (call.method != nullptr) arguments[0] = MethodReceiver(*call.receiver, *call.method);
    ChargeFor(call, arguments);
    if (&call.function == Special().call) {
      result = gotemplate::Call(arena_, CalleeName(call), arguments[0], arguments.subspan(1));
    } else if (call.function.executes_template) {
      result = ExecuteTemplate(arguments[0].AsString(), arguments[1]);
    } else {
      result = call.function.body(arena_, arguments);
    }
  } catch (const FunctionError& error) {
    node_ = &call.node;
    BlameData();
    Fail("error calling %s: %v", {Value::String(call.name), Value::String(error.what())});
  } catch (const std::bad_alloc&) {
    // Blame the call, not the argument that came last; within a template, what it was at.
    if (!call.function.executes_template) node_ = &call.node;
    throw;
  }
  const Type* const type = call.function.result;
  if (type == ReflectValueType()) return result;
  if (type->kind == Kind::kInterface) return result.ToInterface(type, arena_);
  return result.Dynamic();
}

// Template.ExecuteTemplate for a function: what it writes is a value, what fails there fails here.
// It shares the budgets of this execution, and recurses on the machine's stack.
Value Execution::ExecuteTemplate(std::string_view name, const Value& data) {
  constexpr std::uint32_t kMaxNesting = 200;
  const Template::Body* const body = set_.Find(name);
  if (body == nullptr) {
    throw FunctionError("template: no template " + Quote(name) + " associated with template " +
                        Quote(set_.name()));
  }
  if (nesting_ == kMaxNesting) {
    throw FunctionError("exceeded maximum depth of templates within function calls (" +
                        std::to_string(kMaxNesting) + ")");
  }
  ExecOptions options = options_;
  options.limits.output_bytes -= output_.size() - output_start_;
  options.spans = nullptr;
  std::string output;
  Execution execution(set_, arena_, options, output);
  execution.nesting_ = nesting_ + 1;
  execution.expression_depth_ = expression_depth_;
  execution.steps_ = steps_;
  try {
    execution.Run(*body, data);
  } catch (const ExecError& error) {
    throw FunctionError(error.message);
  }
  steps_ = execution.steps_;
  return Value::String(arena_.Copy(output));
}

// `and` and `or` give the first argument that decides, else the last, and evaluate no more.
Value Execution::EvalAndOr(const Call& call, bool stop_at) {
  Value value;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    value = EvalArgument(call.dot, ReflectValueType(), *call.arguments[i]);
    const Value concrete = value.kind() == Kind::kInterface ? value.Elem() : value;
    if (IsTrue(concrete).value_or(false) == stop_at) return value;
  }
  return call.final == nullptr ? value : ValidateType(*call.final, ReflectValueType());
}

// exec.go's evalArg. A null type stands for any.
Value Execution::EvalArgument(const Value& dot, const Type* type, const Node& node) {
  node_ = &node;
  const Node* const self = &node;
  switch (node.kind) {
    case NodeKind::kDot: return ValidateType(dot, type);
    case NodeKind::kNil:
      if (CanBeNil(type)) return NilOf(type, arena_);
      Fail("cannot assign nil to %s", {Value::String(type->name)});
    case NodeKind::kField:
      return ValidateType(EvalField(dot, node.As<FieldNode>(), {&self, 1}, nullptr), type);
    case NodeKind::kVariable:
      return ValidateType(EvalVariable(dot, node.As<VariableNode>(), {}, nullptr), type);
    case NodeKind::kPipe: return ValidateType(EvalPipeline(dot, node.As<PipeNode>()), type);
    case NodeKind::kIdentifier: {
      const auto& identifier = node.As<IdentifierNode>();
      return ValidateType(EvalFunction(dot, identifier, identifier, {}, nullptr), type);
    }
    case NodeKind::kChain:
      return ValidateType(EvalChain(dot, node.As<ChainNode>(), {}, nullptr), type);
    default: return EvalTypedConstant(type, node);
  }
}

Value Execution::EvalTypedConstant(const Type* type, const Node& node) {
  const Kind kind = type->kind;
  if (type == ReflectValueType() || (kind == Kind::kInterface && type->required_methods.empty())) {
    return EvalConstant(node);
  }
  if (kind == Kind::kBool) {
    if (node.kind == NodeKind::kBool) return Value::Bool(node.As<BoolNode>().value, type);
    Fail("expected bool; found %s", {Value::String(Print(node))});
  }
  if (kind == Kind::kString) {
    if (node.kind == NodeKind::kString) return Value::String(node.As<StringNode>().value, type);
    Fail("expected string; found %s", {Value::String(Print(node))});
  }
  if (IsInteger(kind) || IsFloat(kind) || IsComplex(kind)) {
    static const NumberNode no_number{};
    return EvalNumber(type, node.kind == NodeKind::kNumber ? node.As<NumberNode>() : no_number);
  }
  Fail("can't handle %s for arg of type %s",
       {Value::String(Print(node)), Value::String(type->name)});
}

// Too large a number is cut to the size of its type, as reflect's SetInt does. node_ is the number.
Value Execution::EvalNumber(const Type* type, const NumberNode& number) {
  if (IsSigned(type->kind)) {
    if (number.is_int) return ConvertInteger(Value::Int(number.integer), type);
    Fail("expected integer; found %s", {Value::String(Print(*node_))});
  }
  if (IsUnsigned(type->kind)) {
    if (number.is_uint) {
      return ConvertInteger(Value::Uint(number.unsigned_integer, BasicType("uint64")), type);
    }
    Fail("expected unsigned integer; found %s", {Value::String(Print(*node_))});
  }
  if (IsFloat(type->kind)) {
    if (!number.is_float) Fail("expected float; found %s", {Value::String(Print(*node_))});
    const bool single = type->kind == Kind::kFloat32;
    return Value::Float(single ? static_cast<float>(number.real) : number.real, type);
  }
  if (!number.is_complex) Fail("expected complex; found %s", {Value::String(Print(*node_))});
  std::complex<double> value = number.complex;
  if (type->kind == Kind::kComplex64) {
    value = {static_cast<float>(value.real()), static_cast<float>(value.imag())};
  }
  return Value::Complex(value, type, arena_);
}

// exec.go's validateType: the value as one of `type`, by one step of (de)referencing if need be.
Value Execution::ValidateType(const Value& original, const Type* type) {
  if (!original.IsValid()) {
    if (type == nullptr) return {};
    if (CanBeNil(type)) return NilOf(type, arena_);
    Fail("invalid value; expected %s", {Value::String(type->name)});
  }
  if (type == nullptr || type == ReflectValueType() || IsAssignable(original.type(), type)) {
    return original;
  }
  Value value = original;
  if (value.kind() == Kind::kInterface && !value.IsNil()) {
    value = value.Elem();
    if (IsAssignable(value.type(), type)) return value;
  }
  if (value.kind() == Kind::kPointer && IsAssignable(value.type()->element, type)) {
    value = value.Elem();
    if (!value.IsValid()) {
      Fail("dereference of nil pointer of type %s", {Value::String(type->name)});
    }
    return value;
  }
  if (value.IsAddressable() && IsAssignable(PointerTo(value.type()), type)) return value.Address();
  Fail("wrong type for value; expected %s; got %s",
       {Value::String(type->name), Value::String(value.type()->name)});
}

}  // namespace sidecar::gotemplate
