#pragma once

#include <gtest/gtest.h>

#include "cli/cluster_client.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {

// A test against an API server that holds what the test puts there.
class ClusterTest : public testing::Test {
 protected:
  ClusterClient Connect() {
    KubeFlags flags;
    flags.kubeconfig = folder_ / "config";
    WriteFile(flags.kubeconfig, KubeconfigText(server_.port()));
    return *ClusterClient::Connect(flags);
  }

  testing_support::FakeApiServer server_;
  Folder folder_;
};

}  // namespace sidecar::cli
