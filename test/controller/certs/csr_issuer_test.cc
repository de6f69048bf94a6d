#include "controller/certs/csr_issuer.h"

#include <chrono>
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
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::Await;

constexpr const char* kName = "injector.istio-system";

// A tree converts to anything; this says which of value and error it is.
Result<Json> Answer(Json json) {
  return Result<Json>(boost::system::in_place_value, std::move(json));
}

// certificatesigningrequests of one API version each, and what a signer would make of them.
struct SigningServer {
  bool has_v1 = true;
  bool has_v1beta1 = true;
  Json request;  // Null: there is none.
  int conflicts = 0;
  std::string condition_type;  // Set with the approval.
  std::string certificate;     // Of status; empty: none.
  // Signs in place of these, where there is one, when the request is looked at for the second time.
  std::optional<testing_support::Credentials> signer;
  int looks = 0;
  std::vector<std::string> methods;  // "POST v1", ...

  awaitable<Result<Json>> Call(ApiRequest sent) {
    const bool is_beta = sent.target.find("/v1beta1/") != std::string::npos;
    methods.push_back(sent.method + (is_beta ? " v1beta1" : " v1"));
    if (is_beta ? !has_v1beta1 : !has_v1) {
      co_return Error{ErrorCode::kNotFound, "the server could not find the requested resource"};
    }
    if (sent.method == "POST") request = Json::parse(sent.body);
    if (request.is_null()) co_return Error{ErrorCode::kNotFound, "not found"};
    if (sent.method == "DELETE") co_return Answer(std::exchange(request, nullptr));
    if (sent.method == "GET" && signer.has_value() && ++looks == 2) {
      const auto pem = yaml::DecodeBase64(request["spec"]["request"].get<std::string>());
      request["status"]["certificate"] =
          yaml::EncodeBase64(testing_support::SignRequest(pem.value(), *signer));
    }
    if (sent.method == "PUT") {
      EXPECT_TRUE(sent.target.ends_with("/injector.istio-system/approval")) << sent.target;
      if (conflicts-- > 0) co_return Error{ErrorCode::kConflict, "modified"};
      request = Json::parse(sent.body);
      if (!condition_type.empty()) {
        request["status"]["conditions"].push_back({{"type", condition_type},
                                                   {"reason", "SignerValidationFailure"},
                                                   {"message", "usages did not match"}});
      }
      if (!certificate.empty()) request["status"]["certificate"] = certificate;
    }
    co_return Answer(request);
  }

