#include "webhook/decision_log.h"

#include <thread>

#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

Decision Of(int number) {
  Decision decision;
  decision.pod = std::to_string(number);
  return decision;
}

TEST(DecisionLogTest, TheLatestComeFirstAndTheOldestGo) {
  DecisionLog log;
  EXPECT_TRUE(log.Latest().empty());
  for (int i = 1; i <= 3; ++i) log.Add(Of(i));
  ASSERT_EQ(log.Latest().size(), 3U);
  EXPECT_EQ(log.Latest().front().pod, "3");
  EXPECT_EQ(log.Latest().back().pod, "1");
  for (int i = 4; i <= 250; ++i) log.Add(Of(i));
  ASSERT_EQ(log.Latest().size(), 200U);
  EXPECT_EQ(log.Latest().front().pod, "250");
  EXPECT_EQ(log.Latest()[199].pod, "51");
  EXPECT_EQ(log.total(), 250U);
}

TEST(DecisionLogTest, NamesThatAreTooLongAreCut) {
  DecisionLog log;
  Decision decision;
  decision.namespace_name = decision.pod = decision.owner = std::string(1 << 20, 'x');
  log.Add(decision);
  const Decision kept = log.Latest().front();
  EXPECT_EQ(kept.namespace_name, std::string(253, 'x'));
  EXPECT_EQ(kept.pod, std::string(253, 'x'));
  EXPECT_EQ(kept.owner, std::string(253, 'x'));
}

TEST(DecisionLogTest, ThreadsMayAddWhileOthersRead) {
  DecisionLog log;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 500; ++i) log.Add(Of(i));
    });
  }
  for (int i = 0; i < 100; ++i) EXPECT_LE(log.Latest().size(), DecisionLog::kKept);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.total(), 2000U);
}

}  // namespace
}  // namespace sidecar::webhook
