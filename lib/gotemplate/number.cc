#include "lib/gotemplate/number.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::string_view kDecimalDigits = "0123456789_";
constexpr std::string_view kHexadecimalDigits = "0123456789aAbBcCdDeEfF_";
constexpr double kTwoTo63 = 0x1p63;
constexpr double kTwoTo64 = 0x1p64;

void SetIntegersOf(double real, NumberNode& number) {
  if (real >= -kTwoTo63 && real < kTwoTo63 && std::trunc(real) == real) {
    number.is_int = true;
    number.integer = static_cast<std::int64_t>(real);
  }
  if (real >= 0 && real < kTwoTo64 && std::trunc(real) == real) {
    number.is_uint = true;
    number.unsigned_integer = static_cast<std::uint64_t>(real);
  }
}

// A complex number without an imaginary part is a real one as well.
void SetComplex(std::complex<double> value, NumberNode& number) {
  number.is_complex = true;
  number.complex = value;
  if (value.imag() != 0) return;
  number.is_float = true;
  number.real = value.real();
  SetIntegersOf(number.real, number);
}

std::string ParseCharConstant(std::string_view text, NumberNode& number) {
  const auto character = UnquoteChar(text.substr(1), text[0]);
  if (!character) return "invalid syntax";
  if (character->tail != "'") return "malformed character constant: " + std::string(text);
  number.is_int = number.is_uint = number.is_float = true;
  number.integer = static_cast<std::int64_t>(character->value);
  number.unsigned_integer = character->value;
  number.real = static_cast<double>(character->value);
  return "";
}

// The part of fmt.Sscan that reads a complex number: ss.complexTokens, ss.floatToken and
// ss.convertFloat.
class ComplexScanner {
 public:
  explicit ComplexScanner(std::string_view text) : rest_(text) {}

  std::string Scan(std::complex<double>& value) {
    constexpr const char* kSyntaxError = "syntax error scanning complex number";
    const std::string real_text = FloatToken();
    std::string imaginary_text;
    if (!Accept("+-", imaginary_text)) return kSyntaxError;
    imaginary_text += FloatToken();
    std::string unit;
    if (!Accept("i", unit)) return kSyntaxError;
    double real = 0;
    double imaginary = 0;
    std::string error = Convert(real_text, real);
    if (error.empty()) error = Convert(imaginary_text, imaginary);
    value = {real, imaginary};
    return error;
  }

 private:
  bool Accept(std::string_view any_of, std::string& taken) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    taken += rest_[0];
    rest_.remove_prefix(1);
    return true;
  }

  void AcceptRun(std::string_view any_of, std::string& taken) {
    while (Accept(any_of, taken)) {
    }
  }

  std::string FloatToken() {
    std::string token;
    if (Accept("nN", token) && Accept("aA", token) && Accept("nN", token)) return token;
    Accept("+-", token);
    if (Accept("iI", token) && Accept("nN", token) && Accept("fF", token)) return token;
    const bool hexadecimal = Accept("0", token) && Accept("xX", token);
    const std::string_view digits = hexadecimal ? kHexadecimalDigits : kDecimalDigits;
    AcceptRun(digits, token);
    if (Accept(".", token)) AcceptRun(digits, token);
    if (Accept(hexadecimal ? "pP" : "eEpP", token)) {
      Accept("+-", token);
      AcceptRun(kDecimalDigits, token);
    }
    return token;
  }

  // Decimal digits with a binary exponent ("1.5p4") are fmt's own.
  static std::string Convert(const std::string& text, double& value) {
    const std::size_t p = text.find('p');
    const bool mixed = p != std::string::npos && text.find_first_of("xX") == std::string::npos;
    const auto mantissa = ParseFloat(mixed ? text.substr(0, p) : text, 64);
    value = mantissa.value;
    if (!mantissa.ok()) return NumberErrorText("ParseFloat", text, mantissa.error);
    if (!mixed) return "";
    const auto exponent = Atoi(text.substr(p + 1));
    if (!exponent.ok()) return NumberErrorText("Atoi", text, exponent.error);
    constexpr std::int64_t kFarEnough = 1 << 20;  // Beyond any double's exponent.
    const auto clamped = std::clamp(exponent.value, -kFarEnough, kFarEnough);
    value = std::ldexp(value, static_cast<int>(clamped));
    return "";
  }

  std::string_view rest_;
};

bool ParseInteger(std::string_view text, NumberNode& number) {
  const auto unsigned_integer = ParseUint(text, 0, 64);
  if (unsigned_integer.ok()) {
    number.is_uint = true;
    number.unsigned_integer = unsigned_integer.value;
  }
  const auto integer = ParseInt(text, 0, 64);
  if (integer.ok()) {
    number.is_int = true;
    number.integer = integer.value;
    if (integer.value == 0) number.is_uint = true;  // "-0".
  }
  if (!number.is_int && !number.is_uint) return false;
  number.is_float = true;
  number.real = number.is_int ? static_cast<double>(number.integer)
                              : static_cast<double>(number.unsigned_integer);
  return true;
}

}  // namespace

std::string ParseNumber(const Token& token, NumberNode& number) {
  const std::string_view text = token.text;
  number.text = text;
  if (token.kind == TokenKind::kCharConstant) return ParseCharConstant(text, number);
  if (token.kind == TokenKind::kComplex) {
    std::complex<double> value;
    std::string error = ComplexScanner(text).Scan(value);
    if (error.empty()) SetComplex(value, number);
    return error;
  }
  if (text.ends_with('i')) {
    const auto imaginary = ParseFloat(text.substr(0, text.size() - 1), 64);
    if (imaginary.ok()) {
      SetComplex({0, imaginary.value}, number);
      return "";
    }
  }
  if (ParseInteger(text, number)) return "";
  const auto real = ParseFloat(text, 64);
  if (!real.ok()) return "illegal number syntax: " + Quote(text);
  // What looks like an integer is one that no integer type holds.
  if (text.find_first_of(".eEpP") == std::string_view::npos) {
    return "integer overflow: " + Quote(text);
  }
  number.is_float = true;
  number.real = real.value;
  SetIntegersOf(real.value, number);
  return "";
}

}  // namespace sidecar::gotemplate
