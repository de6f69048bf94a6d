#include "lib/gotemplate/parser.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/gotemplate/expression.h"
#include "lib/gotemplate/lexer.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/token_reader.h"
#include "lib/gotemplate/unicode.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::string_view kDefaultLeftDelimiter = "{{";
constexpr std::string_view kDefaultRightDelimiter = "}}";

using TreeSet = std::map<std::string, Tree, std::less<>>;

bool IsSpaceOnly(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (!IsSpace(decoded.rune)) return false;
    text.remove_prefix(decoded.width);
  }
  return true;
}

LexerOptions MakeLexerOptions(const ParserOptions& options) {
  const auto or_default = [](std::string_view delimiter, std::string_view by_default) {
    return delimiter.empty() ? by_default : delimiter;
  };
  const auto is_function = [&options](std::string_view name) {
    return options.has_function && options.has_function(name);
  };
  return {or_default(options.left_delimiter, kDefaultLeftDelimiter),
          or_default(options.right_delimiter, kDefaultRightDelimiter), options.keep_comments,
          !is_function("break"), !is_function("continue")};
}

// The part of the grammar outside of pipelines: text, control structures, definitions.
//
// What has been begun and not yet ended is kept in `open_`, so that nesting costs no stack.
class Parser {
 public:
  Parser(std::shared_ptr<Source> source, const ParserOptions& options)
      : source_(std::move(source)),
        lexer_(source_->text, MakeLexerOptions(options)),
        reader_(source_->name, lexer_),
        expressions_(reader_, *source_, options.has_function, options.refusal_of) {}

  TreeSet Parse();

 private:
  // A list of nodes whose end has not come yet, and what it is part of.
  struct OpenList {
    enum class Role { kTemplate, kDefinition, kBlock, kBody, kElse };

    Role role = Role::kTemplate;
    std::uint32_t position = 0;
    std::vector<const Node*> nodes = {};

    // Of a control structure.
    NodeKind kind = NodeKind::kList;
    const PipeNode* pipe = nullptr;  // Of a block, too.
    const ListNode* body = nullptr;  // Once it is in its else part, or has one.
    std::uint32_t else_position = 0;
    std::size_t variables = 0;  // In sight before it.
    bool ends_parent = false;   // {{else if}}: its {{end}} is the {{if}}'s as well.
    // Of a block.
    std::string_view name = {};
    std::uint32_t name_position = 0;
  };
  using Role = OpenList::Role;

  void ParseTopLevel();
  void ParseTextOrAction();
  void ParseAction();
  void ParseSimpleAction();
  void ParseJump(const Token& keyword, NodeKind kind);
  void ParseTemplateCall();
  std::string ParseTemplateName(const Token& token, std::string_view context);

  void OpenControl(NodeKind kind, std::string_view context, bool ends_parent);
  void OpenDefinition();
  void OpenBlock();
  void PushList(OpenList list);

  void ParseEnd();
  void ParseElse();
  void EndList();
  void EndControl();
  void EndTree();

  void EnterTree(std::string name);
  void LeaveTree();
  void AddTree();
  void Append(const Node* node) { open_.back().nodes.push_back(node); }
  const ListNode* MakeList(std::uint32_t position, const std::vector<const Node*>& nodes);
  Arena& arena() { return source_->arena; }

  std::shared_ptr<Source> source_;
  Lexer lexer_;
  TokenReader reader_;
  ExpressionParser expressions_;
  std::vector<std::unique_ptr<TreeState>> trees_;  // The innermost is the last.
  std::vector<OpenList> open_;
  TreeSet parsed_;
};

TreeSet Parser::Parse() {
  EnterTree(source_->name);
  PushList({Role::kTemplate});
  while (!open_.empty()) {
    if (reader_.PeekNonSpace().kind != TokenKind::kEof) {
      if (open_.size() == 1) {
        ParseTopLevel();
      } else {
        ParseTextOrAction();
      }
    } else if (open_.size() == 1) {
      EndTree();
    } else {
      reader_.Fail("unexpected EOF");
    }
  }
  for (auto& [name, tree] : parsed_) tree.source = source_;
  return std::move(parsed_);
}

// Definitions may stand only here.
void Parser::ParseTopLevel() {
  if (reader_.Peek().kind == TokenKind::kLeftDelimiter) {
    const Token delimiter = reader_.Next();
    if (reader_.NextNonSpace().kind == TokenKind::kDefine) {
      OpenDefinition();
      return;
    }
    reader_.Backup(delimiter);
  }
  ParseTextOrAction();
}

void Parser::ParseTextOrAction() {
  const Token token = reader_.NextNonSpace();
  switch (token.kind) {
    case TokenKind::kText:
      Append(arena().New<TextNode>(TextNode{{NodeKind::kText, token.position}, token.text}));
      return;
    case TokenKind::kComment:
      Append(
          arena().New<CommentNode>(CommentNode{{NodeKind::kComment, token.position}, token.text}));
      return;
    case TokenKind::kLeftDelimiter:
      reader_.tree().action_line = token.line;
      ParseAction();
      return;
    default: reader_.Unexpected(token, "input");
  }
}

