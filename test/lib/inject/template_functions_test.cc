#include "lib/inject/template_functions.h"

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

TEST(TemplateFunctionsTest, OffersThoseOfAllReleases) {
  for (const char* const name :
       {"formatDuration", "isset", "annotation", "applicationPorts", "toYaml", "default"}) {
    EXPECT_TRUE(TemplateFunctions().contains(name)) << name;
  }
  EXPECT_TRUE(TemplateFunctions().find("toYaml")->second.emits_structure);
  EXPECT_FALSE(TemplateFunctions().find("annotation")->second.emits_structure);
}

}  // namespace
}  // namespace sidecar::inject
