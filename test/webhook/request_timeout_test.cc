#include "webhook/request_timeout.h"

#include <array>

#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using std::chrono::milliseconds;

TEST(RequestTimeoutTest, IsTheCallersLessAMargin) {
  struct Case {
    std::string_view target;
    int milliseconds;
  };
  constexpr std::array kCases = {
      Case{"/inject?timeout=10s", 9'000},
      Case{"/inject?timeout=30s", 29'000},
      Case{"/inject?timeout=1s", 800},
      Case{"/inject?timeout=1.5s", 1'200},
      Case{"/inject?timeout=100ms", 80},
      Case{"/inject?x=1&timeout=2s&y", 1'600},
      Case{"/inject?timeout=1m0s", 29'000},
      Case{"/inject?timeout=2540400h", 29'000},
      // As if it were not there.
      Case{"/inject", 9'000},
      Case{"/inject?", 9'000},
      Case{"/inject?timeout", 9'000},
      Case{"/inject?timeout=", 9'000},
      Case{"/inject?timeout=10", 9'000},
      Case{"/inject?timeout=0s", 9'000},
      Case{"/inject?timeout=-1s", 9'000},
      Case{"/inject?timeout=soon", 9'000},
      Case{"/inject?timeouts=1s", 9'000},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(TimeToAnswer(test.target), milliseconds(test.milliseconds)) << test.target;
  }
}

}  // namespace
}  // namespace sidecar::webhook
