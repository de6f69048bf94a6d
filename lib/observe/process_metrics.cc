#include "lib/observe/process_metrics.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace sidecar::observe {

namespace {

// Field `number` of /proc/self/stat, counted from 1 as proc(5) does; NaN if there is none. Only
// those after the program's name in parentheses (2).
double StatField(int number) {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return NAN;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int i = 2; i < number; ++i) fields >> field;
  return fields ? std::strtod(field.c_str(), nullptr) : NAN;
}

double PageSize() {
  return static_cast<double>(sysconf(_SC_PAGESIZE));
}

double CpuSeconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return NAN;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The start in ticks since the boot, added to the time of the boot.
double StartTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) {
      return std::strtod(line.c_str() + 6, nullptr) +
             StatField(22) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
  }
  return NAN;
}

double OpenDescriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  // The iterator has one open, which is not the process's.
  double count = -1;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
  return error ? NAN : count;
}

double MostDescriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : NAN;
}

}  // namespace

void AddProcessMetrics(MetricRegistry& registry) {
  using Kind = MetricRegistry::Kind;
  registry.AddReading(Kind::kCounter, "process_cpu_seconds_total",
                      "Total user and system CPU time spent in seconds.", &CpuSeconds);
  registry.AddReading(Kind::kGauge, "process_resident_memory_bytes",
                      "Resident memory size in bytes.", [] { return StatField(24) * PageSize(); });
  registry.AddReading(Kind::kGauge, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
                      [] { return StatField(23); });
  registry.AddReading(Kind::kGauge, "process_threads", "Number of threads.",
                      [] { return StatField(20); });
  registry.AddReading(Kind::kGauge, "process_open_fds", "Number of open file descriptors.",
                      &OpenDescriptors);
  registry.AddReading(Kind::kGauge, "process_max_fds", "Maximum number of open file descriptors.",
                      &MostDescriptors);
  registry.AddReading(Kind::kGauge, "process_start_time_seconds",
                      "Start time of the process since unix epoch in seconds.",
                      [start = StartTime()] { return start; });
}

}  // namespace sidecar::observe
