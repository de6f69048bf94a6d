#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "lib/yaml/json.h"

namespace sidecar::yaml {
namespace {

std::string Canonical(std::string_view text, JsonLimits limits = {}) {
  Arena arena;
  const Result<Node> node = ParseJson(text, arena, limits);
  if (!node) return "error: " + node.error().message;
  std::string out;
  WriteJson(*node, out);
  return out;
}

struct JsonCase {
  std::string_view text;
  std::string_view expected;
};

class JsonReaderTest : public testing::TestWithParam<JsonCase> {};

TEST_P(JsonReaderTest, ReadsAsGo) {
  EXPECT_EQ(Canonical(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Values, JsonReaderTest,
    testing::Values(JsonCase{" {\"a\" : [ 1 , 2.5 , \"x\" , true , false , null ] } ",
                             R"({"a":[1,2.5,"x",true,false,null]})"},
                    JsonCase{"[]", "[]"}, JsonCase{"{}", "{}"}, JsonCase{"[[],{}]", "[[],{}]"},
                    JsonCase{R"("\u00e9\ud83d\ude00\n\/\"")", "\"\u00e9\U0001F600\\n/\\\"\""},
                    JsonCase{R"("\ud800")", "\"\uFFFD\""}, JsonCase{R"("\udc00x")", "\"\uFFFDx\""},
                    JsonCase{R"("\ud800\u0041")", "\"\uFFFDA\""},
                    JsonCase{R"("\ud800\ud83d\ude00")", "\"\uFFFD\U0001F600\""},
                    JsonCase{"\"\xff\xfe\xc3\"", "\"\uFFFD\uFFFD\uFFFD\""},
                    JsonCase{R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
                    JsonCase{"9223372036854775807", "9223372036854775807"},
                    JsonCase{"-9223372036854775808", "-9223372036854775808"},
                    JsonCase{"18446744073709551615", "18446744073709551615"},
                    JsonCase{"18446744073709551616", "18446744073709552000"}, JsonCase{"-0", "-0"},
                    JsonCase{"1e-400", "0"}));

INSTANTIATE_TEST_SUITE_P(
    Errors, JsonReaderTest,
    testing::Values(
        JsonCase{"", "error: unexpected end of JSON input"},
        JsonCase{"[1", "error: unexpected end of JSON input"},
        JsonCase{"\"a", "error: unexpected end of JSON input"},
        JsonCase{"\"a\\", "error: unexpected end of JSON input"},
        JsonCase{"\"\\u12", "error: invalid character ' ' in \\u hexadecimal character escape"},
        JsonCase{"tru", "error: invalid character ' ' in literal true (expecting 'e')"},
        JsonCase{"-", "error: invalid character ' ' in numeric literal"},
        JsonCase{"[2.", "error: invalid character ' ' after decimal point in numeric literal"},
        JsonCase{"2e+", "error: invalid character ' ' in exponent of numeric literal"},
        JsonCase{"x", "error: invalid character 'x' looking for beginning of value"},
        JsonCase{"[1,]", "error: invalid character ']' looking for beginning of value"},
        JsonCase{"{1:2}",
                 "error: invalid character '1' looking for beginning of object key string"},
        JsonCase{"{\"a\":1,}",
                 "error: invalid character '}' looking for beginning of object key string"},
        JsonCase{"{\"a\" 1}", "error: invalid character '1' after object key"},
        JsonCase{"{\"a\":1 \"b\"}", "error: invalid character '\"' after object key:value pair"},
        JsonCase{"[1 2]", "error: invalid character '2' after array element"},
        JsonCase{"1 2", "error: invalid character '2' after top-level value"},
        JsonCase{"01", "error: invalid character '1' after top-level value"},
        JsonCase{"-x", "error: invalid character 'x' in numeric literal"},
        JsonCase{"1.x", "error: invalid character 'x' after decimal point in numeric literal"},
        JsonCase{"1e+x", "error: invalid character 'x' in exponent of numeric literal"},
        JsonCase{"trux", "error: invalid character 'x' in literal true (expecting 'e')"},
        JsonCase{"\"a\nb\"", "error: invalid character '\\n' in string literal"},
        JsonCase{"\"\\x\"", "error: invalid character 'x' in string escape code"},
        JsonCase{"\"\\u12g4\"", "error: invalid character 'g' in \\u hexadecimal character escape"},
        JsonCase{"'", "error: invalid character '\\'' looking for beginning of value"},
        JsonCase{"\x01", "error: invalid character '\\x01' looking for beginning of value"},
        JsonCase{"\xc3\xa9", "error: invalid character '\u00c3' looking for beginning of value"},
        JsonCase{"\x80", "error: invalid character '\\u0080' looking for beginning of value"},
        JsonCase{"[1e400]",
                 "error: json: cannot unmarshal number 1e400 into Go value of type float64"}));

TEST(JsonReaderTest, NumbersKeepTheirLiteralAndKind) {
  Arena arena;
  const Node node = ParseJson("[1.0,1e2,-5,18446744073709551615]", arena).value();
  const auto elements = node.AsSequence();
  EXPECT_EQ(elements[0].NumberText(), "1.0");
  EXPECT_EQ(elements[0].kind, NodeKind::kFloat);
  EXPECT_EQ(elements[1].NumberText(), "1e2");
  EXPECT_EQ(elements[2].integer, -5);
  EXPECT_EQ(elements[3].unsigned_integer, UINT64_MAX);
}

// Texts are searched many bytes at a time.
TEST(JsonReaderTest, AnOddCharacterIsFoundWhereverItIs) {
  constexpr std::size_t kLongest = 40;
  const std::vector<std::pair<std::string, std::string>> odd = {
      {"\\n", "\n"}, {"\\\"", "\""}, {"\x7f", "\x7f"}, {"\u00e9", "\u00e9"}, {"\xff", "\uFFFD"}};
  for (std::size_t size = 0; size <= kLongest; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {
      const std::string before(at, 'a');
      const std::string after(size - at, 'b');
      for (const auto& [written, meant] : odd) {
        Arena arena;
        const Result<Node> node =
            ParseJson("[\"" + before + written + after + "\",\"next\"]", arena);
        ASSERT_TRUE(node) << node.error().message;
        EXPECT_EQ(node->AsSequence()[0].AsString(), before + meant + after);
        EXPECT_EQ(node->AsSequence()[1].AsString(), "next");
      }
      EXPECT_EQ(Canonical("\"" + before + '\x1f' + after + "\""),
                "error: invalid character '\\x1f' in string literal");
    }
  }
}

TEST(JsonReaderTest, ContainersLieWithinEachOther) {
  const std::string text = R"({"a":[{"b":[[],[1,{"c":{}}],{}]},[[2]],{}],"d":{"e":[3]}})";
  EXPECT_EQ(Canonical(text), text);
  std::string many = "[[0]";
  for (int i = 0; i < 200; ++i) many += R"(,{"k":[{"x":)" + std::to_string(i) + "},[]]}";
  EXPECT_EQ(Canonical(many + "]"), many + "]");
}

TEST(JsonReaderTest, LinesAreThoseOfTheText) {
  Arena arena;
  const Node node = ParseJson("{\n\"a\":\n[1,\n2]}", arena).value();
  EXPECT_EQ(node.line, 1U);
  EXPECT_EQ(node.AsMapping()[0].line, 2U);
  EXPECT_EQ(node.Find("a")->line, 3U);
  EXPECT_EQ(node.Find("a")->AsSequence()[1].line, 4U);
}

TEST(JsonReaderTest, ATreeInPlaceRefersToTheText) {
  const std::string text = R"({"key":"value","escaped":"\u0041","n":1.50})";
  const auto is_within = [&](std::string_view part) {
    return part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
  };
  Arena arena;
  const Result<Node> node = ParseJsonInPlace(text, arena);
  ASSERT_TRUE(node.has_value());
  EXPECT_TRUE(is_within(node->members[0].key));
  EXPECT_TRUE(is_within(node->Find("key")->AsString()));
  EXPECT_TRUE(is_within({node->Find("n")->literal, 4}));
  EXPECT_EQ(node->Find("escaped")->AsString(), "A");
  EXPECT_FALSE(is_within(node->Find("escaped")->AsString()));
}

TEST(JsonReaderTest, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Canonical(nested(1000)), nested(1000));
  EXPECT_EQ(Canonical(nested(1001)), "error: invalid character '[' exceeded max depth");
}

TEST(JsonReaderTest, SizeAndMemoryAreLimited) {
  JsonLimits limits;
  limits.bytes = 4;
  EXPECT_EQ(Canonical("[1,2]", limits), "error: JSON text of 5 bytes is larger than 4");
  Arena small(1U << 16U);
  const std::string text = "[" + std::string(1U << 16U, ' ') + "]";
  const Result<Node> node = ParseJson(text, small);
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().message, "JSON text needs more memory than allowed");
}

}  // namespace
}  // namespace sidecar::yaml
