#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/yaml/scalar_analysis.h"

namespace sidecar::yaml {

// The pen of yaml.v2's emitter: knows the column and whether a space or line break is due, and
// writes indicators and scalars exactly as that emitter does at width 80 and indent 2.
//
// Belongs to one writer.
class Emitter {
 public:
  static constexpr std::size_t kIndent = 2;

  explicit Emitter(std::string& out) : out_(out) {}

  // Goes to a new line at `indent`, unless it stands right there already.
  void Indent(std::size_t indent);

  // ':' after a simple key, "[]" and so on; a space goes before where `need_space` and none is
  // there.
  void Indicator(std::string_view text, bool need_space);
  // '-', '?' and ':' of a complex key: what follows may go on in the same line.
  void BlockIndicator(char c);

  // "!!binary" before a scalar.
  void TagText(std::string_view tag);

  // Whether what was written last in this line are indicators of blocks only.
  bool AtIndention() const { return indention_; }

  // Lines that are folded go on at `indent`. Simple keys are not folded.
  void Plain(std::string_view text, std::size_t indent, bool fold);
  void SingleQuoted(std::string_view text, std::size_t indent, bool fold);
  void DoubleQuoted(std::string_view text, std::size_t indent, bool fold);
  void Literal(std::string_view text, std::size_t indent);

  // ASCII without spaces: no folding to think of.
  void Word(std::string_view text) {
    if (!whitespace_) Put(' ');
    out_ += text;
    column_ += text.size();
    whitespace_ = false;
    indention_ = false;
  }

 private:
  static constexpr std::size_t kWidth = 80;

  void Put(char c) {
    out_ += c;
    ++column_;
  }
  void PutBreak() {
    out_ += '\n';
    column_ = 0;
  }
  std::size_t CopyCharacter(std::string_view text, std::size_t at);
  std::size_t CopyRun(std::string_view text, std::size_t at);
  std::size_t FoldOrCopySpace(std::string_view text, std::size_t at, std::size_t indent, bool fold);
  std::size_t CopyBreak(std::string_view text, std::size_t at);
  std::size_t Escape(std::string_view text, std::size_t at);
  void FlowText(std::string_view text, std::size_t indent, bool fold, bool single_quoted);

  std::string& out_;
  std::size_t column_ = 0;
  bool whitespace_ = true;
  bool indention_ = true;
};

}  // namespace sidecar::yaml
