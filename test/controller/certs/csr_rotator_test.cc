#include "controller/certs/csr_rotator.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/yaml/base64.h"
#include "test/support/await.h"
#include "test/support/certificates.h"

namespace sidecar::controller {
namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::Await;

// A tree converts to anything; this says which of value and error it is.
Result<Json> Answer(Json json) {
  return Result<Json>(boost::system::in_place_value, std::move(json));
}

// A Secret and the cluster's CA; requests for certificates are denied unless there is a signer.
struct Cluster {
  Json secret;  // Null: there is none.
  std::optional<testing_support::Credentials> signer;
  Json request;
  Json ca = Json::object();

  awaitable<Result<Json>> Call(ApiRequest sent) {
    if (sent.target.find("/configmaps/") != std::string::npos) co_return Answer(ca);
    if (sent.target.find("/secrets") == std::string::npos) {
      if (signer.has_value()) co_return Sign(sent);
      co_return Error{ErrorCode::kForbidden, "certificatesigningrequests is forbidden"};
    }
    if (sent.method == "POST" || sent.method == "PUT") secret = Json::parse(sent.body);
    if (secret.is_null()) co_return Error{ErrorCode::kNotFound, "not found"};
    co_return Answer(secret);
  }

  Result<Json> Sign(const ApiRequest& sent) {
    if (sent.method == "DELETE") return Error{ErrorCode::kNotFound, "not found"};
    if (sent.method == "POST") request = Json::parse(sent.body);
    if (sent.method == "PUT") {
      request = Json::parse(sent.body);
      const auto pem = yaml::DecodeBase64(request["spec"]["request"].get<std::string>());
      request["status"]["certificate"] =
          yaml::EncodeBase64(testing_support::SignRequest(pem.value(), *signer));
    }
    return Answer(request);
  }
};

class CsrRotatorTest : public testing::Test {
 protected:
  CsrRotatorTest() {
    RotatorParts parts;
    parts.call = [this](ApiRequest sent) { return cluster_.Call(std::move(sent)); };
    parts.is_leader = [this] { return is_leader_; };
    parts.monotonic_clock = [this] { return now_; };
    CsrRotatorOptions options;
    options.policy = PolicyForService("localhost", "x");
    options.policy.names.dns_names = {"localhost"};
    options.policy.names.ip_addresses = {"127.0.0.1"};
    options.csr.name = "a.b";
    rotator_.emplace(std::move(options), std::move(parts), log_, metrics_, readiness_);
    cluster_.ca["data"]["client-ca-file"] = testing_support::MakeCertificate({}).certificate;
  }

  void StoreLeaf() {
    const auto made = testing_support::MakeCertificate({});
    cluster_.secret =
        NewSecret("ns", "name", {{{"tls.crt", made.certificate}, {"tls.key", made.key}}, {}});
  }
  void Tick() { Await(io_, rotator_->Tick()); }
  double Errors() const {
    return metrics_.Render().find("errors_total 0\n") == std::string::npos ? 1 : 0;
  }

  Cluster cluster_;
  bool is_leader_ = true;
  Clock::time_point now_{std::chrono::hours(1)};
  boost::asio::io_context io_;
  Logger log_{LogOptions{LogLevel::kOff, LogFormat::kText, {}}};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  std::optional<CsrRotator> rotator_;
};

TEST_F(CsrRotatorTest, TheSecretsLeafIsServedUnderTheClustersCa) {
  StoreLeaf();
  Tick();
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_NE(rotator_->tls().Get(), nullptr);
  ASSERT_NE(rotator_->ca_bundle().Get(), nullptr);
  EXPECT_EQ(*rotator_->ca_bundle().Get(), cluster_.ca["data"]["client-ca-file"]);
  EXPECT_EQ(Errors(), 0);
}

TEST_F(CsrRotatorTest, ARefusedRequestIsReportedAndNotRepeatedAtOnce) {
  cluster_.secret = nullptr;
  Tick();
  EXPECT_THAT(readiness_.Describe(), HasSubstr("certificatesigningrequests is forbidden"));
  EXPECT_EQ(Errors(), 1);
  const std::string after_one = metrics_.Render();
  now_ += seconds(10);
  Tick();
  EXPECT_EQ(metrics_.Render(), after_one);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("certificatesigningrequests is forbidden"));
}

TEST_F(CsrRotatorTest, AMissingCertificateIsAskedForStoredAndServed) {
  testing_support::CertificateRequest authority;
  authority.is_ca = true;
  cluster_.signer = testing_support::MakeCertificate(authority);
  cluster_.ca["data"]["client-ca-file"] = cluster_.signer->certificate;
  Tick();
  EXPECT_TRUE(readiness_.IsReady()) << readiness_.Describe();
  EXPECT_NE(rotator_->tls().Get(), nullptr);
  EXPECT_EQ(*rotator_->ca_bundle().Get(), cluster_.signer->certificate);
  EXPECT_THAT(metrics_.Render(), HasSubstr("certificate_requests_total 1\n"));
  const std::string stored = cluster_.secret["data"]["tls.crt"];
  // It is good for the next look, and for another replica.
  Tick();
  EXPECT_EQ(cluster_.secret["data"]["tls.crt"], stored);
  // Gone, it is asked for anew.
  cluster_.secret = nullptr;
  Tick();
  EXPECT_THAT(metrics_.Render(), HasSubstr("certificate_requests_total 2\n"));
  EXPECT_NE(cluster_.secret["data"]["tls.crt"], stored);
}

TEST_F(CsrRotatorTest, OnlyTheLeaderAsks) {
  is_leader_ = false;
  Tick();
  EXPECT_EQ(Errors(), 0);
  EXPECT_FALSE(readiness_.IsReady());
}

TEST_F(CsrRotatorTest, AConfigMapWithoutTheCaIsNamed) {
  StoreLeaf();
  cluster_.ca = Json::object();
  Tick();
  EXPECT_EQ(rotator_->ca_bundle().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("ConfigMap kube-system/extension-apiserver-authentication: "
                        "client-ca-file"));
}

}  // namespace
}  // namespace sidecar::controller
