// Usage: cluster_commands PROGRAM [PODS]. Runs `status -A` and `check -A`
// against an API server in memory with so many pods (50,000, ten of each Deployment) and prints
// what each takes: seconds, CPU seconds, peak memory in MiB. Exit status 1 if one needs more than
// 64 MiB.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/kube/protocol/resources.h"
#include "test/support/fake_api_server.h"

namespace {

using nlohmann::json;
using sidecar::testing_support::FakeApiServer;
namespace kube = sidecar::kube;

constexpr double kMostMebibytes = 64;
constexpr int kPodsOfAnOwner = 10;
constexpr int kOwnersOfANamespace = 50;

constexpr const char* kConfig =
    "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n"
    "    image: istio/proxy:2\n";
constexpr const char* kStatus =
    R"({"version":"old","initContainers":null,"containers":["istio-proxy"],"volumes":null})";

std::string NamespaceOf(int owner) {
  return "team-" + std::to_string(owner / kOwnersOfANamespace);
}

json Container(const std::string& name) {
  const json probe = {{"httpGet", {{"path", "/healthz"}, {"port", 8080}, {"scheme", "HTTP"}}},
                      {"timeoutSeconds", 1},
                      {"periodSeconds", 10},
                      {"successThreshold", 1},
                      {"failureThreshold", 3}};
  const json variable = {{"name", "SOME_VARIABLE"}, {"value", "a value as long as they often are"}};
  return {
      {"name", name},
      {"image", "registry.example.com/team/" + name + ":1.2.3"},
      {"env", json::array({variable, variable, variable})},
      {"ports", json::array({{{"name", "http"}, {"containerPort", 8080}, {"protocol", "TCP"}}})},
      {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "128Mi"}}}}},
      {"livenessProbe", probe},
      {"readinessProbe", probe},
      {"terminationMessagePath", "/dev/termination-log"},
      {"imagePullPolicy", "IfNotPresent"}};
}

json Template(int owner) {
  const std::string name = "app-" + std::to_string(owner);
  return {{"metadata", {{"labels", {{"app", name}, {"version", "v1"}}}}},
          {"spec", {{"containers", json::array({Container("app")})}}}};
}

// As a real server shows one, some 4 KB: two thirds are managedFields and status. A third is
// injected, by a template of before.
json Pod(int number) {
  const int owner = number / kPodsOfAnOwner;
  const std::string app = "app-" + std::to_string(owner);
  json pod = Template(owner);
  json& metadata = pod["metadata"];
  metadata["name"] = app + "-5796df9696-" + std::to_string(number);
  metadata["namespace"] = NamespaceOf(owner);
  metadata["uid"] = "uid-" + std::to_string(number);
  metadata["creationTimestamp"] = "2026-01-01T00:00:00Z";
  metadata["labels"]["pod-template-hash"] = "5796df9696";
  metadata["ownerReferences"] = json::array({{{"apiVersion", "apps/v1"},
                                              {"kind", "ReplicaSet"},
                                              {"name", app + "-5796df9696"},
                                              {"uid", "uid"},
                                              {"controller", true}}});
  metadata["managedFields"] =
      json::array({{{"manager", "kube-controller-manager"}, {"fieldsV1", std::string(1500, 'f')}}});
  if (owner % 3 == 0) {
    metadata["annotations"] = {{"sidecar.istio.io/status", kStatus}};
    pod["spec"]["containers"].push_back(Container("istio-proxy"));
  }
  pod["status"] = {{"phase", "Running"}, {"message", std::string(900, 's')}};
  return pod;
}

int NumberIn(const std::string& target, const std::string& parameter, int otherwise) {
  const std::size_t at = target.find(parameter + '=');
  return at == std::string::npos ? otherwise : std::atoi(&target[at + parameter.size() + 1]);
}

std::string Page(const std::string& target, int pods) {
  const int first = NumberIn(target, "continue", 0);
  const int last = std::min(pods, first + NumberIn(target, "limit", pods));
  json list = {{"kind", "PodList"},
               {"apiVersion", "v1"},
               {"metadata", {{"resourceVersion", "1"}}},
               {"items", json::array()}};
  for (int i = first; i < last; ++i) list["items"].push_back(Pod(i));
  if (last < pods) list["metadata"]["continue"] = std::to_string(last);
  return list.dump();
}

