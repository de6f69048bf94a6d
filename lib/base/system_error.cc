#include "lib/base/system_error.h"

#include <system_error>

namespace sidecar {

// The table of Go's package syscall is glibc's, in lower case but for what is a name ("RFS specific
// error").
std::string SystemErrorText(int number) {
  std::string text = std::generic_category().message(number);
  const bool is_word = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
  if (is_word && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 'a' - 'A');
  return text;
}

}  // namespace sidecar
