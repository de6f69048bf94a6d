#include <string>

#include "lib/gotemplate/exec.h"
#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/printable.h"

namespace sidecar::gotemplate {
namespace {

bool IsEmptyInterface(const Value& value) {
  return value.kind() == Kind::kInterface && value.type()->required_methods.empty();
}

// "Base" of "shapes.Base": reflect.Type.Name.
std::string_view UnqualifiedName(const Type* type) {
  const std::string_view name = type->name;
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool IsHexInteger(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
         text.find_first_of("pP") == std::string_view::npos;
}

// Whether an untyped constant reads as a float.
bool LooksLikeFloat(std::string_view text) {
  return !IsHexInteger(text) && text.substr(0, 1) != "'" &&
         text.find_first_of(".eEpP") != std::string_view::npos;
}

// The pipeline that is all there is to another one: of ((x)) the inner parentheses.
const PipeNode* OnlyPipe(const PipeNode& pipe) {
  if (!pipe.variables.empty() || pipe.commands.size() != 1) return nullptr;
  const CommandNode& command = *pipe.commands[0];
  if (command.arguments.size() != 1 || command.arguments[0]->kind != NodeKind::kPipe) {
    return nullptr;
  }
  return &command.arguments[0]->As<PipeNode>();
}

}  // namespace

Value Execution::EvalPipeline(const Value& dot, const PipeNode& outer) {
  const PipeNode* pipe = &outer;
  while (const PipeNode* const inner = OnlyPipe(*pipe)) pipe = inner;
  node_ = pipe;
  if (expression_depth_ == options_.limits.expression_depth) {
    Fail("expression nested deeper than %d", {Value::Int(options_.limits.expression_depth)});
  }
  ++expression_depth_;
  Value value;
  const Value* final = nullptr;
  for (const CommandNode* const command : pipe->commands) {
    const Value previous = value;
    value = EvalCommand(dot, *command, final == nullptr ? nullptr : &previous);
    if (IsEmptyInterface(value)) value = value.Elem();
    final = &value;
  }
  --expression_depth_;
  for (const VariableNode* const variable : pipe->variables) {
    if (pipe->is_assignment) {
      FindVariable(*variable) = value;
    } else {
      PushVariable(variable->variable, value);
    }
  }
  return value;
}

Value Execution::EvalCommand(const Value& dot, const CommandNode& command, const Value* final) {
  Step();
  const Node& word = *command.arguments[0];
  switch (word.kind) {
    case NodeKind::kField: return EvalField(dot, word.As<FieldNode>(), command.arguments, final);
    case NodeKind::kChain: return EvalChain(dot, word.As<ChainNode>(), command.arguments, final);
    case NodeKind::kIdentifier:
      return EvalFunction(dot, word.As<IdentifierNode>(), command, command.arguments, final);
    case NodeKind::kPipe:
      RejectArguments(command.arguments, final);
      return EvalPipeline(dot, word.As<PipeNode>());
    case NodeKind::kVariable:
      return EvalVariable(dot, word.As<VariableNode>(), command.arguments, final);
    default: break;
  }
  node_ = &word;
  RejectArguments(command.arguments, final);
  if (word.kind == NodeKind::kDot) return dot;
  if (word.kind == NodeKind::kNil) Fail("nil is not a command");
  return EvalConstant(word);
}

Value Execution::EvalConstant(const Node& node) {
  switch (node.kind) {
    case NodeKind::kBool: return Value::Bool(node.As<BoolNode>().value);
    case NodeKind::kNumber: return IdealConstant(node.As<NumberNode>());
    case NodeKind::kString: return Value::String(node.As<StringNode>().value);
    default: Fail("can't evaluate command %q", {Value::String(Print(node))});
  }
}

// The value of a constant that no parameter gives a type: its spelling does. There are no unsigned
// ones.
Value Execution::IdealConstant(const NumberNode& number) {
  node_ = &number;
  if (number.is_complex) return Value::Complex(number.complex, BasicType("complex128"), arena_);
  if (number.is_float && LooksLikeFloat(number.text)) return Value::Float(number.real);
  if (number.is_int) return Value::Int(number.integer);
  if (number.is_uint) Fail("%s overflows int", {Value::String(number.text)});
  return {};
}

Value Execution::EvalField(const Value& dot, const FieldNode& field, Arguments arguments,
                           const Value* final) {
  node_ = &field;
  return Select({dot, field, arguments, final}, dot, field.names);
}

Value Execution::EvalChain(const Value& dot, const ChainNode& chain, Arguments arguments,
                           const Value* final) {
  node_ = &chain;
  if (chain.operand->kind == NodeKind::kNil) {
    Fail("indirection through explicit nil in %s", {Value::String(Print(chain))});
  }
  const Value receiver = EvalArgument(dot, nullptr, *chain.operand);
  return Select({dot, chain, arguments, final}, receiver, chain.names);
}

Value Execution::EvalVariable(const Value& dot, const VariableNode& variable, Arguments arguments,
                              const Value* final) {
  node_ = &variable;
  const Value value = FindVariable(variable);
  if (variable.names.size() == 1) {
    RejectArguments(arguments, final);
    return value;
  }
  return Select({dot, variable, arguments, final}, value, variable.names.subspan(1));
}

// exec.go's notAFunction.
void Execution::RejectArguments(Arguments arguments, const Value* final) {
  if (arguments.size() <= 1 && final == nullptr) return;
  // Go would fail on arguments[0] where there is none: an argument's own variable has no final.
  Fail("can't give argument to non-function %s", {Value::String(Print(*arguments[0]))});
}

// The innermost variable of that name in the current template. The parser has seen a declaration,
// but it may not have been evaluated: one inside the arguments of `and`, say.
Value& Execution::FindVariable(const VariableNode& variable) {
  for (std::size_t i = variables_.size(); i > base_; --i) {
    if (variables_[i - 1].id == variable.variable) return variables_[i - 1].value;
  }
  Fail("undefined variable: %s", {Value::String(variable.names[0])});
}

// exec.go's evalFieldChain: the last name gets the arguments.
Value Execution::Select(const Selection& selection, const Value& receiver,
                        std::span<const std::string_view> names) {
  Value value = receiver;
  const Selection plain{selection.dot, selection.node, {}, nullptr};
  for (std::size_t i = 0; i + 1 < names.size(); ++i) value = SelectOne(plain, value, names[i]);
  return SelectOne(selection, value, names.back());
}

// exec.go's evalField.
Value Execution::SelectOne(const Selection& selection, const Value& original,
                           std::string_view name) {
  if (!original.IsValid()) {
    if (options_.missing_key == MissingKey::kError) {
      Fail("nil data; no entry for key %q", {Value::String(name)});
    }
    return {};
  }
  const Value receiver = Indirect(original);
  const bool is_nil = receiver.IsNil() &&
                      (receiver.kind() == Kind::kPointer || receiver.kind() == Kind::kInterface);
  if (is_nil && receiver.kind() == Kind::kInterface) FailOnNil(receiver, name, original.type());
  const Type* const base = is_nil ? receiver.type()->element : receiver.type();
  if (base->kind != Kind::kPointer && base->kind != Kind::kInterface) {
    const MethodMatch* const method = FindMethod(base, name);
    if (method != nullptr && (is_nil || receiver.IsAddressable() || !method->needs_address)) {
      return CallMethod(selection, receiver, *method);
    }
  }
  if (is_nil) FailOnNil(receiver, name, original.type());
  return SelectMember(selection, receiver, name, original.type());
}

// The field or map entry of what is no pointer and has no such method. `type` is what errors call
// the receiver's type.
Value Execution::SelectMember(const Selection& selection, const Value& receiver,
                              std::string_view name, const Type* type) {
  if (receiver.kind() == Kind::kStruct) {
    const FieldMatch* const field = FindField(receiver.type(), name);
    if (field != nullptr) return SelectField(selection, receiver, *field, type);
  } else if (receiver.kind() == Kind::kMap && IsAssignable(StringType(), receiver.type()->key)) {
    return SelectKey(selection, receiver, name);
  }
  Fail("can't evaluate field %s in type %s", {Value::String(name), Value::String(type->name)});
}

// A nil pointer to a struct that has no such field is told like the struct itself.
void Execution::FailOnNil(const Value& receiver, std::string_view name, const Type* type) const {
  const Value type_name = Value::String(type->name);
  const Type* const base = receiver.type()->element;
  if (base != nullptr && base->kind == Kind::kStruct && FindField(base, name) == nullptr) {
    Fail("can't evaluate field %s in type %s", {Value::String(name), type_name});
  }
  BlameData();
  Fail("nil pointer evaluating %s.%s", {type_name, Value::String(name)});
}

Value Execution::SelectField(const Selection& selection, const Value& receiver,
                             const FieldMatch& match, const Type* type) {
  if (!match.field->IsExported()) {
    Fail("%s is an unexported field of struct type %s",
         {Value::String(match.name), Value::String(type->name)});
  }
  Value value = receiver;
  for (std::size_t i = 0; i < match.path.size(); ++i) {
    if (value.kind() == Kind::kPointer) {
      if (value.IsNil()) {
        Fail("reflect: indirection through nil pointer to embedded struct field %s",
             {Value::String(UnqualifiedName(value.type()->element))});
      }
      value = value.Elem();
    }
    value = value.Field(match.path[i]);
  }
  if (selection.arguments.size() > 1 || selection.final != nullptr) {
    Fail("%s has arguments but cannot be invoked as function", {Value::String(match.name)});
  }
  return value;
}

Value Execution::SelectKey(const Selection& selection, const Value& receiver,
                           std::string_view name) {
  if (selection.arguments.size() > 1 || selection.final != nullptr) {
    Fail("%s is not a method but has arguments", {Value::String(name)});
  }
  const Value value = receiver.MapIndex(Value::String(name));
  if (value.IsValid()) return value;
  if (options_.missing_key == MissingKey::kError) {
    Fail("map has no entry for key %q", {Value::String(name)});
  }
  if (options_.missing_key == MissingKey::kZero) {
    return Value::Zero(receiver.type()->element, arena_);
  }
  return {};
}

}  // namespace sidecar::gotemplate
