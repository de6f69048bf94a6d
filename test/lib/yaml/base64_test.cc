#include "lib/yaml/base64.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(Base64Test, EveryLengthIsReadBack) {
  for (const std::string_view bytes : {"", "a", "ab", "abc", "abcd", "\xff\xfe"}) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
  }
  EXPECT_EQ(EncodeBase64("hello"), "aGVsbG8=");
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  EXPECT_EQ(DecodeBase64(EncodeBase64(every)), every);
  EXPECT_EQ(EncodeBase64("\xfb\xef\xbe\xff"), "++++/w==");
}

TEST(Base64Test, LineBreaksAreSkipped) {
  EXPECT_EQ(DecodeBase64("aGVs\r\nbG8=\n"), "hello");
}

TEST(Base64Test, WrongPaddingAndCharactersAreRefused) {
  for (const std::string_view text :
       {"a", "aG", "aGV", "aGVsbG8", "=", "====", "aG=V", "aG= =", "aGVs=", "!!!", "aG===="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sidecar::yaml
