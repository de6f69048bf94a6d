#include "lib/gotemplate/funcs/merge.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(MergeTest, FillsWhatIsMissingOrEmpty) {
  Functions call;
  const Value target = call.Dict(
      {"text", "", "zero", 0, "no", false, "nil", nullptr, "list", call.List({}), "kept", "old"});
  const Value source = call.Dict({"text", "x", "zero", 5, "no", true, "nil", 1, "list",
                                  call.List({2}), "kept", "new", "added", 1});
  Merge(target, source, false, call.arena());
  EXPECT_EQ(call.Show(target),
            R"({"added":1,"kept":"old","list":[2],"nil":1,"no":true,"text":"x","zero":5})");
}

TEST(MergeTest, OverwritesWithWhateverThereIs) {
  Functions call;
  const Value target =
      call.Dict({"text", "x", "five", 5, "yes", true, "nil", 1, "list", call.List({1, 2})});
  const Value source =
      call.Dict({"text", "", "five", 0, "yes", false, "nil", nullptr, "list", call.List({})});
  Merge(target, source, true, call.arena());
  EXPECT_EQ(call.Show(target), R"({"five":0,"list":[],"nil":null,"text":"","yes":false})");
}

TEST(MergeTest, MergesMapsInMaps) {
  Functions call;
  const auto dict = [&call](int x, int y) { return call.Dict({"m", call.Dict({"x", x, "y", y})}); };
  const Value filled = call.Dict({"m", call.Dict({"x", 1})});
  Merge(filled, dict(2, 3), false, call.arena());
  EXPECT_EQ(call.Show(filled), R"({"m":{"x":1,"y":3}})");
  const Value overwritten = call.Dict({"m", call.Dict({"x", 1, "z", 9})});
  Merge(overwritten, dict(2, 3), true, call.arena());
  EXPECT_EQ(call.Show(overwritten), R"({"m":{"x":2,"y":3,"z":9}})");
}

TEST(MergeTest, NeverPutsAMapOverAnotherValue) {
  Functions call;
  const Value map = call.Dict({"b", 1});
  for (const bool overwrite : {false, true}) {
    const Value target = call.Dict({"a", 1});
    Merge(target, call.Dict({"a", map}), overwrite, call.arena());
    EXPECT_EQ(call.Show(target), R"({"a":1})");
  }
  const Value kept = call.Dict({"a", map});
  Merge(kept, call.Dict({"a", 1}), false, call.arena());
  EXPECT_EQ(call.Show(kept), R"({"a":{"b":1}})");
  Merge(kept, call.Dict({"a", 1}), true, call.arena());
  EXPECT_EQ(call.Show(kept), R"({"a":1})");
}

TEST(MergeTest, SharesWhatItTakesOver) {
  Functions call;
  const Value inner = call.Dict({"k", 1});
  const Value target = call.Dict({});
  Merge(target, call.Dict({"n", inner}), false, call.arena());
  call.Call("set", {inner, "k", 2});
  EXPECT_EQ(call.Show(target), R"({"n":{"k":2}})");
}

TEST(MergeTest, ChecksTheTargetsElementType) {
  Functions call;
  const Value texts = call.Call("split", {",", "a"});
  const Value target = call.Dict({"m", texts});
  const Value source = call.Dict({"m", call.Dict({"_1", 1})});
  EXPECT_EQ(call("merge", {target, source}),
            "error: reflect.Value.SetMapIndex: value of type int is not assignable to type string");
}

TEST(MergeTest, EndsOnMapsThatContainThemselves) {
  Functions call;
  const Value one = call.Dict({});
  const Value other = call.Dict({});
  call.Call("set", {one, "self", one});
  call.Call("set", {other, "self", other});
  EXPECT_EQ(call("merge", {one, other}),
            "error: maps are nested too deeply, or contain themselves");
}

TEST(MergeTest, EndsOnMapsThatAreLargerThanTheirMemory) {
  Functions call;
  Value one = call.Dict({"x", 1});
  Value other = call.Dict({"x", 1});
  for (int i = 0; i < 40; ++i) {
    one = call.Dict({"a", one, "b", one});
    other = call.Dict({"a", other, "b", other});
  }
  EXPECT_EQ(call("merge", {one, other}), "error: memory limit exceeded");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
