#include "lib/observe/metrics.h"

#include <cmath>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::observe {
namespace {

using testing::HasSubstr;

TEST(MetricsTest, FamiliesAreSortedAndSeriesShareOneHeader) {
  MetricRegistry registry;
  registry.AddGauge("zebra", "Last.").Set(1.5);
  Counter& injected =
      registry.AddCounter("decisions_total", "Pods, by \\ reason.\n", {{"reason", "Injected"}});
  registry.AddCounter("decisions_total", "", {{"reason", "a\"b\\c\nd"}, {"x", "y"}}).Increment();
  injected.Increment(41);
  injected.Increment();
  registry.AddReading(MetricRegistry::Kind::kGauge, "open", "Now.", [] { return 7.0; });
  EXPECT_EQ(registry.Render(),
            "# HELP decisions_total Pods, by \\\\ reason.\\n\n"
            "# TYPE decisions_total counter\n"
            "decisions_total{reason=\"Injected\"} 42\n"
            "decisions_total{reason=\"a\\\"b\\\\c\\nd\",x=\"y\"} 1\n"
            "# HELP open Now.\n"
            "# TYPE open gauge\n"
            "open 7\n"
            "# HELP zebra Last.\n"
            "# TYPE zebra gauge\n"
            "zebra 1.5\n");
}

TEST(MetricsTest, AHistogramCountsUpToAndIncludingItsBounds) {
  MetricRegistry registry;
  Histogram& histogram = registry.AddHistogram("t_seconds", "T.", {0.5, 1}, {{"op", "x"}});
  for (const double value : {0.25, 0.5, 0.75, 8.0}) histogram.Observe(value);
  EXPECT_EQ(registry.Render(),
            "# HELP t_seconds T.\n"
            "# TYPE t_seconds histogram\n"
            "t_seconds_bucket{op=\"x\",le=\"0.5\"} 2\n"
            "t_seconds_bucket{op=\"x\",le=\"1\"} 3\n"
            "t_seconds_bucket{op=\"x\",le=\"+Inf\"} 4\n"
            "t_seconds_sum{op=\"x\"} 9.5\n"
            "t_seconds_count{op=\"x\"} 4\n");
}

TEST(MetricsTest, AdmissionBoundsReachFromMicrosecondsToTenSeconds) {
  const auto bounds = AdmissionDurationBounds();
  EXPECT_DOUBLE_EQ(bounds.front(), 50e-6);
  EXPECT_DOUBLE_EQ(bounds.back(), 10);
  for (std::size_t i = 1; i < bounds.size(); ++i) EXPECT_LT(bounds[i - 1], bounds[i]);
  MetricRegistry registry;
  registry.AddHistogram("t", "", bounds);
  EXPECT_THAT(registry.Render(), HasSubstr("t_bucket{le=\"5e-05\"} 0\n"));
}

TEST(MetricsTest, AReadingThatIsNotANumberIsLeftOut) {
  MetricRegistry registry;
  registry.AddReading(MetricRegistry::Kind::kGauge, "gone", "G.", [] { return NAN; });
  EXPECT_EQ(registry.Render(), "# HELP gone G.\n# TYPE gone gauge\n");
}

TEST(MetricsTest, NothingIsLostBetweenThreads) {
  MetricRegistry registry;
  Counter& counter = registry.AddCounter("c_total", "");
  Histogram& histogram = registry.AddHistogram("h", "", {1, 2});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        counter.Increment();
        histogram.Observe(1.5);
      }
    });
  }
  for (int i = 0; i < 10; ++i) EXPECT_THAT(registry.Render(), HasSubstr("h_count "));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 4000U);
  EXPECT_EQ(histogram.BucketCount(1), 4000U);
  EXPECT_DOUBLE_EQ(histogram.sum(), 6000);
}

}  // namespace
}  // namespace sidecar::observe
