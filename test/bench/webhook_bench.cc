// What one admission costs inside the process, review bytes in to response bytes out, against what
// nlohmann::json and simdjson take to parse the same bytes. All are measured in turns, and the
// least time of each counts: the machine may be busy with other things.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "lib/inject/builtin_template.h"
#include "lib/yaml/json.h"
#include "test/bench/reviews.h"
#include "webhook/handler.h"

namespace sidecar::bench {
namespace {

using Snapshot = std::shared_ptr<const webhook::InjectionSnapshot>;

constexpr int kRounds = 40;
constexpr double kRoundSeconds = 0.004;

Snapshot ReleaseSnapshot() {
  inject::Params params;
  params.init_image = inject::InitImageName("docker.io/istio", "0.5.0");
  params.proxy_image =
      inject::ProxyImageName("docker.io/istio", "0.5.0", false, inject::Compat::k0_5_0);
  params.enable_core_dump = false;
  const nlohmann::json config = {
      {"policy", "enabled"}, {"template", inject::BuiltinTemplate(params, inject::Compat::k0_5_0)}};
  auto snapshot = webhook::MakeInjectionSnapshot({.config = config.dump(), .mesh = ""},
                                                 inject::Compat::k0_5_0, 1);
  if (!snapshot.has_value()) std::abort();
  return *std::move(snapshot);
}

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Contender {
  const char* name;
  std::function<void()> run;
  double seconds = std::numeric_limits<double>::max();  // Of the best round.
};

void Race(std::vector<Contender>& contenders) {
  for (int round = 0; round < kRounds; ++round) {
    for (Contender& contender : contenders) {
      contender.run();
      int runs = 0;
      const double start = CpuSeconds();
      double spent = 0;
      do {
        contender.run();
        ++runs;
        spent = CpuSeconds() - start;
      } while (spent < kRoundSeconds);
      contender.seconds = std::min(contender.seconds, spent / runs);
    }
  }
}

struct Times {
  double nlohmann, simdjson, tree, memo, no_memo;
};

class Measurement {
 public:
  explicit Measurement(const std::string& review) : parsed_(review), serial_(FindSerial(review)) {
    request_.method = "POST";
    request_.target = "/inject?timeout=30s";
    request_.content_type = "application/json";
    request_.body = review;
  }

  Times Run() {
    std::vector<Contender> contenders = {
        {"nlohmann", [&] { Check(nlohmann::json::parse(parsed_).is_object()); }},
        {"simdjson", [&] { Check(simdjson_.parse(parsed_).error() == simdjson::SUCCESS); }},
        {"tree",
         [&] {
           Arena arena;
           Check(yaml::ParseJson(parsed_, arena).has_value());
         }},
        {"memo", [&] { Answer(); }},
        {"no memo", [&] {
           SetSerial(request_.body, serial_, ++number_);
           Answer();
         }}};
    Race(contenders);
    return {contenders[0].seconds, contenders[1].seconds, contenders[2].seconds,
            contenders[3].seconds, contenders[4].seconds};
  }

 private:
  static void Check(bool fine) {
    if (!fine) std::abort();
  }

  void Answer() {
    request_.received = std::chrono::steady_clock::now();
    const auto answer = webhook::AnswerAdmission(request_, snapshot_.get(), {});
    Check(answer.outcome.reason == inject::Reason::kInjected);
  }

  const Snapshot snapshot_ = ReleaseSnapshot();
  const std::string parsed_;
  const std::size_t serial_;
  std::uint64_t number_ = 0;
  simdjson::dom::parser simdjson_;
  HttpRequest request_;
};

void Judge(const char* what, double ratio, double goal) {
  std::printf("%-56s %6.3f  goal %.2f  %s\n", what, ratio, goal, ratio <= goal ? "met" : "MISSED");
}

void Main(const std::string& only) {
  constexpr double kMicro = 1e6;
  std::printf("%-8s %9s %12s %12s %12s %12s %12s\n", "review", "bytes", "nlohmann", "simdjson",
              "our tree", "memo", "no memo");
  std::vector<Times> all;
  for (const ReviewSize& size : ReviewSizes()) {
    if (!only.empty() && only != size.name) continue;
    const std::string review = MakeReview(size.bytes);
    const Times t = Measurement(review).Run();
    std::printf("%-8s %9zu %9.2f us %9.2f us %9.2f us %9.2f us %9.2f us\n", size.name.c_str(),
                review.size(), t.nlohmann * kMicro, t.simdjson * kMicro, t.tree * kMicro,
                t.memo * kMicro, t.no_memo * kMicro);
    std::printf("%-8s %9s %12.3f %12.3f %12.3f %12.3f %12.3f\n", "", "ratio", 1.0,
                t.simdjson / t.nlohmann, t.tree / t.nlohmann, t.memo / t.nlohmann,
                t.no_memo / t.nlohmann);
    all.push_back(t);
  }
  if (all.size() != 4) return;
  Judge("3.8 KB, rendering remembered, / nlohmann", all[1].memo / all[1].nlohmann, 0.3);
  Judge("3.8 KB, rendering new, / nlohmann", all[1].no_memo / all[1].nlohmann, 1.3);
  Judge("200 KB / nlohmann", all[2].memo / all[2].nlohmann, 0.15);
  Judge("growth 3.8 KB to 1.5 MB / growth of simdjson's time",
        (all[3].memo / all[1].memo) / (all[3].simdjson / all[1].simdjson), 1.2);
}

}  // namespace
}  // namespace sidecar::bench

// An argument that names a size ("3.8 KB") leaves out the others; those that begin with a dash are
// Google Benchmark's and mean nothing here.
int main(int argc, char** argv) {
  const std::string only = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
  sidecar::bench::Main(only);
}
