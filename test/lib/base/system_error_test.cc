#include "lib/base/system_error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace sidecar {
namespace {

TEST(SystemErrorTest, SpeaksAsGoDoes) {
  EXPECT_EQ(SystemErrorText(ENOENT), "no such file or directory");
  EXPECT_EQ(SystemErrorText(ENOSPC), "no space left on device");
  EXPECT_EQ(SystemErrorText(EBADF), "bad file descriptor");
}

TEST(SystemErrorTest, NamesKeepTheirCapitals) {
  EXPECT_EQ(SystemErrorText(EDOTDOT), "RFS specific error");
}

}  // namespace
}  // namespace sidecar
