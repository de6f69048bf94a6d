#include "cli/text_diff.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

TEST(TextDiffTest, TheSameNeedsNoProgram) {
  setenv("SIDECAR_INJECTOR_DIFF", "/nonexistent", 1);
  EXPECT_EQ(ShowTextDiff("a\n", "a\n").value(), 0);
  EXPECT_FALSE(ShowTextDiff("a\n", "b\n").has_value());
  setenv("SIDECAR_INJECTOR_DIFF", "cmp", 1);
  EXPECT_EQ(ShowTextDiff("a\n", "b\n").value(), 1);
  unsetenv("SIDECAR_INJECTOR_DIFF");
}

TEST(TextDiffTest, AReaderThatWentAwayIsNoFailure) {
  const Folder folder;
  const std::string script = folder / "diff.sh";
  WriteFile(script, "#!/bin/sh\nkill -s \"$SIDECAR_TEST_SIGNAL\" $$\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  setenv("SIDECAR_INJECTOR_DIFF", script.c_str(), 1);
  setenv("SIDECAR_TEST_SIGNAL", "PIPE", 1);
  EXPECT_EQ(ShowTextDiff("a\n", "b\n").value(), 1);
  setenv("SIDECAR_TEST_SIGNAL", "KILL", 1);
  EXPECT_THAT(ShowTextDiff("a\n", "b\n").error().message,
              testing::EndsWith("was ended by signal 9"));
  unsetenv("SIDECAR_INJECTOR_DIFF");
}

TEST(TextDiffTest, YamlIsWrittenAlike) {
  std::string text;
  AppendYaml("b:   1\na: 'x' # why\n", text);
  EXPECT_EQ(text, "a: x\nb: 1\n---\n");
}

TEST(TextDiffTest, WhatIsNoYamlStaysAsItIs) {
  std::string text;
  AppendYaml("a: [", text);
  EXPECT_EQ(text, "a: [---\n");
}

}  // namespace
}  // namespace sidecar::cli
