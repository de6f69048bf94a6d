#include "cli/print.h"

#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sidecar::cli {
namespace {

// Standard output sent elsewhere for the length of a test.
class Redirected {
 public:
  explicit Redirected(int target) : saved_(dup(STDOUT_FILENO)) { dup2(target, STDOUT_FILENO); }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }

 private:
  const int saved_;
};

TEST(PrintTest, WritesToStandardOutput) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  {
    const Redirected redirected(ends[1]);
    EXPECT_TRUE(Print("hello"));
  }
  char text[8] = {};
  EXPECT_EQ(read(ends[0], text, sizeof text), 5);
  EXPECT_STREQ(text, "hello");
  close(ends[0]);
  close(ends[1]);
}

TEST(PrintTest, TellsWhereItFails) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  testing::internal::CaptureStderr();
  {
    const Redirected redirected(full);
    EXPECT_FALSE(Print("hello"));
  }
  close(full);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Error: write standard output: no space left on device\n");
}

TEST(PrintTest, ErrorsGoToStandardError) {
  testing::internal::CaptureStderr();
  PrintError("no such thing");
  EXPECT_EQ(Fail("no way", 3), 3);
  PrintNote("note: fine");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Error: no such thing\nError: no way\nnote: fine\n");
}

}  // namespace
}  // namespace sidecar::cli
