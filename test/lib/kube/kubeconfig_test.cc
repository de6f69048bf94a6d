#include <map>

#include <gtest/gtest.h>

#include "lib/kube/client_config.h"

namespace sidecar::kube {
namespace {

class KubeconfigTest : public testing::Test {
 protected:
  Result<ClientConfig> Load(const std::string& path = "/k/config",
                            const std::string& context = "") {
    KubeconfigOptions options;
    options.path = path;
    options.context = context;
    options.read_file = [this](const std::string& name) -> Result<std::optional<std::string>> {
      const auto file = files_.find(name);
      if (file == files_.end()) return std::optional<std::string>();
      return std::optional<std::string>(file->second);
    };
    options.environment = [this](const std::string& name) { return variables_[name]; };
    return LoadKubeconfig(options);
  }
  std::string Failure(const std::string& path = "/k/config", const std::string& context = "") {
    const auto config = Load(path, context);
    return config.has_value() ? "" : config.error().message;
  }
  // One cluster and one user with these fields.
  void Write(const std::string& cluster, const std::string& user) {
    files_["/k/config"] = "clusters: [{name: c, cluster: {" + cluster +
                          "}}]\nusers: [{name: u, user: {" + user +
                          "}}]\ncontexts: [{name: x, context: {cluster: c, user: u, namespace: "
                          "ns}}]\ncurrent-context: x\n";
  }

  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> variables_;
};

constexpr const char* kServer = "server: 'https://k8s:6443/prefix/'";

TEST_F(KubeconfigTest, FollowsTheCurrentContext) {
  Write(kServer, "token: t");
  const auto config = Load();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->source, "kubeconfig /k/config, context \"x\", user \"u\"");
  EXPECT_EQ(config->endpoint.host, "k8s");
  EXPECT_EQ(config->endpoint.port, 6443);
  EXPECT_EQ(config->path_prefix, "/prefix");
  EXPECT_EQ(config->namespace_name, "ns");
  EXPECT_EQ(config->token, "t");
  EXPECT_TRUE(config->warnings.empty());
}

TEST_F(KubeconfigTest, PathsAreRelativeToTheFile) {
  Write(std::string(kServer) + ", certificate-authority: ca.crt",
        "client-certificate: pki/c.crt, client-key: /abs/c.key, tokenFile: token");
  files_["/k/ca.crt"] = "ca";
  files_["/k/pki/c.crt"] = "cert";
  files_["/abs/c.key"] = "key";
  const auto config = Load();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->ca_pem, "ca");
  EXPECT_EQ(config->certificate_pem, "cert");
  EXPECT_EQ(config->key_pem, "key");
  EXPECT_EQ(config->token_file, "/k/token");
}

TEST_F(KubeconfigTest, DataBeatsPaths) {
  Write(std::string(kServer) + ", certificate-authority: no, certificate-authority-data: Y2E=",
        "client-certificate: no, client-certificate-data: Y2VydA==, client-key-data: a2V5");
  const auto config = Load();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->ca_pem, "ca");
  EXPECT_EQ(config->certificate_pem, "cert");
}

TEST_F(KubeconfigTest, OfSeveralFilesTheFirstToSaySomethingCounts) {
  files_["/a"] = "clusters: [{name: c, cluster: {server: 'https://first'}}]\n";
  files_["/b"] =
      "clusters: [{name: c, cluster: {server: 'https://second'}}]\n"
      "contexts: [{name: x, context: {cluster: c}}, {name: y, context: {cluster: c}}]\n"
      "current-context: y\n";
  files_["/c"] = "current-context: x\n";
  variables_["KUBECONFIG"] = "/missing::/a:/b:/c";
  const auto config = Load("");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->endpoint.host, "first");
  EXPECT_EQ(config->source, "kubeconfig /b, context \"y\"");
  EXPECT_EQ(Load("", "x")->source, "kubeconfig /b, context \"x\"");
}

