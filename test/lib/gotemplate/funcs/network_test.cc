#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(NetworkFunctionsTest, AreRefusedUnderEveryPolicy) {
  Policy policy;
  policy.randomness = true;
  policy.clock = [] { return std::int64_t{0}; };
  Functions call("sprig", policy);
  EXPECT_EQ(call("getHostByName", {"localhost"}), "error: templates reach no network");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
