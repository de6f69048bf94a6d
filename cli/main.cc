#include "cli/command_line.h"

int main(int argc, char** argv) {
  return sidecar::cli::Main(argc, argv);
}
