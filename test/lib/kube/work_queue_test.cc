#include "lib/kube/work_queue.h"

#include <future>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/task_group.h"

namespace sidecar::kube {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr Backoff kBackoff{milliseconds(100), seconds(1)};
const Clock::time_point kNow{std::chrono::hours(1)};

KeySchedule NewSchedule() {
  return {kBackoff, [] { return 0.0; }};
}

std::vector<std::string> TakeAll(KeySchedule& schedule, Clock::time_point now) {
  std::vector<std::string> keys;
  while (auto key = schedule.Take(now)) keys.push_back(*key);
  return keys;
}

TEST(KeyScheduleTest, AKeyAddedOftenIsTakenOnceWhenItIsFirstDue) {
  KeySchedule schedule = NewSchedule();
  schedule.Add("b", kNow + seconds(5));
  schedule.Add("a", kNow);
  schedule.Add("b", kNow - seconds(1));
  schedule.Add("a", kNow + seconds(9));
  schedule.Add("later", kNow + seconds(2));
  EXPECT_EQ(schedule.NextDue(), kNow - seconds(1));
  EXPECT_THAT(TakeAll(schedule, kNow), ElementsAre("b", "a"));
  EXPECT_EQ(schedule.NextDue(), kNow + seconds(2));
  EXPECT_EQ(schedule.size(), 1U);
}

TEST(KeyScheduleTest, FailuresWaitLongerAndLongerAndAreForgottenBySuccess) {
  KeySchedule schedule = NewSchedule();
  auto now = kNow;
  for (const int expected : {100, 200, 400, 800, 1000, 1000}) {
    EXPECT_EQ(schedule.Failed("a", now), milliseconds(expected));
    EXPECT_EQ(schedule.Take(now + milliseconds(expected - 1)), std::nullopt);
    now += milliseconds(expected);
    EXPECT_EQ(schedule.Take(now), "a");
  }
  schedule.Succeeded("a");
  EXPECT_EQ(schedule.Failed("a", now), milliseconds(100));
}

TEST(KeyScheduleTest, AChangeDoesNotJumpTheDelayOfAFailure) {
  KeySchedule schedule = NewSchedule();
  schedule.Failed("a", kNow);
  schedule.Add("a", kNow);
  EXPECT_EQ(schedule.Take(kNow + milliseconds(99)), std::nullopt);
  // Not either when it was added while it was worked on.
  EXPECT_EQ(schedule.Take(kNow + milliseconds(100)), "a");
  schedule.Add("a", kNow + milliseconds(100));
  schedule.Failed("a", kNow + milliseconds(100));
  EXPECT_EQ(schedule.Take(kNow + milliseconds(299)), std::nullopt);
  EXPECT_EQ(schedule.Take(kNow + milliseconds(300)), "a");
  EXPECT_EQ(schedule.size(), 0U);
}

TEST(KeyScheduleTest, ChanceShortensDelaysByHalfAtMost) {
  KeySchedule schedule(kBackoff, [] { return 0.999; });
  EXPECT_EQ(schedule.Failed("a", kNow), milliseconds(51));
}

// Runs a queue whose worker ends the test when it has seen enough.
class WorkQueueTest : public testing::Test {
 protected:
  ~WorkQueueTest() override {
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    pool_.join();
  }

  void Run(WorkQueue::Worker worker) {
    tasks_.Spawn("queue", strand_, [this, worker] { return queue_.Run(worker); });
  }

  asio::thread_pool pool_{2};
  TaskGroup tasks_{pool_.get_executor()};
  Strand strand_ = tasks_.NewStrand();
  WorkQueue queue_{strand_, {milliseconds(1), milliseconds(5)}};
};

TEST_F(WorkQueueTest, KeysFromManyThreadsAreWorkedOnOneAtATime) {
  std::promise<void> done;
  std::set<std::string> seen;
  int inside = 0;
  Run([&](std::string key) -> asio::awaitable<ReconcileOutcome> {
    EXPECT_EQ(++inside, 1);
    seen.insert(std::move(key));
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    --inside;
    if (seen.size() == 80) done.set_value();
    co_return ReconcileOutcome();
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) queue_.Add(std::to_string(t) + '-' + std::to_string(i));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done.get_future().wait_for(seconds(20)), std::future_status::ready);
}

TEST_F(WorkQueueTest, AFailedKeyComesBackUntilItSucceeds) {
  std::promise<void> done;
  int calls = 0;
  Run([&](std::string) -> asio::awaitable<ReconcileOutcome> {
    ReconcileOutcome outcome;
    outcome.succeeded = ++calls == 5;
    if (calls == 5) done.set_value();
    co_return outcome;
  });
  queue_.Add("a");
  EXPECT_EQ(done.get_future().wait_for(seconds(20)), std::future_status::ready);
}

TEST_F(WorkQueueTest, AnEarlierKeyWakesTheSleeper) {
  std::promise<std::string> first;
  Run([&](std::string key) -> asio::awaitable<ReconcileOutcome> {
    first.set_value(std::move(key));
    co_return ReconcileOutcome();
  });
  queue_.Add("later", std::chrono::hours(1));
  queue_.Add("now");
  EXPECT_EQ(first.get_future().get(), "now");
  EXPECT_EQ(queue_.size(), 1U);
}

TEST_F(WorkQueueTest, ASuccessMayAskToComeBack) {
  std::promise<void> done;
  int calls = 0;
  Run([&](std::string) -> asio::awaitable<ReconcileOutcome> {
    ReconcileOutcome outcome;
    if (++calls < 3) outcome.again = milliseconds(1);
    if (calls == 3) done.set_value();
    co_return outcome;
  });
  queue_.Add("a");
  EXPECT_EQ(done.get_future().wait_for(seconds(20)), std::future_status::ready);
}

}  // namespace
}  // namespace sidecar::kube
