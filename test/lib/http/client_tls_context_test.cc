#include "lib/http/client_tls_context.h"

#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar {
namespace {

using testing_support::Credentials;
using testing_support::MakeCertificate;

std::string ErrorOf(const ClientTlsOptions& options) {
  const auto context = MakeClientTlsContext(options);
  return context.has_value() ? "" : context.error().message;
}

TEST(ClientTlsContextTest, TakesABundleAndAnIdentity) {
  const Credentials one = MakeCertificate({});
  const Credentials two = MakeCertificate({});
  const std::string bundle = one.certificate + "# another\n" + two.certificate;
  ClientTlsOptions options;
  EXPECT_EQ(ErrorOf(options), "");
  options.ca_pem = bundle;
  options.certificate_pem = one.certificate;
  options.key_pem = one.key;
  EXPECT_EQ(ErrorOf(options), "");
}

TEST(ClientTlsContextTest, SaysWhichPartIsUnusable) {
  const Credentials one = MakeCertificate({});
  const Credentials two = MakeCertificate({});
  ClientTlsOptions options;
  options.ca_pem = "no certificate";
  EXPECT_TRUE(ErrorOf(options).starts_with("certificate authority: ")) << ErrorOf(options);
  options = {};
  options.certificate_pem = one.certificate;
  options.key_pem = two.key;
  EXPECT_TRUE(ErrorOf(options).starts_with("client certificate: ")) << ErrorOf(options);
  options.key_pem = {};
  EXPECT_TRUE(ErrorOf(options).starts_with("client certificate: ")) << ErrorOf(options);
  options.certificate_pem = {};
  options.key_pem = one.key;
  EXPECT_TRUE(ErrorOf(options).starts_with("client certificate: ")) << ErrorOf(options);
}

TEST(ClientTlsContextTest, WhoTrustsEverybodyNeedsNoAuthority) {
  ClientTlsOptions options;
  options.ca_pem = "no certificate";
  options.insecure_skip_verify = true;
  EXPECT_EQ(ErrorOf(options), "");
}

}  // namespace
}  // namespace sidecar
