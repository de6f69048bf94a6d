#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/time_value.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::int64_t kPresent = 1'500'000'000;

Policy WithClock() {
  Policy policy;
  policy.clock = [] { return kPresent * 1'000'000'000 + 500'000'000; };
  return policy;
}

Value Seconds(std::int64_t seconds) {
  return Value::Int(seconds, Int64Type());
}

TEST(DateFunctionsTest, FormatMoments) {
  Functions call;
  EXPECT_EQ(call("date", {"2006-01-02 15:04:05", Seconds(kPresent)}), "2017-07-14 02:40:00");
  EXPECT_EQ(call("date", {"2006", 0}), "1970");
  EXPECT_EQ(call("date", {"2006", Value::Int(0, Int32Type())}), "1970");
  EXPECT_EQ(call("htmlDate", {Seconds(kPresent)}), "2017-07-14");
  EXPECT_EQ(call("htmlDateInZone", {Seconds(kPresent), "Asia/Tokyo"}), "2017-07-14");
  EXPECT_EQ(call("dateInZone", {"15:04 MST", Seconds(kPresent), "Asia/Tokyo"}), "11:40 JST");
  EXPECT_EQ(call("date_in_zone", {"15:04 MST", Seconds(kPresent), "Nope/Zone"}), "02:40 UTC");
  EXPECT_EQ(call("date", {"02/01/2006", call.Call("toDate", {"2006-01-02", "2017-12-31"})}),
            "31/12/2017");
}

TEST(DateFunctionsTest, ShowThePresentForWhatIsNoMoment) {
  Functions call("sprig", WithClock());
  EXPECT_EQ(call("date", {"2006-01-02", "text"}), "2017-07-14");
  EXPECT_EQ(call("htmlDate", {nullptr}), "2017-07-14");
  EXPECT_EQ(call("date", {"15:04:05.0", call.Call("now", {})}), "02:40:00.5");
  EXPECT_EQ(Functions()("date", {"2006-01-02", "text"}), "error: templates see no clock");
  EXPECT_EQ(Functions()("now", {}), "error: templates see no clock");
}

TEST(DateFunctionsTest, ParseAndModify) {
  Functions call;
  const auto print = [&call](std::string_view name, Arguments arguments) {
    return std::string(PrintValue(call.Call(name, arguments), call.arena()));
  };
  const Value january = call.Call("toDate", {"2006-01-02", "2020-01-31"});
  EXPECT_EQ(print("dateModify", {"24h", january}), "2020-02-01 00:00:00 +0000 UTC");
  EXPECT_EQ(print("date_modify", {"-1.5h", january}), "2020-01-30 22:30:00 +0000 UTC");
  EXPECT_EQ(print("dateModify", {"bad", january}), "2020-01-31 00:00:00 +0000 UTC");
  EXPECT_EQ(call("mustDateModify", {"bad", january}), "error: time: invalid duration \"bad\"");
  EXPECT_EQ(call("must_date_modify", {"1", january}),
            "error: time: missing unit in duration \"1\"");
  EXPECT_EQ(print("toDate", {"2006-01-02", "bad"}), "0001-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(call("mustToDate", {"2006", "x"}),
            "error: parsing time \"x\" as \"2006\": cannot parse \"x\" as \"2006\"");
  EXPECT_EQ(call("unixEpoch", {january}), "1580428800");
}

TEST(DateFunctionsTest, TellHowLongAgo) {
  Functions call("sprig", WithClock());
  EXPECT_EQ(call("ago", {Seconds(kPresent - 125)}), "2m6s");  // Half seconds are rounded up.
  EXPECT_EQ(call("ago", {TimeValue({.unix_seconds = kPresent + 5}, call.arena())}), "-5s");
  EXPECT_EQ(call("ago", {"text"}), "0s");
}

TEST(DateFunctionsTest, WriteDurations) {
  Functions call;
  EXPECT_EQ(call("duration", {"95"}), "1m35s");
  EXPECT_EQ(call("duration", {Seconds(90061)}), "25h1m1s");
  EXPECT_EQ(call("duration", {95}), "0s");
  EXPECT_EQ(call("duration", {"x"}), "0s");
  EXPECT_EQ(call("duration", {nullptr}), "0s");
  EXPECT_EQ(call("duration", {"9223372036854775807"}), "-1s");
  EXPECT_EQ(call("duration", {"99999999999999999999"}), "-1s");
}

TEST(DateFunctionsTest, RoundDurationsToTheirLargestUnit) {
  Functions call("sprig", WithClock());
  const struct {
    Argument duration;
    const char* rounded;
  } kCases[] = {{"2h5s", "2h"},
                {"24h5s", "1d"},
                {"2400h10m5s", "3mo"},
                {"9000h", "1y"},
                {"100s", "1m"},
                {"1s", "0s"},
                {"-3h", "3h"},
                {"bad", "0s"},
                {5, "0s"},
                {Seconds(3'600'000'000'000), "60m"}};
  for (const auto& one : kCases) EXPECT_EQ(call("durationRound", {one.duration}), one.rounded);
  EXPECT_EQ(call("durationRound", {TimeValue({.unix_seconds = kPresent - 90}, call.arena())}),
            "1m");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
