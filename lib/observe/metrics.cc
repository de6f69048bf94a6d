#include "lib/observe/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sidecar::observe {

namespace {

void AppendNumber(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::general)
                         .ptr;
    out.append(digits.data(), end);
  }
}

void AppendNumber(std::uint64_t value, std::string& out) {
  out += std::to_string(value);
}

void AppendEscaped(std::string_view text, bool quotes, std::string& out) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

// `a="b",c="d"`.
std::string LabelText(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text.append(text.empty() ? "" : ",").append(name).append("=\"");
    AppendEscaped(value, true, text);
    text += '"';
  }
  return text;
}

void AppendName(std::string_view name, std::string_view suffix, std::string_view labels,
                std::string& out) {
  out.append(name).append(suffix);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
}

void AppendHistogram(std::string_view name, const std::string& labels, const Histogram& histogram,
                     std::string& out) {
  // Counted while others observe: the total is the sum of what was read, so that the buckets agree.
  std::uint64_t total = 0;
  const std::size_t bounds = histogram.bounds().size();
  for (std::size_t i = 0; i <= bounds; ++i) {
    total += histogram.BucketCount(i);
    std::string with_bound = labels;
    with_bound.append(labels.empty() ? "" : ",").append("le=\"");
    AppendNumber(i < bounds ? histogram.bounds()[i] : HUGE_VAL, with_bound);
    with_bound += '"';
    AppendName(name, "_bucket", with_bound, out);
    AppendNumber(total, out);
    out += '\n';
  }
  AppendName(name, "_sum", labels, out);
  AppendNumber(histogram.sum(), out);
  out += '\n';
  AppendName(name, "_count", labels, out);
  AppendNumber(total, out);
  out += '\n';
}

std::string_view TypeName(MetricRegistry::Kind kind) {
  switch (kind) {
    case MetricRegistry::Kind::kCounter: return "counter";
    case MetricRegistry::Kind::kGauge: return "gauge";
    case MetricRegistry::Kind::kHistogram: return "histogram";
  }
  return "untyped";
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {}

void Histogram::Observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::BucketCount(std::size_t bucket) const {
  return buckets_[bucket].load(std::memory_order_relaxed);
}

std::vector<double> AdmissionDurationBounds() {
  return {50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3,
          50e-3, 0.1,    0.25,   0.5,    1,    2.5,    5,    10};
}

struct MetricRegistry::Series {
  std::string labels;
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Gauge> gauge;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct MetricRegistry::Family {
  std::string name;
  std::string help;
  Kind kind;
  std::list<Series> series;
};

MetricRegistry::MetricRegistry() = default;
MetricRegistry::~MetricRegistry() = default;

MetricRegistry::Series& MetricRegistry::Add(Kind kind, const std::string& name, std::string help,
                                            const Labels& labels) {
  auto family = std::find_if(families_.begin(), families_.end(),
                             [&](const Family& each) { return each.name >= name; });
  if (family == families_.end() || family->name != name) {
    family = families_.insert(family, Family{name, std::move(help), kind, {}});
  }
  Series& series = family->series.emplace_back();
  series.labels = LabelText(labels);
  return series;
}

Counter& MetricRegistry::AddCounter(const std::string& name, std::string help,
                                    const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = Add(Kind::kCounter, name, std::move(help), labels);
  series.counter = std::make_unique<Counter>();
  return *series.counter;
}

Gauge& MetricRegistry::AddGauge(const std::string& name, std::string help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = Add(Kind::kGauge, name, std::move(help), labels);
  series.gauge = std::make_unique<Gauge>();
  return *series.gauge;
}

Histogram& MetricRegistry::AddHistogram(const std::string& name, std::string help,
                                        std::vector<double> bounds, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = Add(Kind::kHistogram, name, std::move(help), labels);
  series.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *series.histogram;
}

void MetricRegistry::AddReading(Kind kind, const std::string& name, std::string help,
                                std::function<double()> read, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Add(kind, name, std::move(help), labels).read = std::move(read);
}

std::string MetricRegistry::Render() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  out.reserve(8U << 10U);
  for (const Family& family : families_) {
    out.append("# HELP ").append(family.name).append(" ");
    AppendEscaped(family.help, false, out);
    out.append("\n# TYPE ").append(family.name).append(" ").append(TypeName(family.kind)) += '\n';
    for (const Series& series : family.series) {
      if (series.histogram != nullptr) {
        AppendHistogram(family.name, series.labels, *series.histogram, out);
        continue;
      }
      const double reading = series.read ? series.read() : 0;
      if (std::isnan(reading)) continue;
      AppendName(family.name, "", series.labels, out);
      if (series.counter != nullptr) {
        AppendNumber(series.counter->value(), out);
      } else {
        AppendNumber(series.gauge != nullptr ? series.gauge->value() : reading, out);
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace sidecar::observe
