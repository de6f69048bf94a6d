#include "lib/kube/client_config.h"

#include <map>

#include <gtest/gtest.h>

#include "test/support/temp_folder.h"

namespace sidecar::kube {
namespace {

// A machine's files and variables.
struct Machine {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> variables;

  ReadFile reader() {
    return [this](const std::string& path) -> Result<std::optional<std::string>> {
      const auto file = files.find(path);
      if (file == files.end()) return std::optional<std::string>();
      return std::optional<std::string>(file->second);
    };
  }
  ReadEnvironment environment() {
    return [this](const std::string& name) { return variables[name]; };
  }
  Result<ClientConfig> InCluster() {
    return InClusterConfig({.folder = "/sa", .read_file = reader(), .environment = environment()});
  }
  Result<ClientConfig> Load(const std::string& path = "") {
    return LoadClientConfig(
        {.path = path, .context = "", .read_file = reader(), .environment = environment()},
        {.folder = "/sa", .read_file = reader(), .environment = environment()});
  }
};

Machine Pod() {
  Machine pod;
  pod.variables = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
  pod.files = {{"/sa/token", "t"}, {"/sa/ca.crt", "ca"}, {"/sa/namespace", "here\n"}};
  return pod;
}

TEST(InClusterConfigTest, IsWhatThePodWasGiven) {
  Machine pod = Pod();
  const auto config = pod.InCluster();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->endpoint.host, "10.96.0.1");
  EXPECT_EQ(config->endpoint.port, 443);
  EXPECT_TRUE(config->endpoint.tls);
  EXPECT_EQ(config->token_file, "/sa/token");
  EXPECT_EQ(config->ca_pem, "ca");
  EXPECT_EQ(config->namespace_name, "here");
}

TEST(InClusterConfigTest, TakesIpv6) {
  Machine pod = Pod();
  pod.variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(pod.InCluster()->endpoint.host, "fd00::1");
}

TEST(InClusterConfigTest, SaysWhatIsMissing) {
  Machine nowhere;
  EXPECT_EQ(nowhere.InCluster().error().code, ErrorCode::kNotFound);
  for (const char* const file : {"/sa/token", "/sa/ca.crt"}) {
    Machine pod = Pod();
    pod.files.erase(file);
    EXPECT_NE(pod.InCluster().error().message.find(file), std::string::npos);
    EXPECT_EQ(pod.InCluster().error().code, ErrorCode::kInvalidArgument);
  }
  Machine pod = Pod();
  pod.variables["KUBERNETES_SERVICE_PORT"] = "x";
  EXPECT_FALSE(pod.InCluster().has_value());
  pod = Pod();
  pod.variables["HTTPS_PROXY"] = "http://proxy";
  EXPECT_NE(pod.InCluster().error().message.find("HTTPS_PROXY"), std::string::npos);
  pod.variables["NO_PROXY"] = "10.96.0.0/12";
  EXPECT_TRUE(pod.InCluster().has_value());
}

constexpr const char* kConfig =
    "clusters: [{name: c, cluster: {server: 'https://k8s'}}]\n"
    "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n";

TEST(LoadClientConfigTest, PrefersAKubeconfigAndFallsBackToThePod) {
  Machine pod = Pod();
  EXPECT_EQ(pod.Load()->endpoint.host, "10.96.0.1");
  pod.variables["HOME"] = "/home/me";
  EXPECT_EQ(pod.Load()->endpoint.host, "10.96.0.1");
  pod.files["/home/me/.kube/config"] = "";
  EXPECT_EQ(pod.Load()->endpoint.host, "10.96.0.1");
  pod.files["/home/me/.kube/config"] = kConfig;
  EXPECT_EQ(pod.Load()->endpoint.host, "k8s");
}

TEST(LoadClientConfigTest, WhatIsNamedMustBeThere) {
  Machine pod = Pod();
  EXPECT_EQ(pod.Load("/no/config").error().message,
            "kubernetes configuration file \"/no/config\" does not exist");
  Machine nowhere;
  nowhere.variables["HOME"] = "/home/me";
  EXPECT_EQ(nowhere.Load().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(nowhere.Load().error().message,
            "no Kubernetes configuration: /home/me/.kube/config does not exist");
}

TEST(ReadFileFromDiskTest, TellsAbsentFromUnreadable) {
  const testing_support::TempFolder folder;
  folder.Write("a", "text");
  EXPECT_EQ(*ReadFileFromDisk(folder.Path("a")), "text");
  EXPECT_EQ(*ReadFileFromDisk(folder.Path("b")), std::nullopt);
  EXPECT_EQ(*ReadFileFromDisk(folder.Path("a/b")), std::nullopt);
  EXPECT_FALSE(ReadFileFromDisk(folder.Path("")).has_value());
}

}  // namespace
}  // namespace sidecar::kube
