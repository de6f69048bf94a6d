#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::kubetypes {

// Go's time.Duration: nanoseconds, about ±292 years.
using Nanoseconds = std::int64_t;

constexpr Nanoseconds kMillisecond = 1'000'000;
constexpr Nanoseconds kSecond = 1000 * kMillisecond;
constexpr Nanoseconds kMinute = 60 * kSecond;
constexpr Nanoseconds kHour = 60 * kMinute;

// The message google.protobuf.Duration. Both parts have the same sign; |nanos| < 1e9.
struct ProtoDuration {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;

  bool operator==(const ProtoDuration&) const = default;
};

// "1h15m30.918273645s", "1.5s", "100ms", "0s": as time.Duration.String.
std::string DurationString(Nanoseconds duration);

// A sequence of numbers with units ("300ms", "-1.5h", "2h45m"), as time.ParseDuration. The error is
// Go's: `time: invalid duration "x"`, `time: missing unit in duration "1"`, ...
Result<Nanoseconds> ParseDuration(std::string_view text);

ProtoDuration ToProto(Nanoseconds duration);

// As ptypes.Duration: an error for what is no valid proto duration or does not fit Nanoseconds.
Result<Nanoseconds> FromProto(const ProtoDuration& duration);

// The compact text of the message as golang/protobuf prints it, space included: "seconds:2 ",
// "seconds:1 nanos:500000000 ", "".
std::string CompactText(const ProtoDuration& duration);

// Istio's template function formatDuration (0.6 and later): "1m15s". A missing or invalid duration
// is "1s".
std::string FormatDuration(const std::optional<ProtoDuration>& duration);

}  // namespace sidecar::kubetypes
