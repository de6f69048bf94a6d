#include "lib/yaml/event_source.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

std::string FirstFailure(std::string_view text) {
  EventSource source(text);
  Event event;
  try {
    while (event.get().type != YAML_STREAM_END_EVENT) source.Next(event);
  } catch (const YamlFailure& failure) {
    return failure.message;
  }
  return "";
}

TEST(EventSourceTest, LinesOfErrorsAreThoseOfYamlV2) {
  EXPECT_EQ(FirstFailure("a: [x"), "yaml: line 1: did not find expected ',' or ']'");
  EXPECT_EQ(FirstFailure("a: @x"), "yaml: found character that cannot start any token");
  EXPECT_EQ(FirstFailure("a: 1\n b: 2"),
            "yaml: line 2: mapping values are not allowed in this context");
}

TEST(EventSourceTest, WhatOnlyLibyamlAcceptsIsRefused) {
  EXPECT_EQ(FirstFailure("%YAML 1.2\n---\na"), "yaml: found incompatible YAML document");
  EXPECT_EQ(FirstFailure("a: 1\nb: \"x\\/\""), "yaml: line 2: found unknown escape character");
  EXPECT_EQ(FirstFailure("a: \"x\\\\/\""), "");
}

TEST(EventSourceTest, AnErrorBeforeTheChunkWithABadByteComesFirst) {
  const std::string padding(2000, '#');
  EXPECT_EQ(FirstFailure("a: @x\n" + padding + "\x01"),
            "yaml: found character that cannot start any token");
  EXPECT_EQ(FirstFailure("a: @x\n\x01"), "yaml: control characters are not allowed");
}

TEST(EventSourceTest, MarksAreTurnedIntoBytes) {
  const std::string_view text = "\xef\xbb\xbf\u00e9\u65e5: b";
  EventSource source(text);
  Event event;
  std::size_t begin = 0;
  do {
    source.Next(event);
    if (event.get().type == YAML_SCALAR_EVENT) begin = source.ByteAt(event.get().start_mark);
  } while (event.get().type != YAML_STREAM_END_EVENT);
  EXPECT_EQ(text.substr(begin), "b");
}

}  // namespace
}  // namespace sidecar::yaml
