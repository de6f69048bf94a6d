#include "lib/kube/protocol/lease.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/json_fields.h"

namespace sidecar::kube {

using nlohmann::json;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

// A record that claims to last for longer is not believed.
constexpr seconds kLongestLease{3'600};
constexpr double kJitterFactor = 1.2;  // leaderelection.JitterFactor

}  // namespace

Result<void> CheckTimes(const LeaderElectionTimes& times) {
  const auto wrong = [](const char* what) { return Error{ErrorCode::kInvalidArgument, what}; };
  if (times.lease <= times.renew) {
    return wrong("the lease duration must be longer than the renew deadline");
  }
  if (static_cast<double>(times.renew.count()) <=
      kJitterFactor * static_cast<double>(times.retry.count())) {
    return wrong("the renew deadline must be longer than 1.2 times the retry period");
  }
  if (times.retry <= seconds(0)) return wrong("the retry period must be longer than 0 s");
  return {};
}

LeaseRecord ReadLease(const json& lease) {
  LeaseRecord record;
  if (!lease.is_object()) return record;
  const auto spec = lease.find("spec");
  if (spec == lease.end() || !spec->is_object()) return record;
  record.holder = TextOf(*spec, "holderIdentity");
  record.duration_seconds = NumberOf(*spec, "leaseDurationSeconds");
  record.acquire_time = TextOf(*spec, "acquireTime");
  record.renew_time = TextOf(*spec, "renewTime");
  record.transitions = NumberOf(*spec, "leaseTransitions");
  return record;
}

std::string MicroTime(system_clock::time_point time) {
  const auto micros =
      std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count();
  constexpr std::int64_t kMillion = 1'000'000;
  const std::int64_t fraction = ((micros % kMillion) + kMillion) % kMillion;
  const std::time_t whole = (micros - fraction) / kMillion;
  std::tm utc{};
  gmtime_r(&whole, &utc);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 16> tail{};
  std::snprintf(tail.data(), tail.size(), ".%06dZ", static_cast<int>(fraction));
  return std::string(text.data(), size) + tail.data();
}

void LeaseView::Saw(std::optional<LeaseRecord> record, TimePoint now) {
  if (record.has_value() && record == record_) return;
  record_ = std::move(record);
  changed_ = now;
}

bool LeaseView::MayTake(std::string_view identity, seconds fallback, TimePoint now) const {
  if (!record_.has_value() || record_->holder.empty() || record_->holder == identity) return true;
  const seconds claimed{record_->duration_seconds};
  const bool sane = claimed > seconds(0) && claimed <= kLongestLease;
  return now >= changed_ + (sane ? claimed : fallback);
}

LeaseRecord TakenLease(const std::optional<LeaseRecord>& before, std::string_view identity,
                       seconds duration, system_clock::time_point now) {
  LeaseRecord record;
  record.holder = identity;
  record.duration_seconds = duration.count();
  record.renew_time = MicroTime(now);
  record.acquire_time = record.renew_time;
  if (!before.has_value()) return record;
  record.transitions = before->transitions;
  if (before->holder != identity) {
    ++record.transitions;
  } else if (!before->acquire_time.empty()) {
    record.acquire_time = before->acquire_time;
  }
  return record;
}

LeaseRecord ReleasedLease(const LeaseRecord& before, system_clock::time_point now) {
  LeaseRecord record;
  record.duration_seconds = 1;  // The server wants more than 0.
  record.acquire_time = MicroTime(now);
  record.renew_time = record.acquire_time;
  record.transitions = before.transitions;
  return record;
}

void WriteLease(const LeaseRecord& record, json& lease) {
  if (!lease.is_object()) lease = json::object();
  lease["apiVersion"] = "coordination.k8s.io/v1";
  lease["kind"] = "Lease";
  json& spec = lease["spec"];
  if (!spec.is_object()) spec = json::object();
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.duration_seconds;
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  spec["leaseTransitions"] = record.transitions;
}

}  // namespace sidecar::kube
