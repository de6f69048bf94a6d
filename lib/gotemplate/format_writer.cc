#include "lib/gotemplate/format_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/unicode.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

char32_t ToRune(std::uint64_t value) {
  return value > kMaxRune ? kRuneError : static_cast<char32_t>(value);
}

void MakeUpper(char* first, const char* last) {
  for (; first != last; ++first) {
    if (*first >= 'a' && *first <= 'z') *first = static_cast<char>(*first - 'a' + 'A');
  }
}

// What the # flag puts before the digits.
std::string_view BasePrefix(const FormatWriter::IntegerStyle& style, bool begins_with_zero) {
  switch (style.base) {
    case 2: return "0b";
    case 8: return begins_with_zero ? "" : "0";
    case 16: return style.letters == LetterCase::kUpper ? "0X" : "0x";
    default: return "";
  }
}

// The significant digits of a number's text that %#g counts; its exponent is cut off.
int SignificantDigits(std::string_view digits) {
  bool saw_nonzero = false;
  int count = 0;
  for (const char c : digits) {
    if (c == '.') continue;
    saw_nonzero = saw_nonzero || c != '0';
    if (saw_nonzero) ++count;
  }
  return count;
}

}  // namespace

void FormatWriter::Padding(int count) {
  if (count <= 0) return;
  out_->append(static_cast<std::size_t>(count), flags.zero && !flags.minus ? '0' : ' ');
}

void FormatWriter::Padded(std::string_view text) {
  if (!flags.has_width || flags.width == 0) {
    Raw(text);
    return;
  }
  const int count = flags.width - static_cast<int>(std::min<std::size_t>(
                                      RuneCount(text), static_cast<std::size_t>(flags.width)));
  if (!flags.minus) Padding(count);
  Raw(text);
  if (flags.minus) Padding(count);
}

void FormatWriter::PaddedWithSpaces(std::string_view text) {
  const bool zero = flags.zero;
  flags.zero = false;
  Padded(text);
  flags.zero = zero;
}

std::string_view FormatWriter::Sign(bool negative) const {
  if (negative) return "-";
  if (flags.plus) return "+";
  return flags.space ? " " : "";
}

// fmt.fmtInteger.
void FormatWriter::Integer(std::uint64_t value, const IntegerStyle& style) {
  const bool negative = style.is_signed && static_cast<std::int64_t>(value) < 0;
  if (negative) value = -value;
  const bool has_sign = negative || flags.plus || flags.space;

  int min_digits = 0;
  if (flags.has_precision) {
    min_digits = flags.precision;
    if (min_digits == 0 && value == 0) {
      PaddedWithSpaces("");
      return;
    }
  } else if (flags.zero && !flags.minus && flags.has_width) {
    min_digits = flags.width - (has_sign ? 1 : 0);
  }

  std::array<char, 64> digits = {};
  const auto [end, error] =
      std::to_chars(digits.begin(), digits.end(), value, static_cast<int>(style.base));
  if (style.letters == LetterCase::kUpper) MakeUpper(digits.data(), end);
  const int zeros = std::max(0, min_digits - static_cast<int>(end - digits.data()));

  std::string text(Sign(negative));
  if (style.octal_prefix) text += "0o";
  if (flags.sharp) text += BasePrefix(style, zeros > 0 || digits[0] == '0');
  text.append(static_cast<std::size_t>(zeros), '0');
  text.append(digits.data(), end);
  PaddedWithSpaces(text);
}

// pp.fmt0x64.
void FormatWriter::Pointer(std::uint64_t address, bool prefixed) {
  const bool sharp = flags.sharp;
  flags.sharp = prefixed;
  Integer(address, {.base = 16});
  flags.sharp = sharp;
}

void FormatWriter::UnicodePoint(std::uint64_t value) {
  constexpr int kMinDigits = 4;
  std::array<char, 16> digits = {};
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), value, 16);
  MakeUpper(digits.data(), end);
  const int wanted = flags.has_precision ? std::max(flags.precision, kMinDigits) : kMinDigits;
  std::string text = "U+";
  text.append(static_cast<std::size_t>(std::max(0, wanted - static_cast<int>(end - digits.data()))),
              '0');
  text.append(digits.data(), end);
  if (flags.sharp && value <= kMaxRune && IsPrint(static_cast<char32_t>(value))) {
    text += " '";
    AppendRune(text, static_cast<char32_t>(value));
    text += '\'';
  }
  PaddedWithSpaces(text);
}

