#include "lib/gotemplate/node_print.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

// Prints a tree without recursion: expressions nest 10000 deep.
class Printer {
 public:
  explicit Printer(TextFormat format) : format_(format) {}

  std::string Print(const Node& root) {
    Push(&root);
    while (!pending_.empty()) {
      const Piece piece = pending_.back();
      pending_.pop_back();
      if (piece.node == nullptr) {
        out_ += piece.text;
      } else {
        PrintNode(*piece.node);
      }
    }
    return std::move(out_);
  }

 private:
  // A node that is still to be printed, or a text between nodes.
  struct Piece {
    const Node* node = nullptr;
    std::string_view text;
  };

  // What comes first is pushed last.
  void Push(const Node* node) { pending_.push_back({node, {}}); }
  void Push(std::string_view text) { pending_.push_back({nullptr, text}); }

  void PrintNode(const Node& node) {
    switch (node.kind) {
      case NodeKind::kText: return PrintText(node.As<TextNode>().text);
      case NodeKind::kComment:
        out_ += "{{";
        out_ += node.As<CommentNode>().text;
        out_ += "}}";
        return;
      case NodeKind::kAction:
        out_ += "{{";
        Push("}}");
        Push(node.As<ActionNode>().pipe);
        return;
      case NodeKind::kIf: return PrintBranch("{{if ", node.As<BranchNode>());
      case NodeKind::kRange: return PrintBranch("{{range ", node.As<BranchNode>());
      case NodeKind::kWith: return PrintBranch("{{with ", node.As<BranchNode>());
      case NodeKind::kList: return PushAll(node.As<ListNode>().nodes, "");
      case NodeKind::kPipe: return PrintPipe(node.As<PipeNode>());
      case NodeKind::kCommand: return PrintCommand(node.As<CommandNode>());
      case NodeKind::kTemplate: return PrintTemplate(node.As<TemplateNode>());
      case NodeKind::kChain:
        PushNames(node.As<ChainNode>().names);
        return PushArgument(node.As<ChainNode>().operand);
      case NodeKind::kBreak: out_ += "{{break}}"; return;
      case NodeKind::kContinue: out_ += "{{continue}}"; return;
      default: return PrintOperand(node);
    }
  }

  void PrintOperand(const Node& node) {
    switch (node.kind) {
      case NodeKind::kBool: out_ += node.As<BoolNode>().value ? "true" : "false"; return;
      case NodeKind::kNumber: out_ += node.As<NumberNode>().text; return;
      case NodeKind::kString: out_ += node.As<StringNode>().quoted; return;
      case NodeKind::kIdentifier: out_ += node.As<IdentifierNode>().name; return;
      case NodeKind::kNil: out_ += "nil"; return;
      case NodeKind::kDot: out_ += '.'; return;
      case NodeKind::kField: return PushNames(node.As<FieldNode>().names);
      case NodeKind::kVariable: {
        const auto names = node.As<VariableNode>().names;
        out_ += names[0];
        return PushNames(names.subspan(1));
      }
      default: return;
    }
  }

  void PrintText(std::string_view text) {
    if (format_ == TextFormat::kQuoted) {
      AppendQuote(out_, text);
    } else {
      out_ += text;
    }
  }

  void PrintBranch(std::string_view start, const BranchNode& branch) {
    out_ += start;
    Push("{{end}}");
    if (branch.else_list != nullptr) {
      Push(branch.else_list);
      Push("{{else}}");
    }
    Push(branch.list);
    Push("}}");
    Push(branch.pipe);
  }

  void PrintPipe(const PipeNode& pipe) {
    PushAll(pipe.commands, " | ");
    if (pipe.variables.empty()) return;
    Push(" := ");  // Of assignments too, as in Go 1.19's PipeNode.writeTo.
    PushAll(pipe.variables, ", ");
  }

  void PrintCommand(const CommandNode& command) {
    for (std::size_t i = command.arguments.size(); i-- > 0;) {
      PushArgument(command.arguments[i]);
      if (i > 0) Push(" ");
    }
  }

  void PrintTemplate(const TemplateNode& node) {
    out_ += "{{template ";
    AppendQuote(out_, node.name);
    Push("}}");
    if (node.pipe == nullptr) return;
    Push(node.pipe);
    Push(" ");
  }

  void PushArgument(const Node* argument) {
    const bool is_pipe = argument->kind == NodeKind::kPipe;
    if (is_pipe) Push(")");
    Push(argument);
    if (is_pipe) Push("(");
  }

  void PushNames(std::span<const std::string_view> names) {
    for (std::size_t i = names.size(); i-- > 0;) {
      Push(names[i]);
      Push(".");
    }
  }

  template <class T>
  void PushAll(std::span<const T* const> nodes, std::string_view separator) {
    for (std::size_t i = nodes.size(); i-- > 0;) {
      Push(nodes[i]);
      if (i > 0 && !separator.empty()) Push(separator);
    }
  }

  TextFormat format_;
  std::string out_;
  std::vector<Piece> pending_;
};

}  // namespace

std::string Print(const Node& node, TextFormat format) {
  return Printer(format).Print(node);
}

std::string Location(const Source& source, const Node& node) {
  const std::string_view before = std::string_view(source.text).substr(0, node.position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return source.name + ':' + std::to_string(line) + ':' +
         std::to_string(before.size() - line_start);
}

}  // namespace sidecar::gotemplate
