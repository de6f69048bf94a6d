#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/utf8.h"

namespace sidecar::gotemplate {

// What stands between the % and the letter of a format verb.
struct FormatFlags {
  bool has_width = false;
  bool has_precision = false;
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;   // %+v, of which `plus` is then cleared.
  bool sharp_v = false;  // %#v, of which `sharp` is then cleared.
  int width = 0;         // At most a million, as is the precision; neither is negative.
  int precision = 0;
};

// How the digits above 9 and the prefix letters are written.
enum class LetterCase { kLower, kUpper };

// Writes scalars as Go's fmt does under the flags of one verb: the equal of fmt's `fmt` struct
// (format.go), for the Printer, which knows values and verbs. Appends to a text that it borrows.
class FormatWriter {
 public:
  explicit FormatWriter(std::string& out) : out_(&out) {}

  FormatFlags flags;

  std::string& out() { return *out_; }
  void Raw(std::string_view text) { out_->append(text); }
  void Raw(char byte) { out_->push_back(byte); }

  void Padding(int count);
  void Padded(std::string_view text);
  void Boolean(bool value) { Padded(value ? "true" : "false"); }

  struct IntegerStyle {
    unsigned base = 10;
    bool is_signed = false;
    LetterCase letters = LetterCase::kLower;
    bool octal_prefix = false;  // 0o, of %O.
  };
  void Integer(std::uint64_t value, const IntegerStyle& style);
  void Pointer(std::uint64_t address, bool prefixed);
  void UnicodePoint(std::uint64_t value);     // %U
  void Character(std::uint64_t value);        // %c
  void QuotedCharacter(std::uint64_t value);  // %q
  void Float(double value, int bit_size, char verb, int default_precision);

  void Text(std::string_view text);                         // %s
  void QuotedText(std::string_view text);                   // %q
  void HexText(std::string_view text, LetterCase letters);  // %x of text and bytes

 private:
  std::string_view Sign(bool negative) const;
  std::string_view Truncated(std::string_view text) const;
  void PaddedWithSpaces(std::string_view text);
  void SharpFloat(std::string& number, char verb, int precision) const;

  std::string* out_;
};

}  // namespace sidecar::gotemplate
