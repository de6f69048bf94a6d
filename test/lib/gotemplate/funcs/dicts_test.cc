#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(DictFunctionsTest, MakesDicts) {
  Functions call;
  EXPECT_EQ(call("dict", {}), "{}");
  EXPECT_EQ(call("dict", {"b", 2, "a", 1}), R"({"a":1,"b":2})");
  EXPECT_EQ(call("dict", {"a"}), R"({"a":""})");
  EXPECT_EQ(call("dict", {1, 2, nullptr, 3}), R"({"1":2,"\u003cnil\u003e":3})");
  EXPECT_EQ(call("dict", {"a", 1, "a", 2}), R"({"a":2})");
  EXPECT_EQ(call.Call("dict", {}).type(), AnyMapType());
}

TEST(DictFunctionsTest, ReadsAndChangesEntries) {
  Functions call;
  const Value dict = call.Dict({"a", 1, "n", nullptr});
  EXPECT_EQ(call("get", {dict, "a"}), "1");
  EXPECT_EQ(call("get", {dict, "zz"}), "");
  EXPECT_EQ(call("get", {dict, "n"}), "null");
  EXPECT_EQ(call("hasKey", {dict, "n"}), "true");
  EXPECT_EQ(call("hasKey", {dict, "zz"}), "false");
  EXPECT_EQ(call("set", {dict, "b", 2}), R"({"a":1,"b":2,"n":null})");
  EXPECT_EQ(call("unset", {dict, "a"}), R"({"b":2,"n":null})");
  EXPECT_EQ(call("unset", {dict, "zz"}), R"({"b":2,"n":null})");
  EXPECT_EQ(call.Show(dict), R"({"b":2,"n":null})");
}

TEST(DictFunctionsTest, TreatsANilMapAsGoDoes) {
  Functions call;
  const Value nil = AnyMap(nullptr);
  EXPECT_EQ(call("get", {nil, "a"}), "");
  EXPECT_EQ(call("keys", {nil}), "[]");
  EXPECT_EQ(call("values", {nil}), "[]");
  EXPECT_EQ(call("omit", {nil, "a"}), "{}");
  EXPECT_EQ(call("unset", {nil, "a"}), "null");
  EXPECT_EQ(call("set", {nil, "a", 1}), "error: assignment to entry in nil map");
  EXPECT_EQ(call("merge", {nil, call.Dict({"a", 1})}), R"({"a":1})");
}

TEST(DictFunctionsTest, TakesPartsInTheOrderOfTheKeys) {
  Functions call;
  const Value one = call.Dict({"b", 2, "a", 1});
  const Value two = call.Dict({"a", 3});
  EXPECT_EQ(call("keys", {one, two}), R"(["a","b","a"])");
  EXPECT_EQ(call("values", {one}), "[1,2]");
  EXPECT_EQ(call("pluck", {"a", one, two, call.Dict({})}), "[1,3]");
  EXPECT_EQ(call("pick", {one, "b", "zz"}), R"({"b":2})");
  EXPECT_EQ(call("omit", {one, "b", "zz"}), R"({"a":1})");
}

TEST(DictFunctionsTest, Digs) {
  Functions call;
  const Value deep = call.Dict({"a", call.Dict({"b", call.Dict({"c", "v"})})});
  EXPECT_EQ(call("dig", {"a", "b", "c", "def", deep}), "v");
  EXPECT_EQ(call("dig", {"a", "x", "c", "def", deep}), "def");
  EXPECT_EQ(call("dig", {"a", "b", "def", deep}), R"({"c":"v"})");
  EXPECT_EQ(call("dig", {"a", deep}), "error: dig needs at least three arguments");
  EXPECT_EQ(call("dig", {"a", "def", "text"}),
            "error: interface conversion: interface {} is string, not map[string]interface {}");
  EXPECT_EQ(call("dig", {1, "def", deep}),
            "error: interface conversion: interface {} is int, not string");
  EXPECT_EQ(call("dig", {"a", "b", "c", "d", "def", deep}),
            "error: interface conversion: interface {} is string, not map[string]interface {}");
  EXPECT_EQ(call("dig", {"a", "def", nullptr}),
            "error: interface conversion: interface {} is nil, not map[string]interface {}");
}

TEST(DictFunctionsTest, CopiesDeeply) {
  Functions call;
  const Value inner = call.Dict({"k", 1});
  const Value copy = call.Call("deepCopy", {call.Dict({"n", inner})});
  call.Call("set", {inner, "k", 2});
  EXPECT_EQ(call.Show(copy), R"({"n":{"k":1}})");
  EXPECT_EQ(call("mustDeepCopy", {nullptr}),
            "error: reflect: call of reflect.Value.Type on zero Value");
}

TEST(DictFunctionsTest, Merges) {
  Functions call;
  EXPECT_EQ(call("merge", {call.Dict({"a", 1}), call.Dict({"a", 2, "b", 3}), call.Dict({"c", 4})}),
            R"({"a":1,"b":3,"c":4})");
  EXPECT_EQ(call("mergeOverwrite", {call.Dict({"a", 1}), call.Dict({"a", 2, "b", 3})}),
            R"({"a":2,"b":3})");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
