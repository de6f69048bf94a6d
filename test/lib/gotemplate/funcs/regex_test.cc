#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(RegexFunctionsTest, MatchAndDropErrors) {
  Functions call;
  const char* const address = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}";
  EXPECT_EQ(call("regexMatch", {address, "someone@example.org"}), "true");
  EXPECT_EQ(call("regexMatch", {address, "example.org"}), "false");
  EXPECT_EQ(call("regexMatch", {"(", "x"}), "false");
  EXPECT_EQ(call("mustRegexMatch", {"b", "abc"}), "true");
  EXPECT_EQ(call("mustRegexMatch", {"(", "x"}),
            "error: error parsing regexp: missing closing ): `(`");
}

TEST(RegexFunctionsTest, PanicAsMustCompileDoesWithoutMust) {
  Functions call;
  const std::string parse_error = "error parsing regexp: missing closing ]: `[`";
  const struct {
    const char* name;
    std::vector<Argument> arguments;
  } kCases[] = {{"egexFind", {"[", "x"}},
                {"egexFindAll", {"[", "x", 1}},
                {"egexSplit", {"[", "x", 1}},
                {"egexReplaceAll", {"[", "x", "y"}},
                {"egexReplaceAllLiteral", {"[", "x", "y"}}};
  for (const auto& one : kCases) {
    const auto error = [&call, &one](const std::string& name) {
      std::vector<Value> values;
      for (const Argument& argument : one.arguments) values.push_back(argument.value);
      try {
        (*FindFunctions("sprig"))->at(name).body(call.arena(), values);
      } catch (const FunctionError& thrown) {
        return std::string(thrown.what());
      }
      return std::string();
    };
    EXPECT_EQ(error(std::string("r") + one.name), "regexp: Compile(`[`): " + parse_error);
    EXPECT_EQ(error(std::string("mustR") + one.name), parse_error);
  }
  EXPECT_EQ(call("regexFind", {"`[", "x"}), "error: regexp: Compile(\"`[\"): " + parse_error);
}

TEST(RegexFunctionsTest, Find) {
  Functions call;
  EXPECT_EQ(call("regexFind", {"fo.?", "foo foe"}), "foo");
  EXPECT_EQ(call("regexFind", {"fo.?", "none"}), "");
  EXPECT_EQ(call("regexFindAll", {"a{2}", "aaaa", -1}), R"(["aa","aa"])");
  EXPECT_EQ(call("regexFindAll", {"a{2}", "aaaa", 1}), R"(["aa"])");
  EXPECT_EQ(call("regexFindAll", {"a", "b", -1}), "null");
}

TEST(RegexFunctionsTest, Replace) {
  Functions call;
  EXPECT_EQ(call("regexReplaceAll", {"a(x*)b", "-ab-axxb-", "${1}W"}), "-W-xxW-");
  EXPECT_EQ(call("regexReplaceAllLiteral", {"a(x*)b", "-ab-axxb-", "${1}"}), "-${1}-${1}-");
  EXPECT_EQ(call("mustRegexReplaceAll", {"a", "ba", "c"}), "bc");
  EXPECT_EQ(call("mustRegexReplaceAllLiteral", {"a", "ba", "$1"}), "b$1");
}

TEST(RegexFunctionsTest, SplitAndQuote) {
  Functions call;
  EXPECT_EQ(call("regexSplit", {"z+", "pizza", -1}), R"(["pi","a"])");
  EXPECT_EQ(call("mustRegexSplit", {"z", "pizza", 2}), R"(["pi","za"])");
  EXPECT_EQ(call("regexQuoteMeta", {"1.2.3"}), "1\\.2\\.3");
}

TEST(RegexFunctionsTest, StopAtTheMemoryLimit) {
  Functions call("sprig", 1 << 20);
  const std::string shorter(8'000, 'a');
  const std::string large(1'000, 'x');
  EXPECT_EQ(call("regexReplaceAllLiteral", {"a", shorter.c_str(), large.c_str()}),
            "error: memory limit exceeded");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
