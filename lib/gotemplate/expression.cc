#include "lib/gotemplate/expression.h"

#include <algorithm>
#include <string>

#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/number.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

// Go's maxStackDepth and maxPipelineCmds.
constexpr std::size_t kMaxParentheses = 10000;
constexpr std::size_t kMaxCommands = 100000;

// Moves the stack's elements from `first` on into the arena.
template <class T>
std::span<const T> TakeFrom(std::vector<T>& stack, std::size_t first, Arena& arena) {
  const std::span<T> taken = arena.NewArray<T>(stack.size() - first);
  std::copy(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end(), taken.begin());
  stack.resize(first);
  return taken;
}

bool StartsOperand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kBool:
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kDot:
    case TokenKind::kField:
    case TokenKind::kIdentifier:
    case TokenKind::kNumber:
    case TokenKind::kNil:
    case TokenKind::kRawString:
    case TokenKind::kString:
    case TokenKind::kVariable:
    case TokenKind::kLeftParen: return true;
    default: return false;
  }
}

bool IsConstant(NodeKind kind) {
  return kind == NodeKind::kBool || kind == NodeKind::kDot || kind == NodeKind::kNil ||
         kind == NodeKind::kNumber || kind == NodeKind::kString;
}

}  // namespace

ExpressionParser::ExpressionParser(TokenReader& reader, Source& source,
                                   const HasFunction& has_function, const RefusalOf& refusal_of)
    : reader_(reader),
      source_(source),
      arena_(source.arena),
      has_function_(has_function),
      refusal_of_(refusal_of) {}

const PipeNode* ExpressionParser::ParsePipeline(std::string_view context) {
  Open(context, TokenKind::kRightDelimiter);
  for (;;) {
    if (open_.back().in_command) {
      ParseOperand();
      continue;
    }
    const Token token = reader_.NextNonSpace();
    if (token.kind == open_.back().end) {
      const PipeNode* const pipe = Close();
      if (open_.empty()) return pipe;
      AddOperand(pipe);
      ParseSeparator();
    } else if (StartsOperand(token.kind)) {
      reader_.Backup();
      BeginCommand();
    } else {
      reader_.Unexpected(token, open_.back().context);
    }
  }
}

void ExpressionParser::Open(std::string_view context, TokenKind end) {
  OpenPipe pipe;
  pipe.context = context;
  pipe.end = end;
  pipe.position = reader_.PeekNonSpace().position;
  pipe.first_variable = variables_.size();
  pipe.first_command = commands_.size();
  pipe.first_argument = arguments_.size();
  open_.push_back(pipe);
  ParseDeclarations();
}

void ExpressionParser::OpenParenthesis() {
  if (open_.size() > kMaxParentheses) reader_.Fail("max expression depth exceeded");
  Open("parenthesized pipeline", TokenKind::kRightParen);
}

// "$x :=", "$x =", or for a range "$i, $x :=". In `$x .y` the space tells that no field of $x is
// meant, so it is pushed back with the variable.
void ExpressionParser::ParseDeclarations() {
  OpenPipe& pipe = open_.back();
  while (reader_.PeekNonSpace().kind == TokenKind::kVariable) {
    const Token variable = reader_.NextNonSpace();
    const Token adjacent = reader_.Peek();
    const Token next = reader_.PeekNonSpace();
    if (next.kind == TokenKind::kAssign || next.kind == TokenKind::kDeclare) {
      pipe.is_assignment = next.kind == TokenKind::kAssign;
      reader_.NextNonSpace();
      Declare(variable);
      return;
    }
    if (next.kind != TokenKind::kChar || next.text != ",") {
      if (adjacent.kind == TokenKind::kSpace) {
        reader_.Backup(variable, adjacent);
      } else {
        reader_.Backup(variable);
      }
      return;
    }
    reader_.NextNonSpace();
    Declare(variable);
    const bool may_have_second =
        pipe.context == "range" && variables_.size() - pipe.first_variable < 2;
    if (!may_have_second) {
      reader_.Fail("too many declarations in %s", {pipe.context});
    }
    const TokenKind second = reader_.PeekNonSpace().kind;
    if (second != TokenKind::kVariable && second != TokenKind::kRightDelimiter &&
        second != TokenKind::kRightParen) {
      reader_.Fail("range can only initialize variables");
    }
  }
}

void ExpressionParser::Declare(const Token& variable) {
  const VariableNode* const node = MakeVariable(variable);
  variables_.push_back(node);
  reader_.tree().variables.Declare(node->variable);
}

const PipeNode* ExpressionParser::Close() {
  CheckPipeline();
  const OpenPipe pipe = open_.back();
  open_.pop_back();
  return arena_.New<PipeNode>(PipeNode{{NodeKind::kPipe, pipe.position},
                                       pipe.is_assignment,
                                       TakeFrom(variables_, pipe.first_variable, arena_),
                                       TakeFrom(commands_, pipe.first_command, arena_)});
}

void ExpressionParser::CheckPipeline() const {
  const OpenPipe& pipe = open_.back();
  if (commands_.size() == pipe.first_command) {
    reader_.Fail("missing value for %s", {pipe.context});
  }
  // Only the first command may be a mere value: the others get its result as an argument.
  for (std::size_t i = pipe.first_command + 1; i < commands_.size(); ++i) {
    if (IsConstant(commands_[i]->arguments[0]->kind)) {
      reader_.Fail("non executable command in pipeline stage %s",
                   {std::to_string(i - pipe.first_command + 1)});
    }
  }
}

void ExpressionParser::BeginCommand() {
  open_.back().in_command = true;
  open_.back().command_position = reader_.PeekNonSpace().position;
}

