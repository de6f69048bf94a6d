#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/duration.h"
#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/policy.h"
#include "lib/gotemplate/funcs/time_value.h"
#include "lib/gotemplate/funcs/work.h"
#include "lib/gotemplate/strconv.h"

// sprig's date.go. The local zone is UTC.
namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

Time Present(const Call& call) {
  if (!call.policy.clock) throw FunctionError("templates see no clock");
  return Add(Time{.unix_seconds = 0}, call.policy.clock());
}

bool HasType(const Value& value, const Type* type) {
  return value.IsValid() && value.type() == type;
}

// What sprig's date functions take for a moment: a time, or seconds since 1970; else it is now.
Time Moment(const Call& call, const Value& value) {
  if (const std::optional<Time> time = TimeOf(value)) return *time;
  if (HasType(value, Int64Type()) || HasType(value, IntType()) || HasType(value, Int32Type())) {
    return {.unix_seconds = value.AsInt()};
  }
  return Present(call);
}

Value FormatInZone(const Call& call, std::string_view layout, const Value& moment,
                   std::string_view zone) {
  constexpr std::size_t kPrice = 8192;
  PayForWork(&call.arena, kPrice);
  Time time = Moment(call, moment);
  time.zone = LoadZone(zone).value_or(Zone());  // sprig: an unknown zone is UTC.
  return Text(call, Format(time, layout));
}

constexpr std::string_view kHtmlDate = "2006-01-02";

Value Date(const Call& call) {
  return FormatInZone(call, call.Text(0), call[1], "Local");
}
Value DateInZone(const Call& call) {
  return FormatInZone(call, call.Text(0), call[1], call.Text(2));
}
Value HtmlDate(const Call& call) {
  return FormatInZone(call, kHtmlDate, call[0], "Local");
}
Value HtmlDateInZone(const Call& call) {
  return FormatInZone(call, kHtmlDate, call[0], call.Text(1));
}

Value Now(const Call& call) {
  return TimeValue(Present(call), call.arena);
}

Value MustDateModify(const Call& call) {
  const Time time = TimeOf(call[1]).value_or(Time());
  return TimeValue(Add(time, ParseDuration(call.Text(0))), call.arena);
}

Value DateModify(const Call& call) {
  try {
    return MustDateModify(call);
  } catch (const FunctionError&) {
    return call[1];  // sprig drops the error.
  }
}

Value MustToDate(const Call& call) {
  return TimeValue(ParseTime(call.Text(0), call.Text(1)), call.arena);
}

Value ToDate(const Call& call) {
  try {
    return MustToDate(call);
  } catch (const FunctionError&) {
    return TimeValue(Time(), call.arena);
  }
}

Value UnixEpoch(const Call& call) {
  return Text(call, std::to_string(TimeOf(call[0]).value_or(Time()).unix_seconds));
}

Value Ago(const Call& call) {
  const std::int64_t since = Subtract(Present(call), Moment(call, call[0]));
  return Text(call, FormatDuration(RoundDuration(since, kSecond)));
}

Value Duration(const Call& call) {
  std::int64_t seconds = 0;
  if (HasType(call[0], StringType())) seconds = ParseInt(call.Text(0), 10, 64).value;
  if (HasType(call[0], Int64Type())) seconds = call.Int(0);
  const std::uint64_t product =
      static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(kSecond);
  return Text(call, FormatDuration(static_cast<std::int64_t>(product)));
}

std::int64_t DurationOf(const Call& call) {
  if (HasType(call[0], Int64Type())) return call.Int(0);
  if (const std::optional<Time> time = TimeOf(call[0]); time && call[0].kind() == Kind::kStruct) {
    return Subtract(Present(call), *time);
  }
  if (!HasType(call[0], StringType())) return 0;
  try {
    return ParseDuration(call.Text(0));
  } catch (const FunctionError&) {
    return 0;
  }
}

Value DurationRound(const Call& call) {
  struct Unit {
    std::int64_t size;
    std::string_view name;
  };
  constexpr Unit kUnits[] = {{365 * kDay, "y"}, {30 * kDay, "mo"}, {kDay, "d"},
                             {kHour, "h"},      {kMinute, "m"},    {kSecond, "s"}};
  const std::int64_t duration = DurationOf(call);
  const auto bits = static_cast<std::uint64_t>(duration);
  const std::uint64_t size = duration < 0 ? 0 - bits : bits;
  for (const Unit& unit : kUnits) {
    const auto unit_size = static_cast<std::uint64_t>(unit.size);
    if (size > unit_size)
      return Text(call, std::to_string(size / unit_size) + std::string(unit.name));
  }
  return Value::String("0s");
}

constexpr Definition kFunctions[] = {
    {"ago", "(any) string", Ago},
    {"date", "(string, any) string", Date},
    {"dateInZone", "(string, any, string) string", DateInZone},
    {"dateModify", "(string, Time) Time", DateModify},
    {"date_in_zone", "(string, any, string) string", DateInZone},
    {"date_modify", "(string, Time) Time", DateModify},
    {"duration", "(any) string", Duration},
    {"durationRound", "(any) string", DurationRound},
    {"htmlDate", "(any) string", HtmlDate},
    {"htmlDateInZone", "(any, string) string", HtmlDateInZone},
    {"mustDateModify", "(string, Time) Time", MustDateModify},
    {"mustToDate", "(string, string) Time", MustToDate},
    {"must_date_modify", "(string, Time) Time", MustDateModify},
    {"now", "() Time", Now},
    {"toDate", "(string, string) Time", ToDate},
    {"unixEpoch", "(Time) string", UnixEpoch},
};

}  // namespace

Group DateFunctions() {
  return {kFunctions, {{"Time", TimeType()}}};
}

}  // namespace sidecar::gotemplate::funcs