void Parser::ParseAction() {
  const Token token = reader_.NextNonSpace();
  switch (token.kind) {
    case TokenKind::kBlock: return OpenBlock();
    case TokenKind::kBreak: return ParseJump(token, NodeKind::kBreak);
    case TokenKind::kContinue: return ParseJump(token, NodeKind::kContinue);
    case TokenKind::kElse: return ParseElse();
    case TokenKind::kEnd: return ParseEnd();
    case TokenKind::kIf: return OpenControl(NodeKind::kIf, "if", false);
    case TokenKind::kRange: return OpenControl(NodeKind::kRange, "range", false);
    case TokenKind::kTemplate: return ParseTemplateCall();
    case TokenKind::kWith: return OpenControl(NodeKind::kWith, "with", false);
    default: reader_.Backup(); return ParseSimpleAction();
  }
}

void Parser::ParseSimpleAction() {
  const std::uint32_t position = reader_.Peek().position;
  const PipeNode* const pipe = expressions_.ParsePipeline("command");
  Append(arena().New<ActionNode>(ActionNode{{NodeKind::kAction, position}, pipe}));
  reader_.tree().action_line = 0;
}

void Parser::ParseJump(const Token& keyword, NodeKind kind) {
  const std::string action = kind == NodeKind::kBreak ? "{{break}}" : "{{continue}}";
  reader_.Expect(TokenKind::kRightDelimiter, action);
  if (reader_.tree().range_depth == 0) reader_.Fail("%s outside {{range}}", {action});
  if (kind == NodeKind::kBreak) {
    Append(arena().New<BreakNode>(BreakNode{{kind, keyword.position}}));
  } else {
    Append(arena().New<ContinueNode>(ContinueNode{{kind, keyword.position}}));
  }
  reader_.tree().action_line = 0;
}

void Parser::ParseTemplateCall() {
  constexpr std::string_view kContext = "template clause";
  const Token token = reader_.NextNonSpace();
  const std::string name = ParseTemplateName(token, kContext);
  const PipeNode* pipe = nullptr;
  if (reader_.NextNonSpace().kind != TokenKind::kRightDelimiter) {
    reader_.Backup();
    pipe = expressions_.ParsePipeline(kContext);
  }
  Append(arena().New<TemplateNode>(
      TemplateNode{{NodeKind::kTemplate, token.position}, arena().Copy(name), pipe}));
  reader_.tree().action_line = 0;
}

std::string Parser::ParseTemplateName(const Token& token, std::string_view context) {
  if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) {
    reader_.Unexpected(token, context);
  }
  auto name = Unquote(token.text);
  if (!name) reader_.Fail("invalid syntax");
  return *std::move(name);
}

void Parser::PushList(OpenList list) {
  list.position = reader_.PeekNonSpace().position;
  open_.push_back(std::move(list));
}

void Parser::OpenControl(NodeKind kind, std::string_view context, bool ends_parent) {
  if (open_.size() > kMaxControlDepth) reader_.Fail("max control depth exceeded");
  OpenList list{Role::kBody};
  list.kind = kind;
  list.ends_parent = ends_parent;
  list.variables = reader_.tree().variables.size();
  list.pipe = expressions_.ParsePipeline(context);
  if (kind == NodeKind::kRange) ++reader_.tree().range_depth;
  PushList(std::move(list));
}

void Parser::OpenDefinition() {
  constexpr std::string_view kContext = "define clause";
  EnterTree("");
  const Token name = reader_.NextNonSpace();
  reader_.tree().name = ParseTemplateName(name, kContext);
  reader_.Expect(TokenKind::kRightDelimiter, kContext);
  PushList({Role::kDefinition});
}

void Parser::OpenBlock() {
  constexpr std::string_view kContext = "block clause";
  if (open_.size() > kMaxControlDepth) reader_.Fail("max control depth exceeded");
  const Token token = reader_.NextNonSpace();
  const std::string name = ParseTemplateName(token, kContext);
  OpenList list{Role::kBlock};
  list.name = arena().Copy(name);
  list.name_position = token.position;
  list.pipe = expressions_.ParsePipeline(kContext);
  EnterTree(name);
  PushList(std::move(list));
}

void Parser::ParseEnd() {
  reader_.Expect(TokenKind::kRightDelimiter, "end");
  reader_.tree().action_line = 0;
  EndList();
}

