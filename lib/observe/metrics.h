#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Counters, gauges and histograms, and their text as Prometheus reads it (exposition format 0.0.4).
//
// Own code rather than prometheus-cpp: what the program needs of it is this much, and there every
// observation of a histogram takes a lock and every scrape goes through iostreams.
//
// Series are declared once at start and live as long as the registry, so that their number is
// bounded whatever clients send. Counting is lock-free and may happen on any thread.

namespace sidecar::observe {

class Counter {
 public:
  void Increment(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

class Histogram {
 public:
  // Upper bounds, ascending; one more bucket for what is above them is implied.
  explicit Histogram(std::vector<double> bounds);

  void Observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  // Observations in a bucket alone; the last is that above all bounds.
  std::uint64_t BucketCount(std::size_t bucket) const;
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  const std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;
  std::atomic<double> sum_ = 0;
};

// 50 µs to 10 s, in seconds: an admission takes tens of microseconds, a request times out at 30 s.
std::vector<double> AdmissionDurationBounds();

using Labels = std::vector<std::pair<std::string, std::string>>;

class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  // Several series of one name differ in their labels; the first one's help is printed. The
  // references stay valid. Thread-safe.
  Counter& AddCounter(const std::string& name, std::string help, const Labels& labels = {});
  Gauge& AddGauge(const std::string& name, std::string help, const Labels& labels = {});
  Histogram& AddHistogram(const std::string& name, std::string help, std::vector<double> bounds,
                          const Labels& labels = {});

  // A number that is kept elsewhere and read at each scrape; NaN leaves the series out. `read` must
  // be thread-safe and outlive the registry's last Render().
  enum class Kind : std::uint8_t { kCounter, kGauge, kHistogram };
  void AddReading(Kind kind, const std::string& name, std::string help,
                  std::function<double()> read, const Labels& labels = {});

  // All series, by name. Thread-safe.
  std::string Render() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Family;
  struct Series;
  Series& Add(Kind kind, const std::string& name, std::string help, const Labels& labels);

  mutable std::mutex mutex_;
  std::list<Family> families_;  // By name. Guarded by mutex_.
};

}  // namespace sidecar::observe