void ExpressionParser::EndCommand() {
  OpenPipe& pipe = open_.back();
  commands_.push_back(
      arena_.New<CommandNode>(CommandNode{{NodeKind::kCommand, pipe.command_position},
                                          TakeFrom(arguments_, pipe.first_argument, arena_)}));
  pipe.in_command = false;
  if (commands_.size() - pipe.first_command > kMaxCommands) reader_.Fail("pipeline too long");
}

void ExpressionParser::ParseOperand() {
  const Token token = reader_.NextNonSpace();
  if (token.kind == TokenKind::kLeftParen) {
    OpenParenthesis();
    return;
  }
  if (const Node* const term = Term(token)) {
    AddOperand(term);
  } else {
    reader_.Backup();
  }
  ParseSeparator();
}

void ExpressionParser::AddOperand(const Node* term) {
  const bool has_fields = reader_.Peek().kind == TokenKind::kField;
  arguments_.push_back(has_fields ? AddFields(term) : term);
}

// The fields that follow a term without a space become part of it.
const Node* ExpressionParser::AddFields(const Node* term) {
  const std::uint32_t position = reader_.Peek().position;  // Go's choice, and in its errors.
  std::vector<std::string_view> fields;
  while (reader_.Peek().kind == TokenKind::kField) {
    fields.push_back(reader_.Next().text.substr(1));
  }
  if (IsConstant(term->kind)) reader_.Fail("unexpected . after term %q", {Print(*term)});
  if (term->kind == NodeKind::kField) {
    return arena_.New<FieldNode>(
        FieldNode{{NodeKind::kField, position}, Names(term->As<FieldNode>().names, fields)});
  }
  if (term->kind == NodeKind::kVariable) {
    const auto& variable = term->As<VariableNode>();
    return arena_.New<VariableNode>(VariableNode{
        {NodeKind::kVariable, position}, Names(variable.names, fields), variable.variable});
  }
  return arena_.New<ChainNode>(ChainNode{{NodeKind::kChain, position}, term, Names({}, fields)});
}

// What stands after an operand: a space and perhaps another, or the end of the command.
void ExpressionParser::ParseSeparator() {
  const Token token = reader_.Next();
  switch (token.kind) {
    case TokenKind::kSpace: return;
    case TokenKind::kRightDelimiter:
    case TokenKind::kRightParen: reader_.Backup(); break;
    case TokenKind::kPipe: break;
    default: reader_.Unexpected(token, "operand");
  }
  EndCommand();
}

// Null where the token is no term.
const Node* ExpressionParser::Term(const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier: return FunctionName(token);
    case TokenKind::kDot: return arena_.New<DotNode>(DotNode{{NodeKind::kDot, token.position}});
    case TokenKind::kNil: return arena_.New<NilNode>(NilNode{{NodeKind::kNil, token.position}});
    case TokenKind::kVariable: return Variable(token);
    case TokenKind::kField: {
      const std::string_view name = token.text.substr(1);
      return arena_.New<FieldNode>(
          FieldNode{{NodeKind::kField, token.position}, Names({}, {&name, 1})});
    }
    case TokenKind::kBool:
      return arena_.New<BoolNode>(
          BoolNode{{NodeKind::kBool, token.position}, token.text == "true"});
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kNumber: return Number(token);
    case TokenKind::kString:
    case TokenKind::kRawString: return String(token);
    default: return nullptr;
  }
}

const Node* ExpressionParser::FunctionName(const Token& token) {
  if (has_function_ && !has_function_(token.text)) {
    reader_.Fail("function %q not defined", {token.text});
  }
  const std::string_view refusal = refusal_of_ ? refusal_of_(token.text) : std::string_view();
  if (!refusal.empty()) {
    reader_.Fail("function %q is not allowed: %s", {token.text, refusal});
  }
  const auto next = static_cast<std::uint32_t>(source_.functions.size());
  const auto [entry, is_new] = functions_by_name_.try_emplace(token.text, next);
  if (is_new) source_.functions.push_back(token.text);
  return arena_.New<IdentifierNode>(
      IdentifierNode{{NodeKind::kIdentifier, token.position}, token.text, entry->second});
}

const Node* ExpressionParser::Variable(const Token& token) {
  const VariableNode* const node = MakeVariable(token);
  if (!reader_.tree().variables.IsDeclared(node->variable)) {
    reader_.Fail("undefined variable %q", {token.text});
  }
  return node;
}

const VariableNode* ExpressionParser::MakeVariable(const Token& token) {
  const auto next = static_cast<std::uint32_t>(variables_by_name_.size());
  const std::uint32_t variable = variables_by_name_.try_emplace(token.text, next).first->second;
  return arena_.New<VariableNode>(
      VariableNode{{NodeKind::kVariable, token.position}, Names({}, {&token.text, 1}), variable});
}

const Node* ExpressionParser::Number(const Token& token) {
  auto* const node = arena_.New<NumberNode>(NumberNode{{NodeKind::kNumber, token.position}});
  const std::string error = ParseNumber(token, *node);
  if (!error.empty()) reader_.Fail("%s", {error});
  return node;
}

const Node* ExpressionParser::String(const Token& token) {
  const auto value = Unquote(token.text);
  if (!value) reader_.Fail("invalid syntax");
  return arena_.New<StringNode>(
      StringNode{{NodeKind::kString, token.position}, token.text, arena_.Copy(*value)});
}

std::span<const std::string_view> ExpressionParser::Names(std::span<const std::string_view> first,
                                                          std::span<const std::string_view> rest) {
  const auto names = arena_.NewArray<std::string_view>(first.size() + rest.size());
  std::copy(rest.begin(), rest.end(), std::copy(first.begin(), first.end(), names.begin()));
  return names;
}

}  // namespace sidecar::gotemplate
