#include "controller/preflight.h"

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/task_group.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using testing::HasSubstr;
using testing::Not;

class PreflightTest : public ApiServerTest {
 protected:
  ~PreflightTest() override {
    tasks_.Stop();
    boost::asio::co_spawn(pool_, tasks_.Join(), boost::asio::use_future).get();
    pool_.join();
    // The client's idle connections belong to the pool, which ends before the base class does.
    preflight_.reset();
    client_.reset();
  }

  void Start() {
    preflight_ = std::make_unique<Preflight>(
        std::vector<Permission>{
            {.verb = "list", .resource = "pods", .purpose = "survey pods"},
            {.verb = "watch", .resource = "namespaces", .purpose = "follow namespaces"}},
        *client_, log_, metrics_, readiness_);
    EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]permissions ok: not checked yet\n"));
    tasks_.Spawn("preflight", tasks_.NewStrand(), [this] { return preflight_->Run(); });
  }
  bool BecomesReadyWith(const std::string& text) const {
    return Eventually([&] { return readiness_.Describe().find(text) != std::string::npos; });
  }

  boost::asio::thread_pool pool_{1};
  TaskGroup tasks_{pool_.get_executor()};
  std::unique_ptr<Preflight> preflight_;
};

TEST_F(PreflightTest, SaysNothingWhereAllIsGranted) {
  Start();
  EXPECT_TRUE(BecomesReadyWith("[+]permissions ok\n"));
  EXPECT_EQ(Requests("POST"), 2);
  EXPECT_EQ(LogText(), "");
}

TEST_F(PreflightTest, NamesWhatIsMissingAndGoesOn) {
  server_.Forbid("watch", "namespaces");
  Start();
  EXPECT_TRUE(BecomesReadyWith("[+]permissions ok: missing: watch namespaces\n"));
  EXPECT_THAT(preflight_->Missing(), testing::ElementsAre("watch namespaces"));
  EXPECT_THAT(LogText(), HasSubstr("permission=\"watch namespaces\""));
  EXPECT_THAT(LogText(), HasSubstr("follow namespaces"));
  EXPECT_THAT(LogText(), Not(HasSubstr("list pods")));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_permission_missing{verb=\"watch\","
                                           "resource=\"namespaces\",namespace=\"\",name=\"\"} 1"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("resource=\"pods\",namespace=\"\",name=\"\"} 0"));
}

TEST_F(PreflightTest, ToleratesAnApiServerThatCannotTell) {
  server_.SetIntercept([](const auto&) {
    return testing_support::FakeApiServer::Answer{500, "no"};
  });
  Start();
  EXPECT_TRUE(Eventually(
      [&] { return LogText().find("cannot check permissions yet") != std::string::npos; }));
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]permissions ok: not checked yet\n"));
}

}  // namespace
}  // namespace sidecar::controller
