#include "lib/kube/leader_elector.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
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
using std::chrono::seconds;
using testing_support::FakeApiServer;

class LeaderElectorTest : public testing::Test {
 protected:
  struct Replica {
    Replica(const std::string& identity, LeaderElectorTest& test)
        : strand(test.tasks_.NewStrand()) {
      ClientConfig config;
      config.endpoint = {false, "127.0.0.1", test.server_.port(), ""};
      client = *ApiClient::Create(std::move(config), {});
      LeaderElectorOptions options{"ns", "lease", identity, {seconds(3), seconds(2), seconds(1)}};
      elector =
          std::make_unique<LeaderElector>(*client, options, test.log_, strand, [this](bool leads) {
            led_before = elector->LedBefore();
            EXPECT_EQ(leads, changes++ % 2 == 0);
          });
      test.tasks_.Spawn("elector", strand, [this] { return elector->Run(); });
    }
    Strand strand;
    std::unique_ptr<ApiClient> client;
    std::unique_ptr<LeaderElector> elector;
    std::optional<std::chrono::system_clock::time_point> led_before;  // Written before `changes`.
    std::atomic<int> changes = 0;
  };

  ~LeaderElectorTest() override {
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    replicas_.clear();
    pool_.join();
  }

  LeaderElector& NewReplica(const std::string& identity) {
    replicas_.push_back(std::make_unique<Replica>(identity, *this));
    return *replicas_.back()->elector;
  }
  bool Leads(const LeaderElector& elector) {
    return server_.WaitUntil([&] { return elector.IsLeader(); });
  }
  Json Lease() const { return server_.Get(kLeases, "ns", "lease"); }

  asio::thread_pool pool_{2};
  TaskGroup tasks_{pool_.get_executor()};
  FakeApiServer server_;
  Logger log_{{LogLevel::kOff, LogFormat::kText, {}}};
  std::vector<std::unique_ptr<Replica>> replicas_;
};

TEST_F(LeaderElectorTest, OneLeadsAndResigningHandsOverAtOnce) {
  LeaderElector& first = NewReplica("first");
  ASSERT_TRUE(Leads(first));
  EXPECT_EQ(first.Holder(), "first");
  ASSERT_TRUE(server_.WaitUntil([&] { return replicas_[0]->changes == 1; }));
  EXPECT_EQ(replicas_[0]->led_before, std::nullopt);
  LeaderElector& second = NewReplica("second");
  ASSERT_TRUE(server_.WaitUntil([&] { return second.Holder() == "first"; }));
  EXPECT_FALSE(second.IsLeader());
  first.Resign();
  EXPECT_FALSE(first.IsLeader());
  ASSERT_TRUE(Leads(second));
  ASSERT_TRUE(server_.WaitUntil([&] { return replicas_[1]->changes == 1; }));
  EXPECT_NE(replicas_[1]->led_before, std::nullopt);
  EXPECT_EQ(Lease()["spec"]["holderIdentity"], "second");
  EXPECT_EQ(Lease()["spec"]["leaseTransitions"], 1);
  EXPECT_EQ(replicas_[0]->changes, 2);
}

TEST_F(LeaderElectorTest, ALeaderThatCannotRenewStepsDownBeforeAnotherMayFollow) {
  LeaderElector& first = NewReplica("first");
  ASSERT_TRUE(Leads(first));
  server_.Stop();
  ASSERT_TRUE(server_.WaitUntil([&] { return !first.IsLeader(); }));
  EXPECT_EQ(Lease()["spec"]["holderIdentity"], "first");
  server_.Start();
  ASSERT_TRUE(Leads(first));
}

TEST_F(LeaderElectorTest, ADeadHoldersLeaseIsTakenAfterItsDuration) {
  Json lease;
  lease["metadata"] = {{"name", "lease"}, {"namespace", "ns"}};
  lease["spec"] = {{"holderIdentity", "dead"},
                   {"leaseDurationSeconds", 1},
                   {"renewTime", "2099-01-01T00:00:00.000000Z"},
                   {"leaseTransitions", 4}};
  server_.Put(kLeases, lease);
  LeaderElector& elector = NewReplica("me");
  ASSERT_TRUE(Leads(elector));
  ASSERT_TRUE(server_.WaitUntil([&] { return replicas_[0]->changes == 1; }));
  EXPECT_EQ(Lease()["spec"]["leaseTransitions"], 5);
  EXPECT_EQ(replicas_[0]->led_before, std::chrono::sys_days(std::chrono::year(2099) / 1 / 1));
}

TEST_F(LeaderElectorTest, ALeaseTakenByForceIsRespected) {
  LeaderElector& elector = NewReplica("me");
  ASSERT_TRUE(Leads(elector));
  Json lease = Lease();
  lease["spec"]["holderIdentity"] = "usurper";
  lease["spec"]["leaseDurationSeconds"] = 600;
  // A renewal may come in between.
  server_.Put(kLeases, lease);
  ASSERT_TRUE(server_.WaitUntil([&] { return !elector.IsLeader(); }));
  EXPECT_EQ(Lease()["spec"]["holderIdentity"], "usurper");
}

}  // namespace
}  // namespace sidecar::kube
