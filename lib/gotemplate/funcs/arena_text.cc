#include "lib/gotemplate/funcs/arena_text.h"

#include <string>

#include "lib/base/utf8.h"

namespace sidecar::gotemplate::funcs {

void ArenaText::AppendRune(char32_t rune) {
  if (rune < kRuneSelf) {
    Append(static_cast<char>(rune));
    return;
  }
  std::string encoded;  // At most four bytes: no allocation.
  sidecar::AppendRune(encoded, rune);
  Append(encoded);
}

}  // namespace sidecar::gotemplate::funcs
