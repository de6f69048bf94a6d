#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(StringFunctionsTest, Trim) {
  Functions call;
  EXPECT_EQ(call("trim", {"  a b \n\t "}), "a b");
  EXPECT_EQ(call("trim", {"\u00a0x\u2003"}), "x");
  EXPECT_EQ(call("trim", {" \n"}), "");
  EXPECT_EQ(call("trimAll", {"$", "$5.00$"}), "5.00");
  EXPECT_EQ(call("trimAll", {"\u00e9a", "a\u00e9b\u00e9"}), "b");
  EXPECT_EQ(call("trimall", {"", " a "}), " a ");
  EXPECT_EQ(call("trimSuffix", {"-", "hello--"}), "hello-");
  EXPECT_EQ(call("trimPrefix", {"--", "-hello"}), "-hello");
}

TEST(StringFunctionsTest, Case) {
  Functions call;
  EXPECT_EQ(call("upper", {"h\u00e9llo\u00df"}), "H\u00c9LLO\u00df");
  EXPECT_EQ(call("lower", {"H\u00c9LLO"}), "h\u00e9llo");
}

TEST(StringFunctionsTest, FindsText) {
  Functions call;
  EXPECT_EQ(call("contains", {"cat", "concatenate"}), "true");
  EXPECT_EQ(call("contains", {"", ""}), "true");
  EXPECT_EQ(call("hasPrefix", {"xx", "x"}), "false");
  EXPECT_EQ(call("hasSuffix", {"ld", "world"}), "true");
}

TEST(StringFunctionsTest, RepeatsAndReplaces) {
  Functions call;
  EXPECT_EQ(call("repeat", {3, "ab"}), "ababab");
  EXPECT_EQ(call("repeat", {0, "ab"}), "");
  EXPECT_EQ(call("repeat", {-1, "ab"}), "error: strings: negative Repeat count");
  EXPECT_EQ(call("replace", {"l", "L", "hello"}), "heLLo");
  EXPECT_EQ(call("replace", {"", "-", "a\u00e9"}), "-a-\u00e9-");
  EXPECT_EQ(call("replace", {"x", "y", "abc"}), "abc");
  EXPECT_EQ(call("replace", {"aa", "b", "aaaaa"}), "bba");
}

TEST(StringFunctionsTest, CutsBytes) {
  Functions call;
  EXPECT_EQ(call("trunc", {5, "hello world"}), "hello");
  EXPECT_EQ(call("trunc", {-5, "hello world"}), "world");
  EXPECT_EQ(call("trunc", {-50, "hello"}), "hello");
  EXPECT_EQ(call("trunc", {4, "h\u00e9llo"}), "h\u00e9l");
  EXPECT_EQ(call("substr", {0, 5, "hello world"}), "hello");
  EXPECT_EQ(call("substr", {-1, 5, "hello world"}), "hello");
  EXPECT_EQ(call("substr", {6, -1, "hello world"}), "world");
  EXPECT_EQ(call("substr", {6, 50, "hello world"}), "world");
  EXPECT_EQ(call("substr", {9, -1, "hello"}),
            "error: runtime error: slice bounds out of range [9:5]");
  EXPECT_EQ(call("substr", {-1, 9, "hello"}),
            "error: runtime error: slice bounds out of range [:9] with length 5");
}

TEST(StringFunctionsTest, Quotes) {
  Functions call;
  EXPECT_EQ(call("quote", {"a", 1, true, nullptr, "b\"c"}), R"("a" "1" "true" "b\"c")");
  EXPECT_EQ(call("quote", {nullptr}), "");
  EXPECT_EQ(call("quote", {call.List({1, "x"})}), "\"[1 x]\"");
  EXPECT_EQ(call("squote", {"a", 1, nullptr, "it's"}), "'a' '1' 'it's'");
  EXPECT_EQ(call("squote", {""}), "''");
}

TEST(StringFunctionsTest, JoinsWithSpaces) {
  Functions call;
  EXPECT_EQ(call("cat", {"hello", 1, true, nullptr, "x"}), "hello 1 true x");
  EXPECT_EQ(call("cat", {}), "");
  EXPECT_EQ(call("cat", {"50%", "%d"}), "50% %d");
  // sprig trims its format ("%v %v"), never the values.
  EXPECT_EQ(call("cat", {" a", "b "}), " a b ");
  EXPECT_EQ(call("cat", {"", "b"}), " b");
}

