#include "cli/print.h"

#include <cerrno>
#include <string>

#include <unistd.h>

#include "lib/base/system_error.h"

namespace sidecar::cli {
namespace {

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

bool Print(std::string_view text) {
  if (WriteAll(STDOUT_FILENO, text)) return true;
  const int number = errno;
  PrintError("write standard output: " + SystemErrorText(number));
  return false;
}

// Where even standard error fails there is nobody to tell.
void PrintError(std::string_view message) {
  WriteAll(STDERR_FILENO, "Error: " + std::string(message) + '\n');
}

int Fail(std::string_view message, int exit_code) {
  PrintError(message);
  return exit_code;
}

void PrintNote(std::string_view message) {
  WriteAll(STDERR_FILENO, std::string(message) + '\n');
}

}  // namespace sidecar::cli
