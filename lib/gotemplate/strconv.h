#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidecar::gotemplate {

// Go's package strconv: numbers to text and back, and Go's quoted strings. Every function answers
// as the Go function of its name does (strconv_format.cc, strconv_parse.cc, strconv_quote.cc).
// Pure.

// ---- Numbers to text: appended to `out`. `base` is 2 to 36, digits beyond 9 in lower case.

void AppendInt(std::string& out, std::int64_t value, int base = 10);
void AppendUint(std::string& out, std::uint64_t value, int base = 10);

struct FloatFormat {
  char verb = 'g';     // One of b e E f g G x X.
  int precision = -1;  // Digits as the verb counts them; -1: the fewest that give the value back.
  int bit_size = 64;   // 32: the value came from a float32.
};
void AppendFloat(std::string& out, double value, FloatFormat format);

std::string FormatInt(std::int64_t value, int base = 10);
std::string FormatFloat(double value, char verb, int precision, int bit_size);

// ---- Text to numbers.

enum class NumberError {
  kNone,
  kSyntax,
  kRange,    // `value` is then the nearest that the type has.
  kBase,     // No such base.
  kBitSize,  // No such size.
};

template <class T>
struct Parsed {
  T value = 0;
  NumberError error = NumberError::kNone;

  bool ok() const { return error == NumberError::kNone; }
};

// With base 0 the prefix (0x, 0o, 0b, 0) tells the base, and digits may be parted by underscores.
// `bit_size` 0 means 64, the size of Go's int.
Parsed<std::int64_t> ParseInt(std::string_view text, int base, int bit_size);
Parsed<std::uint64_t> ParseUint(std::string_view text, int base, int bit_size);
inline Parsed<std::int64_t> Atoi(std::string_view text) {
  return ParseInt(text, 10, 0);
}

// Decimal and hexadecimal ("0x1p-2") numbers, "inf", "infinity" and "nan" in any case.
Parsed<double> ParseFloat(std::string_view text, int bit_size);

// 1 t T TRUE true True 0 f F FALSE false False.
Parsed<bool> ParseBool(std::string_view text);

// The text of Go's *strconv.NumError: `strconv.Atoi: parsing "x": invalid syntax`. `argument` is
// the base or bit size that kBase and kBitSize complain about.
std::string NumberErrorText(std::string_view function, std::string_view text, NumberError error,
                            int argument = 0);

// ---- Quoting.

void AppendQuote(std::string& out, std::string_view text);
void AppendQuoteToAscii(std::string& out, std::string_view text);
void AppendQuoteRune(std::string& out, char32_t rune);
void AppendQuoteRuneToAscii(std::string& out, char32_t rune);

std::string Quote(std::string_view text);

// Whether `text` can stand between back quotes unchanged.
bool CanBackquote(std::string_view text);

struct UnquotedChar {
  char32_t value = 0;      // A code point, or a byte where `multibyte` is false.
  bool multibyte = false;  // Whether `value` is to be written as UTF-8.
  std::string_view tail;   // What follows it in the text.
};

// Reads the first character of the inside of a literal delimited by `quote` ('"', '\'' or 0).
// Nothing: invalid syntax.
std::optional<UnquotedChar> UnquoteChar(std::string_view text, char quote);

// The value of a whole Go literal "...", '.' or `...`, quotes included. Nothing: invalid syntax.
std::optional<std::string> Unquote(std::string_view literal);

}  // namespace sidecar::gotemplate
