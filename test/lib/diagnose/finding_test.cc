#include "lib/diagnose/finding.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::diagnose {
namespace {

using Json = nlohmann::json;

constexpr Rule kRule = {"SomeRule", Severity::kWarning, "It should not be.", "Change it."};

Finding At(std::string file, std::uint32_t line, std::string object) {
  return {.rule = &kRule,
          .object = std::move(object),
          .namespace_name = "shop",
          .field = "spec",
          .file = std::move(file),
          .line = line,
          .message = "it is"};
}

TEST(FindingTest, AreSortedByPlace) {
  std::vector<Finding> findings = {At("b", 1, "x"), At("a", 2, "x"), At("a", 1, "x")};
  Sort(findings);
  EXPECT_EQ(findings[0].line, 1U);
  EXPECT_EQ(findings[1].line, 2U);
  EXPECT_EQ(findings[2].file, "b");
}

TEST(FindingTest, SarifNamesRulesAndPlaces) {
  const Json log =
      Json::parse(WriteSarif({At("a.yaml", 3, "Pod/p"), At("", 0, "Pod/q")}, {&kRule}, "1.2"));
  EXPECT_EQ(log["version"], "2.1.0");
  const Json& driver = log["runs"][0]["tool"]["driver"];
  EXPECT_EQ(driver["version"], "1.2");
  EXPECT_EQ(driver["rules"][0]["id"], "SomeRule");
  EXPECT_EQ(driver["rules"][0]["help"]["text"], "Change it. See docs/CHECKS.md#somerule.");
  const Json& results = log["runs"][0]["results"];
  EXPECT_EQ(results[0]["level"], "warning");
  EXPECT_EQ(results[0]["message"]["text"], "Pod/p: it is");
  const Json& place = results[0]["locations"][0];
  EXPECT_EQ(place["physicalLocation"]["artifactLocation"]["uri"], "a.yaml");
  EXPECT_EQ(place["physicalLocation"]["region"]["startLine"], 3);
  EXPECT_EQ(place["logicalLocations"][0]["fullyQualifiedName"], "shop/Pod/p");
  EXPECT_FALSE(results[1]["locations"][0].contains("physicalLocation"));
}

TEST(FindingTest, AColumnIsTold) {
  Finding finding = At("a.yaml", 3, "Pod/p");
  finding.column = 7;
  const Json run = Json::parse(WriteSarif({finding}, {&kRule}, "1"))["runs"][0];
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["region"],
            Json::parse(R"({"startLine":3,"startColumn":7})"));
  EXPECT_EQ(Json::parse(WriteJson({finding}))["findings"][0]["column"], 7);
}

TEST(FindingTest, SarifPlacesAreUriReferences) {
  const auto uri_of = [](const std::string& file) {
    const Json log = Json::parse(WriteSarif({At(file, 1, "Pod/p")}, {&kRule}, "1"));
    return log["runs"][0]["results"][0]["locations"][0].value(
        "/physicalLocation/artifactLocation/uri"_json_pointer, "none");
  };
  EXPECT_EQ(uri_of("a b/c:d.yaml"), "a%20b/c%3Ad.yaml");
  EXPECT_EQ(uri_of("/etc/x.yaml"), "file:///etc/x.yaml");
  EXPECT_EQ(uri_of("-"), "none");
}

TEST(FindingTest, JsonCountsBySeverity) {
  const Json json = Json::parse(WriteJson({At("a.yaml", 3, "Pod/p")}));
  EXPECT_EQ(json["summary"], Json::parse(R"({"error":0,"warning":1,"info":0})"));
  EXPECT_EQ(json["findings"][0]["code"], "SomeRule");
  EXPECT_EQ(json["findings"][0]["line"], 3);
  EXPECT_EQ(json["findings"][0]["remedy"], "Change it.");
}

TEST(FindingTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_NO_THROW(Json::parse(WriteJson({At("\xff.yaml", 1, "Pod/p")})));
}

}  // namespace
}  // namespace sidecar::diagnose
