#include "lib/gotemplate/funcs/go_url.h"

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

std::string ParseError(std::string_view text) {
  try {
    ParseUrl(text);
    return "";
  } catch (const FunctionError& error) {
    return error.what();
  }
}

TEST(ParseUrlTest, TakesAUrlApart) {
  const Url url = ParseUrl("HTTP://us%40er:p%3Aw@host.com:8080/path/x%2Fy?q=1&r=2#fr%20ag");
  EXPECT_EQ(url.scheme, "http");
  EXPECT_EQ(url.user->name, "us@er");
  EXPECT_EQ(*url.user->password, "p:w");
  EXPECT_EQ(url.host, "host.com:8080");
  EXPECT_EQ(url.Hostname(), "host.com");
  EXPECT_EQ(url.path, "/path/x/y");
  EXPECT_EQ(url.raw_path, "/path/x%2Fy");
  EXPECT_EQ(url.raw_query, "q=1&r=2");
  EXPECT_EQ(url.fragment, "fr ag");
  EXPECT_EQ(ParseUrl("mailto:a@b.c").opaque, "a@b.c");
  EXPECT_EQ(ParseUrl("http://[fe80::1%25en0]:80/").host, "[fe80::1%en0]:80");
  EXPECT_EQ(ParseUrl("http://[::1]:80/").Hostname(), "::1");
  EXPECT_EQ(ParseUrl("///x").path, "///x");
  EXPECT_EQ(ParseUrl("//h/x").host, "h");
}

TEST(ParseUrlTest, WritesItAgain) {
  for (const char* const text :
       {"http://u:p@h:80/p%20q?a=b#f", "https://h", "mailto:a@b.c", "//h/x", "a/b?c", "*", "?",
        "http://h/?", "http://h/a%2Fb", "", "http://u@h/", "file:///etc/passwd",
        "http://[fe80::1%25en0]:80/", "http://h/#a%20b", "http://%E6%97%A5/", "/a:b"}) {
    EXPECT_EQ(ParseUrl(text).ToString(), text);
  }
  EXPECT_EQ(ParseUrl("http://h/p q").ToString(), "http://h/p%20q");
  EXPECT_EQ(ParseUrl("http://:@h").ToString(), "http://:@h");
  Url relative;
  relative.path = "a:b/c";
  EXPECT_EQ(relative.ToString(), "./a:b/c");
}

TEST(ParseUrlTest, SaysAsGoWhatIsWrong) {
  const struct {
    const char *text, *error;
  } kCases[] = {
      {"://bad", "missing protocol scheme"},
      {"http://a b/", "invalid character \" \" in host name"},
      {"http://h/%zz", "invalid URL escape \"%zz\""},
      {"http://h/%a", "invalid URL escape \"%a\""},
      {"http://h:port/", "invalid port \":port\" after host"},
      {"http://[::1/", "missing ']' in host"},
      {"http://[::1]x/", "invalid port \"x\" after host"},
      {"http://a\tb/", "net/url: invalid control character in URL"},
      {"http://u ser@h/", "net/url: invalid userinfo"},
      {"http://h%41/", "invalid URL escape \"%41\""},
      {"1a:b", "first path segment in URL cannot contain colon"},
  };
  for (const auto& one : kCases) {
    EXPECT_NE(ParseError(one.text).find(std::string(": ") + one.error), std::string::npos)
        << ParseError(one.text);
  }
  EXPECT_EQ(ParseError("://bad#x"), "parse \"://bad\": missing protocol scheme");
  EXPECT_EQ(ParseError("http://h/#%zz"), "parse \"http://h/#%zz\": invalid URL escape \"%zz\"");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
