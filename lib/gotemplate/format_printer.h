#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/gotemplate/format_writer.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// Prints values under a verb as Go's fmt does: the equal of fmt's `pp` (print.go). One printer
// serves one call of Sprintf, Sprint, Sprintln or AppendValue; methods of values run in its arena.
//
// Throws ArenaLimitExceeded when the text outgrows `max_bytes`, and FunctionError for a value that
// is nested beyond kMaxDepth (a map or slice that holds itself is).
class Printer {
 public:
  static constexpr int kMaxDepth = 1000;

  Printer(Arena& arena, std::string& out, std::size_t max_bytes)
      : arena_(arena), writer_(out), max_bytes_(max_bytes) {}

  FormatWriter& writer() { return writer_; }

  // An operand; the invalid Value and a nil interface are Go's nil.
  void PrintArgument(Value argument, char32_t verb);

  void CheckSize();

 private:
  void PrintTyped(const Value& value, char32_t verb);
  void PrintValue(const Value& value, char32_t verb, int depth);
  void PrintKind(const Value& value, char32_t verb, int depth);
  void PrintScalar(const Value& value, char32_t verb);
  // An element, field, key or map value, as it is stored.
  void PrintSlot(const Value& slot, const Type* type, char32_t verb, int depth);
  void PrintMap(const Value& map, char32_t verb, int depth);
  void PrintStruct(const Value& value, char32_t verb, int depth);
  void PrintSequence(const Value& sequence, char32_t verb, int depth);

  void PrintInteger(std::uint64_t value, bool is_signed, char32_t verb);
  void PrintFloat(double value, int bit_size, char32_t verb);
  void PrintUnpaidFloat(double value, int bit_size, char32_t verb);
  void PrintComplex(const Value& value, char32_t verb);
  void PrintText(std::string_view text, char32_t verb);
  void PrintByteSlice(const Value& bytes, char32_t verb);
  bool PrintBytesAsText(const Value& bytes, char32_t verb);
  void PrintPointer(const Value& value, char32_t verb);

  bool PrintedByMethod(const Value& value, char32_t verb);
  bool PrintedByMethod(const Value& value, char32_t verb, std::string_view method);
  void PrintPanic(char32_t verb, std::string_view method, std::string_view message);
  void BadVerb(char32_t verb);

  std::uint64_t AddressOf(const void* target);

  Arena& arena_;
  FormatWriter writer_;
  std::size_t max_bytes_;
  Value current_;                     // What BadVerb complains about.
  bool printing_error_ = false;       // Inside BadVerb: methods are left alone.
  int unexported_depth_ = 0;          // Inside fields whose methods Go's reflection may not call.
  std::vector<const void*> targets_;  // See AddressOf.
};

}  // namespace sidecar::gotemplate
