#include "lib/inject/compat.h"

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

TEST(CompatTest, ReadsReleasesWithAndWithoutPatchLevel) {
  EXPECT_EQ(ParseCompat("0.5"), Compat::k0_5_0);
  EXPECT_EQ(ParseCompat("0.5.1"), Compat::k0_5_1);
  EXPECT_EQ(ParseCompat("0.6"), Compat::k0_6);
  EXPECT_EQ(ParseCompat("0.7.1"), Compat::k0_7);
  EXPECT_EQ(ParseCompat("0.8.0"), Compat::k0_8);
  EXPECT_EQ(ParseCompat("1.0"), Compat::k1_0);
}

TEST(CompatTest, RejectsEverythingElse) {
  for (const std::string_view text : {"", "0", "0.5.2", "0.50", "0.6.", "0.6.x", "1.1", "v0.6"}) {
    EXPECT_EQ(ParseCompat(text), std::nullopt) << text;
  }
}

TEST(CompatTest, NamesReadBack) {
  for (const Compat compat :
       {Compat::k0_5_0, Compat::k0_5_1, Compat::k0_6, Compat::k0_7, Compat::k0_8, Compat::k1_0}) {
    EXPECT_EQ(ParseCompat(ToString(compat)), compat);
  }
}

TEST(CompatTest, DelimitersAndDiscoveryPortChangedOverTime) {
  EXPECT_EQ(TemplateDelimiters(Compat::k0_7).first, "{{");
  EXPECT_EQ(TemplateDelimiters(Compat::k0_8).second, "]]");
  EXPECT_EQ(DefaultDiscoveryAddress(Compat::k0_6), "istio-pilot:15003");
  EXPECT_EQ(DefaultDiscoveryAddress(Compat::k0_7), "istio-pilot:15007");
}

TEST(CompatTest, EachReleaseHasItsMeshConfiguration) {
  EXPECT_EQ(MeshReleaseOf(Compat::k0_5_0), kubetypes::MeshRelease::k0_5_0);
  EXPECT_EQ(MeshReleaseOf(Compat::k0_7), kubetypes::MeshRelease::k0_7);
  EXPECT_EQ(MeshReleaseOf(Compat::k1_0), kubetypes::MeshRelease::k1_0);
}

}  // namespace
}  // namespace sidecar::inject
