#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(EncodingFunctionsTest, EncodesAndDecodes) {
  Functions call;
  EXPECT_EQ(call("b64enc", {"hello"}), "aGVsbG8=");
  EXPECT_EQ(call("b64dec", {"aGVsbG8="}), "hello");
  EXPECT_EQ(call("b32enc", {"hello"}), "NBSWY3DP");
  EXPECT_EQ(call("b32dec", {"NBSWY3DP"}), "hello");
}

TEST(EncodingFunctionsTest, GivesTheErrorsTextForABadOne) {
  Functions call;
  EXPECT_EQ(call("b64dec", {"aGVsbG8"}), "illegal base64 data at input byte 4");
  EXPECT_EQ(call("b64dec", {"!!!"}), "illegal base64 data at input byte 0");
  EXPECT_EQ(call("b32dec", {"nbswy3dp"}), "illegal base32 data at input byte 0");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
