#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sidecar::diagnose {

struct FilePlace {
  std::uint32_t line = 0;    // 1-based; 0 if unknown.
  std::uint32_t column = 0;  // 1-based, in characters; 0 if unknown.
};

// Where something of a template, or of what it rendered, stands in the file that holds the template
// as a block: `key: |` and the text on the lines after it. Where the text is written otherwise, all
// places are that of the key. Views its arguments.
class TemplatePlaces {
 public:
  TemplatePlaces() = default;
  // `key_line`: of the template's key, 1-based.
  TemplatePlaces(std::string_view file, std::string_view template_text, std::uint32_t key_line)
      : file_(file), template_(template_text), key_line_(key_line) {}

  FilePlace OfKey() const { return {.line = key_line_, .column = 0}; }

  // Of a byte of the template's text.
  FilePlace OfOffset(std::size_t offset) const;

  // Of what an error of the template names, "template: inject:3:5: ...", whose columns count from
  // 0, or "template: inject:3: ...": then its first word. That of the key if it names neither.
  FilePlace OfError(std::string_view message) const;

  // Of `word` in a line of what was rendered, or of the line's first word: by the template's line
  // that reads the same, whatever its actions print. Of several, the one that fits best, as does
  // the line before it. That of the key where there is none, as for what an action prints in
  // several lines.
  FilePlace OfRendered(std::string_view rendered, std::uint32_t line,
                       std::string_view word = {}) const;

 private:
  // Of a line of the template and a byte in it, counted from 0.
  FilePlace At(std::uint32_t line, std::size_t byte) const;

  std::string_view file_;
  std::string_view template_;
  std::uint32_t key_line_ = 0;
};

}  // namespace sidecar::diagnose