TEST_F(KubeconfigTest, SaysWhatDoesNotExist) {
  EXPECT_EQ(Failure("/nowhere"), "kubernetes configuration file \"/nowhere\" does not exist");
  variables_["KUBECONFIG"] = "/a:/b";
  EXPECT_EQ(Failure(""), "no Kubernetes configuration: /a, /b does not exist");
  Write(kServer, "");
  EXPECT_EQ(Failure("/k/config", "z"),
            "kubeconfig /k/config: context \"z\" does not exist (there are: x)");
  files_["/k/config"] = "contexts: [{name: x, context: {cluster: c}}]";
  EXPECT_EQ(Failure(),
            "kubeconfig /k/config: no current-context: name a context with --context (there are: "
            "x)");
  EXPECT_EQ(Failure("/k/config", "x"),
            "kubeconfig /k/config: context \"x\": cluster \"c\" does not exist (there are: none)");
  files_["/k/config"] =
      "clusters: [{name: c, cluster: {server: k8s}}]\n"
      "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: y";
  EXPECT_EQ(Failure(), "kubeconfig /k/config: current-context \"y\" does not exist (there are: x)");
  EXPECT_EQ(Failure("/k/config", "x"),
            "kubeconfig /k/config: context \"x\": user \"u\" does not exist (there are: none)");
}

TEST_F(KubeconfigTest, ErrorsNameFileEntryAndField) {
  const std::string cluster = "kubeconfig /k/config: cluster \"c\": ";
  const std::string user = "kubeconfig /k/config: user \"u\": ";
  const auto failure = [&](const std::string& cluster_fields, const std::string& user_fields) {
    Write(cluster_fields, user_fields);
    return Failure();
  };
  EXPECT_EQ(failure("", ""), cluster + "server: must be set");
  EXPECT_EQ(failure("server: 'ftp://x'", ""), cluster + "server: the scheme must be https or http");
  EXPECT_EQ(failure("server: k, certificate-authority-data: '%'", ""),
            cluster + "certificate-authority-data: invalid base64");
  EXPECT_EQ(failure("server: k, certificate-authority: no", ""),
            cluster + "certificate-authority: /k/no does not exist");
  EXPECT_EQ(
      failure("server: k, certificate-authority-data: Y2E=, insecure-skip-tls-verify: true", ""),
      cluster + "specifying a root certificates file with the insecure flag is not allowed");
  EXPECT_EQ(failure("server: k, proxy-url: 'http://p'", ""),
            cluster + "proxy-url: proxies are not supported");
  EXPECT_EQ(failure(kServer, "client-key-data: a2V5"),
            user + "client-key without client-certificate");
  EXPECT_EQ(failure(kServer, "client-certificate-data: a2V5"),
            user + "client-certificate without client-key");
  EXPECT_EQ(failure(kServer, "auth-provider: {name: gcp}"),
            user + "auth-provider \"gcp\" is not supported: use an exec credential plugin");
  EXPECT_EQ(failure(kServer, "token: t, username: u"),
            user +
                "more than one authentication method found; found [token, basicAuth], only one "
                "is allowed");
  EXPECT_EQ(failure(kServer, "as-groups: [g]"),
            user + "as-uid, as-groups and as-user-extra need as");
  variables_["HTTPS_PROXY"] = "http://p";
  EXPECT_EQ(failure(kServer, ""),
            cluster +
                "server: environment variable HTTPS_PROXY asks for a proxy, which is not "
                "supported; except k8s from it in NO_PROXY");
}

TEST_F(KubeconfigTest, UnverifiedTlsIsToldAndWorks) {
  Write("server: 'https://k8s', insecure-skip-tls-verify: true", "");
  const auto config = Load();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_TRUE(config->insecure_skip_verify);
  ASSERT_EQ(config->warnings.size(), 1U);
  EXPECT_EQ(config->warnings[0],
            "the certificate of https://k8s is not verified (insecure-skip-tls-verify)");
}

TEST_F(KubeconfigTest, APluginIsFoundBesideTheFileOrInThePath) {
  const std::string exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ";
  Write(kServer, exec + "bin/plugin}");
  EXPECT_EQ(Load()->exec->command, "/k/bin/plugin");
  Write(kServer, exec + "plugin}");
  EXPECT_EQ(Load()->exec->command, "plugin");
  EXPECT_EQ(Load()->exec->cluster_json, "");
  Write(std::string(kServer) + ", certificate-authority-data: Y2E=",
        exec + "plugin, provideClusterInfo: true}");
  EXPECT_EQ(Load()->exec->cluster_json,
            R"({"certificate-authority-data":"Y2E=","server":"https://k8s:6443/prefix/"})");
}

}  // namespace
}  // namespace sidecar::kube
