#include "webhook/page_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar::webhook {
namespace {

using inject::Reason;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::MakeCertificate;

TEST(PagePartsTest, TheConfigurationIsToldByItsHashes) {
  EXPECT_EQ(ShowConfiguration(nullptr).generation, 0U);
  const auto snapshot =
      MakeInjectionSnapshot({.config = "policy: disabled\ntemplate: '{}'\npolcy: x\n", .mesh = ""},
                            inject::Compat::k0_5_0, 4);
  const ui::ConfigurationPart part = ShowConfiguration(snapshot->get());
  EXPECT_EQ(part.generation, 4U);
  EXPECT_EQ(part.policy, "disabled");
  EXPECT_EQ(part.config_hash, (*snapshot)->config_hash);
  EXPECT_EQ(part.template_hash, (*snapshot)->renderer->config().version());
  EXPECT_THAT(part.warnings, testing::ElementsAre(HasSubstr("polcy")));
}

TEST(PagePartsTest, CertificatesAreTheServedOnesAndTheAuthorities) {
  testing_support::CertificateRequest authority;
  authority.common_name = "authority";
  const auto ca = MakeCertificate(authority);
  const auto served = MakeCertificate({});
  const auto pair = pki::ReadKeyPair(served.certificate, served.key);
  const auto rows = ShowCertificates({pair->leaf}, ca.certificate);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].role, "Serving certificate");
  EXPECT_THAT(rows[0].names, testing::ElementsAre("localhost", "127.0.0.1"));
  EXPECT_EQ(rows[0].not_after, pair->leaf.not_after);
  EXPECT_EQ(rows[1].role, "Authority in caBundle");
  EXPECT_THAT(rows[1].subject, HasSubstr("authority"));
  EXPECT_THAT(ShowCertificates({}, "no PEM"), IsEmpty());
}

TEST(PagePartsTest, ReasonsAreCountedTheMostFrequentFirst) {
  std::vector<Decision> latest(3);
  latest[0].reason = Reason::kPolicyDisabled;
  latest[1].reason = latest[2].reason = Reason::kTemplateError;
  latest[0].allowed = true;
  const ui::DecisionsPart part = ShowDecisions(latest, 17);
  EXPECT_EQ(part.total, 17U);
  EXPECT_EQ(part.kept, 200U);
  ASSERT_EQ(part.rows.size(), 3U);
  EXPECT_FALSE(part.rows[0].refused);
  EXPECT_TRUE(part.rows[1].refused);
  ASSERT_EQ(part.reasons.size(), 2U);
  EXPECT_EQ(part.reasons[0].reason, "TemplateError");
  EXPECT_EQ(part.reasons[0].count, 2U);
  EXPECT_EQ(part.reasons[0].tone, ui::Tone::kBad);
  EXPECT_THAT(part.reasons[0].remedy, HasSubstr("correct the injection template"));
  EXPECT_EQ(part.reasons[1].tone, ui::Tone::kNeutral);
}

TEST(PagePartsTest, TheVerdictSaysWhatBecomesOfThePod) {
  const auto verdict = [](std::optional<Reason> reason, const char* error, bool allowed) {
    Trial trial;
    trial.object = "Pod/a";
    trial.reason = reason;
    trial.error = error;
    trial.allowed = allowed;
    return ShowTrial(trial, 1, {}).verdict;
  };
  EXPECT_EQ(verdict(Reason::kInjected, "", true), "Injected: Pod/a gets a sidecar");
  EXPECT_EQ(verdict(Reason::kAlreadyInjected, "", true), "AlreadyInjected: Pod/a has this sidecar");
  EXPECT_EQ(verdict(Reason::kHostNetwork, "", true), "HostNetwork: Pod/a would get no sidecar");
  EXPECT_EQ(verdict(Reason::kTemplateError, "e", false), "TemplateError: Pod/a would be refused");
  EXPECT_EQ(verdict(Reason::kTemplateError, "e", true),
            "TemplateError: Pod/a would be admitted without its sidecar");
  EXPECT_EQ(verdict(std::nullopt, "e", false), "Nothing to inject");
}

TEST(PagePartsTest, OutputThatNobodyReadsIsCut) {
  Trial trial;
  trial.rendered = std::string(1 << 20, 'x');
  const std::string shown = ShowTrial(trial, 1, {}).rendered;
  EXPECT_LT(shown.size(), 132'000U);
  EXPECT_TRUE(shown.ends_with("... cut at 131072 of 1048576 bytes"));
}

TEST(PagePartsTest, ConditionsAreThoseOfReadiness) {
  observe::Readiness readiness({"config"});
  readiness.Set("tls", true, "a remark");
  const auto rows = ShowConditions(readiness);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "config");
  EXPECT_FALSE(rows[0].holds);
  EXPECT_EQ(rows[1].remark, "a remark");
}

}  // namespace
}  // namespace sidecar::webhook
