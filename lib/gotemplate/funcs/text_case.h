#pragma once

#include <string_view>

#include "lib/base/arena.h"

// Letter case as Go's packages unicode and strings have it: the simple mappings, one code point to
// one (so "ß" has no upper case), over the tables of Unicode 15.0. Pure functions.
namespace sidecar::gotemplate::funcs {

char32_t ToUpper(char32_t rune);
char32_t ToLower(char32_t rune);
char32_t ToTitle(char32_t rune);

bool IsUpper(char32_t rune);   // Category Lu.
bool IsLower(char32_t rune);   // Category Ll.
bool IsTitle(char32_t rune);   // Category Lt.
bool IsPunct(char32_t rune);   // Category P.
bool IsNumber(char32_t rune);  // Category N.

// Go's strings.Map with one of the mappings above: what is not UTF-8 becomes U+FFFD. The result may
// be `text` itself.
std::string_view MapRunes(std::string_view text, char32_t (*map)(char32_t), Arena& arena);

}  // namespace sidecar::gotemplate::funcs
