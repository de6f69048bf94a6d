#include "lib/kube/token_bucket.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Clock::time_point kStart{std::chrono::hours(100)};
constexpr Clock::time_point kNever = Clock::time_point::max();

TEST(TokenBucketTest, ABurstGoesAtOnceAndTheRestAtTheRate) {
  TokenBucket bucket(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(kStart, kNever), kStart);
  EXPECT_EQ(bucket.Take(kStart, kNever), kStart + milliseconds(100));
  EXPECT_EQ(bucket.Take(kStart, kNever), kStart + milliseconds(200));
}

TEST(TokenBucketTest, TimeRefillsItUpToTheBurst) {
  TokenBucket bucket(10, 2);
  for (int i = 0; i < 2; ++i) (void)bucket.Take(kStart, kNever);
  const auto later = kStart + seconds(60);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(bucket.Take(later, kNever), later);
  EXPECT_EQ(bucket.Take(later, kNever), later + milliseconds(100));
}

TEST(TokenBucketTest, ATurnThatWouldComeTooLateIsNotTaken) {
  TokenBucket bucket(10, 1);
  (void)bucket.Take(kStart, kNever);
  EXPECT_GT(bucket.Take(kStart, kStart + milliseconds(50)), kStart + milliseconds(50));
  EXPECT_EQ(bucket.Take(kStart, kNever), kStart + milliseconds(100));
}

TEST(TokenBucketTest, AClockThatGoesBackGivesNothing) {
  TokenBucket bucket(10, 1);
  (void)bucket.Take(kStart, kNever);
  EXPECT_EQ(bucket.Take(kStart - seconds(5), kNever), kStart - seconds(5) + milliseconds(100));
}

TEST(TokenBucketTest, ARateOfZeroIsNoLimit) {
  TokenBucket bucket(0, 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(bucket.Take(kStart, kNever), kStart);
}

}  // namespace
}  // namespace sidecar::kube
