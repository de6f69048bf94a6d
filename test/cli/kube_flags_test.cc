#include "cli/kube_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

TEST(KubeFlagsTest, AreSpelledAsIstioctlSpellsThem) {
  KubeFlags flags;
  CLI::App app;
  AddKubeFlags(app, flags);
  app.parse("-c file --context one -n ns");
  EXPECT_EQ(flags.kubeconfig, "file");
  EXPECT_EQ(flags.context, "one");
  EXPECT_EQ(flags.namespace_name, "ns");
  app.parse("--kubeconfig=other --namespace=n");
  EXPECT_EQ(flags.kubeconfig, "other");
  EXPECT_EQ(flags.namespace_name, "n");
}

}  // namespace
}  // namespace sidecar::cli
