#include "lib/gotemplate/funcs/time_layout.h"

#include <array>
#include <optional>

namespace sidecar::gotemplate::funcs {
namespace {

struct Word {
  std::string_view text;
  TimeField field;
  bool ends_word = false;  // No lower-case letter may follow: "Janet" has no month in it.
};

// Of words that begin alike the longer one comes first.
constexpr std::array kWords = {
    Word{"January", TimeField::kLongMonth},
    Word{"Jan", TimeField::kMonth, true},
    Word{"Monday", TimeField::kLongWeekday},
    Word{"Mon", TimeField::kWeekday, true},
    Word{"MST", TimeField::kZoneName},
    Word{"01", TimeField::kZeroMonth},
    Word{"02", TimeField::kZeroDay},
    Word{"03", TimeField::kZeroHour12},
    Word{"04", TimeField::kZeroMinute},
    Word{"05", TimeField::kZeroSecond},
    Word{"06", TimeField::kYear},
    Word{"002", TimeField::kZeroYearDay},
    Word{"15", TimeField::kHour},
    Word{"1", TimeField::kNumericMonth},
    Word{"2006", TimeField::kLongYear},
    Word{"2", TimeField::kDay},
    Word{"_2", TimeField::kUnderDay},
    Word{"__2", TimeField::kUnderYearDay},
    Word{"3", TimeField::kHour12},
    Word{"4", TimeField::kMinute},
    Word{"5", TimeField::kSecond},
    Word{"PM", TimeField::kUpperHalf},
    Word{"pm", TimeField::kLowerHalf},
};

struct OffsetWord {
  std::string_view text;  // Behind the '-' or 'Z'.
  OffsetStyle style;
};

constexpr std::array kOffsets = {
    OffsetWord{"070000", {.colons = false, .minutes = true, .seconds = true}},
    OffsetWord{"07:00:00", {.colons = true, .minutes = true, .seconds = true}},
    OffsetWord{"0700", {.colons = false, .minutes = true}},
    OffsetWord{"07:00", {.colons = true, .minutes = true}},
    OffsetWord{"07", {}},
};

bool IsDigitAt(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

void SetWord(std::string_view rest, TimeLayoutPart& part) {
  if (rest.starts_with("_2006")) return;  // An underscore and a year.
  for (const Word& word : kWords) {
    if (!rest.starts_with(word.text)) continue;
    const std::string_view next = rest.substr(word.text.size());
    if (word.ends_word && !next.empty() && next[0] >= 'a' && next[0] <= 'z') continue;
    part.field = word.field;
    part.text = word.text;
    return;
  }
}

void SetOffset(std::string_view rest, TimeLayoutPart& part) {
  for (const OffsetWord& word : kOffsets) {
    if (!rest.substr(1).starts_with(word.text)) continue;
    part.field = TimeField::kOffset;
    part.text = rest.substr(0, word.text.size() + 1);
    part.offset = word.style;
    part.offset.z_is_utc = rest[0] == 'Z';
    return;
  }
}

// A run of 0 or of 9 behind a point or comma, unless other digits follow.
void SetFraction(std::string_view rest, TimeLayoutPart& part) {
  if (rest.size() < 2 || (rest[1] != '0' && rest[1] != '9')) return;
  std::size_t end = 1;
  while (end < rest.size() && rest[end] == rest[1]) ++end;
  if (IsDigitAt(rest, end)) return;
  part.field = rest[1] == '0' ? TimeField::kFixedFraction : TimeField::kTrimmedFraction;
  part.text = rest.substr(0, end);
  part.fraction_digits = end - 1;
}

}  // namespace

TimeLayoutPart NextTimeField(std::string_view layout) {
  TimeLayoutPart part;
  for (std::size_t at = 0; at < layout.size(); ++at) {
    const std::string_view rest = layout.substr(at);
    switch (rest[0]) {
      case '-':
      case 'Z': SetOffset(rest, part); break;
      case '.':
      case ',': SetFraction(rest, part); break;
      default: SetWord(rest, part); break;
    }
    if (part.field == TimeField::kNone) continue;
    part.prefix = layout.substr(0, at);
    part.suffix = rest.substr(part.text.size());
    return part;
  }
  part.prefix = layout;
  return part;
}

}  // namespace sidecar::gotemplate::funcs
