#pragma once

#include <string>

#include "lib/gotemplate/node.h"
#include "lib/gotemplate/token.h"

namespace sidecar::gotemplate {

// Finds the value of a constant (kNumber, kCharConstant or kComplex) under every type that can hold
// it, as text/template/parse's newNumber does. Fills `number`, or returns the error's text.
std::string ParseNumber(const Token& token, NumberNode& number);

}  // namespace sidecar::gotemplate
