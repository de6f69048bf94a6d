#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "lib/yaml/json.h"
#include "webhook/handler.h"

namespace {

using sidecar::webhook::InjectionSnapshot;

constexpr const char* kConfig = R"(policy: enabled
template: |
  initContainers:
  - name: istio-init
    args: ["-p", 15001]
  containers:
  - name: istio-proxy
    image: {{ or (index .ObjectMeta.Annotations "image") "proxy" }}
  volumes:
  - name: istio-envoy
)";

std::shared_ptr<const InjectionSnapshot> MakeSnapshot() {
  auto snapshot = sidecar::webhook::MakeInjectionSnapshot({.config = kConfig, .mesh = ""},
                                                          sidecar::inject::Compat::k0_5_0, 1);
  if (!snapshot.has_value()) std::abort();
  return *std::move(snapshot);
}

}  // namespace

// The body of an admission review: whatever it is, the answer is JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<const InjectionSnapshot> snapshot = MakeSnapshot();
  sidecar::HttpRequest request;
  request.method = "POST";
  request.target = "/inject";
  request.content_type = "application/json";
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto answer = sidecar::webhook::AnswerAdmission(request, snapshot.get(), {});
  sidecar::Arena arena;
  if (!sidecar::yaml::ParseJson(answer.response.body, arena).has_value()) std::abort();
  return 0;
}
