#include "lib/gotemplate/funcs/go_regexp.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string CompileError(std::string_view pattern) {
  try {
    const Regexp regexp(pattern);
    return "";
  } catch (const FunctionError& error) {
    return error.what();
  }
}

std::string Replaced(std::string_view pattern, std::string_view text, std::string_view with) {
  Arena arena;
  return std::string(Regexp(pattern).ReplaceAll(text, with, arena));
}

TEST(RegexpTest, SaysAsGoWhatIsWrongWithAPattern) {
  const struct {
    std::string_view pattern, error;
  } kCases[] = {
      {"(", "missing closing ): `(`"},
      {"a(?:b", "missing closing ): `a(?:b`"},
      {"a)b", "unexpected ): `a)b`"},
      {"x[a", "missing closing ]: `[a`"},
      {"[]a", "missing closing ]: `[]a`"},
      {"[z-a]", "invalid character class range: `z-a`"},
      {"[[:foo:]]", "invalid character class range: `[:foo:]`"},
      {"\\p{Nope}", "invalid character class range: `\\p{Nope}`"},
      {"*", "missing argument to repetition operator: `*`"},
      {"a|+", "missing argument to repetition operator: `+`"},
      {"a**", "invalid nested repetition operator: `**`"},
      {"a{2,1}", "invalid repeat count: `{2,1}`"},
      {"a{1001}", "invalid repeat count: `{1001}`"},
      {"(?=x)", "invalid or unsupported Perl syntax: `(?=`"},
      {"(?i", "invalid or unsupported Perl syntax: `(?i`"},
      {"(?P<n", "invalid named capture: `(?P<n`"},
      {"\\1", "invalid escape sequence: `\\1`"},
      {"\\Z", "invalid escape sequence: `\\Z`"},
      {"a\\C", "invalid escape sequence: `\\C`"},
      {"[\\C]", "invalid escape sequence: `\\C`"},
      {"a\\", "trailing backslash at end of expression: ``"},
      {"a\xff"
       "b",
       "invalid UTF-8: `\xff"
       "b`"},
      {"\\Q\\C\\E\\\\C", ""},
  };
  for (const auto& one : kCases) {
    const std::string expected =
        one.error.empty() ? "" : "error parsing regexp: " + std::string(one.error);
    EXPECT_EQ(CompileError(one.pattern), expected) << one.pattern;
  }
}

TEST(RegexpTest, PrefersTheLeftmostThenTheFirstAlternative) {
  EXPECT_EQ(Regexp("a+?").Find("baaa"), "a");
  EXPECT_EQ(Regexp("a|ab").Find("xab"), "a");
  EXPECT_EQ(Regexp("(a|ab)(c|bcd)").Find("abcd"), "abcd");
  EXPECT_EQ(Regexp("x").Find("abc").data(), nullptr);
}

TEST(RegexpTest, AnchorsAsGo) {
  EXPECT_FALSE(Regexp("a$").Matches("a\n"));
  EXPECT_TRUE(Regexp("(?m)a$").Matches("a\nb"));
  EXPECT_FALSE(Regexp("a.b").Matches("a\nb"));
  EXPECT_TRUE(Regexp("(?s)a.b").Matches("a\nb"));
  EXPECT_THAT(Regexp("^a").FindAll("aaa", -1), ElementsAre("a"));
  EXPECT_THAT(Regexp("\\ba").FindAll("aa a", -1), ElementsAre("a", "a"));
}

TEST(RegexpTest, GivesTheGroupsOfAMatch) {
  EXPECT_THAT(Regexp("(a)(b)?(c*)").FindGroups("xac"), ElementsAre("ac", "a", "", "c"));
  EXPECT_THAT(Regexp("(a)").FindGroups("x"), IsEmpty());
  EXPECT_THAT(Regexp("(.)=(.)").FindAllGroups("a=1 b=2"),
              ElementsAre(ElementsAre("a=1", "a", "1"), ElementsAre("b=2", "b", "2")));
}

TEST(RegexpTest, FindsAllButEmptyMatchesBehindOthers) {
  EXPECT_THAT(Regexp("a*").FindAll("baac", -1), ElementsAre("", "aa", ""));
  EXPECT_THAT(Regexp("").FindAll("日é", -1), ElementsAre("", "", ""));
  EXPECT_THAT(Regexp("[0-9]").FindAll("1a2b3", 2), ElementsAre("1", "2"));
  EXPECT_THAT(Regexp("a").FindAll("aa", 0), IsEmpty());
  EXPECT_THAT(Regexp("").FindAll("", -1), ElementsAre(""));
}

