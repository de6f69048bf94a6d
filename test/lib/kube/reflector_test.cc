#include "lib/kube/reflector.h"

#include <future>
#include <memory>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/base/task_group.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/resources.h"
#include "test/support/fake_api_server.h"

namespace sidecar::kube {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::FakeApiServer;

Json Namespace(const std::string& name, const std::string& label) {
  Json object;
  object["metadata"]["name"] = name;
  object["metadata"]["labels"]["l"] = label;
  return object;
}

Result<std::string> LabelOf(const Json& object) {
  if (!object["metadata"]["labels"]["l"].is_string()) {
    return Error{ErrorCode::kInvalidArgument, "no label"};
  }
  return object["metadata"]["labels"]["l"].get<std::string>();
}

TEST(ObjectKeyTest, IsNamespaceAndName) {
  EXPECT_EQ(*ObjectKey(Json::parse(R"({"metadata":{"name":"a","namespace":"n"}})")), "n/a");
  EXPECT_EQ(*ObjectKey(Json::parse(R"({"metadata":{"name":"a"}})")), "a");
  for (const char* text : {"null", "{}", R"({"metadata":[]})", R"({"metadata":{"name":7}})"}) {
    EXPECT_FALSE(ObjectKey(Json::parse(text)).has_value()) << text;
  }
}

class ReflectorTest : public testing::Test {
 protected:
  ReflectorTest() {
    options_.resource = kNamespaces;
    options_.list_timeout = seconds(5);
    // So that failures are over before a test is.
    options_.machine.backoff = {milliseconds(10), milliseconds(100)};
  }
  ~ReflectorTest() override {
    server_.Unhang();
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    reflector_.reset();
    client_.reset();
    pool_.join();
  }

  void Start() {
    ClientConfig config;
    config.endpoint = {false, "127.0.0.1", server_.port(), ""};
    ApiClientOptions limits;
    limits.qps = 1000;
    limits.burst = 1000;
    auto client = ApiClient::Create(std::move(config), limits);
    ASSERT_TRUE(client.has_value()) << client.error().message;
    client_ = *std::move(client);
    std::function<Result<std::string>(const Json&)> parse = &LabelOf;
    reflector_ = std::make_unique<Reflector>(
        *client_, options_,
        MakeStoreSink<std::string>(store_, parse, [this](const std::string&) { ++changes_; }),
        log_);
    tasks_.Spawn("reflector", tasks_.NewStrand(), [this] { return reflector_->Run(); });
  }