TEST(StringFunctionsTest, Indents) {
  Functions call;
  EXPECT_EQ(call("indent", {4, "a\nb"}), "    a\n    b");
  EXPECT_EQ(call("indent", {2, "a\n\n"}), "  a\n  \n  ");
  EXPECT_EQ(call("indent", {-1, "x"}), "error: strings: negative Repeat count");
  EXPECT_EQ(call("nindent", {2, "a\nb"}), "\n  a\n  b");
}

TEST(StringFunctionsTest, ChoosesThePlural) {
  Functions call;
  EXPECT_EQ(call("plural", {"one anchovy", "many anchovies", 1}), "one anchovy");
  EXPECT_EQ(call("plural", {"one anchovy", "many anchovies", 0}), "many anchovies");
}

TEST(StringFunctionsTest, SplitsIntoListsAndMaps) {
  Functions call;
  EXPECT_EQ(call("splitList", {"$", "foo$bar$"}), R"(["foo","bar",""])");
  EXPECT_EQ(call("split", {"$", "foo$bar$baz"}), R"({"_0":"foo","_1":"bar","_2":"baz"})");
  EXPECT_EQ(call("splitn", {"$", 2, "foo$bar$baz"}), R"({"_0":"foo","_1":"bar$baz"})");
  EXPECT_EQ(call("splitn", {"$", 0, "foo$bar"}), "{}");
  EXPECT_EQ(call.Call("split", {",", "a"}).type()->name, "map[string]string");
}

TEST(StringFunctionsTest, OrdersNumberedPartsAsTexts) {
  Functions call;
  EXPECT_EQ(call("split", {",", "a,b,c,d,e,f,g,h,i,j,k"}),
            R"({"_0":"a","_1":"b","_10":"k","_2":"c","_3":"d","_4":"e","_5":"f","_6":"g",)"
            R"("_7":"h","_8":"i","_9":"j"})");
}

TEST(StringFunctionsTest, MakesTextsOfAnything) {
  Functions call;
  EXPECT_EQ(call("toString", {17}), "17");
  EXPECT_EQ(call("toString", {nullptr}), "<nil>");
  EXPECT_EQ(call("toStrings", {call.List({1, nullptr, "x"})}), R"(["1","x"])");
  EXPECT_EQ(call("toStrings", {"x"}), R"(["x"])");
  EXPECT_EQ(call("toStrings", {nullptr}), "[]");
  EXPECT_EQ(call("join", {"-", call.List({"a", 2, "c"})}), "a-2-c");
  EXPECT_EQ(call("join", {"-", call.List({"", ""})}), "-");
  EXPECT_EQ(call("join", {"-", "abc"}), "abc");
}

TEST(StringFunctionsTest, SortsByBytes) {
  Functions call;
  EXPECT_EQ(call("sortAlpha", {call.List({"b", "B", "a", 10, 9})}), R"(["10","9","B","a","b"])");
  EXPECT_EQ(call("sortAlpha", {"x"}), R"(["x"])");
  EXPECT_EQ(call("sortAlpha", {nullptr}), R"(["\u003cnil\u003e"])");
}

TEST(StringFunctionsTest, SortsAListOfTextsInPlace) {
  Functions call;
  const Value texts = call.Call("splitList", {",", "c,a,b"});
  call.Call("sortAlpha", {texts});
  EXPECT_EQ(call.Show(texts), R"(["a","b","c"])");
}

TEST(StringFunctionsTest, StopsAtTheMemoryLimit) {
  Functions call("sprig", std::size_t{64} << 20U);
  for (const int count : {100'000'000, 2'000'000'000}) {
    EXPECT_EQ(call("repeat", {count, "x"}), "error: memory limit exceeded");
    EXPECT_EQ(call("indent", {count, "x"}), "error: memory limit exceeded");
  }
  const Value text = call.Call("repeat", {4'000'000, "ab"});
  EXPECT_EQ(call("replace", {"", "0123456789", text}), "error: memory limit exceeded");
  EXPECT_EQ(call("splitList", {"", text}), "error: memory limit exceeded");
  EXPECT_EQ(call("split", {"a", text}), "error: memory limit exceeded");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