void Fill(FakeApiServer& server, int pods) {
  const int owners = (pods + kPodsOfAnOwner - 1) / kPodsOfAnOwner;
  // Made when asked for: to keep them would take gigabytes.
  server.SetIntercept([pods](const FakeApiServer::Request& request) {
    constexpr std::string_view kPath = "/api/v1/pods?";
    if (!request.target.starts_with(kPath)) return std::optional<FakeApiServer::Answer>();
    return std::optional(FakeApiServer::Answer{.status = 200, .body = Page(request.target, pods)});
  });
  for (int i = 0; i < owners; ++i) {
    const std::string name = "app-" + std::to_string(i);
    const json labels = {{"app", name}};
    server.Put(kube::kDeployments, {{"metadata", {{"name", name}, {"namespace", NamespaceOf(i)}}},
                                    {"spec",
                                     {{"replicas", kPodsOfAnOwner},
                                      {"selector", {{"matchLabels", labels}}},
                                      {"template", Template(i)}}}});
    server.Put(kube::kServices, {{"metadata", {{"name", name}, {"namespace", NamespaceOf(i)}}},
                                 {"spec",
                                  {{"selector", labels},
                                   {"ports", json::array({{{"name", "http-web"},
                                                           {"port", 80},
                                                           {"targetPort", 8080},
                                                           {"protocol", "TCP"}}})}}}});
    if (i % kOwnersOfANamespace != 0) continue;
    server.Put(
        kube::kNamespaces,
        {{"metadata", {{"name", NamespaceOf(i)}, {"labels", {{"istio-injection", "enabled"}}}}}});
  }
  server.Put(kube::kMutatingWebhooks, json::parse(R"({"metadata":{"name":"i"},"webhooks":[{
      "name":"sidecar-injector.istio.io","namespaceSelector":{"matchLabels":
      {"istio-injection":"enabled"}},"rules":[{"operations":["CREATE"],"apiGroups":[""],
      "apiVersions":["v1"],"resources":["pods"]}]}]})"));
  server.Put(kube::kConfigMaps,
             {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
              {"data", {{"config", kConfig}}}});
}

// Serves the pods until it is killed; tells `answer` the port.
[[noreturn]] void Host(int pods, int answer) {
  FakeApiServer server;
  Fill(server, pods);
  const std::uint16_t port = server.port();
  if (write(answer, &port, sizeof(port)) != sizeof(port)) _exit(2);
  while (true) pause();
}

struct Cost {
  double seconds = 0;
  double cpu = 0;
  double mebibytes = 0;
  int exit_code = -1;
};

Cost Run(const std::string& program, std::vector<std::string> words) {
  words.insert(words.begin(), program);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const auto begun = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {took.count(), seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024,
          WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: cluster_commands PROGRAM [PODS]\n", stderr);
    return 2;
  }
  const int pods = argc > 2 ? std::atoi(argv[2]) : 50'000;
  // The kernel counts what a process was before exec as its peak, too: who starts the program must
  // not hold the pods.
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return 2;
  const pid_t host = fork();
  if (host == 0) Host(pods, ends[1]);
  std::uint16_t port = 0;
  if (read(ends[0], &port, sizeof(port)) != sizeof(port)) return 2;
  const auto kubeconfig =
      std::filesystem::temp_directory_path() / ("cluster_commands." + std::to_string(getpid()));
  std::ofstream(kubeconfig)
      << "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: "
         "'http://127.0.0.1:"
      << port
      << "'}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
         "users: [{name: u, user: {}}]\ncurrent-context: c\n";
  const std::string config = "--kubeconfig=" + kubeconfig.string();
  bool is_good = true;
  for (const char* const command : {"status", "check"}) {
    const Cost cost = Run(argv[1], {command, "-A", config, "-o", "json"});
    std::printf("%s -A, %d pods: %.1f s, %.1f CPU seconds, peak %.1f MiB, exit code %d\n", command,
                pods, cost.seconds, cost.cpu, cost.mebibytes, cost.exit_code);
    is_good =
        is_good && cost.exit_code >= 0 && cost.exit_code <= 1 && cost.mebibytes <= kMostMebibytes;
  }
  std::filesystem::remove(kubeconfig);
  kill(host, SIGKILL);
  waitpid(host, nullptr, 0);
  return is_good ? 0 : 1;
}
