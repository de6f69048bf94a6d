#pragma once

#include <string_view>

namespace sidecar::cli {

// Writes to standard output, whole. Where that fails (a full disk, a descriptor that is closed),
// says so on standard error and returns false.
bool Print(std::string_view text);

// Prints "Error: <message>" to standard error, as cobra does.
void PrintError(std::string_view message);

// The same, for a command that ends with it: returns the exit code.
int Fail(std::string_view message, int exit_code);

// Prints a line to standard error that is no error.
void PrintNote(std::string_view message);

}  // namespace sidecar::cli
