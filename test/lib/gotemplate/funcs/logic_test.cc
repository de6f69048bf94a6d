#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(LogicFunctionsTest, TakesTheDefaultForWhatIsEmpty) {
  Functions call;
  for (const Argument& empty :
       {Argument(""), Argument(0), Argument(0.0), Argument(false), Argument(nullptr),
        Argument(call.List({})), Argument(call.Dict({}))}) {
    EXPECT_EQ(call("default", {"d", empty}), "d");
    EXPECT_EQ(call("empty", {empty}), "true");
  }
  EXPECT_EQ(call("default", {"d", "v"}), "v");
  EXPECT_EQ(call("default", {"d"}), "d");
  EXPECT_EQ(call("empty", {call.List({nullptr})}), "false");
}

TEST(LogicFunctionsTest, TakesTheFirstThatIsNotEmpty) {
  Functions call;
  EXPECT_EQ(call("coalesce", {0, "", nullptr, "x", "y"}), "x");
  EXPECT_EQ(call("coalesce", {}), "null");
  EXPECT_EQ(call("all", {1, "a", true}), "true");
  EXPECT_EQ(call("all", {1, ""}), "false");
  EXPECT_EQ(call("all", {}), "true");
  EXPECT_EQ(call("any", {0, "", 1}), "true");
  EXPECT_EQ(call("any", {0, ""}), "false");
  EXPECT_EQ(call("any", {}), "false");
}

TEST(LogicFunctionsTest, ChoosesAndFails) {
  Functions call;
  EXPECT_EQ(call("ternary", {"y", "n", true}), "y");
  EXPECT_EQ(call("ternary", {"y", "n", false}), "n");
  EXPECT_EQ(call("fail", {"stop %s"}), "error: stop %s");
}

TEST(LogicFunctionsTest, NamesKindsAndTypes) {
  Functions call;
  Value number = Value::Int(1);
  const Value pointer = Value::Pointer(&number, PointerTo(IntType()));
  EXPECT_EQ(call("kindOf", {1}), "int");
  EXPECT_EQ(call("kindOf", {nullptr}), "invalid");
  EXPECT_EQ(call("kindOf", {pointer}), "ptr");
  EXPECT_EQ(call("kindIs", {"map", call.Dict({})}), "true");
  EXPECT_EQ(call("kindIs", {"string", 1}), "false");
  EXPECT_EQ(call("typeOf", {call.List({})}), "[]interface {}");
  EXPECT_EQ(call("typeOf", {nullptr}), "<nil>");
  EXPECT_EQ(call("typeIs", {"*int", pointer}), "true");
  EXPECT_EQ(call("typeIs", {"int", pointer}), "false");
  EXPECT_EQ(call("typeIsLike", {"int", pointer}), "true");
  EXPECT_EQ(call("typeIsLike", {"int", 1}), "true");
  EXPECT_EQ(call("typeIsLike", {"*int", 1}), "false");
}

TEST(LogicFunctionsTest, ComparesDeeply) {
  Functions call;
  EXPECT_EQ(call("deepEqual", {call.List({1, 2}), call.List({1, 2})}), "true");
  EXPECT_EQ(call("deepEqual", {1, 1.0}), "false");
  EXPECT_EQ(call("deepEqual", {nullptr, nullptr}), "true");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
