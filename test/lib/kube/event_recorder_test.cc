#include "lib/kube/event_recorder.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/base/task_group.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/resources.h"
#include "test/support/fake_api_server.h"

namespace sidecar::kube {
namespace {

namespace asio = boost::asio;
using testing_support::FakeApiServer;

class EventRecorderTest : public testing::Test {
 protected:
  EventRecorderTest() {
    ClientConfig config;
    config.endpoint = {false, "127.0.0.1", server_.port(), ""};
    client_ = *ApiClient::Create(std::move(config), {});
    const EventSource source{"sidecar-injector", "pod-1", "istio-system"};
    recorder_ = std::make_unique<EventRecorder>(*client_, source, log_, strand_);
    tasks_.Spawn("events", strand_, [this] { return recorder_->Run(); });
  }
  ~EventRecorderTest() override {
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    recorder_.reset();
    client_.reset();
    pool_.join();
  }

  std::vector<Json> Events(std::size_t count) {
    server_.WaitUntil([&] { return server_.All(kEvents).size() >= count; });
    return server_.All(kEvents);
  }

  asio::thread_pool pool_{2};
  TaskGroup tasks_{pool_.get_executor()};
  Strand strand_ = tasks_.NewStrand();
  FakeApiServer server_;
  std::atomic<int> lines_ = 0;
  Logger log_{{LogLevel::kInfo, LogFormat::kText, [this](std::string_view) { ++lines_; }}};
  std::unique_ptr<ApiClient> client_;
  std::unique_ptr<EventRecorder> recorder_;
};

const ObjectReference kConfig{"v1", "ConfigMap", "istio-system", "istio-inject", "u-1", "7"};

TEST_F(EventRecorderTest, AnEventNamesItsObjectAndSource) {
  recorder_->Record(kConfig, {true, "InvalidConfig", std::string(1023, 'x') + "\xC3\xA4"});
  const auto events = Events(1);
  ASSERT_EQ(events.size(), 1U);
  const Json& event = events[0];
  EXPECT_EQ(event["metadata"]["namespace"], "istio-system");
  EXPECT_TRUE(event["metadata"]["name"].get<std::string>().starts_with("istio-inject."));
  EXPECT_EQ(event["involvedObject"],
            Json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","namespace":"istio-system",)"
                        R"("name":"istio-inject","uid":"u-1","resourceVersion":"7"})"));
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_EQ(event["reason"], "InvalidConfig");
  EXPECT_EQ(event["message"], std::string(1023, 'x'));
  EXPECT_EQ(event["count"], 1);
  EXPECT_EQ(event["source"]["component"], "sidecar-injector");
  EXPECT_EQ(event["firstTimestamp"].get<std::string>().size(), 20U);
}

TEST_F(EventRecorderTest, TheSameAgainIsCounted) {
  for (int i = 1; i <= 3; ++i) {
    recorder_->Record(kConfig, {false, "R", "m"});
    EXPECT_TRUE(server_.WaitUntil([&] {
      const auto events = server_.All(kEvents);
      return events.size() == 1 && events[0]["count"] == i;
    })) << i;
  }
  // It expired.
  const std::string name = server_.All(kEvents)[0]["metadata"]["name"];
  server_.Remove(kEvents, "istio-system", name);
  recorder_->Record(kConfig, {false, "R", "m"});
  EXPECT_EQ(Events(1).at(0)["count"], 4);
}

TEST_F(EventRecorderTest, WhatTwoSeeHappenIsWrittenOnce) {
  const std::chrono::system_clock::time_point noon{std::chrono::seconds(1'785'585'600)};
  recorder_->Record(kConfig, {false, "R", "two pods", noon});
  ASSERT_EQ(Events(1).size(), 1U);
  // Another process of the same installation counts one more.
  EventRecorder other(*client_, {"sidecar-injector", "pod-2", "istio-system"}, log_, strand_);
  tasks_.Spawn("other events", strand_, [&] { return other.Run(); });
  other.Record(kConfig, {false, "R", "three pods", noon});
  other.Record(kConfig, {false, "R", "later", noon + std::chrono::seconds(1)});
  const auto events = Events(2);
  tasks_.Stop();
  asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
  ASSERT_EQ(events.size(), 2U);
  std::set<std::string> messages{events[0]["message"], events[1]["message"]};
  EXPECT_EQ(messages, (std::set<std::string>{"two pods", "later"}));
  EXPECT_EQ(lines_, 0);
}

TEST_F(EventRecorderTest, WhatDiffersAndHappenedAtOnceIsWritten) {
  const std::chrono::system_clock::time_point noon{std::chrono::seconds(1'785'585'600)};
  recorder_->Record(kConfig, {false, "R", "m", noon});
  recorder_->Record(kConfig, {false, "OtherReason", "m", noon});
  ASSERT_EQ(Events(2).size(), 2U);
  EventRecorder other(*client_, {"sidecar-injector", "pod-1", "other-system"}, log_, strand_);
  tasks_.Spawn("other events", strand_, [&] { return other.Run(); });
  other.Record(kConfig, {false, "R", "m", noon});
  EXPECT_EQ(Events(3).size(), 3U);
  tasks_.Stop();
  asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
}

TEST_F(EventRecorderTest, AnObjectWithoutNamespaceHasItsEventsInDefault) {
  recorder_->Record({"v1", "Namespace", "", "prod"}, {false, "R", "m"});
  const auto events = Events(1);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["metadata"]["namespace"], "default");
  EXPECT_FALSE(events[0]["involvedObject"].contains("namespace"));
}

TEST_F(EventRecorderTest, FailuresAreLoggedOnceAndNobodyWaits) {
  server_.Forbid("create", "events");
  for (int i = 0; i < 3; ++i) {
    recorder_->Record(kConfig, {false, "R", std::to_string(i)});
  }
  EXPECT_TRUE(server_.WaitUntil([&] { return server_.requests().size() >= 2; }));
  EXPECT_EQ(lines_, 1);
  server_.Allow("create", "events");
  EXPECT_FALSE(Events(1).empty());
}

}  // namespace
}  // namespace sidecar::kube
