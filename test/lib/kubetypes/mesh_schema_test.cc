#include "lib/kubetypes/mesh_schema.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

const MeshField* Find(MeshRelease release, std::string_view message, std::string_view name) {
  for (const MeshField& field : MeshFields()) {
    if (field.message == message && field.name == name && field.IsKnownTo(release)) return &field;
  }
  return nullptr;
}

constexpr MeshRelease kReleases[] = {MeshRelease::k0_5_0, MeshRelease::k0_5_1, MeshRelease::k0_6,
                                     MeshRelease::k0_7,   MeshRelease::k0_8,   MeshRelease::k1_0};

TEST(MeshSchemaTest, EveryFieldStandsOnceInARelease) {
  for (const MeshRelease release : kReleases) {
    for (const MeshField& field : MeshFields()) {
      if (field.IsKnownTo(release)) {
        EXPECT_EQ(Find(release, field.message, field.name), &field) << field.name;
      }
    }
  }
}

TEST(MeshSchemaTest, FieldsComeAndGo) {
  const struct {
    const char* message;
    const char* field;
    std::string known;  // One letter a release, in order.
  } cases[] = {
      {"MeshConfig", "EgressProxyAddress", "yynnnn"},
      {"MeshConfig", "MixerAddress", "yyyyyy"},
      {"MeshConfig", "MixerCheckServer", "nnyyyy"},
      {"MeshConfig", "MtlsExcludedServices", "yyyyyn"},
      {"MeshConfig", "SdsRefreshDelay", "nnnnny"},
      {"ProxyConfig", "Concurrency", "nyyyyy"},
      {"ProxyConfig", "InterceptionMode", "nnnnyy"},
      {"ProxyConfig", "Nope", "nnnnnn"},
  };
  for (const auto& [message, field, known] : cases) {
    std::string found;
    for (const MeshRelease release : kReleases) {
      found += Find(release, message, field) != nullptr ? 'y' : 'n';
    }
    EXPECT_EQ(found, known) << field;
  }
}

TEST(MeshSchemaTest, TheDiscoveryPortChangedWithZeroPointSeven) {
  std::vector<std::string> defaults;
  for (const MeshRelease release : kReleases) {
    defaults.emplace_back(Find(release, "ProxyConfig", "DiscoveryAddress")->default_text);
  }
  EXPECT_EQ(defaults, (std::vector<std::string>{"istio-pilot:15003", "istio-pilot:15003",
                                                "istio-pilot:15003", "istio-pilot:15007",
                                                "istio-pilot:15007", "istio-pilot:15007"}));
}

TEST(MeshSchemaTest, NamesEnumValues) {
  EXPECT_TRUE(IsMeshEnum("v1alpha1.AuthenticationPolicy"));
  EXPECT_FALSE(IsMeshEnum("v1alpha1.ProxyConfig"));
  EXPECT_FALSE(IsMeshEnum("int32"));
  EXPECT_EQ(MeshEnumName("v1alpha1.AuthenticationPolicy", 1000), "INHERIT");
  EXPECT_EQ(MeshEnumName("v1alpha1.MeshConfig_AuthPolicy", 1000), std::nullopt);
  EXPECT_EQ(MeshEnumName("v1alpha1.Nope", 0), std::nullopt);
  EXPECT_EQ(MeshEnumNumber("v1alpha1.MeshConfig_IngressControllerMode", "STRICT"), 2);
  EXPECT_EQ(MeshEnumNumber("v1alpha1.MeshConfig_IngressControllerMode", "strict"), std::nullopt);
}

TEST(MeshSchemaTest, ShowsButDoesNotReadWhatLaterReleasesAdded) {
  EXPECT_EQ(MeshEnumName("v1alpha1.ProxyConfig_InboundInterceptionMode", 2), "NONE");
  EXPECT_EQ(MeshEnumNumber("v1alpha1.ProxyConfig_InboundInterceptionMode", "NONE"), std::nullopt);
}

}  // namespace
}  // namespace sidecar::kubetypes
