#include "lib/kube/kubeconfig_file.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

std::string ErrorOf(std::string_view text) {
  const auto file = ParseKubeconfig(text, "/k");
  return file.has_value() ? "" : file.error().message;
}

TEST(KubeconfigFileTest, ReadsEveryField) {
  const auto file = ParseKubeconfig(R"(
apiVersion: v1
kind: Config
preferences: {}
current-context: x
clusters:
- name: c
  cluster:
    server: https://k8s
    tls-server-name: name
    insecure-skip-tls-verify: true
    certificate-authority: ca.crt
    certificate-authority-data: Y2E=
    proxy-url: http://p
    extensions:
    - name: other
      extension: 1
    - name: client.authentication.k8s.io/exec
      extension: {a: [1, true, "2", null, x]}
users:
- name: u
  user:
    client-certificate: c.crt
    client-certificate-data: Yw==
    client-key: c.key
    client-key-data: aw==
    token: t
    tokenFile: token
    username: me
    password: 12345
    as: other
    as-uid: "7"
    as-groups: [g, h]
    as-user-extra: {k: [v, w]}
    auth-provider: {name: gcp}
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: plugin
      args: [-a, --b]
      env: [{name: A, value: b}]
      installHint: install it
      interactiveMode: Never
      provideClusterInfo: true
contexts:
- name: x
  context: {cluster: c, user: u, namespace: ns}
)",
                                    "/k");
  ASSERT_TRUE(file.has_value()) << file.error().message;
  EXPECT_EQ(file->current_context, "x");
  const KubeconfigCluster& cluster = file->clusters.at("c");
  EXPECT_EQ(cluster.file, "/k");
  EXPECT_EQ(cluster.server, "https://k8s");
  EXPECT_EQ(cluster.tls_server_name, "name");
  EXPECT_TRUE(cluster.insecure_skip_tls_verify);
  EXPECT_EQ(cluster.certificate_authority, "ca.crt");
  EXPECT_EQ(cluster.certificate_authority_data, "Y2E=");
  EXPECT_EQ(cluster.proxy_url, "http://p");
  EXPECT_EQ(cluster.exec_config_json, R"({"a":[1,true,"2",null,"x"]})");
  const KubeconfigUser& user = file->users.at("u");
  EXPECT_EQ(user.client_certificate, "c.crt");
  EXPECT_EQ(user.client_key_data, "aw==");
  EXPECT_EQ(user.token_file, "token");
  EXPECT_EQ(user.password, "12345");
  EXPECT_EQ(user.impersonation.user, "other");
  EXPECT_EQ(user.impersonation.groups, (std::vector<std::string>{"g", "h"}));
  ASSERT_EQ(user.impersonation.extra.size(), 2U);
  EXPECT_EQ(user.impersonation.extra[1].second, "w");
  EXPECT_EQ(user.auth_provider, "gcp");
  ASSERT_TRUE(user.exec.has_value());
  EXPECT_EQ(user.exec->arguments, (std::vector<std::string>{"-a", "--b"}));
  EXPECT_EQ(user.exec->environment.front().first, "A");
  EXPECT_EQ(user.exec->interactive_mode, InteractiveMode::kNever);
  EXPECT_TRUE(user.provide_cluster_info);
  EXPECT_EQ(file->contexts.at("x").namespace_name, "ns");
}

TEST(KubeconfigFileTest, NothingIsAnEmptyFile) {
  for (const char* const text : {"", "\n", "---\n", "null", "{}", "apiVersion: v1\nkind: Config\n",
                                 "clusters: null\nusers: []\ncurrent-context: \"\"\n"}) {
    const auto file = ParseKubeconfig(text, "/k");
    ASSERT_TRUE(file.has_value()) << text << file.error().message;
    EXPECT_TRUE(file->IsEmpty()) << text;
  }
}

TEST(KubeconfigFileTest, ErrorsNameTheField) {
  EXPECT_EQ(ErrorOf("[1]"), "kubeconfig /k: the file: must be a mapping");
  EXPECT_EQ(ErrorOf("kind: Pod"), "kubeconfig /k: kind: must be Config, not \"Pod\"");
  EXPECT_EQ(ErrorOf("clusters: {}"), "kubeconfig /k: clusters: must be a list");
  EXPECT_EQ(ErrorOf("clusters: [1]"), "kubeconfig /k: clusters[0]: must be a mapping");
  EXPECT_EQ(ErrorOf("clusters: [{name: a}, {name: c, cluster: {server: [1]}}]"),
            "kubeconfig /k: clusters[1].cluster.server: must be a string");
  EXPECT_EQ(ErrorOf("clusters: [{name: c, cluster: {insecure-skip-tls-verify: maybe}}]"),
            "kubeconfig /k: clusters[0].cluster.insecure-skip-tls-verify: must be true or false");
  EXPECT_EQ(ErrorOf("users: [{name: u, user: {as-groups: g}}]"),
            "kubeconfig /k: users[0].user.as-groups: must be a list");
  EXPECT_EQ(ErrorOf("users: [{name: u, user: {exec: {command: x}}}]"),
            "kubeconfig /k: users[0].user.exec.apiVersion: \"\" is not supported: must be "
            "client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1");
  EXPECT_EQ(
      ErrorOf("users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}]"),
      "kubeconfig /k: users[0].user.exec.command: must be set");
  EXPECT_EQ(ErrorOf("a: b\nc: [\n"), "kubeconfig /k: line 3: end of sequence flow not found");
}

TEST(KubeconfigFileTest, SecretsAreNotQuoted) {
  for (const char* const text : {"users: [{name: u, user: {token: [secret]}}]",
                                 "users: [{name: u, user: {as-user-extra: {k: secret}}}]"}) {
    EXPECT_NE(ErrorOf(text), "");
    EXPECT_EQ(ErrorOf(text).find("secret"), std::string::npos);
  }
}

TEST(KubeconfigFileTest, HostileTextsEndInAnError) {
  EXPECT_NE(ErrorOf(std::string(100'000, '[')), "");
  EXPECT_NE(ErrorOf(std::string(100'000, '{')), "");
  std::string aliases = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const char before = static_cast<char>(c - 1);
    aliases.append({c}).append(": &").append({c}).append(" [");
    for (int i = 0; i < 10; ++i) aliases.append("*").append({before}).append(i < 9 ? ", " : "]\n");
  }
  aliases +=
      "clusters: [{name: c, cluster: {extensions: "
      "[{name: client.authentication.k8s.io/exec, extension: *j}]}}]\n";
  EXPECT_EQ(ErrorOf(aliases),
            "kubeconfig /k: clusters[0].cluster.extensions[0].extension: is too large");
}

}  // namespace
}  // namespace sidecar::kube
