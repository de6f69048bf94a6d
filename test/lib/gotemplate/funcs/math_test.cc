#include <chrono>
#include <limits>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(MathFunctionsTest, CalculatesWithIntegers) {
  Functions call;
  EXPECT_EQ(call("add", {1, 2, 3}), "6");
  EXPECT_EQ(call("add", {}), "0");
  EXPECT_EQ(call("add", {1.9, "2", nullptr, true, "x"}), "4");
  EXPECT_EQ(call("add1", {"5"}), "6");
  EXPECT_EQ(call("sub", {3, 5}), "-2");
  EXPECT_EQ(call("mul", {2, 3, 4}), "24");
  EXPECT_EQ(call("div", {-7, 2}), "-3");
  EXPECT_EQ(call("mod", {-7, 3}), "-1");
  EXPECT_EQ(call("max", {-1, -3, 1.9}), "1");
  EXPECT_EQ(call("biggest", {1, 2}), "2");
  EXPECT_EQ(call("min", {"5", 3}), "3");
  EXPECT_EQ(call.Call("add", {}).type(), Int64Type());
}

TEST(MathFunctionsTest, WrapsAroundAsGo) {
  Functions call;
  EXPECT_EQ(call("add", {Value::Int(kMost), 1}), std::to_string(kLeast));
  EXPECT_EQ(call("sub", {Value::Int(kLeast), 1}), std::to_string(kMost));
  EXPECT_EQ(call("mul", {Value::Int(kMost), 2}), "-2");
  EXPECT_EQ(call("div", {Value::Int(kLeast), -1}), std::to_string(kLeast));
  EXPECT_EQ(call("mod", {Value::Int(kLeast), -1}), "0");
}

TEST(MathFunctionsTest, PanicsOnAZeroDivisor) {
  Functions call;
  EXPECT_EQ(call("div", {1, 0}), "error: runtime error: integer divide by zero");
  EXPECT_EQ(call("mod", {1, "x"}), "error: runtime error: integer divide by zero");
  EXPECT_EQ(call("divf", {1, 0}), "error: decimal division by 0");
}

TEST(MathFunctionsTest, CalculatesWithDecimals) {
  Functions call;
  EXPECT_EQ(call("addf", {1.5, 2.2, 5}), "8.7");
  EXPECT_EQ(call("addf", {}), "0");
  EXPECT_EQ(call("add1f", {"2.5"}), "3.5");
  EXPECT_EQ(call("subf", {7.5, 2, 3}), "2.5");
  EXPECT_EQ(call("subf", {0.3, 0.1}), "0.2");
  EXPECT_EQ(call("mulf", {1.5, "2", 2}), "6");
  EXPECT_EQ(call("divf", {10, 2, 4}), "1.25");
  EXPECT_EQ(call("divf", {2, 3}), "0.6666666666666667");
  EXPECT_EQ(call("addf", {"inf"}), "error: Cannot create a Decimal from +Inf");
}

TEST(MathFunctionsTest, RoundsAndCompares) {
  Functions call;
  EXPECT_EQ(call("floor", {-1.5}), "-2");
  EXPECT_EQ(call("ceil", {"1.2"}), "2");
  EXPECT_EQ(call("round", {123.555555, 3}), "123.556");
  EXPECT_EQ(call("round", {-2.5, 0}), "-3");
  EXPECT_EQ(call("round", {2.5, 0}), "3");
  EXPECT_EQ(call("round", {1.005, 2}), "1");
  EXPECT_EQ(call("round", {123.5, -1}), "120");
  EXPECT_EQ(call("round", {10.5, 0, 0.4}), "11");
  EXPECT_EQ(call("round", {10.5, 0, 0.6}), "10");
  EXPECT_EQ(call("maxf", {1.5, 3, "2.5"}), "3");
  EXPECT_EQ(call("minf", {1.5, 3, "0.5"}), "0.5");
}

TEST(MathFunctionsTest, CastsToNumbers) {
  Functions call;
  EXPECT_EQ(call("int", {3.9}), "3");
  EXPECT_EQ(call("int64", {"0x1f"}), "31");
  EXPECT_EQ(call("float64", {"1e3"}), "1000");
  EXPECT_EQ(call("atoi", {"-3"}), "-3");
  EXPECT_EQ(call("atoi", {"1.5"}), "0");
  EXPECT_EQ(call("atoi", {"99999999999999999999"}), std::to_string(kMost));
  EXPECT_EQ(call("toDecimal", {"777"}), "511");
  EXPECT_EQ(call("toDecimal", {755}), "493");
  EXPECT_EQ(call("toDecimal", {"8"}), "0");
  EXPECT_EQ(call.Call("int", {1}).type(), IntType());
  EXPECT_EQ(call.Call("int64", {1}).type(), Int64Type());
}

TEST(MathFunctionsTest, CountsUpAndDown) {
  Functions call;
  EXPECT_EQ(call("until", {3}), "[0,1,2]");
  EXPECT_EQ(call("until", {-3}), "[0,-1,-2]");
  EXPECT_EQ(call("until", {0}), "[]");
  EXPECT_EQ(call("untilStep", {0, 10, 3}), "[0,3,6,9]");
  EXPECT_EQ(call("untilStep", {10, 0, -4}), "[10,6,2]");
  for (const auto& arguments :
       {Arguments{0, 10, -1}, Arguments{10, 0, 1}, Arguments{0, 5, 0}, Arguments{3, 3, 1}}) {
    EXPECT_EQ(call("untilStep", arguments), "[]");
  }
  EXPECT_EQ(call.Call("until", {1}).type(), SliceOf(IntType()));
}

TEST(MathFunctionsTest, WritesSequences) {
  Functions call;
  EXPECT_EQ(call("seq", {5}), "1 2 3 4 5");
  EXPECT_EQ(call("seq", {-3}), "1 0 -1 -2 -3");
  EXPECT_EQ(call("seq", {0}), "1 0");
  EXPECT_EQ(call("seq", {5, 2}), "5 4 3 2");
  EXPECT_EQ(call("seq", {0, 2, 10}), "0 2 4 6 8 10");
  EXPECT_EQ(call("seq", {10, -2, 0}), "10 8 6 4 2 0");
  for (const auto& arguments : {Arguments{}, Arguments{0, -5, 2}, Arguments{5, 1, 2},
                                Arguments{1, 2, 3, 4}, Arguments{1, 0, 5}}) {
    EXPECT_EQ(call("seq", arguments), "");
  }
}

TEST(MathFunctionsTest, RejectsHostileCountsAtOnce) {
  Functions call;
  const Value huge = Value::Int(1'000'000'000'000);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(call("untilStep", {0, huge, 1}), "error: memory limit exceeded");
  EXPECT_EQ(call("untilStep", {Value::Int(kLeast), Value::Int(kMost), 1}),
            "error: memory limit exceeded");
  EXPECT_EQ(call("untilStep", {Value::Int(kMost), Value::Int(kLeast), Value::Int(kLeast)}),
            "[9223372036854775807,-1]");
  EXPECT_EQ(call("until", {huge}), "error: memory limit exceeded");
  EXPECT_EQ(call("seq", {huge}), "error: memory limit exceeded");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_LE(call.arena().bytes_reserved(), std::size_t{1} << 20U);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
