// Usage: controller_memory PROGRAM [NAMESPACES]. Runs `controller` against an API server in memory
// with so many namespaces (10,000) and prints what it takes: resident memory in MiB when idle, at
// its peak, and after the list was repeated three times; CPU seconds of ten idle seconds. Exit
// status 1 if it rests above 30 MiB.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/kube/protocol/resources.h"
#include "test/support/fake_api_server.h"

namespace {

using nlohmann::json;
using sidecar::testing_support::FakeApiServer;

constexpr double kMostMebibytes = 30;
constexpr int kRelists = 3;       // Each comes later than the one before.
constexpr int kAsksPerCut = 100;  // About every two seconds.
constexpr std::chrono::seconds kIdle{10};

// A namespace as a real server shows it: four fifths of it is managedFields.
json Namespace(int number) {
  const std::string name = "team-" + std::to_string(number) + "-production";
  json labels = {{"kubernetes.io/metadata.name", name},
                 {"team", "team-" + std::to_string(number % 97)},
                 {"pod-security.kubernetes.io/enforce", "baseline"}};
  if (number % 3 == 0) labels["istio-injection"] = "enabled";
  const json fields = json::parse(
      R"({"f:metadata":{"f:annotations":{".":{},"f:owner":{},"f:cost-centre":{}},"f:labels":{".":{},
          "f:istio-injection":{},"f:kubernetes.io/metadata.name":{},"f:team":{},
          "f:pod-security.kubernetes.io/enforce":{}}},"f:spec":{"f:finalizers":{}}})");
  const json managed = {
      {"manager", "kubectl-client-side-apply"}, {"operation", "Update"},    {"apiVersion", "v1"},
      {"time", "2026-01-01T00:00:00Z"},         {"fieldsType", "FieldsV1"}, {"fieldsV1", fields}};
  return {{"metadata",
           {{"name", name},
            {"labels", labels},
            {"annotations", {{"owner", "someone@example.com"}, {"cost-centre", "4711"}}},
            {"managedFields", json::array({managed, managed})}}}};
}

int Connect(std::uint16_t port) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return client;
  }
  close(client);
  return -1;
}

// The answer's text; empty where nobody answers.
std::string Get(std::uint16_t port, const std::string& path) {
  const int client = Connect(port);
  if (client < 0) return {};
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  std::string reply;
  if (write(client, request.data(), request.size()) > 0) {
    char buffer[4096];
    ssize_t count = 0;
    while ((count = read(client, buffer, sizeof(buffer))) > 0) {
      reply.append(buffer, static_cast<std::size_t>(count));
    }
  }
  close(client);
  return reply;
}

double Metric(std::uint16_t port, const std::string& series) {
  const std::string page = Get(port, "/metrics");
  const std::size_t at = page.find('\n' + series + ' ');
  return at == std::string::npos ? -1 : std::stod(page.substr(at + series.size() + 2));
}

// A line of /proc/PID/status, in MiB.
double Mebibytes(pid_t process, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string word;
  while (status >> word) {
    double kibibytes = 0;
    if (word == field + ':' && status >> kibibytes) return kibibytes / 1024;
  }
  return -1;
}

void WaitFor(const char* what, const std::function<bool()>& condition) {
  const auto latest = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > latest) {
      std::fprintf(stderr, "gave up waiting: %s\n", what);
      std::exit(2);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// The program ends with this one, however that ends.
pid_t Start(const std::string& program, const std::string& kubeconfig, std::uint16_t admin_port) {
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string admin = "--adminPort=" + std::to_string(admin_port);
  const std::string config = "--kubeconfig=" + kubeconfig;
  execl(program.c_str(), program.c_str(), "controller", config.c_str(), admin.c_str(),
        "--adminAddress=127.0.0.1", "--port=0", "--defaultConfig=release", "--manageWebhook",
        "--drainDelay=0s", "--log_output_level=error", nullptr);
  _exit(127);
}

std::uint16_t FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(listener, reinterpret_cast<const sockaddr*>(&address), size);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: controller_memory PROGRAM [NAMESPACES]\n", stderr);
    return 2;
  }
  const int namespaces = argc > 2 ? std::atoi(argv[2]) : 10'000;
  FakeApiServer server;
  for (int i = 0; i < namespaces; ++i) server.Put(sidecar::kube::kNamespaces, Namespace(i));

  const auto kubeconfig =
      std::filesystem::temp_directory_path() / ("controller_memory." + std::to_string(getpid()));
  std::ofstream(kubeconfig)
      << "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: "
         "'http://127.0.0.1:"
      << server.port()
      << "'}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
         "users: [{name: u, user: {}}]\ncurrent-context: c\n";
  const std::uint16_t admin_port = FreePort();
  const pid_t process = Start(argv[1], kubeconfig, admin_port);
  const auto counted = [&] {
    return Metric(admin_port, "sidecar_injector_namespaces{injection=\"enabled\"}") ==
           (namespaces + 2) / 3;
  };
  WaitFor("the namespaces are listed", counted);
  WaitFor("it is ready",
          [&] { return Get(admin_port, "/readyz").find(" 200 ") != std::string::npos; });
  std::filesystem::remove(kubeconfig);

  const double cpu_before = Metric(admin_port, "process_cpu_seconds_total");
  std::this_thread::sleep_for(kIdle);
  const double cpu = Metric(admin_port, "process_cpu_seconds_total") - cpu_before;
  const double idle = Mebibytes(process, "VmRSS");
  const double peak = Mebibytes(process, "VmHWM");

  const std::string lists =
      "sidecar_injector_watch_lists_total{resource=\"namespaces\",selector=\"\"}";
  for (int i = 1; i <= kRelists; ++i) {
    const double before = Metric(admin_port, lists);
    int asked = 0;
    WaitFor("the namespaces are listed again", [&] {
      // A watch that cannot be resumed makes it list again; one that has seen the newest version
      // already can.
      if (asked++ % kAsksPerCut == 0) {
        server.Put(sidecar::kube::kNamespaces, Namespace(0));
        server.Compact();
        server.CutWatches();
      }
      return Metric(admin_port, lists) > before;
    });
  }
  const double after = Mebibytes(process, "VmRSS");
  std::printf(
      "namespaces %d: idle %.1f MiB, peak %.1f MiB, after %d more lists %.1f MiB; "
      "%.2f CPU seconds in %d idle seconds\n",
      namespaces, idle, peak, kRelists, after, cpu, static_cast<int>(kIdle.count()));
  kill(process, SIGTERM);
  waitpid(process, nullptr, 0);
  return idle <= kMostMebibytes && after <= kMostMebibytes ? 0 : 1;
}
