#include "lib/gotemplate/escape.h"

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

using std::string_literals::operator""s;

TEST(EscapeTest, Html) {
  EXPECT_EQ(HtmlEscape(""), "");
  EXPECT_EQ(HtmlEscape("a <b> & \"c\" 'd'"), "a &lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;");
  EXPECT_EQ(HtmlEscape("x\0y"s), "x\uFFFDy");
  EXPECT_EQ(HtmlEscape("héllo\xff\n"), "héllo\xff\n");
}

TEST(EscapeTest, Js) {
  EXPECT_EQ(JsEscape("a"), "a");
  EXPECT_EQ(JsEscape("'foo"), R"(\'foo)");
  EXPECT_EQ(JsEscape("Go \"jump\" \\"), R"(Go \"jump\" \\)");
  EXPECT_EQ(JsEscape("Yukihiro says \"今日は世界\""), R"(Yukihiro says \"今日は世界\")");
  EXPECT_EQ(JsEscape("unprintable \uFFFE"), R"(unprintable \uFFFE)");
  EXPECT_EQ(JsEscape("<html>"), R"(\u003Chtml\u003E)");
  EXPECT_EQ(JsEscape("no = in &"), R"(no \u003D in \u0026)");
  EXPECT_EQ(JsEscape("\n\t\x7f\0"s), "\\u000A\\u0009\x7f\\u0000");
  EXPECT_EQ(JsEscape("\u2028\U000E0001"), R"(\u2028\uE0001)");
  EXPECT_EQ(JsEscape("\U0010FFFF"), R"(\u10FFFF)");
  EXPECT_EQ(JsEscape("a\xff"), "a\xff");
}

TEST(EscapeTest, UrlQuery) {
  EXPECT_EQ(UrlQueryEscape("http://www.example.org/"), "http%3A%2F%2Fwww.example.org%2F");
  EXPECT_EQ(UrlQueryEscape("a b+c-_.~*é"), "a+b%2Bc-_.~%2A%C3%A9");
  EXPECT_EQ(UrlQueryEscape("\xff\0"s), "%FF%00");
}

}  // namespace
}  // namespace sidecar::gotemplate
