// Input: the values of a pod's annotations, in the order of kNames, with zero bytes between them;
// an absent or empty one is an absent annotation. Whatever they say, the answer has a patch that
// can be applied, or no patch and a reason, or an error; and injecting again and again comes to an
// end.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/inject/builtin_template.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/json.h"
#include "webhook/handler.h"

namespace {

using nlohmann::json;
using sidecar::inject::Compat;
using sidecar::webhook::InjectionSnapshot;

constexpr std::array<std::string_view, 8> kNames = {
    "sidecar.istio.io/inject",
    "sidecar.istio.io/status",
    "sidecar.istio.io/proxyImage",
    "sidecar.istio.io/interceptionMode",
    "traffic.sidecar.istio.io/includeOutboundIPRanges",
    "traffic.sidecar.istio.io/excludeOutboundIPRanges",
    "traffic.sidecar.istio.io/includeInboundPorts",
    "traffic.sidecar.istio.io/excludeInboundPorts"};

// With something of an earlier injection.
constexpr std::string_view kPod = R"({"metadata":{"name":"p"},"spec":{
  "initContainers":[{"name":"istio-init"},{"name":"prepare"}],
  "containers":[{"name":"app","ports":[{"containerPort":80}]},{"name":"old-proxy"},{"name":"b"}],
  "volumes":[{"name":"istio-certs"},{"name":"data"}],
  "imagePullSecrets":[{"name":"pull"}]}})";

void Require(bool condition, std::string_view what, const std::string& text) {
  if (condition) return;
  std::fprintf(stderr, "%.*s:\n%s\n", static_cast<int>(what.size()), what.data(), text.c_str());
  std::abort();
}

std::shared_ptr<const InjectionSnapshot> MakeSnapshot(Compat compat) {
  sidecar::inject::Params params;
  params.init_image = "init";
  params.proxy_image = "proxy";
  std::string config = R"({"policy":"enabled","template":)";
  sidecar::yaml::WriteJsonString(sidecar::inject::BuiltinTemplate(params, compat), config);
  config += '}';
  auto snapshot =
      sidecar::webhook::MakeInjectionSnapshot({.config = config, .mesh = ""}, compat, 1);
  Require(snapshot.has_value(), "no snapshot", config);
  return *std::move(snapshot);
}

json MakePod(std::string_view values) {
  json pod = json::parse(kPod);
  for (const std::string_view name : kNames) {
    const std::string_view value = values.substr(0, values.find('\0'));
    values.remove_prefix(std::min(value.size() + 1, values.size()));
    if (value.empty()) continue;
    // What is no UTF-8 reaches no webhook: it becomes U+FFFD here, as in an API server.
    std::string text;
    sidecar::yaml::WriteJsonString(value, text);
    pod["metadata"]["annotations"][std::string(name)] = json::parse(text);
  }
  return pod;
}

// Applies the patch of an answer to the pod; false where there is none.
bool Inject(json& pod, const InjectionSnapshot& snapshot) {
  sidecar::HttpRequest request;
  request.method = "POST";
  request.target = "/inject";
  request.content_type = "application/json";
  request.body = R"({"request":{"uid":"u","namespace":"n","object":)" + pod.dump() + "}}";
  const auto answer = sidecar::webhook::AnswerAdmission(request, &snapshot, {});
  const std::string& text = answer.response.body;
  Require(answer.response.status == 200 && answer.outcome.reason.has_value(), "no review", text);
  const json body = json::parse(text);
  const json& response = body.at("response");
  const bool is_allowed = response.at("allowed").get<bool>();
  const bool has_patch = response.contains("patch");
  if (!is_allowed) {
    Require(!has_patch, "a denial has a patch", text);
    Require(!response.at("status").at("message").get<std::string>().empty(), "no message", text);
    return false;
  }
  if (!has_patch) return false;
  const auto patch = sidecar::yaml::DecodeBase64(response.at("patch").get<std::string>());
  Require(patch.has_value(), "a patch is no base64", text);
  pod = pod.patch(json::parse(*patch));  // Throws where an API server would turn the pod down.
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::shared_ptr<const InjectionSnapshot>> snapshots = {
      MakeSnapshot(Compat::k0_5_0), MakeSnapshot(Compat::k0_8), MakeSnapshot(Compat::k1_0)};
  const json pod = MakePod({reinterpret_cast<const char*>(data), size});
  for (const auto& snapshot : snapshots) {
    json injected = pod;
    if (!Inject(injected, *snapshot)) continue;
    // A part of the user's that has the name of an injected one, which the status does not tell, is
    // replaced as well by the second injection.
    (void)Inject(injected, *snapshot);
    const std::string twice = injected.dump();
    Require(!Inject(injected, *snapshot), "an injected pod changes again and again",
            twice + '\n' + injected.dump());
  }
  return 0;
}