void FormatWriter::Character(std::uint64_t value) {
  std::string text;
  AppendRune(text, ToRune(value));
  Padded(text);
}

void FormatWriter::QuotedCharacter(std::uint64_t value) {
  std::string text;
  if (flags.plus) {
    AppendQuoteRuneToAscii(text, ToRune(value));
  } else {
    AppendQuoteRune(text, ToRune(value));
  }
  Padded(text);
}

// The part of fmt.fmtFloat for the # flag: a decimal point always, and the zeros that %g drops.
// `number` begins with its sign.
void FormatWriter::SharpFloat(std::string& number, char verb, int precision) const {
  const bool hex = verb == 'x' || verb == 'X';
  const std::size_t tail_at = number.find_first_of(hex ? "pP" : "eE", 1);
  const std::string tail = tail_at == std::string::npos ? "" : number.substr(tail_at);
  if (tail_at != std::string::npos) number.resize(tail_at);

  int digits = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision < 0 ? 6 : precision;
  digits -= SignificantDigits(std::string_view(number).substr(1));
  if (number.find('.') == std::string::npos) {
    if (number.size() == 2 && number[1] == '0') --digits;  // A lone leading zero counts once.
    number += '.';
  }
  if (digits > 0) number.append(static_cast<std::size_t>(digits), '0');
  number += tail;
}

// fmt.fmtFloat.
void FormatWriter::Float(double value, int bit_size, char verb, int default_precision) {
  const int precision = flags.has_precision ? flags.precision : default_precision;
  std::string number;
  AppendFloat(number, value, {verb, precision, bit_size});
  if (number[0] != '-' && number[0] != '+') number.insert(number.begin(), '+');
  if (flags.space && number[0] == '+' && !flags.plus) number[0] = ' ';
  // What does not look like a number is not padded with zeros.
  if (number[1] == 'I' || number[1] == 'N') {
    const bool shows_sign = number[1] == 'I' || flags.space || flags.plus;
    PaddedWithSpaces(std::string_view(number).substr(shows_sign ? 0 : 1));
    return;
  }
  if (flags.sharp && verb != 'b') SharpFloat(number, verb, precision);
  const std::string_view unsigned_number = std::string_view(number).substr(1);
  if (!flags.plus && number[0] == '+') {
    Padded(unsigned_number);
    return;
  }
  if (flags.zero && !flags.minus && flags.has_width &&
      flags.width > static_cast<int>(number.size())) {
    Raw(number[0]);  // The sign goes before the zeros.
    Padding(flags.width - static_cast<int>(number.size()));
    Raw(unsigned_number);
    return;
  }
  Padded(number);
}

// The first `precision` runes.
std::string_view FormatWriter::Truncated(std::string_view text) const {
  if (!flags.has_precision) return text;
  std::size_t length = 0;
  for (int i = 0; i < flags.precision && length < text.size(); ++i) {
    length += DecodeRune(text.substr(length)).width;
  }
  return text.substr(0, length);
}

void FormatWriter::Text(std::string_view text) {
  Padded(Truncated(text));
}

void FormatWriter::QuotedText(std::string_view text) {
  text = Truncated(text);
  std::string quoted;
  if (flags.sharp && CanBackquote(text)) {
    quoted.append("`").append(text).append("`");
  } else if (flags.plus) {
    AppendQuoteToAscii(quoted, text);
  } else {
    AppendQuote(quoted, text);
  }
  Padded(quoted);
}

// fmt.fmtSbx.
void FormatWriter::HexText(std::string_view text, LetterCase letters) {
  if (flags.has_precision) text = text.substr(0, static_cast<std::size_t>(flags.precision));
  const bool upper = letters == LetterCase::kUpper;
  const std::string_view digits = upper ? kUpperDigits : kLowerDigits;
  const std::string_view prefix = upper ? "0X" : "0x";
  std::string encoded;
  encoded.reserve(text.size() * 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (flags.space && i > 0) encoded += ' ';
    if (flags.sharp && (flags.space || i == 0)) encoded += prefix;
    const auto byte = static_cast<unsigned char>(text[i]);
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 0xFU];
  }
  Padded(encoded);
}

}  // namespace sidecar::gotemplate
