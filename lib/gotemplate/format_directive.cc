#include "lib/gotemplate/format_directive.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace sidecar::gotemplate {
namespace {

constexpr std::int64_t kMaxNumber = 1000000;  // fmt.tooLarge: of widths and precisions.

bool IsTooLarge(std::int64_t number) {
  return number > kMaxNumber || number < -kMaxNumber;
}

Value Unwrapped(const Value& operand) {
  return operand.kind() == Kind::kInterface ? operand.Elem() : operand;
}

// fmt.intFromArg: an operand of any integer type that is a usable width.
std::optional<int> ToNumber(const Value& operand) {
  const Value value = Unwrapped(operand);
  std::int64_t number = 0;
  if (IsSigned(value.kind())) {
    number = value.AsInt();
  } else if (IsUnsigned(value.kind())) {
    if (value.AsUint() > static_cast<std::uint64_t>(kMaxNumber)) return std::nullopt;
    number = static_cast<std::int64_t>(value.AsUint());
  } else {
    return std::nullopt;
  }
  if (IsTooLarge(number)) return std::nullopt;
  return static_cast<int>(number);
}

class Directives {
 public:
  Directives(Printer& printer, std::string_view format, std::span<const Value> operands)
      : printer_(printer), writer_(printer.writer()), format_(format), operands_(operands) {}

  void Run() {
    while (at_ < format_.size()) {
      const std::size_t percent = std::min(format_.find('%', at_), format_.size());
      writer_.Raw(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ == format_.size()) break;
      ++at_;
      writer_.flags = {};
      good_index_ = true;
      after_index_ = false;
      TakeFlags();
      TakeIndex();
      TakeWidth();
      TakePrecision();
      if (!after_index_) TakeIndex();
      if (at_ >= format_.size()) {
        writer_.Raw("%!(NOVERB)");
        break;
      }
      PrintVerb();
      printer_.CheckSize();
    }
    if (!reordered_ && operand_ < operands_.size()) PrintExtra();
  }

 private:
  bool At(char c) const { return at_ < format_.size() && format_[at_] == c; }

  void TakeFlags() {
    FormatFlags& flags = writer_.flags;
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '#': flags.sharp = true; break;
        case '0': flags.zero = true; break;
        case '+': flags.plus = true; break;
        case '-': flags.minus = true; break;
        case ' ': flags.space = true; break;
        default: return;
      }
    }
  }

  // fmt.parsenum up to `end`. A number too large to be meant takes the rest of the format with it.
  std::optional<int> TakeNumber(std::size_t end) {
    std::optional<std::int64_t> number;
    for (; at_ < end && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      if (IsTooLarge(number.value_or(0))) {
        at_ = end;
        return std::nullopt;
      }
      number = number.value_or(0) * 10 + (format_[at_] - '0');
    }
    if (!number) return std::nullopt;
    return static_cast<int>(*number);
  }

  // pp.argNumber: "[3]".
  void TakeIndex() {
    after_index_ = false;
    if (!At('[')) return;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    if (close == std::string_view::npos || format_.size() - at_ < 3) {
      ++at_;
      good_index_ = false;
      return;
    }
    ++at_;
    const std::optional<int> number = TakeNumber(close);
    const bool well_formed = number && at_ == close;
    at_ = close + 1;
    after_index_ = well_formed;
    if (well_formed && *number >= 1 && static_cast<std::size_t>(*number) <= operands_.size()) {
      operand_ = static_cast<std::size_t>(*number - 1);
    } else {
      good_index_ = false;
    }
  }

  // The operand that a * names.
  std::optional<int> TakeStar() {
    ++at_;
    after_index_ = false;
    if (operand_ >= operands_.size()) return std::nullopt;
    return ToNumber(operands_[operand_++]);
  }

  void TakeWidth() {
    FormatFlags& flags = writer_.flags;
    if (At('*')) {
      const std::optional<int> width = TakeStar();
      flags.has_width = width.has_value();
      if (!width) writer_.Raw("%!(BADWIDTH)");
      flags.width = std::abs(width.value_or(0));
      if (width.value_or(0) < 0) {
        flags.minus = true;
        flags.zero = false;
      }
      return;
    }
    const std::optional<int> width = TakeNumber(format_.size());
    flags.has_width = width.has_value();
    flags.width = width.value_or(0);
    if (after_index_ && width) good_index_ = false;  // "%[3]2d"
  }

  void TakePrecision() {
    if (!At('.') || at_ + 1 >= format_.size()) return;
    FormatFlags& flags = writer_.flags;
    ++at_;
    if (after_index_) good_index_ = false;  // "%[3].2d"
    TakeIndex();
    if (At('*')) {
      const std::optional<int> precision = TakeStar();
      flags.has_precision = precision && *precision >= 0;
      flags.precision = flags.has_precision ? *precision : 0;
      if (!flags.has_precision) writer_.Raw("%!(BADPREC)");
      return;
    }
    flags.precision = TakeNumber(format_.size()).value_or(0);
    flags.has_precision = true;
  }

  void Complain(char32_t verb, std::string_view what) {
    writer_.Raw("%!");
    AppendRune(writer_.out(), verb);
    writer_.Raw(what);
  }

  void PrintVerb() {
    const DecodedRune verb = DecodeRune(format_.substr(at_));
    at_ += verb.width;
    FormatFlags& flags = writer_.flags;
    if (verb.rune == '%') {
      writer_.Raw('%');
    } else if (!good_index_) {
      Complain(verb.rune, "(BADINDEX)");
    } else if (operand_ >= operands_.size()) {
      Complain(verb.rune, "(MISSING)");
    } else {
      if (verb.rune == 'v') {
        flags.sharp_v = std::exchange(flags.sharp, false);
        flags.plus_v = std::exchange(flags.plus, false);
      }
      printer_.PrintArgument(operands_[operand_++], verb.rune);
    }
  }

  void PrintExtra() {
    writer_.flags = {};
    writer_.Raw("%!(EXTRA ");
    for (std::size_t i = operand_; i < operands_.size(); ++i) {
      if (i > operand_) writer_.Raw(", ");
      const Value operand = Unwrapped(operands_[i]);
      if (!operand.IsValid()) {
        writer_.Raw("<nil>");
      } else {
        writer_.Raw(operand.type()->name);
        writer_.Raw('=');
        printer_.PrintArgument(operand, 'v');
      }
    }
    writer_.Raw(')');
  }

  Printer& printer_;
  FormatWriter& writer_;
  std::string_view format_;
  std::span<const Value> operands_;
  std::size_t at_ = 0;
  std::size_t operand_ = 0;   // The next one to print.
  bool reordered_ = false;    // Whether any directive had an index: none is then called extra.
  bool good_index_ = true;    // Of the directive at hand.
  bool after_index_ = false;  // An index was just read.
};

}  // namespace

void PrintFormatted(Printer& printer, std::string_view format, std::span<const Value> operands) {
  Directives(printer, format, operands).Run();
}

}  // namespace sidecar::gotemplate
