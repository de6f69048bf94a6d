#include "webhook/endpoint.h"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include "lib/observe/metrics.h"

namespace sidecar::webhook {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class EndpointTest : public testing::Test {
 protected:
  HttpResponse Post(std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/inject";
    request.content_type = "application/json";
    request.body = std::move(body);
    const HttpHandler handler =
        MakeInjectionEndpoint({}, injection_, metrics_, log_, {nullptr, decisions_});
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, handler(request), boost::asio::use_future);
    context.run();
    return answer.get();
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
};

TEST_F(EndpointTest, CountsAndLogsAnAdmission) {
  injection_.Publish(*MakeInjectionSnapshot(
      {.config = "policy: enabled\ntemplate: '{}'\n", .mesh = ""}, inject::Compat::k0_5_0, 1));
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

}  // namespace
}  // namespace sidecar::webhook
