#include "controller/certs/serving_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar::controller {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::Credentials;
using testing_support::MakeCertificate;

pki::CredentialsPem Leaf() {
  const Credentials made = MakeCertificate({});
  return {made.certificate, made.key};
}

class ServingCertificateTest : public testing::Test {
 protected:
  Logger log_{LogOptions{LogLevel::kOff, LogFormat::kText, {}}};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  ServingCertificate serving_{{}, log_, metrics_, readiness_};
};

TEST_F(ServingCertificateTest, WithoutACertificateItIsNotReady) {
  EXPECT_FALSE(serving_.IsServing());
  EXPECT_FALSE(readiness_.IsReady());
  EXPECT_THAT(metrics_.Render(),
              Not(HasSubstr("\nsidecar_injector_certificate_expiry_timestamp_seconds ")));
  serving_.Remark({});
  EXPECT_FALSE(readiness_.IsReady());
  serving_.Remark("secrets is forbidden");
  EXPECT_THAT(readiness_.Describe(), HasSubstr("secrets is forbidden"));
}

TEST_F(ServingCertificateTest, ACertificateIsPublishedOnce) {
  const pki::CredentialsPem leaf = Leaf();
  ASSERT_TRUE(serving_.Use(leaf).has_value());
  EXPECT_TRUE(readiness_.IsReady());
  const auto first = serving_.tls().Get();
  ASSERT_TRUE(serving_.Use(leaf).has_value());
  EXPECT_EQ(serving_.tls().Get(), first);
  ASSERT_TRUE(serving_.Use(Leaf()).has_value());
  EXPECT_NE(serving_.tls().Get(), first);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("\nsidecar_injector_certificate_expiry_timestamp_seconds "));
}

TEST_F(ServingCertificateTest, AnUnusableCertificateLeavesTheOneBefore) {
  ASSERT_TRUE(serving_.Use(Leaf()).has_value());
  const auto before = serving_.tls().Get();
  EXPECT_FALSE(serving_.Use({"junk", "junk"}).has_value());
  EXPECT_EQ(serving_.tls().Get(), before);
  serving_.Remark("the Secret is damaged");
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_THAT(readiness_.Describe(), HasSubstr("the Secret is damaged"));
}

TEST_F(ServingCertificateTest, WhereClientsAreCheckedNobodyIsServedBeforeTheirCaIsKnown) {
  observe::MetricRegistry metrics;
  observe::Readiness readiness{{}};
  ServingCertificate serving({true, {}}, log_, metrics, readiness);
  ASSERT_TRUE(serving.Use(Leaf()).has_value());
  EXPECT_FALSE(serving.IsServing());
  EXPECT_FALSE(readiness.IsReady());
  EXPECT_THAT(serving.TrustClients("junk").error().message, HasSubstr("client CA: "));
  EXPECT_FALSE(serving.IsServing());
  ASSERT_TRUE(serving.TrustClients(Leaf().certificate).has_value());
  EXPECT_TRUE(readiness.IsReady());

  const auto before = serving.tls().Get();
  EXPECT_FALSE(serving.TrustClients("").has_value());
  EXPECT_EQ(serving.tls().Get(), before);
  ASSERT_TRUE(serving.TrustClients(Leaf().certificate).has_value());
  EXPECT_NE(serving.tls().Get(), before);
}

}  // namespace
}  // namespace sidecar::controller
