#include "lib/gotemplate/exec.h"

#include <algorithm>
#include <utility>

#include "lib/gotemplate/format.h"
#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/printable.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

// exec.go's maxExecDepth.
// A look at the clock costs a third of a step; one step may take as long as the slowest function.
constexpr std::uint64_t kStepsBetweenLooks = 16;
constexpr std::uint32_t kMaxTemplateCalls = 100'000;

// Of {{if}} and {{with}}: an interface counts as what is in it.
Value Concrete(const Value& value) {
  return value.kind() == Kind::kInterface ? value.Elem() : value;
}

bool EmitsStructure(const PipeNode& pipe, std::span<const Function* const> functions) {
  return std::any_of(pipe.commands.begin(), pipe.commands.end(), [&](const CommandNode* command) {
    const Node& word = *command->arguments[0];
    if (word.kind == NodeKind::kPipe) return EmitsStructure(word.As<PipeNode>(), functions);
    return word.kind == NodeKind::kIdentifier &&
           functions[word.As<IdentifierNode>().function]->emits_structure;
  });
}

}  // namespace

std::string ReflectString(const Value& value) {
  if (value.kind() == Kind::kString) return std::string(value.AsString());
  if (!value.IsValid()) return "<invalid Value>";
  return "<" + value.type()->name + " Value>";
}

Execution::Execution(const Template& set, Arena& arena, const ExecOptions& options,
                     std::string& output)
    : set_(set), arena_(arena), options_(options), output_(output), output_start_(output.size()) {
  frames_.reserve(16);
  variables_.reserve(16);
}

void Execution::Run(const Template::Body& body, const Value& data) {
  body_ = &body;
  if (body.tree.root == nullptr) {
    Fail("%q is an incomplete or empty template", {Value::String(body.tree.name)});
  }
  PushVariable(0, data);
  Push({.list = body.tree.root, .next = 0, .mark = 0, .dot = data});
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.next == frame.list->nodes.size()) {
      EndFrame();
      continue;
    }
    const Value dot = frame.dot;
    const Node& node = *frame.list->nodes[frame.next++];
    Walk(dot, node);
  }
}

void Execution::Walk(const Value& dot, const Node& node) {
  node_ = &node;
  Step();
  switch (node.kind) {
    case NodeKind::kText: return WriteText(node.As<TextNode>().text);
    case NodeKind::kAction: return WalkAction(dot, node.As<ActionNode>());
    case NodeKind::kIf:
    case NodeKind::kWith: return WalkIfOrWith(dot, node.As<BranchNode>());
    case NodeKind::kRange: return WalkRange(dot, node.As<BranchNode>());
    case NodeKind::kTemplate: return WalkTemplate(dot, node.As<TemplateNode>());
    case NodeKind::kBreak: return LeaveLoop(false);
    case NodeKind::kContinue: return LeaveLoop(true);
    case NodeKind::kComment: return;
    default: Fail("unknown node: %s", {Value::String(Print(node))});
  }
}

// Variables that the pipeline declares stay until the end of the list.
void Execution::WalkAction(const Value& dot, const ActionNode& node) {
  const Value value = EvalPipeline(dot, *node.pipe);
  if (node.pipe->variables.empty()) PrintValue(node, value);
}

void Execution::WalkIfOrWith(const Value& dot, const BranchNode& node) {
  const std::size_t mark = variables_.size();
  const Value value = EvalPipeline(dot, *node.pipe);
  const std::optional<bool> truth = IsTrue(Concrete(value));
  if (!truth) Fail("if/with can't use %v", {value});
  const ListNode* const list = *truth ? node.list : node.else_list;
  if (list == nullptr) {
    variables_.resize(mark);
    return;
  }
  const bool moves_dot = *truth && node.kind == NodeKind::kWith;
  Push({.list = list, .next = 0, .mark = mark, .dot = moves_dot ? value : dot});
}

void Execution::WalkTemplate(const Value& dot, const TemplateNode& node) {
  const Template::Body* const callee = set_.Find(node.name);
  if (callee == nullptr) Fail("template %q not defined", {Value::String(node.name)});
  if (calls_ == kMaxTemplateCalls) {
    Fail("exceeded maximum template depth (%v)", {Value::Int(kMaxTemplateCalls)});
  }
  // Variables that the argument declares are the caller's; the callee sees none of them.
  const Value argument = node.pipe == nullptr ? Value() : EvalPipeline(dot, *node.pipe);
  const std::size_t mark = variables_.size();
  Push({.list = callee->tree.root,
        .next = 0,
        .mark = mark,
        .dot = argument,
        .loop = nullptr,
        .caller = body_,
        .caller_base = base_});
  ++calls_;
  body_ = callee;
  base_ = mark;
  PushVariable(0, argument);
}

