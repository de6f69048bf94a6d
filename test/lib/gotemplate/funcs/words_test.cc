#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(WordFunctionsTest, ChangesFirstLetters) {
  Functions call;
  EXPECT_EQ(call("title", {"hello world"}), "Hello World");
  EXPECT_EQ(call("title", {"o'neil mc-donald a_b"}), "O'Neil Mc-Donald A_b");
  EXPECT_EQ(call("title", {"\u01c6x \u00e9a"}), "\u01c5x \u00c9a");
  EXPECT_EQ(call("untitle", {"Hello World"}), "hello world");
  EXPECT_EQ(call("untitle", {"HELLO  \u00c9A"}), "hELLO  \u00e9A");
  EXPECT_EQ(call("untitle", {""}), "");
}

TEST(WordFunctionsTest, SwapsCase) {
  Functions call;
  EXPECT_EQ(call("swapcase", {"This Is A.Test"}), "tHIS iS a.tEST");
  EXPECT_EQ(call("swapcase", {"a\u00c9b c"}), "A\u00e9B C");
}

TEST(WordFunctionsTest, DeletesSpaceByteByByte) {
  Functions call;
  EXPECT_EQ(call("nospace", {" h e\tl\nl o "}), "hello");
  EXPECT_EQ(call("nospace", {"h\u00e9"}), "h\u00e9");
  EXPECT_EQ(call("nospace", {"h\u00e9 "}), "h\u00c3\u00a9");
}

TEST(WordFunctionsTest, TakesInitials) {
  Functions call;
  EXPECT_EQ(call("initials", {"First Try"}), "FT");
  EXPECT_EQ(call("initials", {" a b  c"}), "abc");
  EXPECT_EQ(call("initials", {""}), "");
}

TEST(WordFunctionsTest, Abbreviates) {
  Functions call;
  EXPECT_EQ(call("abbrev", {5, "hello world"}), "he...");
  EXPECT_EQ(call("abbrev", {3, "hello"}), "hello");
  EXPECT_EQ(call("abbrev", {11, "hello world"}), "hello world");
  EXPECT_EQ(call("abbrevboth", {5, 10, "1234 5678 9123"}), "...5678...");
  EXPECT_EQ(call("abbrevboth", {5, 6, "hello world"}), "hello world");
  EXPECT_EQ(call("abbrevboth", {0, 5, "hello world"}), "he...");
  EXPECT_EQ(call("abbrevboth", {-3, 5, "hello world"}), "he...");
  EXPECT_EQ(call("abbrevboth", {50, 10, "hello big world"}), "...g world");
}

TEST(WordFunctionsTest, WrapsLinesAtSpaces) {
  Functions call;
  EXPECT_EQ(call("wrap", {5, "hello world foo"}), "hello\nworld\nfoo");
  EXPECT_EQ(call("wrap", {3, "longword x"}), "longword\nx");
  EXPECT_EQ(call("wrap", {3, "longword"}), "longword");
  EXPECT_EQ(call("wrap", {0, "a b"}), "a\nb");
  EXPECT_EQ(call("wrap", {4, "      a"}), "   a");
  EXPECT_EQ(call("wrapWith", {5, "\t", "Hello World"}), "Hello\tWorld");
  EXPECT_EQ(call("wrapWith", {4, "|", "abcdefghij kl"}), "abcd|efgh|ij|kl");
  EXPECT_EQ(call("wrapWith", {4, "", "abcdefgh"}), "abcd\nefgh");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
