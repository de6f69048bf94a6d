#pragma once

#include <span>
#include <string_view>

#include "lib/gotemplate/format_printer.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// Reads a format's directives (%[2]*.3d) and has the printer print the operands they name: the
// equal of fmt's pp.doPrintf. What is malformed is told in the text, as in Go.
void PrintFormatted(Printer& printer, std::string_view format, std::span<const Value> operands);

}  // namespace sidecar::gotemplate
