#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

struct Break {
  std::string_view from;
  std::string_view to;
  std::string_view found;
};

TEST(WebhookChecksTest, EachFieldHasACheck) {
  for (const Break& b : {
           Break{"[CREATE]", "[UPDATE]", "WebhookRules"},
           Break{"[CREATE]", "[CREATE, UPDATE]", "WebhookRulesTooWide"},
           Break{"path: /inject", "path: /mutate", "WebhookPath"},
           Break{"sideEffects: None", "sideEffects: Unknown", "WebhookSideEffects"},
           Break{"[v1, v1beta1]", "[v2]", "WebhookReviewVersions"},
           Break{"timeoutSeconds: 10", "timeoutSeconds: 30", "WebhookTimeout"},
           Break{"timeoutSeconds: 10", "timeoutSeconds: 1", "WebhookTimeout"},
           Break{"failurePolicy: Fail", "failurePolicy: Ignore", "WebhookFailsOpen"},
           Break{"own: label", "istio-injection: enabled", "WebhookDeadlock"},
       }) {
    EXPECT_THAT(FoundIn(Healthy({{b.from, b.to}})), HasSubstr(std::string(b.found))) << b.to;
  }
}

TEST(WebhookChecksTest, SomeWebhookMustLeadToTheInjector) {
  EXPECT_EQ(FoundIn(Healthy({{"[CREATE]", "[UPDATE]"}, {"sidecar-injector.istio.io", "a.b.c"}})),
            "WebhookMissing");
}

TEST(WebhookChecksTest, ANamedConfigurationIsLookedAtWhateverItCalls) {
  DoctorSnapshot snapshot = Healthy({{"[CREATE]", "[UPDATE]"}});
  snapshot.webhook_configuration = "injector";
  EXPECT_THAT(FoundIn(snapshot), HasSubstr("WebhookRules"));
  snapshot.webhook_configuration = "other";
  EXPECT_EQ(MessageOf(snapshot, "WebhookMissing"), "it does not exist, or has no webhooks");
}

constexpr std::string_view kOther = R"(
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: other}
webhooks:
- name: other-injector.example.com
  clientConfig: {service: {namespace: elsewhere, name: gone, path: /}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {other: enabled}}
)";

TEST(WebhookChecksTest, OthersAreOrphansOrRivals) {
  DoctorSnapshot snapshot = Healthy();
  AddFile(snapshot.objects, kOther);
  EXPECT_EQ(FoundIn(snapshot), "WebhookReinvocation OrphanedWebhook");
  EXPECT_THAT(MessageOf(snapshot, "OrphanedWebhook"),
              HasSubstr("Service elsewhere/gone, which does not exist"));
  DoctorSnapshot rivals =
      Healthy({{"istio-injection: enabled}}\n---\napiVersion: v1\nkind: Service",
                "istio-injection: enabled, other: enabled}}\n---\napiVersion: "
                "v1\nkind: Service"}});
  AddFile(rivals.objects, kOther);
  EXPECT_EQ(MessageOf(rivals, "SeveralInjectors"),
            "injectors of several configurations claim it: injector, other");
}

}  // namespace
}  // namespace sidecar::diagnose
