#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace sidecar::load {

struct Usage {
  double cpu_seconds = 0;  // Of all threads that live.
  double rss_mib = 0;
};

// What a process uses, zero for pid 0. CPU time comes from schedstat, which counts nanoseconds;
// /proc/PID/stat counts hundredths of a second.
inline Usage UsageOf(int pid) {
  Usage usage;
  if (pid == 0) return usage;
  const std::filesystem::path folder = "/proc/" + std::to_string(pid);
  for (const auto& task : std::filesystem::directory_iterator(folder / "task")) {
    double nanoseconds = 0;
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    usage.cpu_seconds += nanoseconds * 1e-9;
  }
  double pages = 0;
  std::ifstream(folder / "statm") >> pages >> pages;
  constexpr double kMiB = 1024.0 * 1024.0;
  usage.rss_mib = pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / kMiB;
  return usage;
}

}  // namespace sidecar::load
