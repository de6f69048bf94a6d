#include "controller/certs/material.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar::controller {
namespace {

using pki::CredentialsPem;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const pki::WallTime kNow = std::chrono::system_clock::from_time_t(1767225600);

CredentialsPem NewAuthority() {
  return pki::MakeAuthority("CA", kNow, hours(1000)).value();
}

CredentialsPem NewLeaf(const CredentialsPem& authority) {
  return pki::IssueLeaf(pki::ReadAuthority(authority.certificate, authority.key).value(),
                        {"a.b.svc", {{"a.b.svc"}, {}}, kNow, hours(100)})
      .value();
}

Material Whole() {
  Material material;
  material.authority = NewAuthority();
  material.leaf = NewLeaf(material.authority);
  return material;
}

Material Rotating() {
  Material material = Whole();
  material.next_authority = NewAuthority();
  material.previous_authorities = NewAuthority().certificate + NewAuthority().certificate;
  material.previous_until = kNow + hours(5);
  material.request = "leaf";
  return material;
}

TEST(MaterialTest, ASecretHoldsWhatWasWritten) {
  for (const Material& material : {Whole(), Rotating(), Material()}) {
    SecretContent content;
    ToSecret(material, content);
    EXPECT_EQ(FromSecret(content), material);
  }
}

TEST(MaterialTest, ThePhaseIsWrittenForPeople) {
  const auto phase = [](const Material& material) {
    SecretContent content;
    ToSecret(material, content);
    return content.annotations[kPhaseAnnotation];
  };
  Material material = Rotating();
  EXPECT_EQ(phase(material), "publishing");
  material.next_authority = {};
  EXPECT_EQ(phase(material), "retiring");
  material.previous_authorities.clear();
  EXPECT_EQ(phase(material), "stable");
}

TEST(MaterialTest, WhatIsNotOursStaysAndWhatIsOverGoes) {
  SecretContent content;
  content.data = {{"cert.pem", "istio's"}, {"previous-ca.crt", "old"}};
  content.annotations = {{"someone", "else"}, {kPreviousUntilAnnotation, "x"}};
  ToSecret(Whole(), content);
  EXPECT_EQ(content.data["cert.pem"], "istio's");
  EXPECT_EQ(content.annotations["someone"], "else");
  EXPECT_FALSE(content.data.contains("previous-ca.crt"));
  EXPECT_FALSE(content.annotations.contains(kPreviousUntilAnnotation));
}

TEST(MaterialTest, ATimeThatIsNoneIsLongPast) {
  for (const char* text : {"", "tomorrow", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"}) {
    const Material read = FromSecret({{}, {{kPreviousUntilAnnotation, text}}});
    EXPECT_EQ(read.previous_until, pki::WallTime()) << text;
  }
}

TEST(MaterialTest, AnyRequestButThatForALeafIsForAnAuthority) {
  const auto request = [](const char* text) {
    return FromSecret({{}, {{kRotateAnnotation, text}}}).request;
  };
  EXPECT_EQ(request("leaf"), "leaf");
  EXPECT_EQ(request("ca"), "ca");
  EXPECT_EQ(request("now"), "ca");
  EXPECT_EQ(request(""), "");
}

TEST(MaterialTest, WholeMaterialHasNoProblem) {
  for (const Material& material : {Whole(), Rotating()}) {
    const MaterialState state = Examine(material);
    EXPECT_THAT(state.Problems(), IsEmpty());
    EXPECT_TRUE(state.authority.facts.has_value());
    EXPECT_TRUE(state.leaf.facts.has_value());
  }
  EXPECT_EQ(Examine(Rotating()).previous_count, 2U);
  EXPECT_TRUE(Examine(Rotating()).next.facts.has_value());
  EXPECT_FALSE(Examine(Whole()).next.facts.has_value());
}

TEST(MaterialTest, EachKindOfDamageIsNamed) {
  struct Case {
    void (*damage)(Material&);
    const char* problem;
  };
  const Case cases[] = {
      {[](Material& m) { m.authority.certificate.clear(); }, "ca.crt is missing"},
      {[](Material& m) { m.authority.certificate = "junk"; }, "ca.crt: certificate: no PEM block"},
      {[](Material& m) { m.authority.certificate += NewAuthority().certificate; },
       "ca.crt: more than one certificate"},
      {[](Material& m) { m.authority.key.clear(); }, "ca.key is missing"},
      {[](Material& m) { m.authority.key = m.leaf.key; }, "ca.key: the private key does not"},
      {[](Material& m) { m.leaf.certificate.clear(); }, "tls.crt is missing"},
      {[](Material& m) { m.leaf.key.clear(); }, "tls.key is missing"},
      {[](Material& m) { m.leaf.key = "-----BEGIN PRIVATE KEY-----\nAAAA\n"; },
       "tls.crt, tls.key: private key"},
      {[](Material& m) { m.leaf.certificate.resize(m.leaf.certificate.size() / 2); },
       "tls.crt, tls.key: certificate"},
      {[](Material& m) { m.leaf = NewLeaf(NewAuthority()); },
       "tls.crt: not signed by the authority of ca.crt"},
      {[](Material& m) { m.next_authority.certificate = "junk"; }, "next-ca.crt, next-ca.key: "},
      {[](Material& m) { m.previous_authorities = "junk"; }, "previous-ca.crt: "},
      {[](Material& m) { m.previous_authorities.assign(1U << 20U, 'x'); },
       "previous-ca.crt: larger than 256 KiB"},
  };
  for (const Case& each : cases) {
    Material material = Whole();
    each.damage(material);
    EXPECT_THAT(Examine(material).Problems(), testing::Contains(HasSubstr(each.problem)));
  }
  Material leaf_as_authority = Whole();
  leaf_as_authority.authority = leaf_as_authority.leaf;
  EXPECT_THAT(Examine(leaf_as_authority).Problems(),
              testing::Contains(HasSubstr("the certificate is none of an authority")));
}

TEST(MaterialTest, ALostAuthorityKeyLeavesTheRestUsable) {
  Material material = Whole();
  material.authority.key.clear();
  const MaterialState state = Examine(material);
  EXPECT_TRUE(state.authority.facts.has_value());
  EXPECT_TRUE(state.leaf.facts.has_value());
  EXPECT_THAT(state.Problems(), ElementsAre("ca.key is missing"));
  EXPECT_TRUE(state.IsBundleComplete());
  material.leaf = NewLeaf(NewAuthority());
  EXPECT_FALSE(Examine(material).IsBundleComplete());
}

TEST(MaterialTest, TheBundleHoldsEveryAuthorityOnce) {
  Material material = Rotating();
  material.previous_authorities += material.authority.certificate;
  const auto bundle = pki::ReadCertificates(CaBundle(material));
  ASSERT_TRUE(bundle.has_value());
  EXPECT_EQ(bundle->size(), 4U);
  EXPECT_EQ(CaBundle(Whole()).find("PRIVATE KEY"), std::string::npos);
}

TEST(MaterialTest, TheBundleIsWrittenInOneFormAndWithoutJunk) {
  Material material = Whole();
  const std::string clean = CaBundle(material);
  material.authority.certificate = "a comment\n" + material.authority.certificate + "\n\n";
  material.previous_authorities = "junk";
  EXPECT_EQ(CaBundle(material), clean);
  EXPECT_EQ(CaBundle({}), "");
}

TEST(MaterialTest, ABundleContainsWhatItHoldsInAnyOrder) {
  const std::string one = NewAuthority().certificate;
  const std::string other = NewAuthority().certificate;
  EXPECT_TRUE(BundleContains(one + other, other + one));
  EXPECT_TRUE(BundleContains(one + other, one));
  EXPECT_FALSE(BundleContains(one, one + other));
  EXPECT_FALSE(BundleContains("", one));
  EXPECT_FALSE(BundleContains("junk", one));
}

}  // namespace
}  // namespace sidecar::controller
