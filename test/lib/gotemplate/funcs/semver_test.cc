#include "lib/gotemplate/funcs/semver.h"

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

std::string Parsed(std::string_view text) {
  try {
    return ParseVersion(text).ToString();
  } catch (const FunctionError& error) {
    return error.what();
  }
}

bool Allows(std::string_view constraint, std::string_view version) {
  return VersionConstraints(constraint).Allow(ParseVersion(version));
}

std::string ConstraintError(std::string_view text) {
  try {
    const VersionConstraints constraints(text);
    return "";
  } catch (const FunctionError& error) {
    return error.what();
  }
}

TEST(ParseVersionTest, FillsInWhatIsMissing) {
  const struct {
    const char *text, *version;
  } kCases[] = {
      {"1.2.3", "1.2.3"},
      {"v1.2.3-beta.1+build.5", "1.2.3-beta.1+build.5"},
      {"1.2", "1.2.0"},
      {"v1", "1.0.0"},
      {"1.02.3", "1.2.3"},
      {"1.2-5", "1.2.0-5"},
      {"1+a-b", "1.0.0+a-b"},
      {"1.2.3--x", "1.2.3--x"},
      {"18446744073709551615.0.0", "18446744073709551615.0.0"},
      {"18446744073709551616.0.0",
       "Error parsing version segment: strconv.ParseUint: parsing \"18446744073709551616\": value "
       "out of range"},
      {"1.2.3-01", "Version segment starts with 0"},
      {"1.2.3-a.01", "Version segment starts with 0"},
      {"1.2.3-0a", "1.2.3-0a"},
      {"x", "Invalid Semantic Version"},
      {"", "Invalid Semantic Version"},
      {"1.2.3.4", "Invalid Semantic Version"},
      {"1.2.3-", "Invalid Semantic Version"},
      {"V1.2.3", "Invalid Semantic Version"},
      {" 1.2.3", "Invalid Semantic Version"},
      {"1.2.3\n", "Invalid Semantic Version"},
      {"1.2.3+a..b", "Invalid Semantic Version"},
  };
  for (const auto& one : kCases) EXPECT_EQ(Parsed(one.text), one.version) << one.text;
  EXPECT_EQ(Parsed("1.2.3-" + std::string(100'000, 'a')), "Invalid Semantic Version");
}

TEST(CompareVersionsTest, OrdersAsTheSpecification) {
  const char* const kAscending[] = {
      "1.0.0-0",      "1.0.0-9",       "1.0.0-10",         "1.0.0-a",
      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
      "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",       "1.0.0",
      "1.0.1",        "1.2.0",         "1.10.0",           "2.0.0-a",
      "2.0.0"};
  const std::size_t count = std::size(kAscending);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      EXPECT_EQ(Compare(ParseVersion(kAscending[i]), ParseVersion(kAscending[j])),
                i < j ? -1 : (i > j ? 1 : 0))
          << kAscending[i] << " " << kAscending[j];
    }
  }
  EXPECT_EQ(Compare(ParseVersion("1.2.3+a"), ParseVersion("v1.2.3+b")), 0);
}

TEST(VersionConstraintsTest, AllowSomeVersions) {
  const struct {
    const char *constraint, *version;
    bool allowed;
  } kCases[] = {
      {"1.2.3", "1.2.3", true},
      {"=1.2.3", "1.2.3+meta", true},
      {"1.2.3", "1.2.4", false},
      {"1.2", "1.2.9", true},
      {"1.2", "1.3.0", false},
      {"1", "1.9.9", true},
      {"1.x", "1.9.9", true},
      {"1.X.x", "2.0.0", false},
      {"*", "0.0.1", true},
      {"x", "7.0.0", true},
      {"!=1.2.3", "1.2.3", false},
      {"!=1.2.3", "1.2.4", true},
      {"!=1.2", "1.2.9", false},
      {"!=1.2", "1.3.0", true},
      {"!=1", "1.3.0", false},
      {"!=1", "2.0.0", true},
      {"!=1.0.0", "1.0.1-a", true},
      {"!=1.x", "2.0.0-a", false},
      {">1.2.3", "1.2.4", true},
      {">1.2.3", "1.2.3", false},
      {">11", "11.1.0", false},
      {">11", "12.0.0", true},
      {">11.1", "11.1.1", false},
      {">11.1", "11.2.0", true},
      {"<1.2", "1.1.9", true},
      {"<1.2", "1.2.0", false},
      {"<=1.2", "1.2.9", true},
      {"<=1.2", "1.3.0", false},
      {"<=1", "1.9.0", true},
      {"<=1.2.3", "1.2.4", false},
      {"=<1.0", "1.0.0", true},
      {"=>1.0", "1.0.0", true},
      {"~1.2.3", "1.2.9", true},
      {"~1.2.3", "1.3.0", false},
      {"~1.2.3", "1.2.2", false},
      {"~1", "1.9.0", true},
      {"~>2.0", "2.0.5", true},
      {"~>2.0", "2.1.0", false},
      {"~0.0.0", "5.0.0", true},
      {"~0.0", "0.1.0", false},
      {"~*", "3.2.1", true},
      {"^1.2.0", "1.3.0", true},
      {"^1.2.0", "2.0.0", false},
      {"^1.2.0", "1.1.9", false},
      {"^0.2.3", "0.2.9", true},
      {"^0.2.3", "0.3.0", false},
      {"^0.0.3", "0.0.3", true},
      {"^0.0.3", "0.0.4", false},
      {"^0.0", "0.0.9", true},
      {"^0.0", "0.1.0", false},
      {"^0", "0.9.0", true},
      {"^0", "1.0.0", false},
      {"^0.2", "1.2.0", false},
      {">=1.0.0 <2.0.0", "1.5.0", true},
      {">1.0, <3", "2.0.0", true},
      {">1.0,<3", "3.0.0", false},
      {"<1 || >2", "3.0.0", true},
      {"<1||>2", "1.5.0", false},
      {"1.0.0 - 2.0.0", "1.5.0", true},
      {"1 - 2", "2.9.0", true},
      {"1.0.0 - 2.0.0", "2.0.1", false},
      {"1 - 2 || 4 - 5", "4.5.0", true},
      {"^1.0.0", "v1.2", true},
      {">=1.0.0", "1.0.0-alpha", false},
      {">=1.0.0-0", "1.0.0-alpha", true},
      {">=1.30.0-0", "1.30.2-gke.100", true},
      {"^1.1.0-a", "1.1.0-b", true},
      {"~1.2.3-beta.2", "1.2.3-beta.1", false},
      {"  >= 1.2 ", "1.2.0", true},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(Allows(one.constraint, one.version), one.allowed)
        << one.constraint << " " << one.version;
  }
}

TEST(VersionConstraintsTest, NameWhatIsWrong) {
  EXPECT_EQ(ConstraintError("bad"), "improper constraint: bad");
  EXPECT_EQ(ConstraintError(""), "improper constraint: ");
  EXPECT_EQ(ConstraintError(">1 || foo"), "improper constraint:  foo");
  EXPECT_EQ(ConstraintError(">>1"), "improper constraint: >>1");
  EXPECT_EQ(ConstraintError("1.2.3.4"), "improper constraint: 1.2.3.4");
  EXPECT_EQ(ConstraintError("1.2.3 >"), "improper constraint: 1.2.3 >");
  EXPECT_EQ(ConstraintError("xx"), "constraint Parser Error");
  EXPECT_EQ(ConstraintError("1|2"), "constraint Parser Error");
  EXPECT_EQ(ConstraintError(std::string(100'000, '1')), "improper constraint: too long");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