void Execution::Push(const Frame& frame) {
  if (frames_.size() == frames_.capacity()) CheckStack();
  frames_.push_back(frame);
}

void Execution::PushVariable(std::uint32_t id, const Value& value) {
  if (variables_.size() == variables_.capacity()) CheckStack();
  variables_.push_back({id, value});
}

// Called before either stack grows, to about the double.
void Execution::CheckStack() {
  const std::size_t used =
      frames_.capacity() * sizeof(Frame) + variables_.capacity() * sizeof(Variable);
  if (used <= options_.limits.stack_bytes) return;
  Fail("stack budget of %d bytes exceeded",
       {Value::Int(static_cast<std::int64_t>(options_.limits.stack_bytes))});
}

void Execution::EndFrame() {
  Frame& frame = frames_.back();
  if (frame.loop != nullptr && NextIteration(frame)) return;
  variables_.resize(frame.mark);
  if (frame.caller != nullptr) {
    body_ = frame.caller;
    base_ = frame.caller_base;
    --calls_;
  }
  frames_.pop_back();
}

void Execution::WriteText(std::string_view text) {
  const std::size_t room = options_.limits.output_bytes - (output_.size() - output_start_);
  output_.append(text.substr(0, room));
  if (text.size() <= room) return;
  Fail("output budget of %d bytes exceeded",
       {Value::Int(static_cast<std::int64_t>(options_.limits.output_bytes))});
}

void Execution::PrintValue(const ActionNode& node, const Value& value) {
  node_ = &node;
  const std::size_t begin = output_.size();
  if (value.kind() == Kind::kString && value.type() == StringType()) {
    WriteText(value.AsString());
  } else {
    const std::optional<Value> printable = PrintableValue(value);
    if (!printable) {
      Fail("can't print %s of type %s",
           {Value::String(Print(node)), Value::String(value.type()->name)});
    }
    try {
      AppendValue(arena_, output_, *printable, output_start_ + options_.limits.output_bytes);
    } catch (const FunctionError& error) {
      Fail("%v", {Value::String(error.what())});
    }
  }
  if (options_.spans == nullptr) return;
  options_.spans->push_back({.begin = begin,
                             .end = output_.size(),
                             .action = &node,
                             .source = body_->tree.source.get(),
                             .emits_structure = EmitsStructure(*node.pipe, *body_->functions)});
}

void Execution::Step(std::uint64_t steps) {
  const std::uint64_t before = steps_;
  steps_ += steps;
  const bool is_time_to_look = steps_ / kStepsBetweenLooks != before / kStepsBetweenLooks;
  if (options_.is_late != nullptr && is_time_to_look && (*options_.is_late)()) FailLate();
  if (steps_ <= options_.limits.steps) return;
  Fail("step budget of %d exceeded",
       {Value::Int(static_cast<std::int64_t>(options_.limits.steps))});
}

void Execution::FailLate() const {
  try {
    Fail("out of time");
  } catch (ExecError& error) {
    error.code = ErrorCode::kDeadlineExceeded;
    throw;
  }
}

// exec.go's errorf, which puts the place into the format: a "%" in a template's name is taken for a
// verb there, and so here.
void Execution::Fail(std::string_view format, std::initializer_list<Value> arguments) const {
  const std::string full = Context(std::string(format));
  Arena scratch;
  throw ExecError{
      std::string(Sprintf(scratch, full, std::span(arguments.begin(), arguments.size())))};
}

std::string Execution::Context(const std::string& format) const {
  const auto double_percent = [](std::string_view text) {
    std::string doubled;
    for (const char c : text) doubled.append(c == '%' ? 2 : 1, c);
    return doubled;
  };
  const std::string name = double_percent(body_->tree.name);
  if (node_ == nullptr) return "template: " + name + ": " + format;
  return "template: " + Location(*body_->tree.source, *node_) + ": executing " + Quote(name) +
         " at <" + double_percent(Print(*node_)) + ">: " + format;
}

std::string Execution::MemoryError() const {
  Arena scratch;
  return std::string(Sprintf(scratch, Context("memory budget exceeded"), {}));
}

}  // namespace sidecar::gotemplate
