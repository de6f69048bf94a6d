#include "lib/kubetypes/base64.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(Base64, WritesAndReadsEveryLengthOfTheLastGroup) {
  for (const auto& [bytes, text] :
       {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}}) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text).value(), bytes);
  }
}

TEST(Base64, SkipsLineBreaks) {
  EXPECT_EQ(DecodeBase64("Zm\r\n9v\n").value(), "foo");
}

TEST(Base64, NamesTheByteThatIsWrong) {
  for (const auto& [text, at] :
       {std::pair{"Zm9*", "3"}, {"Zg=", "3"}, {"=", "0"}, {"Zg==Zg==", "4"}, {"Zg=a", "3"}}) {
    EXPECT_EQ(DecodeBase64(text).error().message,
              std::string("illegal base64 data at input byte ") + at)
        << text;
  }
}

}  // namespace
}  // namespace sidecar::kubetypes
