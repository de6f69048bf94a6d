#include "lib/gotemplate/funcs/policy.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/template.h"

namespace sidecar::gotemplate {
namespace {

std::string ParseError(std::string_view text, const Policy& policy) {
  const FunctionMap functions = MakeFunctionSet("istio", policy).value();
  ParseOptions options;
  options.functions = &functions;
  const auto parsed = Template::Parse("inject", text, options);
  return parsed.has_value() ? "" : parsed.error().message;
}

TEST(PolicyTest, RefusesWhenTheTemplateIsParsed) {
  EXPECT_EQ(ParseError("a\n\n{{ now }}", {}),
            "template: inject:3: function \"now\" is not allowed: templates see no clock");
  EXPECT_EQ(ParseError("{{ if false }}{{ uuidv4 }}{{ end }}", {}),
            "template: inject:1: function \"uuidv4\" is not allowed: "
            "templates make no keys and nothing random");
  EXPECT_EQ(ParseError("{{ getHostByName \"x\" }}", {}),
            "template: inject:1: function \"getHostByName\" is not allowed: "
            "templates reach no network");
  EXPECT_EQ(ParseError("{{ nope }}", {}), "template: inject:1: function \"nope\" not defined");
  EXPECT_EQ(ParseError("{{ env \"HOME\" }}{{ date \"2006\" .time }}", {}).find("not allowed"),
            std::string::npos);
}

TEST(PolicyTest, AllowsWhatItSays) {
  Policy policy;
  policy.clock = [] { return std::int64_t{0}; };
  EXPECT_EQ(ParseError("{{ now }}", policy), "");
  EXPECT_NE(ParseError("{{ randAlpha 5 }}", policy), "");
  policy.randomness = true;
  EXPECT_EQ(ParseError("{{ randAlpha 5 }}", policy), "");
  EXPECT_EQ(ParseError("{{ getHostByName \"x\" }}", policy),
            "template: inject:1: function \"getHostByName\" is not allowed: "
            "templates reach no network");
}

TEST(RefusalOfTest, NamesWhatIsMissing) {
  Policy random;
  random.randomness = true;
  EXPECT_EQ(RefusalOf("genCA", random), "templates see no clock");
  EXPECT_EQ(RefusalOf("randInt", random), "");
  EXPECT_EQ(RefusalOf("upper", {}), "");
  EXPECT_EQ(RefusalOf("", {}), "");
}

}  // namespace
}  // namespace sidecar::gotemplate
