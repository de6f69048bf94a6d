#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/gotemplate/lexer.h"
#include "lib/gotemplate/node.h"

namespace sidecar::gotemplate {

// The parser's insides: parser.cc (what surrounds actions) and expression.cc (what is in them) work
// on these. Nobody else needs this header.

// Thrown by the parser, caught in Parse().
class ParseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The variables in sight, a later one hiding an earlier one of its name.
class VariableScope {
 public:
  VariableScope() { Declare(0); }  // "$".

  void Declare(std::uint32_t variable) {
    declared_.push_back(variable);
    ++count_[variable];
  }
  bool IsDeclared(std::uint32_t variable) const {
    const auto found = count_.find(variable);
    return found != count_.end() && found->second > 0;
  }
  std::size_t size() const { return declared_.size(); }
  void PopTo(std::size_t size) {
    for (; declared_.size() > size; declared_.pop_back()) --count_[declared_.back()];
  }

 private:
  std::vector<std::uint32_t> declared_;
  std::unordered_map<std::uint32_t, std::uint32_t> count_;
};

// What Go keeps in the parse.Tree of the template being defined.
struct TreeState {
  std::string name;
  VariableScope variables;
  int range_depth = 0;
  std::uint32_t last_line = 1;    // Of the token lexed last: where errors say they are.
  std::uint32_t action_line = 0;  // On which the current action began; 0 outside.
};

// The tokens, with the three of lookahead that the grammar needs.
class TokenReader {
 public:
  TokenReader(std::string_view source_name, Lexer& lexer) : name_(source_name), lexer_(lexer) {}

  // The template that is being read. Lookahead must be empty when it changes.
  void SetTree(TreeState* tree) { tree_ = tree; }
  TreeState& tree() { return *tree_; }

  Token Next();
  Token Peek();
  Token NextNonSpace();
  Token PeekNonSpace();
  // Push back the last token, or it and the given ones before it.
  void Backup() { ++peek_count_; }
  void Backup(const Token& before);
  void Backup(const Token& before_it, const Token& before);

  Token Expect(TokenKind kind, std::string_view context);
  [[noreturn]] void Unexpected(const Token& token, std::string_view context) const;
  // The format and its arguments are Sprintf's; as in Go, the name is part of the format.
  [[noreturn]] void Fail(std::string_view format,
                         std::initializer_list<std::string_view> arguments = {}) const;

 private:
  std::string_view name_;
  Lexer& lexer_;
  TreeState* tree_ = nullptr;
  Token tokens_[3];  // The last one lexed is the first.
  int peek_count_ = 0;
};

}  // namespace sidecar::gotemplate
