#pragma once

namespace sidecar::gotemplate {

// Classes of code points as Go's package unicode defines them, over the tables of Unicode 15.0
// (Go 1.21 and later). Pure functions; what is no code point belongs to no class.

// unicode.IsPrint, equal to strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the
// ASCII space. What %q, Quote and `js` show as it is.
bool IsPrint(char32_t rune);

bool IsLetter(char32_t rune);  // Category L.
bool IsDigit(char32_t rune);   // Category Nd.
bool IsSpace(char32_t rune);   // Property White_Space.

}  // namespace sidecar::gotemplate
