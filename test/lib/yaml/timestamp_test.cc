#include "lib/yaml/timestamp.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(TimestampTest, TheFormsOfYamlV2AreAccepted) {
  for (const std::string_view text :
       {"2001-12-14", "2001-1-2", "2016-02-29", "2001-12-14T21:59:43.10-05:00",
        "2001-12-14t21:59:43Z", "2001-12-14 21:59:43.10", "2001-1-2   3:4:5", "2001-12-14T1:2:3,5Z",
        "2015-02-24T18:19:39Z"}) {
    EXPECT_TRUE(IsTimestamp(text)) << text;
  }
}

TEST(TimestampTest, EverythingElseIsRefused) {
  for (const std::string_view text :
       {"", "2001", "2001-", "2001-13-01", "2001-02-29", "2001-00-10", "2001-1-32", "201-1-1",
        "20011-1-1", "2001-12-14T", "2001-12-14 ", "2001-12-14 24:00:00", "2001-12-14 1:60:00",
        "2001-12-14T21:59:43", "2001-12-14 21:59:43Z", "2001-12-14T21:59:43-5", "2001-12-14x",
        "2001-12-14T21:59:43.Z", "2001-12-14 21:59:43.10 -5"}) {
    EXPECT_FALSE(IsTimestamp(text)) << text;
  }
}

}  // namespace
}  // namespace sidecar::yaml
