#include "lib/yaml/timestamp.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sidecar::yaml {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Takes fields off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }
  bool StartsWith(char c) const { return !text_.empty() && text_.front() == c; }

  bool Take(char c) {
    if (!StartsWith(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  // One or two digits, or exactly two, of a number from `least` to `greatest`; -1 if there is none.
  int TakeNumber(bool two_digits, int least, int greatest) {
    if (text_.empty() || !IsDigit(text_.front())) return -1;
    int value = text_.front() - '0';
    std::size_t taken = 1;
    if (text_.size() > 1 && IsDigit(text_[1])) {
      value = value * 10 + (text_[1] - '0');
      taken = 2;
    } else if (two_digits) {
      return -1;
    }
    text_.remove_prefix(taken);
    return value >= least && value <= greatest ? value : -1;
  }

  void TakeSpaces() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }

  // A point or comma with at least one digit after it, if there is one here.
  void TakeFraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !IsDigit(text_[1])) return;
    std::size_t end = 2;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
    text_.remove_prefix(end);
  }

 private:
  std::string_view text_;
};

int DaysIn(int month, int year) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  constexpr int kFebruary = 2;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<std::size_t>(month - 1)] + (month == kFebruary && leap ? 1 : 0);
}

bool TakeClock(Cursor& cursor) {
  if (cursor.TakeNumber(false, 0, 23) < 0 || !cursor.Take(':')) return false;
  if (cursor.TakeNumber(false, 0, 59) < 0 || !cursor.Take(':')) return false;
  if (cursor.TakeNumber(false, 0, 59) < 0) return false;
  cursor.TakeFraction();
  return true;
}

bool TakeZone(Cursor& cursor) {
  if (cursor.Take('Z')) return true;
  if (!cursor.Take('+') && !cursor.Take('-')) return false;
  return cursor.TakeNumber(true, 0, 24) >= 0 && cursor.Take(':') &&
         cursor.TakeNumber(true, 0, 60) >= 0;
}

}  // namespace

bool IsTimestamp(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  if (text.size() <= kYearDigits || text[kYearDigits] != '-') return false;
  int year = 0;
  for (const char c : text.substr(0, kYearDigits)) {
    if (!IsDigit(c)) return false;
    year = year * 10 + (c - '0');
  }
  Cursor cursor(text.substr(kYearDigits + 1));
  const int month = cursor.TakeNumber(false, 1, 12);
  if (month < 0 || !cursor.Take('-')) return false;
  if (cursor.TakeNumber(false, 1, DaysIn(month, year)) < 0) return false;
  if (cursor.AtEnd()) return true;
  if (cursor.Take('T') || cursor.Take('t')) {
    return TakeClock(cursor) && TakeZone(cursor) && cursor.AtEnd();
  }
  if (!cursor.StartsWith(' ')) return false;
  cursor.TakeSpaces();
  return TakeClock(cursor) && cursor.AtEnd();
}

}  // namespace sidecar::yaml
