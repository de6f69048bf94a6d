#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// Go's fmt over Values, byte for byte, errors in the text included ("%!d(string=x)"). An operand
// that is the invalid Value or a nil interface is Go's nil. Pointers have made-up addresses, the
// same in every run.
//
// Methods String, Error and GoString of the operands' types run in `arena`, where the result lies
// too. All throw ArenaLimitExceeded where the arena is exhausted or the text exceeds `max_bytes`,
// and FunctionError for a value that is nested too deeply (it may hold itself).

constexpr std::size_t kMaxFormattedBytes = std::size_t{64} << 20U;

std::string_view Sprintf(Arena& arena, std::string_view format, std::span<const Value> operands,
                         std::size_t max_bytes = kMaxFormattedBytes);

// Operands in %v, with a space between two that are both no strings.
std::string_view Sprint(Arena& arena, std::span<const Value> operands,
                        std::size_t max_bytes = kMaxFormattedBytes);

// Operands in %v, with a space between any two and a newline at the end.
std::string_view Sprintln(Arena& arena, std::span<const Value> operands,
                          std::size_t max_bytes = kMaxFormattedBytes);

// Appends one value in %v, as fmt.Fprint does. `out` may grow to `max_bytes` in all. Strings,
// integers and booleans cost no allocation but the text's own.
void AppendValue(Arena& arena, std::string& out, const Value& value,
                 std::size_t max_bytes = kMaxFormattedBytes);

}  // namespace sidecar::gotemplate
