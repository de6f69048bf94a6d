#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/kube/protocol/backoff.h"

namespace sidecar::kube {

// Which keys are due when. Each is in it once, however often it is added. Pure: no clock.
//
// A key that fails waits longer and longer before it is due again; a key that is added meanwhile
// does not jump that wait, or what changes the key by failing would make a hot loop.
//
// Belongs to one thread.
class KeySchedule {
 public:
  using TimePoint = Clock::time_point;

  // `chance` returns numbers from [0, 1).
  KeySchedule(Backoff backoff, std::function<double()> chance);

  // Due at `due`, or earlier if it was due earlier already, but not before a failure's delay ended.
  void Add(const std::string& key, TimePoint due);
  // The key that has been due for longest, removed; nothing if none is due.
  std::optional<std::string> Take(TimePoint now);
  // When a key will be due; nothing if there is none.
  std::optional<TimePoint> NextDue() const;

  // Forgets the failures of the key.
  void Succeeded(const std::string& key);
  // Adds the key again, after its delay, which is returned.
  std::chrono::milliseconds Failed(const std::string& key, TimePoint now);

  std::size_t size() const { return due_.size(); }

 private:
  struct Trouble {
    int failures = 0;
    TimePoint not_before;
  };

  const Backoff backoff_;
  const std::function<double()> chance_;
  std::map<std::string, TimePoint> due_;
  std::set<std::pair<TimePoint, std::string>> order_;
  std::map<std::string, Trouble> troubles_;
};

// What a reconciler made of a key.
struct ReconcileOutcome {
  bool succeeded = true;                             // False: again, after a growing delay.
  std::optional<std::chrono::milliseconds> again{};  // True: again, after that time.
};

// Hands keys to one worker, one at a time. A key added while it is being worked on is worked on
// once more afterwards.
//
// Add() may be called from any thread; Run() belongs to one strand.
class WorkQueue {
 public:
  using Worker = std::function<boost::asio::awaitable<ReconcileOutcome>(std::string key)>;

  static constexpr Backoff kDefaultBackoff{std::chrono::milliseconds(200), std::chrono::minutes(1)};

  // Run() is to be awaited on `executor`, a strand.
  explicit WorkQueue(boost::asio::any_io_executor executor, Backoff backoff = kDefaultBackoff);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void Add(std::string key, std::chrono::milliseconds delay = std::chrono::milliseconds(0));

  // Until its coroutine is cancelled.
  boost::asio::awaitable<void> Run(Worker worker);

  std::size_t size() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sidecar::kube