TEST(RegexpTest, SplitsAsGo) {
  EXPECT_THAT(Regexp("a").Split("banana", -1), ElementsAre("b", "n", "n", ""));
  EXPECT_THAT(Regexp("a").Split("banana", 2), ElementsAre("b", "nana"));
  EXPECT_THAT(Regexp("a").Split("banana", 1), ElementsAre("banana"));
  EXPECT_THAT(Regexp("a").Split("banana", 0), IsEmpty());
  EXPECT_THAT(Regexp("a").Split("", -1), ElementsAre(""));
  EXPECT_THAT(Regexp("").Split("", -1), IsEmpty());
  EXPECT_THAT(Regexp("").Split("abc", -1), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Regexp("z*").Split("pizza", -1), ElementsAre("p", "i", "a"));
}

TEST(RegexpTest, ExpandsReferencesInReplacements) {
  EXPECT_EQ(Replaced("a(x*)b", "-ab-axxb-", "${1}W"), "-W-xxW-");
  EXPECT_EQ(Replaced("a(x*)b", "-ab-axxb-", "$1W"), "---");
  EXPECT_EQ(Replaced("a(?P<n>x*)b", "-axxb-", "${n}!$n"), "-xx!xx-");
  EXPECT_EQ(Replaced("a", "banana", "$$"), "b$n$n$");
  EXPECT_EQ(Replaced("a", "a", "[$0$]"), "[a$]");
  EXPECT_EQ(Replaced("a", "a", "${"), "${");
  EXPECT_EQ(Replaced("a", "a", "${}$!"), "${}$!");
  EXPECT_EQ(Replaced("(a)", "a", "<$01$2$999999999999>"), "<>");
}

TEST(RegexpTest, ReplacesEmptyMatchesBetweenCharacters) {
  EXPECT_EQ(Replaced("", "abc", "-"), "-a-b-c-");
  EXPECT_EQ(Replaced("a*", "baac", "-"), "-b-c-");
  EXPECT_EQ(Replaced("x*", "日", "-"), "-日-");
  EXPECT_EQ(Replaced("^", "abc", ">"), ">abc");
  EXPECT_EQ(Replaced("b", "", "-"), "");
  EXPECT_EQ(Replaced("", "", "-"), "-");
}

TEST(RegexpTest, SeesBytesThatAreNotUtf8AsReplacementCharacters) {
  EXPECT_TRUE(
      Regexp("^a.b$").Matches("a\xff"
                              "b"));
  EXPECT_TRUE(Regexp("^\uFFFD\uFFFD$").Matches("\xff\uFFFD"));
  EXPECT_EQ(Regexp("b+").Find("\xff\xfe"
                              "bb\xfd"),
            "bb");
  EXPECT_EQ(Replaced(".", "\xff\xe6\x97", "x"), "xxx");
}

TEST(RegexpTest, RefusesWhatWouldTakeTooLong) {
  Arena arena;
  const std::string text(std::size_t{1} << 20U, 'a');
  // Each search reads to the end of the text in vain before it settles for one letter.
  EXPECT_THROW(Regexp("a.*b|a").FindAll(text, -1), FunctionError);
  EXPECT_THROW(Regexp("a.*b|a").ReplaceAll(text, "", arena), FunctionError);
  EXPECT_THROW(Regexp("(\\pL{20}){20}"), FunctionError);
  EXPECT_THROW(Regexp("[a-q][^u-z]{300}x").Matches(text), FunctionError);
  EXPECT_THROW(Regexp("((\\pL{50}){5}\\pN{40}){4}"), FunctionError);
  EXPECT_THROW(Regexp(std::string(100'000, '(')), FunctionError);
  EXPECT_FALSE(Regexp("(a*)*b").Matches(text));
}

TEST(RegexpTest, QuotesWhatHasAMeaning) {
  EXPECT_EQ(QuoteMeta("1.2+[x]$^()|*?{}\\"), "1\\.2\\+\\[x\\]\\$\\^\\(\\)\\|\\*\\?\\{\\}\\\\");
  EXPECT_EQ(QuoteMeta("日 -"), "日 -");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
