#include "lib/gotemplate/funcs/time_value.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "lib/gotemplate/funcs/define.h"
#include "lib/gotemplate/funcs/duration.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::size_t kTimeFields = 3;
constexpr std::size_t kLocationFields = 4;
constexpr std::int64_t kMinute = 60'000'000'000;

struct TimeTypes {
  Type time, location, duration, month, weekday;
};

const TimeTypes& Types();

Time Self(const Call& call) {
  return TimeOf(call[0]).value_or(Time());
}
Value Wrap(const Call& call, const Time& time) {
  return TimeValue(time, call.arena);
}

// *time.Location: its name, and how At finds what it needs; in Go the fields are others, and as
// private.
Value LocationValue(const Zone& zone, Arena& arena) {
  if (zone.table == nullptr && !zone.is_fixed) {
    return Value::Pointer(nullptr, PointerTo(&Types().location));
  }
  const std::span<Value> slots = arena.NewArray<Value>(kLocationFields);
  slots[0] = Value::String(zone.name());
  slots[1] = Value::Bool(zone.is_fixed);
  slots[2] = Value::Int(zone.fixed_offset, Int64Type());
  slots[3] = Value::Uint(reinterpret_cast<std::uintptr_t>(zone.table), BasicType("uintptr"));
  Value* const location = arena.New<Value>(Value::Struct(slots.data(), &Types().location));
  return Value::Pointer(location, PointerTo(&Types().location));
}

Zone ZoneOf(const Value& pointer) {
  if (pointer.kind() != Kind::kPointer || pointer.IsNil()) return {};
  const Value location = pointer.Elem();
  if (location.type() != &Types().location) return {};
  const std::span<Value> slots = location.slots();
  return {.table = reinterpret_cast<const TimeZone*>(slots[3].AsUint()),
          .is_fixed = slots[1].AsBool(),
          .fixed_name = slots[0].AsString(),
          .fixed_offset = slots[2].AsInt()};
}

template <auto kMember>
Value Part(const Call& call) {
  return Value::Int(std::int64_t{PartsOf(Self(call)).*kMember});
}

Value Add(const Call& call) {
  return Wrap(call, funcs::Add(Self(call), call.Int(1)));
}

Value AddDate(const Call& call) {
  const Time time = Self(call);
  const TimeParts parts = PartsOf(time);
  const auto add = [&call](std::int64_t part, std::size_t argument) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(part, call.Int(argument), &sum))
      throw FunctionError("date overflow");
    return sum;
  };
  return Wrap(call, MakeDate({add(parts.year, 1), add(parts.month, 2), add(parts.day, 3),
                              parts.hour, parts.minute, parts.second, time.nanoseconds},
                             time.zone));
}

Time Other(const Call& call) {
  return TimeOf(call[1]).value_or(Time());
}

Value After(const Call& call) {
  return Value::Bool(funcs::Compare(Self(call), Other(call)) > 0);
}
Value Before(const Call& call) {
  return Value::Bool(funcs::Compare(Self(call), Other(call)) < 0);
}
Value Equal(const Call& call) {
  return Value::Bool(funcs::Compare(Self(call), Other(call)) == 0);
}
Value Compare(const Call& call) {
  return Int(funcs::Compare(Self(call), Other(call)));
}
Value Sub(const Call& call) {
  return DurationValue(Subtract(Self(call), Other(call)));
}

Value FormatLayout(const Call& call) {
  return Text(call, Format(Self(call), call.Text(1)));
}
Value TimeString(const Call& call) {
  return Text(call, FormatTime(Self(call)));
}

// Time.GoString, what %#v shows. Here Go's Local and UTC are one.
Value GoString(const Call& call) {
  const Time time = Self(call);
  const TimeParts parts = PartsOf(time);
  std::string text = "time.Date(" + std::to_string(parts.year) + ", time.";
  text += MonthName(parts.month);
  for (const std::int64_t part :
       {std::int64_t{parts.day}, std::int64_t{parts.hour}, std::int64_t{parts.minute},
        std::int64_t{parts.second}, std::int64_t{time.nanoseconds}}) {
    text += ", " + std::to_string(part);
  }
  const std::string zone(time.zone.name());
  text += zone == "UTC" ? ", time.UTC)" : ", time.Location(\"" + zone + "\"))";
  return Text(call, text);
}

Value In(const Call& call) {
  if (call[1].IsNil()) throw FunctionError("time: missing Location in call to Time.In");
  Time time = Self(call);
  time.zone = ZoneOf(call[1]);
  return Wrap(call, time);
}

Value InUtc(const Call& call) {
  Time time = Self(call);
  time.zone = {};
  return Wrap(call, time);
}

Value IsDst(const Call& call) {
  return Value::Bool(PartsOf(Self(call)).zone.is_dst);
}
Value IsZero(const Call& call) {
  return Value::Bool(Self(call).IsZero());
}

Value GetLocation(const Call& call) {
  const Zone zone = Self(call).zone;
  if (zone.table != nullptr || zone.is_fixed) return LocationValue(zone, call.arena);
  return LocationValue({.is_fixed = true, .fixed_name = "UTC"}, call.arena);
}

