#include "lib/kube/protocol/status.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

std::string Status(int code, const std::string& reason, const std::string& more = "") {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"why",)"
         R"("reason":")" +
         reason + R"(",)" + more + R"("code":)" + std::to_string(code) + "}\n";
}

TEST(StatusTest, TheReasonSaysWhatTheCallerCanDo) {
  struct Case {
    int http;
    std::string reason;
    ErrorCode code;
  };
  const Case cases[] = {
      {404, "NotFound", ErrorCode::kNotFound},
      {409, "AlreadyExists", ErrorCode::kAlreadyExists},
      {409, "Conflict", ErrorCode::kConflict},
      {410, "Expired", ErrorCode::kGone},
      {410, "Gone", ErrorCode::kGone},
      {403, "Forbidden", ErrorCode::kForbidden},
      {401, "Unauthorized", ErrorCode::kUnauthenticated},
      {504, "Timeout", ErrorCode::kDeadlineExceeded},
      {500, "InternalError", ErrorCode::kUnavailable},
      {429, "TooManyRequests", ErrorCode::kUnavailable},
      {422, "Invalid", ErrorCode::kInvalidArgument},
      {400, "BadRequest", ErrorCode::kInvalidArgument},
      // A webhook's own code and a reason that nobody knows.
      {418, "Teapot", ErrorCode::kInvalidArgument},
      {409, "", ErrorCode::kConflict},
      {503, "", ErrorCode::kUnavailable},
  };
  for (const Case& c : cases) {
    const Error error = StatusError(c.http, Status(c.http, c.reason));
    EXPECT_EQ(error.code, c.code) << c.reason;
    EXPECT_EQ(error.message, "why");
  }
}

TEST(StatusTest, TheObjectsCodeCountsInsideAWatch) {
  const ApiStatus status = ParseStatus(200, Status(410, "Expired"));
  EXPECT_EQ(status.code, 410);
  EXPECT_EQ(ToError(status).code, ErrorCode::kGone);
}

TEST(StatusTest, DetailsAreRead) {
  const ApiStatus large = ParseStatus(
      504, Status(504, "Timeout",
                  R"("details":{"causes":[1,{"reason":"ResourceVersionTooLarge","message":"m"}],)"
                  R"("retryAfterSeconds":1},)"));
  EXPECT_TRUE(large.resource_version_too_large);
  EXPECT_EQ(large.retry_after_seconds, 1);

  const ApiStatus expired =
      ParseStatus(410, R"({"kind":"Status","metadata":{"continue":"abc"},"reason":"Expired"})");
  EXPECT_EQ(expired.continue_token, "abc");
  EXPECT_FALSE(expired.resource_version_too_large);
}

TEST(StatusTest, WhatIsNoStatusGetsAMessageAllTheSame) {
  struct Case {
    int http;
    std::string body;
    ErrorCode code;
    std::string message;
  };
  const Case cases[] = {
      {401, "", ErrorCode::kUnauthenticated,
       "the server has asked for the client to provide credentials"},
      {404, "404 page not found\n", ErrorCode::kNotFound,
       "the server could not find the requested resource"},
      {403, "no way\n", ErrorCode::kForbidden, "no way"},
      {502, "<html>bad gateway</html>", ErrorCode::kUnavailable,
       "an error on the server (\"<html>bad gateway</html>\") has prevented the request from "
       "succeeding"},
      {503, "[1,2", ErrorCode::kUnavailable,
       "the server is currently unable to handle the request"},
      {302, "", ErrorCode::kUnavailable,
       "the server responded with the status code 302 but did not return more information"},
      {404, R"({"kind":"Pod","message":5})", ErrorCode::kNotFound,
       "the server could not find the requested resource"},
      {500, R"({"kind":"Status","message":5,"code":"x","details":[],"metadata":null})",
       ErrorCode::kUnavailable,
       "an error on the server (\"unknown\") has prevented the request from succeeding"},
  };
  for (const Case& c : cases) {
    const Error error = StatusError(c.http, c.body);
    EXPECT_EQ(error.code, c.code) << c.body;
    EXPECT_EQ(error.message, c.message);
  }
}

}  // namespace
}  // namespace sidecar::kube
