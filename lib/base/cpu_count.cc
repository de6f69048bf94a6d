#include "lib/base/cpu_count.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <optional>
#include <thread>

#include <sched.h>

namespace sidecar {

namespace {

std::optional<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

// The path of this process's cgroup for `controller`; "" is version 2. Inside a container with its
// own cgroup namespace it is "/".
std::string CgroupPath(const std::string& root, std::string_view controller) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = ',' + line.substr(first + 1, second - first - 1) + ',';
    const std::string wanted = ',' + std::string(controller) + ',';
    if (names.find(wanted) != std::string::npos) return line.substr(second + 1);
  }
  return "/";
}

unsigned AvailableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

unsigned CpuLimit(std::string_view quota_and_period) {
  const std::size_t space = quota_and_period.find(' ');
  if (space == std::string_view::npos) return 0;
  const auto number = [](std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const std::int64_t quota = number(quota_and_period.substr(0, space));
  const std::int64_t period = number(quota_and_period.substr(space + 1));
  if (quota <= 0 || period <= 0) return 0;
  const std::int64_t cpus = quota / period + (quota % period == 0 ? 0 : 1);
  return static_cast<unsigned>(std::min<std::int64_t>(cpus, 1U << 16U));
}

unsigned CpuCountBelow(const std::string& root, unsigned available) {
  const std::string fs = root + "/sys/fs/cgroup";
  unsigned limit = 0;
  // The process's own group, then the root of what the container sees.
  for (const std::string& group : {CgroupPath(root, ""), std::string()}) {
    const auto line = FirstLine(fs + group + "/cpu.max");
    if (line.has_value() && limit == 0) limit = CpuLimit(*line);
  }
  for (const std::string& group : {CgroupPath(root, "cpu"), std::string()}) {
    std::string folder = fs;
    folder.append("/cpu").append(group);
    const auto quota = FirstLine(folder + "/cpu.cfs_quota_us");
    const auto period = FirstLine(folder + "/cpu.cfs_period_us");
    if (quota.has_value() && period.has_value() && limit == 0) {
      limit = CpuLimit(*quota + ' ' + *period);
    }
  }
  return std::max(1U, limit == 0 ? available : std::min(limit, available));
}

unsigned CpuCount() {
  return CpuCountBelow("", AvailableCpus());
}

}  // namespace sidecar
