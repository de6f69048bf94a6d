#include "lib/gotemplate/funcs/base_n.h"

#include <string>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

using Error = std::optional<std::size_t>;

TEST(Base64Test, EncodesAndDecodes) {
  Arena arena;
  const struct {
    const char *bytes, *text;
  } kCases[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe>?", "//4+Pw=="}};
  for (const auto& one : kCases) {
    EXPECT_EQ(EncodeBase64(one.bytes, arena), one.text);
    EXPECT_EQ(DecodeBase64(one.text, arena).bytes, one.bytes);
    EXPECT_FALSE(DecodeBase64(one.text, arena).error_at);
  }
  EXPECT_EQ(DecodeBase64("Zm\r\n9v\nYg=\n=\n", arena).bytes, "foob");
}

TEST(Base64Test, SaysWhereTheTextIsWrong) {
  Arena arena;
  const struct {
    const char* text;
    std::size_t at;
  } kCases[] = {{"!!!!", 0},  {"====", 0},    {"x===", 1},        {"=AAA", 0},  {"A=AA", 1},
                {"AA=A", 2},  {"AA==A", 4},   {"AAA=AAAA", 4},    {"AAAAA", 4}, {"AAAAAA", 4},
                {"A=", 1},    {"A==", 1},     {"AA=", 3},         {"AA==", 99}, {"AAA=", 99},
                {"AAAA", 99}, {"AAAAAA=", 7}, {"YWJjZA=====", 8}, {"A!\n", 1},  {"A=\n", 1}};
  for (const auto& one : kCases) {
    EXPECT_EQ(DecodeBase64(one.text, arena).error_at, one.at == 99 ? Error() : Error(one.at))
        << one.text;
  }
}

TEST(Base32Test, EncodesAndDecodes) {
  Arena arena;
  const struct {
    const char *bytes, *text;
  } kCases[] = {{"", ""},
                {"f", "MY======"},
                {"fo", "MZXQ===="},
                {"foo", "MZXW6==="},
                {"foob", "MZXW6YQ="},
                {"fooba", "MZXW6YTB"},
                {"foobar", "MZXW6YTBOI======"}};
  for (const auto& one : kCases) {
    EXPECT_EQ(EncodeBase32(one.bytes, arena), one.text);
    EXPECT_EQ(DecodeBase32(one.text, arena).bytes, one.bytes);
    EXPECT_FALSE(DecodeBase32(one.text, arena).error_at);
  }
  EXPECT_EQ(DecodeBase32("MZXW\n6YTB\r\n", arena).bytes, "fooba");
}

TEST(Base32Test, SaysWhereTheTextIsWrong) {
  Arena arena;
  const struct {
    const char* text;
    std::size_t at;
  } kCases[] = {{"!!!!", 0},      {"x===", 0},      {"AA=A====", 2},  {"AAA=AAAA", 3},
                {"MMMMMMMMM", 8}, {"MMMMMM", 0},    {"A=", 1},        {"AA=", 3},
                {"AA==", 4},      {"AA===", 5},     {"AAAA=", 5},     {"AAAA==", 6},
                {"AAAAA=", 6},    {"AAAAA==", 7},   {"A=======", 1},  {"AA======", 99},
                {"AAA=====", 3},  {"AAAA====", 99}, {"AAAAA===", 99}, {"AAAAAA==", 6},
                {"AAAAAAA=", 99}, {"AAAAAAAA", 99}};
  for (const auto& one : kCases) {
    EXPECT_EQ(DecodeBase32(one.text, arena).error_at, one.at == 99 ? Error() : Error(one.at))
        << one.text;
  }
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