  Result<pki::CredentialsPem> Issue(const std::string& name) {
    boost::asio::io_context io;
    const std::chrono::milliseconds patience{signer.has_value() ? 60'000 : 0};
    CsrOptions options{kName, "injector.istio-system.svc", {{"injector"}, {}}, name, patience, {}};
    ApiCall call = [this](ApiRequest sent) { return Call(std::move(sent)); };
    return Await(io, IssueByCsr(std::move(call), std::move(options),
                                [this](std::string_view line) { said.emplace_back(line); }));
  }

  std::vector<std::string> said;
};

TEST(CsrIssuerTest, TheLegacySignerIsAskedThroughV1Beta1) {
  SigningServer server;
  server.condition_type = "Denied";
  const auto issued = server.Issue("");
  ASSERT_FALSE(issued.has_value());
  EXPECT_EQ(issued.error().message,
            "certificate signing request injector.istio-system was denied: "
            "SignerValidationFailure: usages did not match");
  EXPECT_THAT(server.methods,
              ElementsAre("DELETE v1beta1", "POST v1beta1", "PUT v1beta1", "GET v1beta1"));
  EXPECT_FALSE(server.request["spec"].contains("signerName"));
  EXPECT_EQ(server.request["spec"]["usages"],
            Json({"digital signature", "key encipherment", "server auth"}));
  const auto csr = yaml::DecodeBase64(server.request["spec"]["request"].get<std::string>());
  EXPECT_THAT(csr.value(), HasSubstr("BEGIN CERTIFICATE REQUEST"));
  EXPECT_EQ(server.request["status"]["conditions"][0]["type"], "Approved");
  EXPECT_EQ(server.request["status"]["conditions"][0]["status"], "True");
  EXPECT_THAT(server.said,
              ElementsAre("certificatesigningrequests.certificates.k8s.io/injector.istio-system "
                          "created",
                          "certificatesigningrequests.certificates.k8s.io/injector.istio-system "
                          "approved"));
}

// The happy path, with each signer and API version.
TEST(CsrIssuerTest, ACertificateOfTheSignersComesWithItsKey) {
  testing_support::CertificateRequest authority;
  authority.is_ca = true;
  const auto ca = testing_support::MakeCertificate(authority);
  const auto read_ca = pki::ReadCertificates(ca.certificate);
  struct Case {
    const char* signer;
    bool has_v1;
    const char* version;
  };
  for (const Case& c : {Case{"", true, "v1beta1"}, Case{"example.com/serving", true, "v1"},
                        Case{"example.com/serving", false, "v1beta1"}}) {
    SigningServer server;
    server.has_v1 = c.has_v1;
    server.signer = ca;
    const auto issued = server.Issue(c.signer);
    ASSERT_TRUE(issued.has_value()) << issued.error().message;
    const auto pair = pki::ReadKeyPair(issued->certificate, issued->key);
    ASSERT_TRUE(pair.has_value()) << pair.error().message;
    EXPECT_TRUE(pki::IsSignedBy(*pair->chain.front(), *read_ca->front()));
    EXPECT_EQ(pair->leaf.common_name, "injector.istio-system.svc");
    EXPECT_THAT(pair->leaf.dns_names, ElementsAre("injector"));
    EXPECT_EQ(server.request["apiVersion"], std::string("certificates.k8s.io/") + c.version);
    EXPECT_EQ(server.request["spec"].value("signerName", ""), c.signer);
    EXPECT_EQ(server.looks, 2);
    // Nothing that was sent holds the key.
    EXPECT_EQ(server.request.dump().find("PRIVATE KEY"), std::string::npos);
  }
}

TEST(CsrIssuerTest, ANamedSignerIsAskedThroughV1) {
  SigningServer server;
  server.condition_type = "Failed";
  const auto issued = server.Issue("example.com/serving");
  ASSERT_FALSE(issued.has_value());
  EXPECT_THAT(issued.error().message, HasSubstr("failed: SignerValidationFailure"));
  EXPECT_EQ(server.request["apiVersion"], "certificates.k8s.io/v1");
  EXPECT_EQ(server.request["spec"]["signerName"], "example.com/serving");
}

TEST(CsrIssuerTest, AnOldServerIsAskedThroughV1Beta1) {
  SigningServer server;
  server.has_v1 = false;
  server.condition_type = "Failed";
  EXPECT_FALSE(server.Issue("example.com/serving").has_value());
  EXPECT_EQ(server.request["apiVersion"], "certificates.k8s.io/v1beta1");
}

TEST(CsrIssuerTest, AServerWithoutALegacySignerIsNamed) {
  SigningServer server;
  server.has_v1beta1 = false;
  const auto issued = server.Issue("");
  ASSERT_FALSE(issued.has_value());
  EXPECT_THAT(issued.error().message, HasSubstr("--signerName"));
}

TEST(CsrIssuerTest, AnOldRequestIsDeletedFirst) {
  SigningServer server;
  server.request = Json::object();
  server.condition_type = "Denied";
  EXPECT_FALSE(server.Issue("").has_value());
  EXPECT_THAT(server.said.front(), HasSubstr("deleted"));
}

TEST(CsrIssuerTest, AnApprovalThatMeetsAConflictIsRepeated) {
  SigningServer server;
  server.conflicts = 2;
  server.condition_type = "Denied";
  EXPECT_THAT(server.Issue("").error().message, HasSubstr("was denied"));
  server.conflicts = 100;
  EXPECT_THAT(server.Issue("").error().message, HasSubstr("approve the certificate signing"));
}

TEST(CsrIssuerTest, ACertificateThatNeverComesIsAnErrorThatNamesTheSigner) {
  SigningServer server;
  const auto issued = server.Issue("example.com/serving");
  ASSERT_FALSE(issued.has_value());
  EXPECT_EQ(issued.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(issued.error().message, HasSubstr("is a signer for example.com/serving running?"));
}

TEST(CsrIssuerTest, ACertificateOfAnotherKeyIsRefused) {
  SigningServer server;
  server.certificate = yaml::EncodeBase64(testing_support::MakeCertificate({}).certificate);
  EXPECT_THAT(server.Issue("").error().message,
              HasSubstr("the signer's certificate is unusable: the private key does not belong"));
  server.certificate = "junk";
  EXPECT_THAT(server.Issue("").error().message, HasSubstr("the signer's certificate is unusable"));
}

}  // namespace
}  // namespace sidecar::controller
