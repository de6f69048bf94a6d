#include "lib/pki/verify.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/pki/authority.h"
#include "test/support/certificates.h"

namespace sidecar::pki {
namespace {

using std::chrono::hours;
using testing_support::CertificateRequest;
using testing_support::MakeCertificate;

const WallTime kNow = std::chrono::system_clock::from_time_t(1767225600);
constexpr const char* kName = "injector.istio-system.svc";

struct Made {
  CredentialsPem authority;
  CredentialsPem leaf;
};

Made Make(const std::string& common_name = "test CA") {
  Made made;
  made.authority = MakeAuthority(common_name, kNow, hours(1000)).value();
  const auto authority = ReadAuthority(made.authority.certificate, made.authority.key);
  made.leaf = IssueLeaf(*authority, {kName, {{kName}, {"10.0.0.1"}}, kNow, hours(100)}).value();
  return made;
}

std::string Verdict(std::string_view chain, std::string_view roots, const std::string& name = kName,
                    WallTime now = kNow) {
  const auto verified = VerifyServer(chain, roots, name, now);
  return verified.has_value() ? "ok" : verified.error().message;
}

TEST(VerifyTest, ALeafIsTrustedUnderItsAuthority) {
  const Made made = Make();
  EXPECT_EQ(Verdict(made.leaf.certificate, made.authority.certificate), "ok");
  EXPECT_EQ(Verdict(made.leaf.certificate, made.authority.certificate, "10.0.0.1"), "ok");
}

TEST(VerifyTest, AnotherNameOrAddressIsRefused) {
  const Made made = Make();
  EXPECT_EQ(Verdict(made.leaf.certificate, made.authority.certificate, "other.svc"),
            "the certificate is not for other.svc");
  EXPECT_EQ(Verdict(made.leaf.certificate, made.authority.certificate, "10.0.0.2"),
            "the certificate is not for 10.0.0.2");
}

TEST(VerifyTest, AnotherAuthorityOfTheSameNameIsRefused) {
  EXPECT_NE(Verdict(Make().leaf.certificate, Make().authority.certificate), "ok");
}

TEST(VerifyTest, AnyOfSeveralAuthoritiesOfOneNameWillDo) {
  const Made one = Make();
  const Made other = Make();
  const std::string both = one.authority.certificate + other.authority.certificate;
  EXPECT_EQ(Verdict(one.leaf.certificate, both), "ok");
  EXPECT_EQ(Verdict(other.leaf.certificate, both), "ok");
}

TEST(VerifyTest, TheDatesOfLeafAndAuthorityCount) {
  const Made made = Make();
  const auto at = [&](WallTime now) {
    return Verdict(made.leaf.certificate, made.authority.certificate, kName, now);
  };
  EXPECT_EQ(at(kNow - hours(1)), "ok");
  EXPECT_EQ(at(kNow - hours(2)), "certificate is not yet valid");
  EXPECT_EQ(at(kNow + hours(100) - std::chrono::seconds(1)), "ok");
  EXPECT_EQ(at(kNow + hours(101)), "certificate has expired");
}

TEST(VerifyTest, ASelfSignedLeafAmongTheRootsIsTrusted) {
  CertificateRequest request;
  request.alternative_names = {std::string("DNS:") + kName};
  const auto made = MakeCertificate(request);
  EXPECT_EQ(Verdict(made.certificate, made.certificate, kName, std::chrono::system_clock::now()),
            "ok");
}

TEST(VerifyTest, ACommonNameIsNoName) {
  CertificateRequest request;
  request.common_name = kName;
  request.alternative_names = {};
  const auto made = MakeCertificate(request);
  EXPECT_NE(Verdict(made.certificate, made.certificate, kName, std::chrono::system_clock::now()),
            "ok");
}

TEST(VerifyTest, ALeafForClientsOnlyIsRefused) {
  CertificateRequest request;
  request.alternative_names = {std::string("DNS:") + kName};
  request.extended_key_usage = "clientAuth";
  const auto made = MakeCertificate(request);
  EXPECT_NE(Verdict(made.certificate, made.certificate, kName, std::chrono::system_clock::now()),
            "ok");
}

TEST(VerifyTest, AnIntermediateInTheChainLeadsToTheRoot) {
  CertificateRequest ca;
  ca.common_name = "root";
  ca.is_ca = true;
  const auto root = MakeCertificate(ca);
  ca.common_name = "intermediate";
  const auto intermediate = MakeCertificate(ca, &root);
  CertificateRequest request;
  request.alternative_names = {std::string("DNS:") + kName};
  const auto leaf = MakeCertificate(request, &intermediate);
  const WallTime now = std::chrono::system_clock::now();
  EXPECT_EQ(Verdict(leaf.certificate + intermediate.certificate, root.certificate, kName, now),
            "ok");
  EXPECT_NE(Verdict(leaf.certificate, root.certificate, kName, now), "ok");
}

TEST(VerifyTest, UnreadableTextsAreErrors) {
  const Made made = Make();
  EXPECT_NE(Verdict("junk", made.authority.certificate), "ok");
  EXPECT_NE(Verdict(made.leaf.certificate, "junk"), "ok");
  EXPECT_NE(Verdict(made.leaf.certificate, ""), "ok");
}

}  // namespace
}  // namespace sidecar::pki