// Time.MarshalJSON and MarshalText differ in the quotes.
std::string Rfc3339(const Time& time, std::string_view method) {
  constexpr std::int64_t kLastYear = 9999;
  const std::int64_t year = PartsOf(time).year;
  if (year < 0 || year > kLastYear) {
    throw FunctionError("Time." + std::string(method) + ": year outside of range [0,9999]");
  }
  return Format(time, kRfc3339Nano);
}

Value MarshalJson(const Call& call) {
  return Text(call, "\"" + Rfc3339(Self(call), "MarshalJSON") + "\"");
}

Value MonthOf(const Call& call) {
  return Value::Int(PartsOf(Self(call)).month, &Types().month);
}
Value WeekdayOf(const Call& call) {
  return Value::Int(PartsOf(Self(call)).weekday, &Types().weekday);
}

// The moment as a count of units since 1970, wrapped around as in Go.
template <std::uint64_t kPerSecond>
Value Unix(const Call& call) {
  const Time time = Self(call);
  const std::uint64_t whole = static_cast<std::uint64_t>(time.unix_seconds) * kPerSecond;
  const std::uint64_t part =
      static_cast<std::uint64_t>(time.nanoseconds) / (1'000'000'000 / kPerSecond);
  return Int64(static_cast<std::int64_t>(whole + part));
}

// Time.Truncate and Time.Round count from Go's zero time.
Value RoundTime(const Call& call, bool half_up) {
  const Time time = Self(call);
  const std::int64_t multiple = call.Int(1);
  if (multiple <= 0) return Wrap(call, time);
  constexpr __int128 kPerSecond = 1'000'000'000;
  const __int128 total =
      (static_cast<__int128>(time.unix_seconds) - Time::kZeroUnixSeconds) * kPerSecond +
      time.nanoseconds;
  auto rest = static_cast<std::int64_t>(total % multiple);
  if (rest < 0) rest += multiple;
  const bool up = half_up && rest >= multiple - rest;
  return Wrap(call, funcs::Add(time, up ? multiple - rest : -rest));
}

Value Truncate(const Call& call) {
  return RoundTime(call, false);
}
Value Round(const Call& call) {
  return RoundTime(call, true);
}

constexpr Definition kTimeMethods[] = {
    {"Add", "(Duration) Time", Add},
    {"AddDate", "(int, int, int) Time", AddDate},
    {"After", "(Time) bool", After},
    {"Before", "(Time) bool", Before},
    {"Compare", "(Time) int", Compare},
    {"Day", "() int", Part<&TimeParts::day>},
    {"Equal", "(Time) bool", Equal},
    {"Format", "(string) string", FormatLayout},
    {"GoString", "() string", GoString},
    {"Hour", "() int", Part<&TimeParts::hour>},
    {"In", "(*Location) Time", In},
    {"IsDST", "() bool", IsDst},
    {"IsZero", "() bool", IsZero},
    {"Local", "() Time", InUtc},
    {"Location", "() *Location", GetLocation},
    {"MarshalJSON", "() string", MarshalJson},
    {"Minute", "() int", Part<&TimeParts::minute>},
    {"Month", "() Month", MonthOf},
    {"Nanosecond", "() int",
     [](const Call& call) { return Int(std::int64_t{Self(call).nanoseconds}); }},
    {"Round", "(Duration) Time", Round},
    {"Second", "() int", Part<&TimeParts::second>},
    {"String", "() string", TimeString},
    {"Sub", "(Time) Duration", Sub},
    {"Truncate", "(Duration) Time", Truncate},
    {"UTC", "() Time", InUtc},
    {"Unix", "() int64", Unix<1>},
    {"UnixMicro", "() int64", Unix<1'000'000>},
    {"UnixMilli", "() int64", Unix<1'000>},
    {"UnixNano", "() int64", Unix<1'000'000'000>},
    {"Weekday", "() Weekday", WeekdayOf},
    {"Year", "() int", Part<&TimeParts::year>},
    {"YearDay", "() int", Part<&TimeParts::year_day>},
};

template <std::int64_t kUnit>
Value Whole(const Call& call) {
  return Int64(call.Int(0) / kUnit);
}

// Duration.Seconds and its like: the whole units and the rest apart, for precision.
template <std::int64_t kUnit>
Value Fractional(const Call& call) {
  const std::int64_t value = call.Int(0);
  return Value::Float(static_cast<double>(value / kUnit) +
                      static_cast<double>(value % kUnit) / static_cast<double>(kUnit));
}

Value Magnitude(const Call& call) {
  const std::int64_t value = call.Int(0);
  if (value >= 0) return DurationValue(value);
  return DurationValue(value == INT64_MIN ? INT64_MAX : -value);
}

constexpr Definition kDurationMethods[] = {
    {"Abs", "() Duration", Magnitude},
    {"Hours", "() float64", Fractional<60 * kMinute>},
    {"Microseconds", "() int64", Whole<1'000>},
    {"Milliseconds", "() int64", Whole<1'000'000>},
    {"Minutes", "() float64", Fractional<kMinute>},
    {"Nanoseconds", "() int64", Whole<1>},
    {"Round", "(Duration) Duration",
     [](const Call& call) { return DurationValue(RoundDuration(call.Int(0), call.Int(1))); }},
    {"Seconds", "() float64", Fractional<1'000'000'000>},
    {"String", "() string",
     [](const Call& call) { return Text(call, FormatDuration(call.Int(0))); }},
    {"Truncate", "(Duration) Duration",
     [](const Call& call) { return DurationValue(TruncateDuration(call.Int(0), call.Int(1))); }},
};

// Month.String and Weekday.String of what is none: "%!Month(13)".
Value NameOrNumber(const Call& call, std::int64_t first, std::int64_t last,
                   std::string_view (*name_of)(int)) {
  const std::int64_t value = call.Int(0);
  if (value >= first && value <= last) return Value::String(name_of(static_cast<int>(value)));
  const std::string_view type = call[0].type()->name;
  return Text(call, "%!" + std::string(type.substr(type.rfind('.') + 1)) + "(" +
                        std::to_string(static_cast<std::uint64_t>(value)) + ")");
}

constexpr Definition kMonthMethods[] = {
    {"String", "() string", [](const Call& call) { return NameOrNumber(call, 1, 12, MonthName); }},
};

constexpr Definition kWeekdayMethods[] = {
    {"String", "() string", [](const Call& call) { return NameOrNumber(call, 0, 6, WeekdayName); }},
};

constexpr Definition kLocationMethods[] = {
    {"String", "() string",
     [](const Call& call) {
       return call[0].IsNil() ? Value::String("UTC") : Value(call[0].Elem().slots()[0]);
     }},
};

TimeTypes* MakeTypes() {
  auto* const types = new TimeTypes;
  const std::vector<NamedType> names = {{"Time", &types->time},
                                        {"Location", &types->location},
                                        {"Duration", &types->duration},
                                        {"Month", &types->month},
                                        {"Weekday", &types->weekday}};
  const auto define = [&names](Type& type, Kind kind, std::string name,
                               std::span<const Definition> methods) {
    type.kind = kind;
    type.name = std::move(name);
    type.named = true;
    for (const Definition& method : methods) {
      type.methods.push_back({MakeFunction(method, names), false});
    }
  };
  // Names first: those of pointers to them are made of them.
  define(types->location, Kind::kStruct, "time.Location", {});
  define(types->duration, Kind::kInt64, "time.Duration", kDurationMethods);
  define(types->month, Kind::kInt, "time.Month", kMonthMethods);
  define(types->weekday, Kind::kInt, "time.Weekday", kWeekdayMethods);
  types->location.fields = {{.name = "name", .type = StringType()},
                            {.name = "fixed", .type = BoolType()},
                            {.name = "offset", .type = Int64Type()},
                            {.name = "table", .type = BasicType("uintptr")}};
  types->location.methods.push_back({MakeFunction(kLocationMethods[0], names), true});
  types->time.name = "time.Time";
  define(types->time, Kind::kStruct, "time.Time", kTimeMethods);
  types->time.fields = {{.name = "wall", .type = BasicType("uint64")},
                        {.name = "ext", .type = Int64Type()},
                        {.name = "loc", .type = PointerTo(&types->location)}};
  return types;
}

const TimeTypes& Types() {
  static const TimeTypes& types = *MakeTypes();  // Never destroyed, as types.
  return types;
}

}  // namespace

const Type* TimeType() {
  return &Types().time;
}
const Type* DurationType() {
  return &Types().duration;
}

Value TimeValue(const Time& time, Arena& arena) {
  const std::span<Value> slots = arena.NewArray<Value>(kTimeFields);
  const std::uint64_t since_zero = static_cast<std::uint64_t>(time.unix_seconds) -
                                   static_cast<std::uint64_t>(Time::kZeroUnixSeconds);
  slots[0] = Value::Uint(static_cast<std::uint64_t>(time.nanoseconds), BasicType("uint64"));
  slots[1] = Int64(static_cast<std::int64_t>(since_zero));
  slots[2] = LocationValue(time.zone, arena);
  return Value::Struct(slots.data(), TimeType());
}

Value DurationValue(std::int64_t nanoseconds) {
  return Value::Int(nanoseconds, DurationType());
}

std::optional<Time> TimeOf(const Value& value) {
  if (value.kind() == Kind::kPointer) {
    const Value pointee = value.Elem();
    return pointee.type() == TimeType() ? TimeOf(pointee) : std::nullopt;
  }
  if (value.type() != TimeType()) return std::nullopt;
  const std::span<Value> slots = value.slots();
  const std::uint64_t unix_seconds = static_cast<std::uint64_t>(slots[1].AsInt()) +
                                     static_cast<std::uint64_t>(Time::kZeroUnixSeconds);
  return Time{static_cast<std::int64_t>(unix_seconds), static_cast<std::int32_t>(slots[0].AsUint()),
              ZoneOf(slots[2])};
}

}  // namespace sidecar::gotemplate::funcs
