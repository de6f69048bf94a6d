#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sidecar::gotemplate::funcs {

// What a part of one of Go's time layouts ("2006-01-02T15:04:05Z07:00") stands for.
enum class TimeField : std::uint8_t {
  kNone,  // The layout has no more fields.
  kLongMonth,
  kMonth,
  kNumericMonth,
  kZeroMonth,
  kLongWeekday,
  kWeekday,
  kDay,
  kUnderDay,
  kZeroDay,
  kUnderYearDay,
  kZeroYearDay,
  kHour,
  kHour12,
  kZeroHour12,
  kMinute,
  kZeroMinute,
  kSecond,
  kZeroSecond,
  kLongYear,
  kYear,
  kUpperHalf,  // PM
  kLowerHalf,  // pm
  kZoneName,
  kOffset,          // See Offset.
  kFixedFraction,   // .000
  kTrimmedFraction  // .999
};

// How an offset from UTC is written.
struct OffsetStyle {
  bool z_is_utc = false;  // Z07:00
  bool colons = false;
  bool minutes = false;
  bool seconds = false;
};

// The first field of a layout, and what stands around it: Go's nextStdChunk.
struct TimeLayoutPart {
  std::string_view prefix;
  TimeField field = TimeField::kNone;
  std::string_view text;  // The field as the layout writes it.
  std::string_view suffix;
  OffsetStyle offset = {};
  std::size_t fraction_digits = 0;
};

TimeLayoutPart NextTimeField(std::string_view layout);

}  // namespace sidecar::gotemplate::funcs
