#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/value.h"

// Package time as templates see it: time.Time, time.Duration, time.Month, time.Weekday and
// *time.Location, with Go's methods. A time.Time has Go's fields: `wall` holds the nanoseconds,
// `ext` the seconds since the year 1, `loc` the zone (nil: UTC). It has no monotonic clock.
namespace sidecar::gotemplate::funcs {

const Type* TimeType();
const Type* DurationType();

Value TimeValue(const Time& time, Arena& arena);
Value DurationValue(std::int64_t nanoseconds);

// What a time.Time holds, or the one that a *time.Time points at; nothing of all other values.
std::optional<Time> TimeOf(const Value& value);

}  // namespace sidecar::gotemplate::funcs
