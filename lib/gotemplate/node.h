#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"

namespace sidecar::gotemplate {

// The parse tree of a template: what text/template/parse calls Node and Tree.
//
// Nodes are plain data, made by the parser in the arena of their Source and never changed again, so
// any number of executions may walk them at once. Their texts are views of the Source. Printing
// them as Go does is in node_print.h.

enum class NodeKind : std::uint8_t {
  kText,
  kAction,
  kBool,
  kBreak,
  kChain,
  kCommand,
  kComment,
  kContinue,
  kDot,
  kField,
  kIdentifier,
  kIf,
  kList,
  kNil,
  kNumber,
  kPipe,
  kRange,
  kString,
  kTemplate,
  kVariable,
  kWith,
};

struct Node {
  NodeKind kind;
  std::uint32_t position;  // Byte offset in Source::text.

  // The node as what it is; `T` must be the struct of `kind`.
  template <class T>
  const T& As() const {
    return static_cast<const T&>(*this);
  }
};

struct ListNode : Node {
  std::span<const Node* const> nodes;
};

// Text between actions, already trimmed.
struct TextNode : Node {
  std::string_view text;
};

// Kept only where ParserOptions asks for comments.
struct CommentNode : Node {
  std::string_view text;  // With "/*" and "*/".
};

struct DotNode : Node {};

struct NilNode : Node {};

struct BoolNode : Node {
  bool value;
};

// A constant, under every type that can hold it exactly: Go's untyped constants, in small.
struct NumberNode : Node {
  bool is_int = false;
  bool is_uint = false;
  bool is_float = false;
  bool is_complex = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double real = 0;
  std::complex<double> complex = {};
  std::string_view text = {};  // As written.
};

struct StringNode : Node {
  std::string_view quoted;  // As written, with quotes.
  std::string_view value;
};

// A function's name.
struct IdentifierNode : Node {
  std::string_view name;
  std::uint32_t function;  // Index of the name in Source::functions.
};

// .a.b
struct FieldNode : Node {
  std::span<const std::string_view> names;
};

// $x.a.b
struct VariableNode : Node {
  std::span<const std::string_view> names;  // The first is the variable's, with its "$".
  // Equal for equal variable names of one Source; 0 is "$". Execution looks variables up by it,
  // from the innermost outwards. (A fixed slot would not do: whether a declaration inside
  // parentheses is ever evaluated shows only at run time.)
  std::uint32_t variable;
};

// A term followed by fields: (pipeline).a.b
struct ChainNode : Node {
  const Node* operand;
  std::span<const std::string_view> names;
};

struct CommandNode : Node {
  std::span<const Node* const> arguments;  // At least one; the first may be a function.
};

struct PipeNode : Node {
  bool is_assignment;  // $x = ..., not $x := ...
  std::span<const VariableNode* const> variables;
  std::span<const CommandNode* const> commands;  // At least one.
};

// {{pipeline}}
struct ActionNode : Node {
  const PipeNode* pipe;
};

// {{if}}, {{with}} and {{range}}.
struct BranchNode : Node {
  const PipeNode* pipe;
  const ListNode* list;
  const ListNode* else_list;  // Null where there is no {{else}}.
};

struct BreakNode : Node {};

struct ContinueNode : Node {};

// {{template "name" pipeline}}, and what a {{block}} leaves behind.
struct TemplateNode : Node {
  std::string_view name;
  const PipeNode* pipe;  // Null where there is none.
};

// A text that was parsed, and the memory of the nodes made from it.
struct Source {
  std::string name;  // Of the template whose text this is: what errors call it.
  std::string text;
  std::vector<std::string_view> functions;  // Names of the functions that the text mentions.
  Arena arena;
};

// One template's body. Cheap to copy.
struct Tree {
  std::string name;  // Of the template that the body defines: not always the Source's.
  std::shared_ptr<const Source> source;
  const ListNode* root = nullptr;
};

}  // namespace sidecar::gotemplate
