#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(UrlFunctionsTest, Parse) {
  Functions call;
  EXPECT_EQ(call("urlParse", {"http://user:pw@host.com:8080/path?q=1#frag"}),
            R"({"fragment":"frag","host":"host.com:8080","hostname":"host.com","opaque":"",)"
            R"("path":"/path","query":"q=1","scheme":"http","userinfo":"user:pw"})");
  EXPECT_EQ(call("urlParse", {"://bad"}),
            "error: unable to parse url: parse \"://bad\": missing protocol scheme");
}

TEST(UrlFunctionsTest, Join) {
  Functions call;
  EXPECT_EQ(call("urlJoin", {call.Call("urlParse", {"http://u:p@h/a?b#c"})}), "http://u:p@h/a?b#c");
  EXPECT_EQ(call("urlJoin", {call.Dict({"host", "h", "path", "p"})}), "//h/p");
  EXPECT_EQ(call("urlJoin", {call.Dict({"scheme", "mailto", "opaque", "a@b"})}), "mailto:a@b");
  EXPECT_EQ(call("urlJoin", {call.Dict({})}), "");
  EXPECT_EQ(call("urlJoin", {call.Dict({"scheme", 1})}),
            "error: unable to parse scheme key, must be of type string, but int found");
  EXPECT_EQ(call("urlJoin", {call.Dict({"path", nullptr})}),
            "error: runtime error: invalid memory address or nil pointer dereference");
  EXPECT_EQ(call("urlJoin", {call.Dict({"userinfo", "a b"})}),
            "error: unable to parse userinfo in dict: parse \"proto://a b@host\": net/url: invalid "
            "userinfo");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
