#include "webhook/serving_certificate.h"

#include <boost/asio/ssl/context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar::webhook {
namespace {

using testing::HasSubstr;
using testing_support::Credentials;
using testing_support::MakeCertificate;

LogOptions Quiet() {
  LogOptions options;
  options.level = LogLevel::kOff;
  return options;
}

class ServingCertificateTest : public testing::Test {
 protected:
  Logger log_{Quiet()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
};

TEST_F(ServingCertificateTest, APairIsPublishedWithItsFacts) {
  ServingCertificate certificate({}, log_, metrics_, readiness_);
  EXPECT_EQ(certificate.facts().generation, 0U);
  EXPECT_EQ(certificate.published().Get(), nullptr);
  const Credentials made = MakeCertificate({});
  certificate.Offer({made.certificate, made.key, ""});
  EXPECT_NE(certificate.published().Get(), nullptr);
  EXPECT_EQ(certificate.facts().generation, 1U);
  EXPECT_EQ(certificate.facts().subject, "CN=injector");
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_THAT(metrics_.Render(), HasSubstr("certificate_expiry_timestamp_seconds "));
}

TEST_F(ServingCertificateTest, HalfARotationKeepsTheLastGoodPair) {
  ServingCertificate certificate({}, log_, metrics_, readiness_);
  const Credentials old_pair = MakeCertificate({});
  const Credentials new_pair = MakeCertificate({});
  certificate.Offer({old_pair.certificate, old_pair.key, ""});
  const auto context = certificate.published().Get();
  certificate.Offer({new_pair.certificate, old_pair.key, ""});
  EXPECT_EQ(certificate.published().Get(), context);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("private key does not belong"));
  certificate.Offer({new_pair.certificate, new_pair.key, ""});
  EXPECT_NE(certificate.published().Get(), context);
  EXPECT_EQ(certificate.facts().generation, 2U);
}

TEST_F(ServingCertificateTest, WithoutTheClientsAuthorityNobodyIsLetIn) {
  ServingCertificate certificate({.check_clients = true, .allowed_clients = {}}, log_, metrics_,
                                 readiness_);
  const Credentials made = MakeCertificate({});
  certificate.Offer({made.certificate, made.key, ""});
  EXPECT_EQ(certificate.published().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[-]certificate failed: client CA: empty\n"));
  certificate.Offer({made.certificate, made.key, made.certificate});
  EXPECT_NE(certificate.published().Get(), nullptr);
}

}  // namespace
}  // namespace sidecar::webhook
