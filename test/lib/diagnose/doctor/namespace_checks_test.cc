#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

constexpr std::string_view kShop = "{name: shop, labels: {istio-injection: enabled";

TEST(NamespaceChecksTest, SomeNamespaceShouldBeSelected) {
  EXPECT_EQ(FoundIn(Healthy({{kShop, "{name: shop, labels: {istio-injection: disabled"}})),
            "NothingSelected");
}

TEST(NamespaceChecksTest, TheLabelShouldBeEnough) {
  const DoctorSnapshot snapshot = Healthy({{"{matchLabels: {istio-injection: enabled}}",
                                            "{matchLabels: {istio-injection: enabled, team: a}}"}});
  EXPECT_THAT(MessageOf(snapshot, "EnabledNotSelected"), HasSubstr("team"));
}

TEST(NamespaceChecksTest, PodSecurityMayForbidTheTemplate) {
  constexpr std::string_view kInit = R"(  initContainers:
  - name: istio-init
    image: init
    securityContext: {capabilities: {add: [NET_ADMIN]}}
)";
  const auto clash = [&](std::string_view level) {
    const std::string labels =
        std::string(kShop) + ", pod-security.kubernetes.io/enforce: " + std::string(level);
    DoctorSnapshot snapshot = Healthy({{kShop, labels}});
    *snapshot.inject_config += kInit;
    return MessageOf(snapshot, "PodSecurityClash");
  };
  EXPECT_THAT(clash("restricted"), HasSubstr("which refuses injected pods"));
  EXPECT_THAT(clash("baseline"), HasSubstr("NET_ADMIN"));
  EXPECT_EQ(clash("privileged"), "ok");
}

}  // namespace
}  // namespace sidecar::diagnose
