#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/gotemplate/node.h"
#include "lib/gotemplate/template.h"
#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// What ends an execution: the whole message, as Go's ExecError has it. Never leaves the library.
struct ExecError {
  std::string message;
  ErrorCode code = ErrorCode::kInvalidArgument;
};

// One run of a template: what text/template's exec.go calls state. Private to this library; use
// Template.
//
// Lists, branches, loops and template calls are walked with a stack of frames on the heap, so that
// templates that call themselves 100000 times need no machine stack. Expressions are evaluated by
// recursion, which ExecLimits::expression_depth bounds.
//
// exec.cc walks and prints, exec_range.cc loops, exec_eval.cc evaluates pipelines, fields and
// variables, exec_call.cc calls functions and fits arguments to their parameters.
class Execution {
 public:
  Execution(const Template& set, Arena& arena, const ExecOptions& options, std::string& output);

  // Throws ExecError, and ArenaLimitExceeded, of which BudgetError makes a message.
  void Run(const Template::Body& body, const Value& data);

  // The message for an arena that is full, naming the place that was reached.
  std::string MemoryError() const;

 private:
  struct Variable {
    std::uint32_t id = 0;  // VariableNode::variable.
    Value value;
  };

  // A {{range}} that is under way.
  struct Loop {
    const BranchNode* node = nullptr;
    Value collection;
    std::uint64_t next = 0;
    std::uint64_t count = 0;
    std::size_t mark = 0;  // Variables that outlive an iteration.
  };

  // A list of nodes that is being walked.
  struct Frame {
    const ListNode* list = nullptr;
    std::size_t next = 0;
    std::size_t mark = 0;  // Variables that outlive the frame.
    Value dot = {};
    Loop* loop = nullptr;                    // If the list is the body of a {{range}}.
    const Template::Body* caller = nullptr;  // If it is the root of a called template.
    std::size_t caller_base = 0;
  };

  using Arguments = std::span<const Node* const>;

  // exec.cc
  void Walk(const Value& dot, const Node& node);
  void WalkAction(const Value& dot, const ActionNode& node);
  void WalkIfOrWith(const Value& dot, const BranchNode& node);
  void WalkTemplate(const Value& dot, const TemplateNode& node);
  void Push(const Frame& frame);
  void EndFrame();
  void PushVariable(std::uint32_t id, const Value& value);
  void CheckStack();
  void WriteText(std::string_view text);
  void PrintValue(const ActionNode& node, const Value& value);
  void Step(std::uint64_t steps = 1);
  [[noreturn]] void FailLate() const;
  void BlameData() const {
    if (options_.depends_on_data != nullptr) *options_.depends_on_data = true;
  }
  [[noreturn]] void Fail(std::string_view format,
                         std::initializer_list<Value> arguments = {}) const;
  std::string Context(const std::string& format) const;

  // exec_range.cc
  void WalkRange(const Value& dot, const BranchNode& node);
  std::uint64_t CountIterations(const BranchNode& node, const Value& collection) const;
  bool NextIteration(Frame& frame);
  void SetLoopVariables(const PipeNode& pipe, const Value& index, const Value& element);
  void LeaveLoop(bool again);

  // exec_eval.cc. `final` is the value of the command before, null where there is none.
  Value EvalPipeline(const Value& dot, const PipeNode& outer);
  Value EvalCommand(const Value& dot, const CommandNode& command, const Value* final);
  Value EvalConstant(const Node& node);
  Value IdealConstant(const NumberNode& number);
  Value EvalField(const Value& dot, const FieldNode& field, Arguments arguments,
                  const Value* final);
  Value EvalChain(const Value& dot, const ChainNode& chain, Arguments arguments,
                  const Value* final);
  Value EvalVariable(const Value& dot, const VariableNode& variable, Arguments arguments,
                     const Value* final);
  void RejectArguments(Arguments arguments, const Value* final);
  Value& FindVariable(const VariableNode& variable);

  // A chain of names, and what its last one is called with.
  struct Selection {
    const Value& dot;
    const Node& node;
    Arguments arguments;
    const Value* final;
  };
  Value Select(const Selection& selection, const Value& receiver,
               std::span<const std::string_view> names);
  Value SelectOne(const Selection& selection, const Value& original, std::string_view name);
  Value SelectMember(const Selection& selection, const Value& receiver, std::string_view name,
                     const Type* type);
  [[noreturn]] void FailOnNil(const Value& receiver, std::string_view name, const Type* type) const;
  Value SelectField(const Selection& selection, const Value& receiver, const FieldMatch& match,
                    const Type* type);
  Value SelectKey(const Selection& selection, const Value& receiver, std::string_view name);

  // exec_call.cc
  struct Call {
    const Value& dot;
    const Function& function;
    const Node& node;  // What errors are at.
    std::string_view name;
    Arguments arguments;  // The first is the function itself; may be empty.
    const Value* final;
    // Of methods: the value to find the receiver in.
    const MethodMatch* method = nullptr;
    const Value* receiver = nullptr;
  };
  Value EvalFunction(const Value& dot, const IdentifierNode& identifier, const Node& command,
                     Arguments arguments, const Value* final);
  Value EvalCall(const Call& call);
  Value EvalAndOr(const Call& call, bool stop_at);
  Value ExecuteTemplate(std::string_view name, const Value& data);
  Value CallMethod(const Selection& selection, const Value& receiver, const MethodMatch& match);
  Value Invoke(const Call& call, std::span<Value> arguments);
  void ChargeFor(const Call& call, std::span<const Value> arguments);
  void CheckArgumentCount(const Call& call, std::size_t count);
  std::span<Value> EvalArguments(const Call& call, std::size_t reserved);
  static std::string CalleeName(const Call& call);
  Value EvalArgument(const Value& dot, const Type* type, const Node& node);
  Value EvalTypedConstant(const Type* type, const Node& node);
  Value EvalNumber(const Type* type, const NumberNode& number);
  Value ValidateType(const Value& original, const Type* type);

  const Template& set_;
  Arena& arena_;
  const ExecOptions& options_;
  std::string& output_;
  std::size_t output_start_;

  const Template::Body* body_ = nullptr;
  mutable const Node* node_ = nullptr;  // What is being evaluated, for errors.
  std::vector<Frame> frames_;
  std::vector<Variable> variables_;
  std::size_t base_ = 0;  // The first variable of the current template.
  std::uint32_t calls_ = 0;
  std::uint32_t nesting_ = 0;  // Executions that this one is within: see ExecuteTemplate.
  std::uint32_t expression_depth_ = 0;
  std::uint64_t steps_ = 0;
};

// What reflect.Value.String gives for a value of any kind.
std::string ReflectString(const Value& value);

}  // namespace sidecar::gotemplate
