#include "lib/base/cpu_count.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar {
namespace {

TEST(CpuLimitTest, QuotaByPeriodIsRoundedUp) {
  const struct {
    std::string_view text;
    unsigned limit;
  } cases[] = {
      {"max 100000", 0},
      {"100000 100000", 1},
      {"150000 100000", 2},
      {"20000 100000", 1},
      {"400000 100000", 4},
      {"-1 100000", 0},
      {"", 0},
      {"100000", 0},
      {"100000 0", 0},
      {"x y", 0},
      {"9223372036854775807 1", 65536},
  };
  for (const auto& test : cases) EXPECT_EQ(CpuLimit(test.text), test.limit) << test.text;
}

class CpuCountTest : public testing::Test {
 protected:
  unsigned Count(const std::vector<std::pair<std::string, std::string>>& files) {
    const auto root = std::filesystem::path(testing::TempDir()) /
                      testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(root);
    for (const auto& [path, text] : files) {
      std::filesystem::create_directories((root / path).parent_path());
      std::ofstream(root / path) << text;
    }
    return CpuCountBelow(root.string(), 8);
  }
};

TEST_F(CpuCountTest, WithoutCgroupsTheMachineDecides) {
  EXPECT_EQ(Count({}), 8U);
}

TEST_F(CpuCountTest, VersionTwo) {
  EXPECT_EQ(Count({{"sys/fs/cgroup/cpu.max", "150000 100000\n"}}), 2U);
  EXPECT_EQ(Count({{"sys/fs/cgroup/cpu.max", "max 100000\n"}}), 8U);
  EXPECT_EQ(Count({{"sys/fs/cgroup/cpu.max", "6400000 100000\n"}}), 8U);
  EXPECT_EQ(Count({{"proc/self/cgroup", "0::/kubepods/pod1\n"},
                   {"sys/fs/cgroup/kubepods/pod1/cpu.max", "300000 100000\n"}}),
            3U);
}

TEST_F(CpuCountTest, VersionOne) {
  EXPECT_EQ(Count({{"proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/b\n"},
                   {"sys/fs/cgroup/cpu/b/cpu.cfs_quota_us", "50000\n"},
                   {"sys/fs/cgroup/cpu/b/cpu.cfs_period_us", "100000\n"}}),
            1U);
  EXPECT_EQ(Count({{"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                   {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}}),
            8U);
}

TEST(CpuCount, ThereIsAlwaysOne) {
  EXPECT_GE(CpuCount(), 1U);
}

}  // namespace
}  // namespace sidecar
