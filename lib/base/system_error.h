#pragma once

#include <string>

namespace sidecar {

// What errno's value `number` means, in Go's words: "no such file or directory".
std::string SystemErrorText(int number);

}  // namespace sidecar
