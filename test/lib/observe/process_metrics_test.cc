#include "lib/observe/process_metrics.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

namespace sidecar::observe {
namespace {

double Value(const std::string& text, const std::string& name) {
  const std::size_t at = text.find('\n' + name + ' ');
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

TEST(ProcessMetricsTest, NumbersArePlausible) {
  MetricRegistry registry;
  AddProcessMetrics(registry);
  const std::string text = registry.Render();
  EXPECT_GE(Value(text, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Value(text, "process_resident_memory_bytes"), 100'000);
  EXPECT_GT(Value(text, "process_virtual_memory_bytes"),
            Value(text, "process_resident_memory_bytes"));
  EXPECT_GE(Value(text, "process_threads"), 1);
  EXPECT_GE(Value(text, "process_open_fds"), 3);
  EXPECT_GE(Value(text, "process_max_fds"), Value(text, "process_open_fds"));
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_GT(Value(text, "process_start_time_seconds"), now - 3600);
  EXPECT_LT(Value(text, "process_start_time_seconds"), now + 5);
}

}  // namespace
}  // namespace sidecar::observe
