#pragma once

#include <cstddef>
#include <string_view>

namespace sidecar::yaml {

// What yaml.v2's emitter asks of a character; it is asked at the first byte of one.
bool IsPrintableAt(std::string_view text, std::size_t at);
// Bytes of the line break at text[at]: CR, LF, NEL, LS, PS; 0 where there is none.
std::size_t BreakAt(std::string_view text, std::size_t at);
// Bytes of the character, from its first byte alone.
std::size_t CharacterWidth(char first);

// In which styles a scalar may be written outside of flow collections
// (yaml_emitter_analyze_scalar).
struct ScalarAnalysis {
  bool multiline = false;
  bool plain_allowed = true;
  bool single_quoted_allowed = true;
  bool block_allowed = true;
};

ScalarAnalysis AnalyzeScalar(std::string_view text);

// A quick yes for texts that are short of anything unusual: plain is allowed, there is no line
// break, no space, and every character is ASCII. A no means nothing.
bool IsSimplePlain(std::string_view text);

}  // namespace sidecar::yaml
