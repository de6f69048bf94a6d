#include "cli/input_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

TEST(InputFlagsTest, FilesAreTakenInOrder) {
  CLI::App command;
  std::vector<std::string> filenames;
  bool recursive = false;
  AddInputFlags(command, filenames, recursive);
  command.parse("-f a --filename=b -R -f -");
  EXPECT_EQ(filenames, (std::vector<std::string>{"a", "b", "-"}));
  EXPECT_TRUE(recursive);
}

TEST(InputFlagsTest, AWordAfterAFileIsNoFile) {
  CLI::App command;
  std::vector<std::string> filenames;
  bool recursive = false;
  AddInputFlags(command, filenames, recursive);
  EXPECT_THROW(command.parse("-f a b"), CLI::ExtrasError);
}

}  // namespace
}  // namespace sidecar::cli
