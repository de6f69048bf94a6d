#include "lib/kube/protocol/watch_decoder.h"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::kube {
namespace {

using nlohmann::json;

struct Seen {
  Result<void> result{};
  std::vector<std::string> events{};
};

// Fed in pieces of `size` bytes.
Seen Decode(std::string_view bytes, std::size_t size, std::size_t max_line = 1000) {
  WatchDecoder decoder(max_line);
  Seen seen;
  while (!bytes.empty() && seen.result.has_value()) {
    seen.result = decoder.Feed(bytes.substr(0, size), [&](WatchEventType type, const json& object) {
      seen.events.push_back(std::string(ToString(type)) + object.dump());
    });
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  return seen;
}

constexpr std::string_view kStream =
    "{\"type\":\"ADDED\",\"object\":{\"a\":\"x\\ny\"}}\n"
    "{\"type\":\"MODIFIED\",\"object\":{\"a\":1}}\r\n"
    "\n  \n"
    "{\"type\":\"SOMETHING\",\"object\":{}}\n"
    "{\"object\":{},\"type\":\"DELETED\"}\n"
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"546\"}}}\n"
    "{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n"
    "{\"type\":\"ADDED\",\"object\":{\"cut";

TEST(WatchDecoderTest, EventsAreTheSameInPiecesOfAnySize) {
  const std::vector<std::string> expected = {
      R"(ADDED{"a":"x\ny"})", R"(MODIFIED{"a":1})",
      R"(DELETED{})",         R"(BOOKMARK{"metadata":{"resourceVersion":"546"}})",
      R"(ERROR{"code":410})",
  };
  for (std::size_t size = 1; size <= kStream.size(); ++size) {
    const Seen seen = Decode(kStream, size);
    EXPECT_TRUE(seen.result.has_value()) << size;
    EXPECT_EQ(seen.events, expected) << size;
  }
}

TEST(WatchDecoderTest, ALineThatIsTooLongIsAnErrorBeforeItIsKept) {
  const std::string start = "{\"type\":\"ADDED\",\"object\":{\"a\":\"";
  for (const std::size_t size : {std::size_t{1}, std::size_t{50}, std::size_t{5000}}) {
    const Seen seen = Decode(start + std::string(1000, 'x'), size);
    ASSERT_FALSE(seen.result.has_value()) << size;
    EXPECT_EQ(seen.result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(seen.result.error().message, "watch event is longer than 1000 bytes");
  }
  const std::string longest = start + std::string(996 - start.size(), 'x') + "\"}}\n";
  EXPECT_EQ(Decode(longest, 7).events.size(), 1U);
}

TEST(WatchDecoderTest, WhatIsNoEventIsAnErrorThatSaysWhy) {
  const std::pair<std::string, std::string> cases[] = {
      {"<html>\n", "watch event: invalid JSON: parse error at line 1, column 1"},
      {"[]\n", "watch event: not a JSON object"},
      {"{\"object\":{}}\n", "watch event: type is missing"},
      {"{\"type\":7,\"object\":{}}\n", "watch event: type is missing"},
      {"{\"type\":\"ADDED\"}\n", "watch event: object is missing"},
      {"{\"type\":\"ADDED\",\"object\":null}\n", "watch event: object is missing"},
      {std::string(300, '[') + "\n", "watch event: JSON is nested too deeply"},
  };
  for (const auto& [line, message] : cases) {
    const Seen seen = Decode("{\"type\":\"ADDED\",\"object\":{}}\n" + line, 1000);
    ASSERT_FALSE(seen.result.has_value()) << line;
    EXPECT_TRUE(seen.result.error().message.starts_with(message)) << seen.result.error().message;
    EXPECT_EQ(seen.events.size(), 1U);
  }
}

}  // namespace
}  // namespace sidecar::kube
