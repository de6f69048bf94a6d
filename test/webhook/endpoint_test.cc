#include "webhook/endpoint.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "lib/observe/metrics.h"
#include "test/webhook/inject_request.h"

namespace sidecar::webhook {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class EndpointTest : public testing::Test {
 protected:
  // By one endpoint, made when it is first needed.
  HttpResponse Post(std::string body) {
    if (!handler_) {
      handler_ = MakeInjectionEndpoint({}, injection_, metrics_, log_, {&refused_, decisions_});
    }
    const HttpRequest request = InjectRequest(std::move(body));
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, handler_(request), boost::asio::use_future);
    context.run();
    return answer.get();
  }

  void Publish(std::string config, std::uint64_t generation) {
    injection_.Publish(*MakeInjectionSnapshot({.config = std::move(config), .mesh = ""},
                                              inject::Compat::k0_5_0, generation));
  }

  static LogOptions Sink(std::vector<std::string>& lines) {
    LogOptions options;
    options.format = LogFormat::kJson;
    options.sink = [&lines](std::string_view line) { lines.emplace_back(line); };
    return options;
  }

  observe::MetricRegistry registry_;
  AdmissionMetrics metrics_{registry_};
  std::vector<std::string> lines_;
  Logger log_{Sink(lines_)};
  Published<InjectionSnapshot> injection_;
  DecisionLog* decisions_ = nullptr;
  RefusedWorkloads refused_;
  HttpHandler handler_;
};

TEST_F(EndpointTest, CountsAndLogsAnAdmission) {
  Publish("policy: enabled\ntemplate: '{}'\n", 1);
  const HttpResponse response =
      Post(R"({"request":{"uid":"u","namespace":"ns","operation":"CREATE","object":
              {"metadata":{"generateName":"web-"},"spec":{"containers":[{"name":"top-secret"}]}}}})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(registry_.Render(), HasSubstr("{reason=\"Injected\"} 1\n"));
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0],
              testing::AllOf(HasSubstr(R"("level":"info")"), HasSubstr(R"("uid":"u")"),
                             HasSubstr(R"("namespace":"ns")"), HasSubstr(R"("name":"web-")"),
                             HasSubstr(R"("reason":"Injected")"), Not(HasSubstr("top-secret"))));
}

TEST_F(EndpointTest, WhatIsWrongInAPodIsNotLogged) {
  EXPECT_EQ(Post(R"({"request":{"operation":"CREATE","object":{"spec":
                     {"hostNetwork":"top-secret"}}}})")
                .status,
            200);
  EXPECT_THAT(lines_,
              ElementsAre(testing::AllOf(HasSubstr(R"("level":"warn)"), HasSubstr("InvalidPod"),
                                         Not(HasSubstr("top-secret")))));
}

TEST_F(EndpointTest, DecisionsAreRememberedWithoutThePod) {
  DecisionLog log;
  decisions_ = &log;
  Post(R"({"request":{"namespace":"ns","operation":"CREATE","dryRun":true,"object":{"metadata":
          {"generateName":"web-","ownerReferences":[{"kind":"ReplicaSet","name":"web"}],
           "annotations":{"sidecar.istio.io/inject":"false"}},
          "spec":{"containers":[{"name":"top-secret"}]}}}})");
  Post("{");  // No review, no decision.
  ASSERT_EQ(log.total(), 1U);
  const Decision decision = log.Latest().front();
  EXPECT_EQ(decision.namespace_name, "ns");
  EXPECT_EQ(decision.pod, "web-");
  EXPECT_EQ(decision.owner, "ReplicaSet/web");
  EXPECT_EQ(decision.reason, inject::Reason::kAnnotationOptOut);
  EXPECT_TRUE(decision.dry_run);
  EXPECT_TRUE(decision.allowed);
}

TEST_F(EndpointTest, ARequestThatIsNoReviewIsLoggedButNotCounted) {
  EXPECT_EQ(Post("{").status, 400);
  EXPECT_THAT(registry_.Render(),
              HasSubstr("sidecar_injector_admission_duration_seconds_count 0\n"));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("unexpected end of JSON input")));
}

TEST_F(EndpointTest, ThePodsOfABurstAreToldOfOneByOne) {
  Publish("policy: enabled\ntemplate: '{}'\n", 1);
  DecisionLog log;
  decisions_ = &log;
  for (const std::string uid : {"uid-1", "uid-2", "uid-3", "uid-4"}) {
    const HttpResponse response =
        Post(R"({"request":{"uid":")" + uid +
             R"(","namespace":"ns","operation":"CREATE","object":{"metadata":{"generateName":"web-",
           "ownerReferences":[{"kind":"ReplicaSet","name":"web"}]},"spec":{"containers":[]}}}})");
    EXPECT_THAT(response.body, HasSubstr(R"({"uid":")" + uid + '"'));
    ASSERT_FALSE(lines_.empty());
    EXPECT_THAT(lines_.back(),
                testing::AllOf(HasSubstr(R"("uid":")" + uid + '"'), HasSubstr(R"("name":"web-")"),
                               HasSubstr(R"("owner":"ReplicaSet/web")")));
  }
  EXPECT_EQ(lines_.size(), 4U);
  EXPECT_THAT(registry_.Render(), HasSubstr("{reason=\"Injected\"} 4\n"));
  EXPECT_EQ(log.total(), 4U);
  EXPECT_EQ(log.Latest().front().owner, "ReplicaSet/web");
}

TEST_F(EndpointTest, ANewConfigurationAnswersFromThenOn) {
  const std::string review =
      R"({"request":{"uid":"uid-1","operation":"CREATE","object":{"spec":{"containers":[]}}}})";
  for (const int generation : {1, 2}) {
    Publish("policy: enabled\ntemplate: '{}'\n", static_cast<std::uint64_t>(generation));
    for (int i = 0; i < 4; ++i) {
      EXPECT_THAT(Post(review).body,
                  HasSubstr(R"("config-generation":")" + std::to_string(generation) + '"'));
    }
  }
}

TEST_F(EndpointTest, AnswersWhatApiServersSentTheSameEachTime) {
  Publish("policy: enabled\ntemplate: 'containers: [{name: p}]'\n", 1);
  std::size_t reviews = 0;
  for (const auto& file : std::filesystem::directory_iterator(SIDECAR_TESTDATA)) {
    SCOPED_TRACE(file.path());
    std::ifstream in(file.path());
    std::string body = nlohmann::json::parse(in).at("body");
    const std::string old_uid = nlohmann::json::parse(body).at("request").at("uid");
    const std::size_t at = body.find(old_uid);
    ASSERT_NE(at, std::string::npos);
    ++reviews;
    for (const char digit : {'1', '2', '3', '4'}) {
      body[at] = digit;
      const HttpResponse expected =
          AnswerAdmission(InjectRequest(body), injection_.Get().get(), {}).response;
      const HttpResponse response = Post(body);
      EXPECT_EQ(response.status, expected.status);
      EXPECT_EQ(response.body, expected.body);
      EXPECT_THAT(response.body, HasSubstr(body.substr(at, old_uid.size())));
    }
  }
  EXPECT_GT(reviews, 0U);
}

}  // namespace
}  // namespace sidecar::webhook
