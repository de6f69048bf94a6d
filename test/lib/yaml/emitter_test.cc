#include "lib/yaml/emitter.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(EmitterTest, WordsAreSetApartBySpaces) {
  std::string out;
  Emitter emitter(out);
  emitter.Indent(2);
  emitter.BlockIndicator('-');
  emitter.Word("a");
  emitter.Indicator(":", false);
  emitter.Word("b");
  emitter.Indent(2);
  EXPECT_EQ(out, "  - a: b\n  ");
}

TEST(EmitterTest, LongTextIsFoldedAtSpacesBeyondColumn80) {
  const std::string word(39, 'x');
  std::string out;
  Emitter emitter(out);
  emitter.Plain(word + " " + word + " " + word + " y  z", 2, true);
  EXPECT_EQ(out, word + " " + word + " " + word + "\n  y  z");
  out.clear();
  Emitter key(out);
  key.Plain(word + " " + word + " " + word + " y", 2, false);
  EXPECT_EQ(out.find('\n'), std::string::npos);
}

TEST(EmitterTest, QuotesEscapeWhatTheyMust) {
  std::string out;
  Emitter single(out);
  single.SingleQuoted("it's", 2, true);
  EXPECT_EQ(out, "'it''s'");
  out.clear();
  Emitter quoted(out);
  quoted.DoubleQuoted("\"\\\t\n\x01\u0085\u2028\U0001F600\ufeff\u00e9", 2, true);
  EXPECT_EQ(out, "\"\\\"\\\\\\t\\n\\x01\\N\\L\\U0001F600\\uFEFF\u00e9\"");
}

TEST(EmitterTest, BlocksSayHowTheyBeginAndEnd) {
  const auto block = [](std::string_view text) {
    std::string out;
    Emitter(out).Literal(text, 2);
    return out;
  };
  EXPECT_EQ(block("a\nb\n"), "|\n  a\n  b\n");
  EXPECT_EQ(block("a\nb"), "|-\n  a\n  b");
  EXPECT_EQ(block("a\n\n"), "|+\n  a\n\n");
  EXPECT_EQ(block(" a\nb\n"), "|2\n   a\n  b\n");
  EXPECT_EQ(block("\n"), "|2+\n\n");
}

}  // namespace
}  // namespace sidecar::yaml
