#include "lib/pki/openssl_error.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace sidecar::pki {
namespace {

TEST(OpensslErrorTest, TheNewestReasonIsTakenAndTheQueueIsEmptyAfterwards) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_X509, ERR_R_PASSED_NULL_PARAMETER);
  ERR_raise(ERR_LIB_X509, ERR_R_MALLOC_FAILURE);
  EXPECT_EQ(TakeOpensslError("otherwise"), "malloc failure");
  EXPECT_EQ(TakeOpensslError("otherwise"), "otherwise");
}

TEST(OpensslErrorTest, AnErrorSaysWhatFailed) {
  ERR_clear_error();
  const Error error = OpensslFailed("sign");
  EXPECT_EQ(error.code, ErrorCode::kInternal);
  EXPECT_EQ(error.message, "sign: failed");
}

}  // namespace
}  // namespace sidecar::pki
