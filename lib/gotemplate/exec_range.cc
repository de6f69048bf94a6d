#include <algorithm>

#include "lib/gotemplate/exec.h"
#include "lib/gotemplate/printable.h"

namespace sidecar::gotemplate {

void Execution::WalkRange(const Value& dot, const BranchNode& node) {
  const std::size_t outer_mark = variables_.size();
  const Value collection = Indirect(EvalPipeline(dot, *node.pipe));
  const std::uint64_t count = CountIterations(node, collection);
  if (count == 0) {
    if (node.else_list != nullptr) {
      Push({.list = node.else_list, .next = 0, .mark = outer_mark, .dot = dot});
    } else {
      variables_.resize(outer_mark);
    }
    return;
  }
  Loop* const loop = arena_.New<Loop>(&node, collection, 0U, count, variables_.size());
  // Starts at the end of its list: the walk then asks for the first iteration.
  Push({.list = node.list,
        .next = node.list->nodes.size(),
        .mark = outer_mark,
        .dot = Value(),
        .loop = loop});
}

// How often exec.go's walkRange runs the body; fails for what it can't iterate over.
std::uint64_t Execution::CountIterations(const BranchNode& node, const Value& collection) const {
  const Kind kind = collection.kind();
  if (kind == Kind::kInvalid) return 0;  // Likely a nil map: acts like an empty one.
  if (kind == Kind::kArray || kind == Kind::kSlice || kind == Kind::kMap) return collection.size();
  if (!IsInteger(kind)) Fail("range can't iterate over %v", {collection});
  if (node.pipe->variables.size() > 1) {
    Fail("can't use %v to iterate over more than one variable", {collection});
  }
  if (IsUnsigned(kind)) return collection.AsUint();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, collection.AsInt()));
}

// Prepares the frame of a loop for its next iteration, if there is one.
bool Execution::NextIteration(Frame& frame) {
  Loop& loop = *frame.loop;
  variables_.resize(loop.mark);
  if (loop.next == loop.count) return false;
  Step();
  const std::uint64_t i = loop.next++;
  Value index;
  Value element;
  switch (loop.collection.kind()) {
    case Kind::kArray:
    case Kind::kSlice:
      index = Value::Int(static_cast<std::int64_t>(i));
      element = loop.collection.Index(i);
      break;
    case Kind::kMap: {
      // A function called from the body may have changed the map.
      MapData* const map = loop.collection.AsMap();
      if (i >= map->size) return false;
      const Type* const type = loop.collection.type();
      const Type* const key_type = type->key;
      MapEntry& entry = map->entries[i];
      index = key_type->kind == Kind::kInterface ? Value::Interface(&entry.key, key_type)
                                                 : entry.key.Dynamic();
      element = type->element->kind == Kind::kInterface
                    ? Value::Interface(&entry.value, type->element)
                    : entry.value.Dynamic();
      break;
    }
    default:
      element = IsUnsigned(loop.collection.kind())
                    ? Value::Uint(i, loop.collection.type())
                    : Value::Int(static_cast<std::int64_t>(i), loop.collection.type());
  }
  SetLoopVariables(*loop.node->pipe, index, element);
  frame.dot = element;
  frame.next = 0;
  return true;
}

// With two variables the first is the index; one alone is the element.
void Execution::SetLoopVariables(const PipeNode& pipe, const Value& index, const Value& element) {
  const std::size_t count = pipe.variables.size();
  if (count == 0) return;
  if (pipe.is_assignment) {
    if (count > 1) FindVariable(*pipe.variables[0]) = index;
    FindVariable(*pipe.variables[count - 1]) = element;
    return;
  }
  variables_[variables_.size() - 1].value = element;
  if (count > 1) variables_[variables_.size() - 2].value = index;
}

// {{break}} and {{continue}}: ends the frames up to the innermost loop, and its iteration.
void Execution::LeaveLoop(bool again) {
  while (frames_.back().loop == nullptr) frames_.pop_back();
  Frame& frame = frames_.back();
  if (!again) frame.loop->next = frame.loop->count;
  frame.next = frame.list->nodes.size();
}

}  // namespace sidecar::gotemplate
