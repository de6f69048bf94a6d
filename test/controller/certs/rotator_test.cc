#include "controller/certs/rotator.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/pki/verify.h"
#include "test/support/await.h"

namespace sidecar::controller {
namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::Await;

constexpr hours kDay(24);

// A tree converts to anything; this says which of value and error it is.
Result<Json> Answer(Json json) {
  return Result<Json>(boost::system::in_place_value, std::move(json));
}

// One Secret with an optimistic lock.
struct SecretServer {
  std::optional<Json> secret;
  int version = 0;
  std::vector<std::string> writes;
  std::optional<Error> outage;
  std::optional<Error> refusal;        // Of writes.
  std::function<void()> before_write;  // Somebody else is faster.

  awaitable<Result<Json>> Call(ApiRequest request) {
    if (outage.has_value()) co_return *outage;
    if (request.method == "GET") {
      if (!secret.has_value()) co_return Error{ErrorCode::kNotFound, "secrets not found"};
      co_return Answer(*secret);
    }
    if (refusal.has_value()) co_return *refusal;
    if (before_write) std::exchange(before_write, {})();
    const Json object = Json::parse(request.body);
    const bool is_new = request.method == "POST";
    if (is_new && secret.has_value()) co_return Error{ErrorCode::kAlreadyExists, "exists"};
    if (!is_new && ResourceVersion(object) != std::to_string(version)) {
      co_return Error{ErrorCode::kConflict, "the object has been modified"};
    }
    writes.push_back(request.method + ' ' + request.target);
    Store(object);
    co_return Answer(*secret);
  }

  void Store(Json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version);
    secret = std::move(object);
  }
};

// A process with a rotator, and clocks that tests move.
struct Replica {
  explicit Replica(SecretServer& server, bool leads = true) : is_leader(leads) {
    RotatorParts parts;
    parts.call = [&server](ApiRequest request) { return server.Call(std::move(request)); };
    parts.is_leader = [this] { return is_leader; };
    parts.server_bundles = [this] { return bundles; };
    parts.bundle_changed = [this] { ++bundle_changes; };
    parts.wall_clock = [this] { return wall; };
    parts.monotonic_clock = [this] { return monotonic; };
    RotatorOptions options;
    options.policy = PolicyForService("injector", "istio-system");
    rotator.emplace(std::move(options), std::move(parts), log, metrics, readiness);
  }

  void Tick() { Await(io, rotator->Tick()); }
  void Pass(seconds time) {
    wall += time;
    monotonic += time;
    Tick();
  }
  std::string Bundle() const {
    const auto bundle = rotator->ca_bundle().Get();
    return bundle == nullptr ? "" : *bundle;
  }
  void PublishBundle() { bundles.bundles = {Bundle()}; }

  bool is_leader;
  ServerBundles bundles{true, {}};
  int bundle_changes = 0;
  pki::WallTime wall = std::chrono::system_clock::from_time_t(1767225600);
  Clock::time_point monotonic{hours(1)};
  boost::asio::io_context io;
  std::vector<std::string> lines;
  Logger log{LogOptions{LogLevel::kInfo, LogFormat::kText,
                        [this](std::string_view line) { lines.emplace_back(line); }}};
  observe::MetricRegistry metrics;
  observe::Readiness readiness{{}};
  std::optional<Rotator> rotator;
};

Material Stored(const SecretServer& server) {
  return FromSecret(ReadSecretContent(*server.secret));
}

TEST(RotatorTest, TheLeaderCreatesTheSecretAndServesItsLeaf) {
  SecretServer server;
  Replica leader(server);
  leader.Tick();
  EXPECT_THAT(server.writes, ElementsAre("POST /api/v1/namespaces/istio-system/secrets"));
  EXPECT_TRUE(leader.readiness.IsReady());
  EXPECT_NE(leader.rotator->tls().Get(), nullptr);
  EXPECT_EQ(leader.bundle_changes, 1);
  EXPECT_TRUE(pki::VerifyServer(Stored(server).leaf.certificate, leader.Bundle(),
                                "injector.istio-system.svc", leader.wall)
                  .has_value());
  leader.Pass(seconds(10));
  EXPECT_EQ(server.writes.size(), 1U);
  EXPECT_THAT(leader.metrics.Render(),
              HasSubstr("sidecar_injector_certificate_changes_total{reason=\"missing\"} 1"));
}

TEST(RotatorTest, WhoDoesNotLeadServesAndWritesNothing) {
  SecretServer server;
  Replica follower(server, false);
  follower.Tick();
  EXPECT_THAT(server.writes, IsEmpty());
  EXPECT_FALSE(follower.readiness.IsReady());
  Replica leader(server);
  leader.Tick();
  follower.Pass(seconds(10));
  EXPECT_TRUE(follower.readiness.IsReady());
  EXPECT_EQ(follower.Bundle(), leader.Bundle());
}

TEST(RotatorTest, ACreationRaceIsSettledByTheServer) {
  SecretServer server;
  Replica one(server);
  Replica other(server);
  server.before_write = [&] { other.Tick(); };
  one.Tick();
  EXPECT_EQ(server.writes.size(), 1U);
  EXPECT_EQ(one.Bundle(), other.Bundle());
  EXPECT_TRUE(one.readiness.IsReady());
}

TEST(RotatorTest, AnUpdateRaceIsSettledByTheServer) {
  SecretServer server;
  Replica one(server);
  one.Tick();
  Replica other(server);
  one.wall += kDay * 70;
  other.wall += kDay * 70;
  server.before_write = [&] { other.Tick(); };
  one.Tick();
  EXPECT_EQ(server.writes.size(), 2U);  // The creation and one renewal.
}

