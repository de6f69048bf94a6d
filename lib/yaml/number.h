#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Numbers as Go's strconv and encoding/json spell and read them. Pure, any thread.
namespace sidecar::yaml {

void AppendInt(std::int64_t value, std::string& out);
void AppendUint(std::uint64_t value, std::string& out);

// As encoding/json's floatEncoder: plain from 1e-6 to below 1e21, else with an exponent; shortest
// digits that read back. NaN and infinities as strconv spells them (JSON has no such numbers).
void AppendJsonFloat(double value, std::string& out);

// As strconv.FormatFloat(value, 'g', -1, 64), and with 32 in place of 64.
void AppendShortestFloat(double value, std::string& out);
void AppendShortestFloat32(double value, std::string& out);

enum class FloatRead : std::uint8_t { kOk, kSyntax, kOverflow };

// As strconv.ParseFloat for decimal texts: optional sign, digits with an optional point, optional
// exponent. Too small is zero; too large is kOverflow. No underscores, hexadecimals or words.
FloatRead ReadDecimalFloat(std::string_view text, double& value);

}  // namespace sidecar::yaml
