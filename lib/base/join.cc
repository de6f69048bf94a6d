#include "lib/base/join.h"

namespace sidecar {

std::string Join(const std::vector<std::string>& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined.append(separator);
    joined.append(word);
  }
  return joined;
}

}  // namespace sidecar
