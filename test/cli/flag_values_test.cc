#include "cli/flag_values.h"

#include <cstdint>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/commands/command_tree.h"

namespace sidecar::cli {
namespace {

struct Values {
  int number = 0;
  std::uint64_t uid = 0;
  bool on = true;
};

// The error, or "".
std::string Parse(const std::string& arguments, Values& values) {
  CLI::App app;
  ReadAsInt(*app.add_option("-n,--number", values.number));
  ReadAsUint(*app.add_option("--uid", values.uid));
  ReadAsBool(*app.add_flag("--on", values.on));
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

TEST(FlagValuesTest, AreReadAsPflagReadsThem) {
  Values values;
  EXPECT_EQ(Parse("-n -0x10 --uid 1_000 --on=F", values), "");
  EXPECT_EQ(values.number, -16);
  EXPECT_FALSE(values.on);
  EXPECT_EQ(Parse("--uid 0x10 --on", values), "");
  EXPECT_EQ(values.uid, 16U);
  EXPECT_TRUE(values.on);
}

TEST(FlagValuesTest, WrongOnesAreToldInPflagsWords) {
  const std::pair<std::string, std::string> kCases[] = {
      {"--uid -1", R"("-1" for "--uid" flag: strconv.ParseUint: parsing "-1": invalid syntax)"},
      {"--uid 1e3", R"("1e3" for "--uid" flag: strconv.ParseUint: parsing "1e3": invalid syntax)"},
      {"--uid 18446744073709551616",
       R"("18446744073709551616" for "--uid" flag: strconv.ParseUint: )"
       R"(parsing "18446744073709551616": value out of range)"},
      {"-n x", R"("x" for "-n, --number" flag: strconv.ParseInt: parsing "x": invalid syntax)"},
      {"--on=maybe",
       R"("maybe" for "--on" flag: strconv.ParseBool: parsing "maybe": invalid syntax)"},
  };
  for (const auto& [arguments, error] : kCases) {
    Values values;
    EXPECT_EQ(Parse(arguments, values), "invalid argument " + error);
  }
}

TEST(FlagValuesTest, ChoicesAreOfferedNotImposed) {
  CLI::App app;
  std::string color;
  OfferChoices(*app.add_option("--color", color), {"red", "green"});
  EXPECT_EQ(DescribeCommand(app).flags.back().choices, (std::vector<std::string>{"red", "green"}));
  app.parse("--color blue");
  EXPECT_EQ(color, "blue");
}

}  // namespace
}  // namespace sidecar::cli
