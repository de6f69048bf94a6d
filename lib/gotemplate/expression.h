#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/gotemplate/node.h"
#include "lib/gotemplate/token_reader.h"

namespace sidecar::gotemplate {

// Parses what stands inside actions: pipelines, their commands and operands.
//
// Works without recursion, since Go lets parentheses nest 10000 deep and a thread's stack does not.
class ExpressionParser {
 public:
  using HasFunction = std::function<bool(std::string_view)>;
  using RefusalOf = std::function<std::string_view(std::string_view)>;

  // See ParserOptions. Both must outlive the parser.
  ExpressionParser(TokenReader& reader, Source& source, const HasFunction& has_function,
                   const RefusalOf& refusal_of);

  // declarations? command ('|' command)*, up to and including the right delimiter. `context` is
  // what errors say it is part of. Throws ParseError.
  const PipeNode* ParsePipeline(std::string_view context);

 private:
  // A pipeline whose end has not come yet. Its parts lie on top of the stacks below.
  struct OpenPipe {
    std::string_view context;
    TokenKind end = TokenKind::kRightDelimiter;
    std::uint32_t position = 0;
    bool is_assignment = false;
    bool in_command = false;
    std::uint32_t command_position = 0;
    std::size_t first_variable = 0;
    std::size_t first_command = 0;
    std::size_t first_argument = 0;
  };

  void Open(std::string_view context, TokenKind end);
  void OpenParenthesis();
  void ParseDeclarations();
  void Declare(const Token& variable);
  const PipeNode* Close();
  void CheckPipeline() const;

  // A command begins with a token that is an operand, so it has an argument when it ends.
  void BeginCommand();
  void EndCommand();
  void ParseOperand();
  void AddOperand(const Node* term);
  const Node* AddFields(const Node* term);
  void ParseSeparator();

  const Node* Term(const Token& token);
  const Node* FunctionName(const Token& token);
  const Node* Variable(const Token& token);
  const Node* Number(const Token& token);
  const Node* String(const Token& token);
  const VariableNode* MakeVariable(const Token& token);
  std::span<const std::string_view> Names(std::span<const std::string_view> first,
                                          std::span<const std::string_view> rest);

  TokenReader& reader_;
  Source& source_;
  Arena& arena_;
  const HasFunction& has_function_;
  const RefusalOf& refusal_of_;
  std::unordered_map<std::string_view, std::uint32_t> variables_by_name_ = {{"$", 0}};
  std::unordered_map<std::string_view, std::uint32_t> functions_by_name_;

  std::vector<OpenPipe> open_;
  std::vector<const VariableNode*> variables_;
  std::vector<const CommandNode*> commands_;
  std::vector<const Node*> arguments_;
};

}  // namespace sidecar::gotemplate
