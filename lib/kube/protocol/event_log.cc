#include "lib/kube/protocol/event_log.h"

#include <algorithm>
#include <utility>

namespace sidecar::kube {

namespace {

// record.defaultSpamBurst and defaultSpamQPS.
constexpr double kBurst = 25;
constexpr double kTokensASecond = 1.0 / 300;

std::string KeyOf(const ObjectReference& object) {
  std::string key = object.api_version;
  for (const std::string* part : {&object.kind, &object.ns, &object.name, &object.uid}) {
    key.append(1, '\0').append(*part);
  }
  return key;
}

std::string KeyOf(const ObjectReference& object, const EventText& text) {
  std::string key = KeyOf(object);
  key.append(1, '\0').append(text.warning ? "w" : "n");
  key.append(1, '\0').append(text.reason);
  return key.append(1, '\0').append(text.message);
}

}  // namespace

bool EventLog::TakeToken(const std::string& object, Clock::time_point now) {
  auto place = buckets_.find(object);
  if (place == buckets_.end()) {
    if (buckets_.size() >= kMostRemembered) {
      buckets_.erase(bucket_ages_.front());
      bucket_ages_.pop_front();
    }
    const auto age = bucket_ages_.insert(bucket_ages_.end(), object);
    place = buckets_.emplace(object, Bucket{kBurst, now, age}).first;
  }
  Bucket& bucket = place->second;
  bucket_ages_.splice(bucket_ages_.end(), bucket_ages_, bucket.age);
  const std::chrono::duration<double> passed = now - bucket.updated;
  bucket.tokens = std::min(kBurst, bucket.tokens + passed.count() * kTokensASecond);
  bucket.updated = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool EventLog::Add(const ObjectReference& object, const EventText& text, Clock::time_point now,
                   std::chrono::system_clock::time_point wall) {
  if (!TakeToken(KeyOf(object), now)) return false;
  std::string key = KeyOf(object, text);
  if (const auto waiting = pending_.find(key); waiting != pending_.end()) {
    ++waiting->second.count;
    waiting->second.last = wall;
    return true;
  }
  if (pending_.size() >= kMostPending) return false;
  Pending event{object, text, wall, wall, 1, {}, 0};
  if (const auto before = known_.find(key); before != known_.end()) {
    event.name = before->second.name;
    event.first = before->second.first;
    event.count = before->second.count + 1;
  }
  order_.push_back(key);
  pending_.emplace(std::move(key), std::move(event));
  return true;
}

std::optional<EventLog::Pending> EventLog::Take() {
  if (order_.empty()) return std::nullopt;
  auto node = pending_.extract(order_.front());
  order_.pop_front();
  return std::move(node.mapped());
}

void EventLog::Written(const Pending& event, const std::string& name) {
  const std::string key = KeyOf(event.object, event.text);
  auto place = known_.find(key);
  if (place == known_.end()) {
    if (known_.size() >= kMostRemembered) {
      known_.erase(known_ages_.front());
      known_ages_.pop_front();
    }
    const auto age = known_ages_.insert(known_ages_.end(), key);
    place = known_.emplace(key, Known{{}, 0, {}, age}).first;
  }
  Known& known = place->second;
  // One that came while this was being written counts on from it.
  if (const auto waiting = pending_.find(key); waiting != pending_.end()) {
    Pending& next = waiting->second;
    next.count += event.count - known.count;
    next.name = name;
    next.first = event.first;
  }
  known_ages_.splice(known_ages_.end(), known_ages_, known.age);
  known.name = name;
  known.count = event.count;
  known.first = event.first;
}

void EventLog::TryAgain(Pending event) {
  std::string key = KeyOf(event.object, event.text);
  if (const auto waiting = pending_.find(key); waiting != pending_.end()) {
    const auto known = known_.find(key);
    waiting->second.count += event.count - (known == known_.end() ? 0 : known->second.count);
    waiting->second.first = event.first;
    waiting->second.attempts = event.attempts;
    return;
  }
  if (pending_.size() >= kMostPending) return;
  order_.push_front(key);
  pending_.emplace(std::move(key), std::move(event));
}

}  // namespace sidecar::kube
