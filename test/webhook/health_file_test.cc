#include "webhook/health_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

TEST(HealthFileTest, AFreshFileIsFineAndAnOldOneIsNot) {
  const std::string path = testing::TempDir() + "health_file_test";
  ASSERT_TRUE(WriteHealthFile(path).has_value());
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "ok");
  EXPECT_TRUE(CheckHealthFile(path, 5s, system_clock::now()).has_value());
  const auto old = CheckHealthFile(path, 5s, system_clock::now() + 1min);
  ASSERT_FALSE(old.has_value());
  EXPECT_THAT(old.error().message,
              testing::MatchesRegex("fail on inspecting path " + path + ": file " + path +
                                    " is too old \\(last modified time [-0-9]+ [:.0-9]+ \\+0000 "
                                    "UTC, should be within 5.01s\\)"));
}

TEST(HealthFileTest, AMissingFileIsNamed) {
  const auto missing = CheckHealthFile("/nonexistent/health", 1s, system_clock::now());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().message,
            "fail on inspecting path /nonexistent/health: stat /nonexistent/health: no such file "
            "or directory");
  const auto unwritable = WriteHealthFile("/nonexistent/health");
  ASSERT_FALSE(unwritable.has_value());
  EXPECT_EQ(unwritable.error().message, "open /nonexistent/health: no such file or directory");
}

TEST(HealthFileTest, BothOptionsAreNeeded) {
  for (const auto& checked : {CheckHealthFile("", 1s, system_clock::now()),
                              CheckHealthFile("/x", 0s, system_clock::now())}) {
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().message, "some options are not valid");
  }
}

}  // namespace
}  // namespace sidecar::webhook
