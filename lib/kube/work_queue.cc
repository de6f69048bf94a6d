#include "lib/kube/work_queue.h"

#include <algorithm>
#include <random>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sidecar::kube {

namespace asio = boost::asio;
using std::chrono::milliseconds;

KeySchedule::KeySchedule(Backoff backoff, std::function<double()> chance)
    : backoff_(backoff), chance_(std::move(chance)) {}

void KeySchedule::Add(const std::string& key, TimePoint due) {
  const auto trouble = troubles_.find(key);
  if (trouble != troubles_.end()) due = std::max(due, trouble->second.not_before);
  const auto [place, is_new] = due_.try_emplace(key, due);
  if (!is_new) {
    if (place->second <= due) return;
    order_.erase({place->second, key});
    place->second = due;
  }
  order_.emplace(due, key);
}

std::optional<std::string> KeySchedule::Take(TimePoint now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  std::string key = order_.begin()->second;
  order_.erase(order_.begin());
  due_.erase(key);
  return key;
}

std::optional<KeySchedule::TimePoint> KeySchedule::NextDue() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

void KeySchedule::Succeeded(const std::string& key) {
  troubles_.erase(key);
}

milliseconds KeySchedule::Failed(const std::string& key, TimePoint now) {
  Trouble& trouble = troubles_[key];
  const milliseconds delay = backoff_.Delay(++trouble.failures, chance_());
  trouble.not_before = now + delay;
  // It may have been added while it was worked on.
  if (const auto place = due_.find(key); place != due_.end()) {
    order_.erase({place->second, key});
    due_.erase(place);
  }
  Add(key, trouble.not_before);
  return delay;
}

struct WorkQueue::Impl {
  Impl(asio::any_io_executor e, Backoff backoff)
      : executor(std::move(e)),
        wake(executor, Clock::time_point::max()),
        schedule(backoff, [random = std::mt19937(std::random_device()())]() mutable {
          return std::uniform_real_distribution<double>(0, 1)(random);
        }) {}

  std::optional<std::string> Take() {
    const std::lock_guard lock(mutex);
    return schedule.Take(Clock::now());
  }
  // Sets the timer under the lock, so that an Add() that came in between is not slept through.
  void SetTimer() {
    const std::lock_guard lock(mutex);
    wake.expires_at(schedule.NextDue().value_or(Clock::time_point::max()));
  }
  void Finish(const std::string& key, const ReconcileOutcome& outcome) {
    const std::lock_guard lock(mutex);
    const auto now = Clock::now();
    if (!outcome.succeeded) {
      schedule.Failed(key, now);
      return;
    }
    schedule.Succeeded(key);
    if (outcome.again.has_value()) schedule.Add(key, now + *outcome.again);
  }

  const asio::any_io_executor executor;
  asio::steady_timer wake;  // Belongs to the strand.
  mutable std::mutex mutex;
  KeySchedule schedule;  // Guarded by mutex.
};

WorkQueue::WorkQueue(asio::any_io_executor executor, Backoff backoff)
    : impl_(std::make_shared<Impl>(std::move(executor), backoff)) {}

WorkQueue::~WorkQueue() = default;

void WorkQueue::Add(std::string key, milliseconds delay) {
  {
    const std::lock_guard lock(impl_->mutex);
    const auto before = impl_->schedule.NextDue();
    impl_->schedule.Add(key, Clock::now() + delay);
    if (before.has_value() && impl_->schedule.NextDue() == before) return;
  }
  // Whoever sleeps until a later time looks again.
  asio::post(impl_->executor, [impl = impl_] { impl->wake.expires_at(Clock::time_point::min()); });
}

asio::awaitable<void> WorkQueue::Run(Worker worker) {
  const auto impl = impl_;
  while (true) {
    impl->SetTimer();
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await impl->wake.async_wait(token);
    // A cancelled coroutine must not go on working: the next await throws, but a key would be lost.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    while (auto key = impl->Take()) {
      auto work = worker(*key);
      const ReconcileOutcome outcome = co_await std::move(work);
      impl->Finish(*key, outcome);
    }
  }
}

std::size_t WorkQueue::size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->schedule.size();
}

}  // namespace sidecar::kube
