#include "lib/gotemplate/funcs/time_value.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

// Calls a method and prints its result.
std::string Method(const Value& receiver, std::string_view name, Arguments arguments = {}) {
  Arena arena;
  const Type* const type =
      receiver.kind() == Kind::kPointer ? receiver.type()->element : receiver.type();
  const MethodMatch* const match = FindMethod(type, name);
  if (match == nullptr) return "no method " + std::string(name);
  std::vector<Value> values = {receiver};
  for (const Argument& argument : arguments) values.push_back(argument.value);
  try {
    return std::string(PrintValue(match->method->function.body(arena, values), arena));
  } catch (const FunctionError& error) {
    return std::string("error: ") + error.what();
  }
}

TEST(TimeValueTest, GivesBackItsTime) {
  Arena arena;
  Time time = {.unix_seconds = 1500000000, .nanoseconds = 5, .zone = *LoadZone("Asia/Tokyo")};
  const Value value = TimeValue(time, arena);
  EXPECT_EQ(value.type()->name, "time.Time");
  EXPECT_EQ(value.kind(), Kind::kStruct);
  EXPECT_EQ(FormatTime(*TimeOf(value)), "2017-07-14 11:40:00.000000005 +0900 JST");
  Value slot = value;
  EXPECT_EQ(TimeOf(Value::Pointer(&slot, PointerTo(TimeType())))->unix_seconds, 1500000000);
  time.zone = {.is_fixed = true, .fixed_name = "ABC", .fixed_offset = 60};
  EXPECT_EQ(FormatTime(*TimeOf(TimeValue(time, arena))), "2017-07-14 02:41:00.000000005 +0001 ABC");
  EXPECT_FALSE(TimeOf(Value::Int(1)));
  EXPECT_FALSE(TimeOf(Value()));
  EXPECT_TRUE(TimeOf(Value::Zero(TimeType(), arena))->IsZero());
}

TEST(TimeValueTest, HasGosMethods) {
  Arena arena;
  const Value time = TimeValue({.unix_seconds = 1500000000, .nanoseconds = 6'000'000}, arena);
  const struct {
    const char* name;
    std::vector<Argument> arguments;
    const char* result;
  } kCases[] = {
      {"Year", {}, "2017"},
      {"Month", {}, "July"},
      {"Day", {}, "14"},
      {"Hour", {}, "2"},
      {"Minute", {}, "40"},
      {"Second", {}, "0"},
      {"Nanosecond", {}, "6000000"},
      {"Weekday", {}, "Friday"},
      {"YearDay", {}, "195"},
      {"Unix", {}, "1500000000"},
      {"UnixMilli", {}, "1500000000006"},
      {"UnixMicro", {}, "1500000000006000"},
      {"UnixNano", {}, "1500000000006000000"},
      {"IsZero", {}, "false"},
      {"IsDST", {}, "false"},
      {"Location", {}, "UTC"},
      {"Format", {"2006"}, "2017"},
      {"String", {}, "2017-07-14 02:40:00.006 +0000 UTC"},
      {"MarshalJSON", {}, "\"2017-07-14T02:40:00.006Z\""},
      {"UTC", {}, "2017-07-14 02:40:00.006 +0000 UTC"},
      {"Add", {DurationValue(1'000'000'000)}, "2017-07-14 02:40:01.006 +0000 UTC"},
      {"AddDate", {1, 8, -14}, "2019-02-28 02:40:00.006 +0000 UTC"},
      {"Truncate", {DurationValue(60'000'000'000)}, "2017-07-14 02:40:00 +0000 UTC"},
      {"Round", {DurationValue(3'600'000'000'000)}, "2017-07-14 03:00:00 +0000 UTC"},
      {"Before", {TimeValue({.unix_seconds = 1500000001}, arena)}, "true"},
      {"After", {TimeValue({.unix_seconds = 1500000001}, arena)}, "false"},
      {"Equal", {time}, "true"},
      {"Compare", {time}, "0"},
      {"Sub", {TimeValue({.unix_seconds = 1499999990}, arena)}, "10.006s"},
  };
  for (const auto& one : kCases) {
    const std::string_view name = one.name;
    const auto call = [&]() -> std::string {
      switch (one.arguments.size()) {
        case 0: return Method(time, name);
        case 1: return Method(time, name, {one.arguments[0]});
        default: return Method(time, name, {one.arguments[0], one.arguments[1], one.arguments[2]});
      }
    };
    EXPECT_EQ(call(), one.result) << name;
  }
  EXPECT_EQ(Method(TimeValue(MakeDate({10000}, {}), arena), "MarshalJSON"),
            "error: Time.MarshalJSON: year outside of range [0,9999]");
}

TEST(TimeValueTest, ShowsItselfInGosSyntax) {
  Arena arena;
  Time time = {.unix_seconds = 1500000000, .nanoseconds = 5};
  EXPECT_EQ(Method(TimeValue(time, arena), "GoString"),
            "time.Date(2017, time.July, 14, 2, 40, 0, 5, time.UTC)");
  time.zone = *LoadZone("Asia/Tokyo");
  EXPECT_EQ(Method(TimeValue(time, arena), "GoString"),
            R"(time.Date(2017, time.July, 14, 11, 40, 0, 5, time.Location("Asia/Tokyo")))");
}

TEST(TimeValueTest, IsEncodedAsRfc3339) {
  Functions call;
  EXPECT_EQ(call.Show(TimeValue({.unix_seconds = 0}, call.arena())), "\"1970-01-01T00:00:00Z\"");
}

TEST(DurationValueTest, HasGosMethods) {
  const Value duration = DurationValue(-5'400'000'000'000);
  EXPECT_EQ(Method(duration, "String"), "-1h30m0s");
  EXPECT_EQ(Method(duration, "Hours"), "-1.5");
  EXPECT_EQ(Method(duration, "Minutes"), "-90");
  EXPECT_EQ(Method(duration, "Seconds"), "-5400");
  EXPECT_EQ(Method(duration, "Milliseconds"), "-5400000");
  EXPECT_EQ(Method(duration, "Abs"), "1h30m0s");
  EXPECT_EQ(Method(duration, "Round", {DurationValue(3'600'000'000'000)}), "-2h0m0s");
  EXPECT_EQ(Method(duration, "Truncate", {DurationValue(3'600'000'000'000)}), "-1h0m0s");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
