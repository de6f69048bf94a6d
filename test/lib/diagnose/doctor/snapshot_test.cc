#include "lib/diagnose/doctor/snapshot.h"

#include <gmock/gmock.h>

#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

TEST(SnapshotTest, TheInjectorIsFoundByItsServiceThenByItsName) {
  DoctorSnapshot snapshot = Healthy();
  ASSERT_EQ(InjectorWebhooks(snapshot).size(), 1U);
  EXPECT_EQ(InjectorWebhooks(snapshot)[0].Title(), "MutatingWebhookConfiguration/injector");
  snapshot.istio_namespace = "elsewhere";
  EXPECT_EQ(InjectorWebhooks(snapshot).size(), 1U) << "by Istio's name for it";
  DoctorSnapshot renamed = Healthy({{"sidecar-injector.istio.io", "a.example.com"}});
  EXPECT_EQ(InjectorWebhooks(renamed).size(), 1U);
  renamed.istio_namespace = "elsewhere";
  EXPECT_TRUE(InjectorWebhooks(renamed).empty());
}

TEST(SnapshotTest, AddressesCarryPortAndPod) {
  const DoctorSnapshot snapshot =
      Healthy({{"{ip: 10.0.0.2}]", "{ip: 10.0.0.2, targetRef: {kind: Pod, name: x}}]"}});
  const auto addresses =
      AddressesOf(*FindObject(snapshot, "Endpoints", "istio-system", "injector"));
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[1].ip + ':' + addresses[1].port, "10.0.0.2:9443");
  EXPECT_EQ(addresses[1].pod, "x");
  EXPECT_TRUE(addresses[1].is_ready);
  EXPECT_EQ(FindObject(snapshot, "Endpoints", "shop", "injector"), nullptr);
}

}  // namespace
}  // namespace sidecar::diagnose
