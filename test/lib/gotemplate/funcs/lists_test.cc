#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr const char* kNilPanic =
    "error: runtime error: invalid memory address or nil pointer dereference";

TEST(ListFunctionsTest, MakesLists) {
  Functions call;
  EXPECT_EQ(call("list", {1, "a", nullptr}), R"([1,"a",null])");
  EXPECT_EQ(call("tuple", {}), "[]");
  EXPECT_EQ(call.Call("list", {1}).type(), AnySliceType());
}

TEST(ListFunctionsTest, AddsToACopy) {
  Functions call;
  const Value list = call.List({1, 2});
  EXPECT_EQ(call("append", {list, 3}), "[1,2,3]");
  EXPECT_EQ(call("push", {list, nullptr}), "[1,2,null]");
  EXPECT_EQ(call("prepend", {list, "z"}), R"(["z",1,2])");
  EXPECT_EQ(call.Show(list), "[1,2]");
  EXPECT_EQ(call("append", {call.Call("until", {2}), "x"}), R"([0,1,"x"])");
}

TEST(ListFunctionsTest, TakesParts) {
  Functions call;
  const Value list = call.List({"c", "a", "b"});
  EXPECT_EQ(call("first", {list}), "c");
  EXPECT_EQ(call("last", {list}), "b");
  EXPECT_EQ(call("rest", {list}), R"(["a","b"])");
  EXPECT_EQ(call("initial", {list}), R"(["c","a"])");
  EXPECT_EQ(call("reverse", {list}), R"(["b","a","c"])");
}

TEST(ListFunctionsTest, TakesNothingFromAnEmptyList) {
  Functions call;
  EXPECT_EQ(call("first", {call.List({})}), "null");
  EXPECT_EQ(call("last", {call.List({})}), "null");
  EXPECT_EQ(call("rest", {call.List({})}), "null");  // A nil list.
  EXPECT_EQ(call("initial", {call.List({})}), "null");
  EXPECT_EQ(call("reverse", {call.List({})}), "[]");
  EXPECT_EQ(call("slice", {call.List({})}), "null");
  EXPECT_EQ(call("concat", {}), "null");
}

