#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/inject/config.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/mesh_config.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/parser.h"

namespace sidecar::inject {

// Decoded objects, meshes and configurations for tests.
class PodFixture : public testing::Test {
 protected:
  gotemplate::Value Decode(std::string_view kind, std::string_view text) {
    const Result<yaml::Node> node = yaml::ParseYaml(text, arena_);
    EXPECT_TRUE(node.has_value()) << node.error().message;
    return *kubetypes::Decode(*node, kubetypes::WorkloadType(kind), arena_);
  }

  PodParts Pod(std::string_view text) { return *FindPod(Decode("Pod", text), "Pod"); }

  static std::shared_ptr<const kubetypes::MeshConfig> Mesh() {
    return std::make_shared<const kubetypes::MeshConfig>(
        kubetypes::DefaultMeshConfig(kubetypes::MeshRelease::k0_5_0));
  }

  static std::shared_ptr<const Config> Compile(std::string text, Compat compat = Compat::k0_5_0) {
    return *Config::Compile({.policy = "enabled", .template_text = std::move(text), .warnings = {}},
                            compat);
  }

  Arena arena_;
};

}  // namespace sidecar::inject
