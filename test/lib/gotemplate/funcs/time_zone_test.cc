#include "lib/gotemplate/funcs/time_zone.h"

#include <string>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

std::string Show(const ZoneSpan& span) {
  return std::string(span.abbreviation) + " " + std::to_string(span.offset) +
         (span.is_dst ? " dst" : "");
}

std::string BigEndian(std::int64_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text += static_cast<char>(static_cast<std::uint64_t>(value) >> static_cast<unsigned>(shift));
  }
  return text;
}

// A version 2 file: LMT until 1000, then STD until 2000, then DST, and a footer.
std::string MakeFile(const std::string& footer, int kinds = 3, int last_kind = 2) {
  const auto block = [&](int time_bytes, char version) {
    std::string text = "TZif";
    text += version;
    text += std::string(15, '\0');
    for (const int count : {0, 0, 0, 2, kinds, 12}) text += BigEndian(count, 4);
    for (const int when : {1000, 2000}) text += BigEndian(when, time_bytes);
    text += std::string("\x01") + static_cast<char>(last_kind);
    const int offsets[] = {-60, 3600, 7200};
    for (int i = 0; i < 3; ++i) {
      text += BigEndian(offsets[i], 4);
      text += static_cast<char>(i == 2 ? 1 : 0);
      text += static_cast<char>(4 * i);
    }
    return text + std::string("LMT\0STD\0DST\0", 12);
  };
  return block(4, '2') + block(8, '2') + "\n" + footer + "\n";
}

TEST(TimeZoneTest, FindsWhatHoldsAtAMoment) {
  const std::optional<TimeZone> zone = TimeZone::Parse("Test", MakeFile(""));
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->name(), "Test");
  EXPECT_EQ(Show(zone->At(999)), "LMT -60");
  EXPECT_EQ(Show(zone->At(1000)), "STD 3600");
  EXPECT_EQ(zone->At(1500).start, 1000);
  EXPECT_EQ(zone->At(1500).end, 2000);
  EXPECT_EQ(Show(zone->At(2000)), "DST 7200 dst");
}

TEST(TimeZoneTest, FollowsTheRuleBehindTheLastTransition) {
  const std::optional<TimeZone> zone = TimeZone::Parse("Test", MakeFile("<+07>-7"));
  ASSERT_TRUE(zone);
  EXPECT_EQ(Show(zone->At(1500)), "STD 3600");
  EXPECT_EQ(Show(zone->At(2000)), "+07 25200");
}

TEST(TimeZoneTest, RejectsWhatIsNoZoneFile) {
  const std::string good = MakeFile("");
  for (std::size_t size = 0; size < good.size() - 2; ++size) {
    EXPECT_FALSE(TimeZone::Parse("Test", std::string_view(good).substr(0, size))) << size;
  }
  EXPECT_FALSE(TimeZone::Parse("Test", MakeFile("", 3, 3)));
  EXPECT_FALSE(TimeZone::Parse("Test", MakeFile("", 0)));
  EXPECT_FALSE(TimeZone::Parse("Test", MakeFile("", 0x7FFFFFFF)));
}

TEST(ZoneRuleTest, ChangesTwiceAYear) {
  const std::optional<ZoneRule> rule = ZoneRule::Parse("EST5EDT,M3.2.0,M11.1.0");
  ASSERT_TRUE(rule);
  EXPECT_EQ(Show(rule->At(1520751599)), "EST -18000");  // 2018-03-11 06:59:59 UTC
  EXPECT_EQ(Show(rule->At(1520751600)), "EDT -14400 dst");
  EXPECT_EQ(Show(rule->At(1541311199)), "EDT -14400 dst");  // 2018-11-04 05:59:59 UTC
  EXPECT_EQ(Show(rule->At(1541311200)), "EST -18000");
  EXPECT_EQ(Show(rule->At(1520751600 + 10 * 12622780800)), "EDT -14400 dst");
}

TEST(ZoneRuleTest, KnowsTheSouthernHemisphereAndOtherForms) {
  const std::optional<ZoneRule> sydney = ZoneRule::Parse("AEST-10AEDT,M10.1.0,M4.1.0/3");
  ASSERT_TRUE(sydney);
  EXPECT_EQ(Show(sydney->At(1515000000)), "AEDT 39600 dst");
  EXPECT_EQ(Show(sydney->At(1530000000)), "AEST 36000");
  const std::optional<ZoneRule> days = ZoneRule::Parse("AAA-1BBB-3:30,J60/0,300/-1:30:15");
  ASSERT_TRUE(days);
  EXPECT_EQ(Show(days->At(1583017199)), "AAA 3600");  // 2020: J60 is March 1st.
  EXPECT_EQ(Show(days->At(1583017200)), "BBB 12600 dst");
  EXPECT_EQ(Show(ZoneRule::Parse("EST5EDT")->At(1530000000)), "EDT -14400 dst");
  EXPECT_EQ(Show(ZoneRule::Parse("EST5EDT,M3.5.0,M11.1.0")->At(1520751600)), "EST -18000");
}

TEST(ZoneRuleTest, RejectsWhatIsNoRule) {
  for (const char* const text :
       {"", "5", "AB5", "EST", "EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J1", "EST5EDT,J366,J1",
        "EST5EDT,M3.2.0,M11.1.0x", "<EST5", "EST169"}) {
    EXPECT_FALSE(ZoneRule::Parse(text)) << text;
  }
}

TEST(FindTimeZoneTest, ReadsTheSystemsDatabase) {
  const TimeZone* const zone = FindTimeZone("America/New_York");
  ASSERT_NE(zone, nullptr);
  EXPECT_EQ(zone, FindTimeZone("America/New_York"));
  EXPECT_EQ(Show(zone->At(1500000000)), "EDT -14400 dst");
  EXPECT_EQ(Show(zone->At(1515000000)), "EST -18000");
  EXPECT_EQ(Show(zone->At(4'000'000'000)), "EDT -14400 dst");
}

TEST(FindTimeZoneTest, TakesNoOtherFiles) {
  EXPECT_EQ(FindTimeZone("Nope/Zone"), nullptr);
  EXPECT_EQ(FindTimeZone(""), nullptr);
  EXPECT_EQ(FindTimeZone("America"), nullptr);
  EXPECT_EQ(FindTimeZone("../zoneinfo/America/New_York"), nullptr);
  EXPECT_EQ(FindTimeZone("/usr/share/zoneinfo/America/New_York"), nullptr);
  EXPECT_EQ(FindTimeZone("zone.tab"), nullptr);
  EXPECT_EQ(FindTimeZone(std::string(100'000, 'x')), nullptr);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
