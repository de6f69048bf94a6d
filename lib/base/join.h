#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sidecar {

// The words with the separator between them; words before the first that is not empty leave none.
std::string Join(const std::vector<std::string>& words, std::string_view separator);

}  // namespace sidecar
