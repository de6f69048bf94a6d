#include "cli/flag_values.h"

#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "lib/gotemplate/strconv.h"

namespace sidecar::cli {
namespace {

using gotemplate::NumberError;

// FlagSet.Set of pflag.
[[noreturn]] void ThrowInvalid(const CLI::Option& option, const std::string& value,
                               std::string_view function, NumberError error) {
  std::string name;
  if (!option.get_snames().empty()) name = "-" + option.get_snames().front() + ", ";
  if (!option.get_lnames().empty()) name += "--" + option.get_lnames().front();
  throw CLI::ConversionError("invalid argument " + gotemplate::Quote(value) + " for " +
                                 gotemplate::Quote(name) +
                                 " flag: " + gotemplate::NumberErrorText(function, value, error),
                             CLI::ExitCodes::ConversionError);
}

// `parse` is one of strconv's functions, `print` writes what it read so that the parser reads it.
template <class Parse, class Print>
void ReadAs(CLI::Option& option, std::string_view function, Parse parse, Print print) {
  CLI::Option* const self = &option;
  option.transform(CLI::Validator(
      [self, function, parse, print](std::string& value) {
        const auto parsed = parse(value);
        if (!parsed.ok()) ThrowInvalid(*self, value, function, parsed.error);
        value = print(parsed.value);
        return std::string();
      },
      ""));
}

}  // namespace

void ReadAsInt(CLI::Option& option) {
  ReadAs(
      option, "ParseInt",
      [](const std::string& value) { return gotemplate::ParseInt(value, 0, 0); },
      [](std::int64_t value) { return std::to_string(value); });
}

void ReadAsUint(CLI::Option& option) {
  ReadAs(
      option, "ParseUint",
      [](const std::string& value) { return gotemplate::ParseUint(value, 0, 0); },
      [](std::uint64_t value) { return std::to_string(value); });
}

void ReadAsBool(CLI::Option& option) {
  ReadAs(
      option, "ParseBool", [](const std::string& value) { return gotemplate::ParseBool(value); },
      [](bool value) { return std::string(value ? "true" : "false"); });
}

void OfferChoices(CLI::Option& option, const std::vector<std::string_view>& choices) {
  std::string description;
  for (const std::string_view choice : choices) {
    description.append(description.empty() ? "{" : ",").append(choice);
  }
  option.check(CLI::Validator([](std::string&) { return std::string(); }, description + "}"));
}

}  // namespace sidecar::cli
