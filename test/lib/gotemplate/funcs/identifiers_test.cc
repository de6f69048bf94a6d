#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(IdentifierFunctionsTest, MakesSnakeAndKebabCase) {
  Functions call;
  const struct {
    const char *text, *snake;
  } kCases[] = {
      {"", ""},
      {"FirstName", "first_name"},
      {"HTTPServer", "http_server"},
      {"NoHTTPS", "no_https"},
      {"GO_PATH", "go_path"},
      {"GO PATH", "go_path"},
      {"GO-PATH", "go_path"},
      {"http2xx", "http_2xx"},
      {"HTTP20xOK", "http_20x_ok"},
      {"Duration2m3s", "duration_2m3s"},
      {"Bld4Floor3rd", "bld4_floor_3rd"},
      {"  space--And__more ", "__space__and__more_"},
      {"a.b.CD", "a.b.cd"},
      {"\u65e5\u672cName", "\u65e5\u672c_name"},
      {"\u00c9t\u00e9Mode", "\u00e9t\u00e9_mode"},
      {"v2", "v2"},
      {"X", "x"},
      {"\xff", "\xff"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(call("snakecase", {one.text}), one.snake) << one.text;
    std::string kebab = one.snake;
    for (char& byte : kebab) {
      if (byte == '_') byte = '-';
    }
    EXPECT_EQ(call("kebabcase", {one.text}), kebab) << one.text;
  }
}

TEST(IdentifierFunctionsTest, MakesCamelCase) {
  Functions call;
  const struct {
    const char *text, *camel;
  } kCases[] = {
      {"", ""},
      {"a", "A"},
      {"_", "__"},
      {"all", "All"},
      {"http_server", "HttpServer"},
      {"_camel_case", "_CamelCase"},
      {"no_HTTPS", "NoHttps"},
      {"_complex__case_", "_Complex_Case_"},
      {"foo-bar baz", "FooBarBaz"},
      {"\u00e9t\u00e9_x", "\u00c9t\u00e9X"},
  };
  for (const auto& one : kCases) EXPECT_EQ(call("camelcase", {one.text}), one.camel) << one.text;
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
