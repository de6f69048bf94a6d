#pragma once

#include <string_view>
#include <vector>

namespace CLI {
class Option;
}

namespace sidecar::cli {

// Flag values as pflag reads them, numbers with Go's prefixes (0x10, 0o17, 1_000). Another value
// ends the parsing with a CLI::ParseError in pflag's words: `invalid argument "x" for "-v, --v"
// flag: strconv.ParseInt: parsing "x": invalid syntax`.
void ReadAsInt(CLI::Option& option);
void ReadAsUint(CLI::Option& option);
void ReadAsBool(CLI::Option& option);

// Names the values that completion scripts offer and the help shows; others stay possible.
void OfferChoices(CLI::Option& option, const std::vector<std::string_view>& choices);

}  // namespace sidecar::cli