void Parser::ParseElse() {
  const Token next = reader_.PeekNonSpace();
  const bool is_chained = next.kind == TokenKind::kIf || next.kind == TokenKind::kWith;
  const std::uint32_t position =
      is_chained ? next.position : reader_.Expect(TokenKind::kRightDelimiter, "else").position;
  reader_.tree().action_line = 0;

  OpenList& list = open_.back();
  switch (list.role) {
    case Role::kTemplate: reader_.Fail("unexpected {{else}}");
    case Role::kDefinition: reader_.Fail("unexpected {{else}} in define clause");
    case Role::kBlock: LeaveTree(); reader_.Fail("unexpected {{else}} in block clause");
    case Role::kElse: reader_.Fail("expected end; found {{else}}");
    case Role::kBody: break;
  }
  if (list.kind == NodeKind::kRange) --reader_.tree().range_depth;
  list.body = MakeList(list.position, list.nodes);
  list.nodes.clear();
  list.role = Role::kElse;
  // {{if a}}_{{else if b}}_{{end}} stands for {{if a}}_{{else}}{{if b}}_{{end}}{{end}}.
  const bool of_same_kind = (list.kind == NodeKind::kIf && next.kind == TokenKind::kIf) ||
                            (list.kind == NodeKind::kWith && next.kind == TokenKind::kWith);
  if (of_same_kind) {
    list.else_position = position;
    const NodeKind kind = list.kind;
    reader_.Next();
    OpenControl(kind, kind == NodeKind::kIf ? "if" : "with", true);
  } else {
    list.else_position = reader_.PeekNonSpace().position;
  }
}

// At an {{end}}.
void Parser::EndList() {
  switch (open_.back().role) {
    case Role::kTemplate: reader_.Fail("unexpected {{end}}");
    case Role::kDefinition: return EndTree();
    case Role::kBlock: {
      const OpenList& block = open_.back();
      const Node* const call = arena().New<TemplateNode>(
          TemplateNode{{NodeKind::kTemplate, block.name_position}, block.name, block.pipe});
      EndTree();
      reader_.tree().action_line = 0;
      Append(call);
      return;
    }
    case Role::kBody:
    case Role::kElse: return EndControl();
  }
}

void Parser::EndControl() {
  for (bool ends_parent = true; ends_parent;) {
    OpenList list = std::move(open_.back());
    open_.pop_back();
    const ListNode* else_list = nullptr;
    if (list.role == Role::kBody) {
      if (list.kind == NodeKind::kRange) --reader_.tree().range_depth;
      list.body = MakeList(list.position, list.nodes);
    } else {
      else_list = MakeList(list.else_position, list.nodes);
    }
    reader_.tree().variables.PopTo(list.variables);
    Append(arena().New<BranchNode>(
        BranchNode{{list.kind, list.pipe->position}, list.pipe, list.body, else_list}));
    ends_parent = list.ends_parent;
  }
}

void Parser::EndTree() {
  AddTree();
  open_.pop_back();
  LeaveTree();
}

void Parser::EnterTree(std::string name) {
  trees_.push_back(std::make_unique<TreeState>());
  trees_.back()->name = std::move(name);
  reader_.SetTree(trees_.back().get());
}

void Parser::LeaveTree() {
  if (trees_.size() == 1) return;  // The outermost is needed to the end.
  trees_.pop_back();
  reader_.SetTree(trees_.back().get());
}

// An empty tree gives way to one that is not; of those there can be one of a name (Go's Tree.add).
void Parser::AddTree() {
  const std::string& name = reader_.tree().name;
  const ListNode* const root = MakeList(open_.back().position, open_.back().nodes);
  Tree& tree = parsed_[name];
  if (IsEmptyTree(tree.root)) {
    tree.name = name;
    tree.root = root;
  } else if (!IsEmptyTree(root)) {
    reader_.Fail("template: multiple definition of template %q", {name});
  }
}

const ListNode* Parser::MakeList(std::uint32_t position, const std::vector<const Node*>& nodes) {
  const auto copy = arena().NewArray<const Node*>(nodes.size());
  std::copy(nodes.begin(), nodes.end(), copy.begin());
  return arena().New<ListNode>(ListNode{{NodeKind::kList, position}, copy});
}

}  // namespace

Result<TreeSet> Parse(std::string_view name, std::string_view text, const ParserOptions& options) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
    return Error{ErrorCode::kInvalidArgument,
                 "template: " + std::string(name) + ": text is longer than 2 GiB"};
  }
  try {
    auto source = std::make_shared<Source>();
    source->name = name;
    source->text = text;
    return Parser(std::move(source), options).Parse();
  } catch (const ParseError& error) {
    return Error{ErrorCode::kInvalidArgument, error.what()};
  } catch (const ArenaLimitExceeded& error) {  // A message that quotes a huge token.
    return Error{ErrorCode::kInvalidArgument,
                 "template: " + std::string(name) + ": " + error.what()};
  }
}

bool IsEmptyTree(const ListNode* root) {
  if (root == nullptr) return true;
  return std::all_of(root->nodes.begin(), root->nodes.end(), [](const Node* node) {
    return node->kind == NodeKind::kComment ||
           (node->kind == NodeKind::kText && IsSpaceOnly(node->As<TextNode>().text));
  });
}

}  // namespace sidecar::gotemplate
