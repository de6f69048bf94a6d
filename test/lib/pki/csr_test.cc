#include "lib/pki/csr.h"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/pki/key.h"

namespace sidecar::pki {
namespace {

std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> Read(const std::string& pem) {
  BIO* const text = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509_REQ* const request = PEM_read_bio_X509_REQ(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  return {request, &X509_REQ_free};
}

std::string Print(X509_REQ& request) {
  BIO* const out = BIO_new(BIO_s_mem());
  X509_REQ_print_ex(out, &request, XN_FLAG_ONELINE, X509_FLAG_COMPAT);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

TEST(CsrTest, ARequestHoldsNamesUsagesAndAValidSignature) {
  const auto key = GenerateKey();
  const auto pem =
      MakeSigningRequest(**key, {"injector.istio-system.svc",
                                 "system:nodes",
                                 {{"injector", "injector.istio-system.svc"}, {"10.0.0.1"}}});
  ASSERT_TRUE(pem.has_value()) << pem.error().message;
  EXPECT_EQ(pem->rfind("-----BEGIN CERTIFICATE REQUEST-----\n", 0), 0U);
  const auto request = Read(*pem);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(X509_REQ_verify(request.get(), key->get()), 1);
  const std::string text = Print(*request);
  for (const char* part :
       {"O = system:nodes, CN = injector.istio-system.svc",
        "DNS:injector, DNS:injector.istio-system.svc, IP Address:10.0.0.1",
        "Digital Signature, Key Encipherment", "TLS Web Server Authentication", "CA:FALSE"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
  }
}

TEST(CsrTest, ARequestWithoutNamesIsRefused) {
  const auto key = GenerateKey();
  EXPECT_FALSE(MakeSigningRequest(**key, {"injector", "", {}}).has_value());
}

}  // namespace
}  // namespace sidecar::pki