  std::string At(const std::string& key) const {
    const auto object = store_.Get(key);
    return object == nullptr ? "" : *object;
  }
  testing::AssertionResult Becomes(const std::string& key, const std::string& value) {
    if (server_.WaitUntil([&] { return At(key) == value; })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << key << " is \"" << At(key) << "\", not " << value;
  }
  bool IsWatching() {
    return server_.WaitUntil([&] { return server_.open_watches() == 1; });
  }

  asio::thread_pool pool_{2};
  TaskGroup tasks_{pool_.get_executor()};
  FakeApiServer server_;
  Logger log_{{LogLevel::kOff, LogFormat::kText, {}}};
  ReflectorOptions options_;
  ObjectStore<std::string> store_;
  std::atomic<int> changes_ = 0;
  std::unique_ptr<ApiClient> client_;
  std::unique_ptr<Reflector> reflector_;
};

TEST_F(ReflectorTest, FollowsAListOfManyPagesAndEveryChange) {
  for (int i = 0; i < 25; ++i) {
    server_.Put(kNamespaces, Namespace("n" + std::to_string(i), "a"));
  }
  options_.machine.page_limit = 10;
  options_.metadata_only = true;
  Start();
  ASSERT_TRUE(IsWatching());
  EXPECT_TRUE(reflector_->HasSynced());
  EXPECT_EQ(store_.size(), 25U);
  EXPECT_EQ(changes_, 25);
  EXPECT_EQ(server_.requests().size(), 4U);

  server_.Put(kNamespaces, Namespace("n3", "b"));
  server_.Put(kNamespaces, Namespace("new", std::string(10'000, 'x')));
  server_.Remove(kNamespaces, "", "n4");
  EXPECT_TRUE(Becomes("n3", "b"));
  EXPECT_TRUE(Becomes("new", std::string(10'000, 'x')));
  EXPECT_TRUE(Becomes("n4", ""));
  EXPECT_EQ(reflector_->counters().lists, 1U);
  EXPECT_EQ(reflector_->counters().failures, 0U);
}

TEST_F(ReflectorTest, AWatchThatEndedOrBrokeGoesOnWithoutAList) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  Start();
  for (int i = 2; i < 6; ++i) {
    ASSERT_TRUE(IsWatching());
    server_.CutWatches();
    server_.Put(kNamespaces, Namespace("a", std::to_string(i)));
    EXPECT_TRUE(Becomes("a", std::to_string(i)));
  }
  EXPECT_EQ(reflector_->counters().lists, 1U);
}

TEST_F(ReflectorTest, AnExpiredVersionIsListedAgainAndNothingIsLost) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  server_.Put(kNamespaces, Namespace("b", "1"));
  Start();
  ASSERT_TRUE(IsWatching());
  server_.Stop();
  server_.Put(kNamespaces, Namespace("a", "2"));
  server_.Remove(kNamespaces, "", "b");
  server_.Put(kNamespaces, Namespace("c", "1"));
  server_.Compact();
  server_.Start();
  EXPECT_TRUE(Becomes("a", "2"));
  EXPECT_TRUE(Becomes("b", ""));
  EXPECT_TRUE(Becomes("c", "1"));
  EXPECT_GE(reflector_->counters().lists, 2U);
}

TEST_F(ReflectorTest, GoneAsAStatusIsListedAgainToo) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  std::atomic<int> refused = 0;
  server_.SetIntercept([&](const FakeApiServer::Request& request) {
    std::optional<FakeApiServer::Answer> answer;
    if (request.target.find("watch=true") != std::string::npos && refused++ == 0) {
      answer = {410, FakeApiServer::Answer().body};
    }
    return answer;
  });
  Start();
  ASSERT_TRUE(IsWatching());
  EXPECT_EQ(reflector_->counters().lists, 2U);
  server_.SetIntercept({});
}

TEST_F(ReflectorTest, ForbiddenIsNamedUntilItIsAllowed) {
  server_.Forbid("list", "namespaces");
  Start();
  ASSERT_TRUE(server_.WaitUntil([&] { return reflector_->LastFailure().has_value(); }));
  EXPECT_EQ(reflector_->LastFailure()->code, ErrorCode::kForbidden);
  EXPECT_THAT(reflector_->LastFailure()->message, HasSubstr("cannot list resource"));
  EXPECT_FALSE(reflector_->HasSynced());
  server_.Allow("list", "namespaces");
  EXPECT_TRUE(IsWatching());
  EXPECT_FALSE(reflector_->LastFailure().has_value());
}

TEST_F(ReflectorTest, OneBadObjectStopsNoOther) {
  Json bad = Namespace("bad", "");
  bad["metadata"]["labels"]["l"] = 7;
  server_.Put(kNamespaces, Namespace("a", "1"));
  server_.Put(kNamespaces, bad);
  Start();
  ASSERT_TRUE(IsWatching());
  EXPECT_EQ(store_.size(), 1U);
  bad["metadata"]["name"] = "a";
  server_.Put(kNamespaces, bad);
  server_.Put(kNamespaces, Namespace("z", "1"));
  EXPECT_TRUE(Becomes("z", "1"));
  EXPECT_EQ(At("a"), "1") << "the last good one stays";
  EXPECT_EQ(reflector_->counters().bad_objects, 2U);
}

TEST_F(ReflectorTest, ABadObjectInANewListLeavesTheLastGoodOne) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  Start();
  ASSERT_TRUE(IsWatching());
  server_.Stop();
  Json bad = Namespace("a", "");
  bad["metadata"]["labels"]["l"] = 7;
  server_.Put(kNamespaces, bad);
  server_.Compact();
  server_.Start();
  server_.Put(kNamespaces, Namespace("z", "1"));
  EXPECT_TRUE(Becomes("z", "1"));
  EXPECT_EQ(At("a"), "1");
}

TEST_F(ReflectorTest, AStreamWithoutSenseIsReplacedByAList) {
  Start();
  for (const char* garbage : {"<html>\n", "{\"type\":\"ADDED\"}\n"}) {
    ASSERT_TRUE(IsWatching());
    const auto lists = reflector_->counters().lists.load();
    server_.SendToWatches(garbage);
    EXPECT_TRUE(server_.WaitUntil([&] { return reflector_->counters().lists > lists; }));
  }
}

TEST_F(ReflectorTest, ASilentServerIsGivenUp) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  options_.machine.watch_timeout = seconds(1);
  options_.idle_margin = milliseconds(200);
  Start();
  ASSERT_TRUE(IsWatching());
  server_.HangWatches();
  EXPECT_TRUE(server_.WaitUntil([&] { return reflector_->counters().failures > 0; }));
  EXPECT_EQ(reflector_->LastFailure()->code, ErrorCode::kDeadlineExceeded);
  server_.Unhang();
  server_.Put(kNamespaces, Namespace("a", "2"));
  EXPECT_TRUE(Becomes("a", "2"));
}

TEST_F(ReflectorTest, AServerThatIsDownIsFoundAgainAndReadersKeepWhatTheyHad) {
  server_.Put(kNamespaces, Namespace("a", "1"));
  Start();
  ASSERT_TRUE(IsWatching());
  server_.Stop();
  EXPECT_TRUE(server_.WaitUntil([&] { return reflector_->counters().failures > 2; }));
  EXPECT_EQ(At("a"), "1");
  EXPECT_TRUE(reflector_->HasSynced());
  server_.Start();
  server_.Put(kNamespaces, Namespace("a", "2"));
  EXPECT_TRUE(Becomes("a", "2"));
}

TEST_F(ReflectorTest, AnUnfinishedListIsNeverSeen) {
  for (int i = 0; i < 4; ++i) {
    server_.Put(kNamespaces, Namespace("n" + std::to_string(i), "a"));
  }
  options_.machine.page_limit = 2;
  std::atomic<bool> fail = true;
  server_.SetIntercept([&](const FakeApiServer::Request& request) {
    std::optional<FakeApiServer::Answer> answer;
    if (fail && request.target.find("continue=") != std::string::npos) {
      answer.emplace();
      answer->cut = true;
    }
    return answer;
  });
  Start();
  EXPECT_TRUE(server_.WaitUntil([&] { return reflector_->counters().failures > 3; }));
  EXPECT_EQ(store_.size(), 0U);
  EXPECT_FALSE(reflector_->HasSynced());
  fail = false;
  ASSERT_TRUE(IsWatching());
  EXPECT_EQ(store_.size(), 4U);
  server_.SetIntercept({});
}

TEST_F(ReflectorTest, AnExpiredTokenListsInOnePiece) {
  for (int i = 0; i < 4; ++i) {
    server_.Put(kNamespaces, Namespace("n" + std::to_string(i), "a"));
  }
  options_.machine.page_limit = 2;
  std::atomic<int> pages = 0;
  server_.SetIntercept([&](const FakeApiServer::Request& request) {
    if (request.target.find("continue=") != std::string::npos && pages++ == 0) {
      server_.Put(kNamespaces, Namespace("late", "a"));
      server_.Compact();
    }
    return std::optional<FakeApiServer::Answer>();
  });
  Start();
  ASSERT_TRUE(IsWatching());
  EXPECT_EQ(store_.size(), 5U);
  EXPECT_EQ(server_.requests()[2].target, "/api/v1/namespaces");
  server_.SetIntercept({});
}

}  // namespace
}  // namespace sidecar::kube
