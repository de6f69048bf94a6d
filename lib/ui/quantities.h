#pragma once

#include <chrono>
#include <string>

// Times and durations as people read them. Pure.

namespace sidecar::ui {

using WallTime = std::chrono::system_clock::time_point;

// "2026-11-23T10:53:04Z": for the attribute datetime.
std::string MachineTime(WallTime time);

// "2026-11-23 10:53:04 UTC".
std::string DateAndTime(WallTime time);

// "10:53:04", with the date where that is not the one of `now`. UTC.
std::string TimeOfDay(WallTime time, WallTime now);

// "87 µs", "1.2 ms", "3.4 s".
std::string ShortDuration(std::chrono::nanoseconds duration);

// "61 days", "27 hours", "1 minute", "less than a minute": whole ones of the largest unit of which
// there are two. Of a negative duration the absolute value.
std::string RoughDuration(std::chrono::seconds duration);

}  // namespace sidecar::ui