TEST(RotatorTest, AWholeRotationKeepsTheOldLeafTrusted) {
  SecretServer server;
  Replica leader(server);
  leader.Tick();
  leader.PublishBundle();
  const Material before = Stored(server);
  Json annotated = *server.secret;
  annotated["metadata"]["annotations"][kRotateAnnotation] = "ca";
  server.Store(std::move(annotated));
  leader.Pass(seconds(10));
  EXPECT_EQ(Stored(server).leaf.certificate, before.leaf.certificate);
  EXPECT_NE(leader.Bundle(), CaBundle(before));

  leader.Pass(seconds(600));  // Nobody has written the bundle yet.
  EXPECT_EQ(Stored(server).leaf.certificate, before.leaf.certificate);
  leader.PublishBundle();
  leader.Pass(seconds(10));
  leader.Pass(seconds(50));
  EXPECT_EQ(Stored(server).leaf.certificate, before.leaf.certificate);
  leader.Pass(seconds(10));
  const Material after = Stored(server);
  EXPECT_NE(after.leaf.certificate, before.leaf.certificate);
  EXPECT_TRUE(BundleContains(leader.Bundle(), CaBundle(before)));
}

TEST(RotatorTest, AClockThatJumpsByAMonthRenewsTheLeafWithTheNextLook) {
  SecretServer server;
  Replica leader(server);
  leader.Tick();
  leader.PublishBundle();
  const auto before = leader.rotator->tls().Get();
  leader.wall += kDay * 50;
  leader.Tick();
  EXPECT_EQ(leader.rotator->tls().Get(), before);
  leader.wall += kDay * 30;
  leader.Tick();
  EXPECT_NE(leader.rotator->tls().Get(), before);
}

TEST(RotatorTest, ADamagedSecretIsRestoredAndTheLeafServedOn) {
  SecretServer server;
  Replica leader(server);
  Replica follower(server, false);
  leader.Tick();
  follower.Tick();
  const Material before = Stored(server);
  const auto served = follower.rotator->tls().Get();
  server.Store(WithContent(*server.secret, {{{"tls.crt", "junk"}, {"other", "kept"}}, {}}));
  follower.Pass(seconds(10));
  EXPECT_EQ(follower.rotator->tls().Get(), served);
  EXPECT_EQ(follower.Bundle(), CaBundle(before));
  leader.Pass(seconds(10));
  EXPECT_TRUE(Stored(server) == before);
  EXPECT_EQ(ReadSecretContent(*server.secret).data["other"], "kept");
}

TEST(RotatorTest, TheFirstAuthorityWaitsToLearnWhatIsTrusted) {
  SecretServer server;
  Replica leader(server);
  leader.bundles.known = false;
  leader.Tick();
  EXPECT_THAT(server.writes, IsEmpty());
  leader.Pass(seconds(16));
  EXPECT_EQ(server.writes.size(), 1U);
}

TEST(RotatorTest, AnOutageKeepsTheLeafAndWithdrawsTheBundle) {
  SecretServer server;
  Replica leader(server);
  leader.Tick();
  server.outage = Error{ErrorCode::kUnavailable, "connection refused"};
  leader.Pass(seconds(10));
  EXPECT_NE(leader.Bundle(), "");
  leader.Pass(seconds(30));
  EXPECT_EQ(leader.Bundle(), "");
  EXPECT_TRUE(leader.readiness.IsReady());
  EXPECT_THAT(leader.readiness.Describe(), HasSubstr("connection refused"));
  EXPECT_EQ(std::count_if(leader.lines.begin(), leader.lines.end(),
                          [](const std::string& line) {
                            return line.find("connection refused") != std::string::npos;
                          }),
            1);
  server.outage.reset();
  leader.Pass(seconds(10));
  EXPECT_NE(leader.Bundle(), "");
  EXPECT_EQ(leader.readiness.Describe().find("connection refused"), std::string::npos);
}

TEST(RotatorTest, ARefusedWriteIsReportedWithItsReason) {
  SecretServer server;
  Replica leader(server);
  leader.Tick();
  leader.wall += kDay * 70;
  server.refusal = Error{ErrorCode::kForbidden, "secrets is forbidden"};
  leader.Tick();
  EXPECT_THAT(leader.readiness.Describe(),
              HasSubstr("store the certificates' Secret: secrets is forbidden"));
  EXPECT_THAT(leader.metrics.Render(), HasSubstr("sidecar_injector_certificate_errors_total 1"));
  EXPECT_TRUE(leader.readiness.IsReady());
}

TEST(RotatorTest, RunLooksUntilItIsCancelledAndWakesWhenAsked) {
  SecretServer server;
  Replica leader(server);
  boost::asio::cancellation_signal stop;
  bool has_ended = false;
  boost::asio::co_spawn(leader.io, leader.rotator->Run(),
                        boost::asio::bind_cancellation_slot(
                            stop.slot(), [&](std::exception_ptr) { has_ended = true; }));
  while (server.writes.empty()) leader.io.run_one();
  leader.is_leader = false;
  server.secret.reset();
  leader.is_leader = true;
  leader.rotator->Wake();
  while (server.writes.size() < 2) leader.io.run_one();
  stop.emit(boost::asio::cancellation_type::terminal);
  leader.io.run();
  EXPECT_TRUE(has_ended);
}

}  // namespace
}  // namespace sidecar::controller