TEST(ListFunctionsTest, RefusesWhatIsNoList) {
  Functions call;
  const struct {
    const char *name, *error;
  } kCases[] = {
      {"first", "Cannot find first on type string"},
      {"mustLast", "Cannot find last on type string"},
      {"rest", "Cannot find rest on type string"},
      {"mustInitial", "Cannot find initial on type string"},
      {"reverse", "Cannot find reverse on type string"},
      {"uniq", "Cannot find uniq on type string"},
      {"compact", "Cannot compact on type string"},
      {"without", "Cannot find without on type string"},
      {"slice", "list should be type of slice or array but string"},
      {"concat", "Cannot concat type string as list"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(call(one.name, {"abc"}), std::string("error: ") + one.error);
    EXPECT_EQ(call(one.name, {nullptr}), kNilPanic) << one.name;
  }
  EXPECT_EQ(call("append", {1, 2}), "error: Cannot push on type int");
  EXPECT_EQ(call("mustPrepend", {call.Dict({}), 2}), "error: Cannot prepend on type map");
  EXPECT_EQ(call("has", {1, "abc"}), "error: Cannot find has on type string");
  EXPECT_EQ(call("chunk", {1, "abc"}), "error: Cannot chunk type string");
}

TEST(ListFunctionsTest, ComparesDeeply) {
  Functions call;
  EXPECT_EQ(call("uniq", {call.List({1, 1, 2, "a", "a", nullptr, nullptr, 1.0})}),
            R"([1,2,"a",null,1])");
  EXPECT_EQ(call("uniq", {call.List({call.List({1}), call.List({1}), call.Dict({"a", 1}),
                                     call.Dict({"a", 1}), call.Dict({"a", 2})})}),
            R"([[1],{"a":1},{"a":2}])");
  EXPECT_EQ(call("has", {call.List({1}), call.List({2, call.List({1})})}), "true");
  EXPECT_EQ(call("has", {1, call.List({1.0})}), "false");
  EXPECT_EQ(call("has", {1, nullptr}), "false");
  EXPECT_EQ(call("without", {call.List({1, 2, 3, 1}), 1, 3}), "[2]");
}

TEST(ListFunctionsTest, KeepsWhatIsNotEmpty) {
  Functions call;
  EXPECT_EQ(call("compact", {call.List({0, 1, "", "a", nullptr, false, true, call.List({}), 0.0})}),
            R"([1,"a",true])");
}

TEST(ListFunctionsTest, SlicesWithinBounds) {
  Functions call;
  const Value list = call.List({1, 2, 3, 4});
  EXPECT_EQ(call("slice", {list}), "[1,2,3,4]");
  EXPECT_EQ(call("slice", {list, 1}), "[2,3,4]");
  EXPECT_EQ(call("slice", {list, "1", 3}), "[2,3]");
  EXPECT_EQ(call("slice", {list, 4}), "[]");
  for (const auto& [from, to] : {std::pair(2, 1), std::pair(1, 9), std::pair(-1, 2)}) {
    EXPECT_EQ(call("slice", {list, from, to}),
              "error: reflect.Value.Slice: slice index out of bounds");
  }
  EXPECT_EQ(call.Call("slice", {call.Call("until", {3}), 1}).type(), SliceOf(IntType()));
}

TEST(ListFunctionsTest, SlicesUpToTheCapacity) {
  Functions call;
  const Value list = call.Call("slice", {call.List({1, 2, 3}), 0, 1});
  EXPECT_EQ(call("slice", {list, 0, 3}), "[1,2,3]");
}

TEST(ListFunctionsTest, Concatenates) {
  Functions call;
  EXPECT_EQ(call("concat", {call.List({1, 2}), call.Call("until", {1}), call.List({"a"})}),
            R"([1,2,0,"a"])");
}

TEST(ListFunctionsTest, Chunks) {
  Functions call;
  const Value list = call.List({1, 2, 3, 4, 5});
  EXPECT_EQ(call("chunk", {2, list}), "[[1,2],[3,4],[5]]");
  EXPECT_EQ(call("chunk", {5, list}), "[[1,2,3,4,5]]");
  EXPECT_EQ(call("chunk", {9, list}), "[[1,2,3,4,5]]");
  EXPECT_EQ(call("chunk", {1, call.List({})}), "[]");
  EXPECT_EQ(call.Call("chunk", {2, list}).type()->name, "[][]interface {}");
  for (const int size : {0, -1, -2}) {
    EXPECT_EQ(call("chunk", {size, list}), "error: runtime error: makeslice: len out of range");
  }
  // What floats make of negative sizes.
  EXPECT_EQ(call("chunk", {-9, list}), "[]");
  EXPECT_EQ(call("chunk", {-9, call.List({1})}), "[[1]]");
}

TEST(ListFunctionsTest, RejectsHostileSizesAtOnce) {
  Functions call;
  // Lists that hold each other: 2^40 elements, if one were to visit them all.
  Value one = call.List({1});
  Value other = call.List({1});
  for (int i = 0; i < 40; ++i) {
    one = call.List({one, one});
    other = call.List({other, other});
  }
  const Value lists[] = {call.List({one, other}), call.List({other})};
  EXPECT_EQ(call("has", {one, lists[1]}), "error: memory limit exceeded");
  EXPECT_EQ(call("uniq", {lists[0]}), "error: memory limit exceeded");
  EXPECT_EQ(call("deepEqual", {one, other}), "error: memory limit exceeded");
}

TEST(ListFunctionsTest, FindsDuplicatesOfManyElements) {
  Functions call;
  const Value many = call.Call("until", {100'000});
  EXPECT_EQ(call.Call("uniq", {call.Call("concat", {many, many})}).size(), 100'000U);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
