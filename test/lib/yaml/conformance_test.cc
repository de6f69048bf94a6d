#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test/conformance/yaml_cases.h"

namespace sidecar::yaml {
namespace {

namespace fs = std::filesystem;

// Results of real Go, kept beside the repository.
fs::path ConformanceDir() {
  return fs::path(SIDECAR_SOURCE_DIR) / "../shared/conformance";
}

bool InCi() {
  const char* const ci = std::getenv("CI");  // NOLINT(concurrency-mt-unsafe)
  return ci != nullptr && std::string_view(ci) == "true";
}

class YamlConformanceTest : public testing::TestWithParam<const char*> {};

TEST_P(YamlConformanceTest, EveryCaseGivesWhatGoGives) {
  const fs::path file = ConformanceDir() / "gotemplate" / GetParam();
  if (!fs::exists(file)) {
    ASSERT_FALSE(InCi()) << file << " is missing";
    GTEST_SKIP() << file << " is missing";
  }
  std::ifstream stream(file);
  const nlohmann::json cases = nlohmann::json::parse(stream);
  ASSERT_FALSE(cases.empty());
  for (const nlohmann::json& test_case : cases) {
    const std::optional<std::string> failure = conformance::RunYamlCase(test_case);
    EXPECT_FALSE(failure) << test_case.at("name") << ":\n" << *failure;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, YamlConformanceTest,
                         testing::Values("yaml.json", "yaml_marshal.json"));

}  // namespace
}  // namespace sidecar::yaml
