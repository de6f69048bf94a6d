#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/crds_text.h"
#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

TEST(CrdsTest, EveryDefinitionOfTheTreeIsPrintedAsItIs) {
  const Finished finished = RunProgram({"crds"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.output, CustomResourceDefinitions());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIDECAR_SOURCE_DIR "/crds")) {
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_THAT(finished.output, HasSubstr(text.str())) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 2);
}

TEST(CrdsTest, DefinitionsAreSeparateDocuments) {
  EXPECT_THAT(std::string(CustomResourceDefinitions()), HasSubstr("\n---\n"));
}

}  // namespace
}  // namespace sidecar::cli
