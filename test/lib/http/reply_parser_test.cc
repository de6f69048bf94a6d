#include "lib/http/reply_parser.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar {
namespace {

constexpr HttpReplyParser::Limits kLimits{.max_header_bytes = 1000, .max_body_bytes = 100};

struct Case {
  std::string name;
  std::string text;
  int status;
  std::string body;
  bool reusable = true;
};

std::vector<Case> Replies() {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  return {
      {"length", ok + "Content-Length: 5\r\n\r\nhello", 200, "hello"},
      {"empty", ok + "Content-Length: 0\r\n\r\n", 200, ""},
      {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"chunks", chunked + "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n", 200, "hello, world"},
      {"no chunks", chunked + "0\r\n\r\n", 200, ""},
      {"trailers", chunked + "1\r\na\r\n0\r\nContent-Type: x\r\n\r\n", 200, "a"},
      {"interim",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + ok +
           "Content-Length: 1\r\n\r\na",
       200, "a"},
      {"close", ok + "Connection: close\r\nContent-Length: 1\r\n\r\na", 200, "a", false},
      {"old", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, "a", false},
      {"error", "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", 503, "busy"},
      {"surplus", ok + "Content-Length: 1\r\n\r\nabc", 200, "a", false},
  };
}

TEST(HttpReplyParserTest, ReadsRepliesInPiecesOfAnySize) {
  for (const Case& each : Replies()) {
    for (std::size_t size = 1; size <= each.text.size(); ++size) {
      SCOPED_TRACE(each.name + " in pieces of " + std::to_string(size));
      HttpReplyParser parser(kLimits);
      for (std::size_t at = 0; at < each.text.size(); at += size) {
        const auto fed = parser.Feed(std::string_view(each.text).substr(at, size));
        ASSERT_TRUE(fed.has_value()) << fed.error().message;
      }
      ASSERT_TRUE(parser.IsDone());
      EXPECT_EQ(parser.reply().status, each.status);
      EXPECT_EQ(parser.reply().body, each.body);
      EXPECT_EQ(parser.CanReuseConnection(), each.reusable);
      EXPECT_TRUE(parser.Finish().has_value());
    }
  }
}

TEST(HttpReplyParserTest, AReplyCutAnywhereIsAnError) {
  for (const Case& each : Replies()) {
    if (each.name == "surplus") continue;
    for (std::size_t size = 0; size < each.text.size(); ++size) {
      SCOPED_TRACE(each.name + " cut at " + std::to_string(size));
      HttpReplyParser parser(kLimits);
      ASSERT_TRUE(parser.Feed(each.text.substr(0, size)).has_value());
      const auto finished = parser.Finish();
      ASSERT_FALSE(finished.has_value());
      EXPECT_EQ(finished.error().code, ErrorCode::kUnavailable);
      EXPECT_EQ(parser.HasStarted(), size > 0);
    }
  }
}

TEST(HttpReplyParserTest, AReplyWithoutLengthEndsWithTheConnection) {
  HttpReplyParser parser(kLimits);
  ASSERT_TRUE(parser.Feed("HTTP/1.1 200 OK\r\n\r\nsome").has_value());
  EXPECT_TRUE(parser.HasHeader());
  EXPECT_FALSE(parser.IsDone());
  ASSERT_TRUE(parser.Finish().has_value());
  EXPECT_TRUE(parser.IsDone());
  EXPECT_FALSE(parser.CanReuseConnection());
  EXPECT_EQ(parser.reply().body, "some");
}

TEST(HttpReplyParserTest, KeepsTheHeadersThatMatter) {
  HttpReplyParser parser(kLimits);
  ASSERT_TRUE(parser
                  .Feed("HTTP/1.1 429 Too Many\r\ncontent-type: application/json\r\n"
                        "Retry-After:  7 \r\nContent-Length: 0\r\n\r\n")
                  .has_value());
  EXPECT_EQ(parser.reply().content_type, "application/json");
  EXPECT_EQ(parser.reply().retry_after, "7");
}

TEST(HttpReplyParserTest, ASinkGetsGoodBodiesAndNoOthers) {
  std::string got;
  const auto sink = [&](std::string_view piece) { got.append(piece); };
  HttpReplyParser good(kLimits, sink);
  ASSERT_TRUE(
      good.Feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab").has_value());
  EXPECT_EQ(got, "ab");
  ASSERT_TRUE(good.Feed("c\r\n0\r\n\r\n").has_value());
  EXPECT_EQ(got, "abc");
  EXPECT_EQ(good.reply().body, "");

  got.clear();
  HttpReplyParser bad(kLimits, sink);
  ASSERT_TRUE(bad.Feed("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone").has_value());
  EXPECT_EQ(got, "");
  EXPECT_EQ(bad.reply().body, "gone");
}

TEST(HttpReplyParserTest, ASinkMayGetMoreThanIsCollected) {
  std::size_t got = 0;
  HttpReplyParser parser(kLimits, [&](std::string_view piece) { got += piece.size(); });
  ASSERT_TRUE(parser.Feed("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n").has_value());
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(parser.Feed(std::string(100, 'x')).has_value());
  EXPECT_TRUE(parser.IsDone());
  EXPECT_EQ(got, 5000U);
}

ErrorCode CodeOf(std::string_view text) {
  HttpReplyParser parser(kLimits);
  // In two pieces, so that a limit cannot be evaded by sending slowly.
  auto fed = parser.Feed(text.substr(0, text.size() / 2));
  if (fed.has_value()) fed = parser.Feed(text.substr(text.size() / 2));
  return fed.has_value() ? ErrorCode::kInternal : fed.error().code;
}

TEST(HttpReplyParserTest, WhatIsTooLongIsRefused) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string much(2000, 'x');
  EXPECT_EQ(CodeOf(ok + "X: " + much), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(ok + "Content-Length: 2000\r\n\r\n" + much), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(ok + "\r\n" + much), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(chunked + "7d0\r\n" + much + "\r\n"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(chunked + "1;" + much), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(chunked + "0\r\nX: " + much), ErrorCode::kInvalidArgument);
}

TEST(HttpReplyParserTest, WhatIsNoHttpIsRefused) {
  for (const std::string text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 two OK\r\n\r\n",
        "\x15\x03\x01\x02\x02\x16\x15\x03\x01\x02\x02\x16\x15\x03\x01\x02\x02\x16",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n"}) {
    EXPECT_EQ(CodeOf(text), ErrorCode::kUnavailable) << text;
  }
}

TEST(HttpReplyParserTest, InterimRepliesComeToAnEnd) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(CodeOf(text), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sidecar
