#include "lib/ui/html.h"

#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

std::string Escaped(std::string_view text) {
  return Html().Text(text).Take();
}

TEST(HtmlTest, WhatCouldEndATextOrAnAttributeIsEscaped) {
  EXPECT_EQ(Escaped(R"(<script src="x">a && 'b'</script>)"),
            "&lt;script src=&quot;x&quot;&gt;a &amp;&amp; &#39;b&#39;&lt;/script&gt;");
  EXPECT_EQ(Escaped("two\nlines\tand\rmore"), "two\nlines\tand&#13;more");
}

TEST(HtmlTest, LiteralsAreMarkup) {
  EXPECT_EQ(Html().Tags("<b>").Text("<i>").Number(-3).Tags("</b>").Take(), "<b>&lt;i&gt;-3</b>");
}

TEST(HtmlTest, WhatIsNoTextBecomesTheReplacementCharacter) {
  const std::string r = "\xEF\xBF\xBD";
  struct Case {
    std::string_view bytes;
    std::string text;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"a\0b"sv, "a" + r + "b"},                 // NUL.
      {"\x1b[31m\x7f", r + "[31m" + r},          // Controls.
      {"\xC2\x85", r + r},                       // A C1 control.
      {"caf\xC3\xA9", "caf\xC3\xA9"},            // Two bytes,
      {"\xE2\x82\xAC", "\xE2\x82\xAC"},          // three,
      {"\xF0\x9F\x9A\x80", "\xF0\x9F\x9A\x80"},  // four.
      {"\xC3", r},                               // Cut off.
      {"\xE2\x82<", r + r + "&lt;"},             // What follows is not swallowed.
      {"\xF0\x9F\x9A", r + r + r},
      {"\xC0\xBC", r + r},  // An overlong '<'.
      {"\xE0\x80\xBC", r + r + r},
      {"\xF0\x80\x80\xBC", r + r + r + r},
      {"\xED\xA0\x80", r + r + r},          // A surrogate.
      {"\xF4\x90\x80\x80", r + r + r + r},  // Beyond U+10FFFF.
      {"\xFF\xFE", r + r},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Escaped(c.bytes), c.text) << testing::PrintToString(c.bytes);
}

}  // namespace
}  // namespace sidecar::ui
