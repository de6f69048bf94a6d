#include <algorithm>

#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/go_regexp.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

class RandomFunctionsTest : public testing::Test {
 protected:
  static Policy WithRandomness() {
    Policy policy;
    policy.randomness = true;
    return policy;
  }

  bool Matches(std::string_view pattern, const std::string& text) {
    return Regexp(pattern).Matches(text);
  }

  Functions call_{"sprig", WithRandomness()};
};

TEST_F(RandomFunctionsTest, MakeTexts) {
  EXPECT_TRUE(Matches("^[a-zA-Z]{200}$", call_("randAlpha", {200})));
  EXPECT_TRUE(Matches("^[a-zA-Z0-9]{200}$", call_("randAlphaNum", {200})));
  EXPECT_TRUE(Matches("^[0-9]{200}$", call_("randNumeric", {200})));
  EXPECT_TRUE(Matches("^[ -~]{200}$", call_("randAscii", {200})));
  EXPECT_EQ(call_("randAlphaNum", {0}), "");
  EXPECT_EQ(call_("randAlphaNum", {-1}), "");
  EXPECT_NE(call_("randAlphaNum", {20}), call_("randAlphaNum", {20}));
  EXPECT_EQ(call_("randAlphaNum", {1'000'000'000}), "error: memory limit exceeded");
}

TEST_F(RandomFunctionsTest, MakeBytes) {
  EXPECT_TRUE(Matches("^[A-Za-z0-9+/]{6}==$", call_("randBytes", {4})));
  EXPECT_EQ(call_("randBytes", {-1}), "error: runtime error: makeslice: len out of range");
  EXPECT_EQ(call_("randBytes", {1'000'000'000}), "error: memory limit exceeded");
}

TEST_F(RandomFunctionsTest, MakeNumbers) {
  EXPECT_EQ(call_("randInt", {5, 6}), "5");
  EXPECT_TRUE(Matches("^-[12]$", call_("randInt", {-2, 0})));
  EXPECT_EQ(call_("randInt", {5, 5}), "error: invalid argument to Intn");
  EXPECT_EQ(call_("randInt", {6, 5}), "error: invalid argument to Intn");
}

TEST_F(RandomFunctionsTest, MakeUuids) {
  const std::string uuid = call_("uuidv4", {});
  EXPECT_TRUE(
      Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", uuid));
  EXPECT_NE(uuid, call_("uuidv4", {}));
}

TEST_F(RandomFunctionsTest, ShuffleRunes) {
  EXPECT_EQ(call_("shuffle", {"aaa"}), "aaa");
  EXPECT_EQ(call_("shuffle", {""}), "");
  std::string shuffled = call_("shuffle", {"abc"});
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, "abc");
  EXPECT_EQ(call_("shuffle", {"日日"}), "日日");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
