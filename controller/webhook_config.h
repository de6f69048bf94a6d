#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/json_field.h"

// Decisions about the MutatingWebhookConfiguration through which API servers know the injector.
// Pure, any thread.

namespace sidecar::controller {

// Which of its versions the API server has: v1 since Kubernetes 1.16, v1beta1 up to 1.21. What is
// looked at here is the same in both.
enum class WebhookApi : std::uint8_t { kV1, kV1Beta1 };

// The one webhook that is ours, and how it is reached.
struct WebhookSpec {
  std::string configuration = "istio-sidecar-injector";  // The object's name.
  std::string webhook = "sidecar-injector.istio.io";     // Of an entry of its `webhooks`.
  std::string service = "istio-sidecar-injector";
  std::string service_namespace = "istio-system";
  std::uint16_t service_port = 443;
  std::string path = "/inject";
  bool fail_closed = true;  // failurePolicy Fail, or else Ignore.
  int timeout_seconds = 10;
};

// What to create where there is none: a webhook for the creation of pods in namespaces labelled
// istio-injection=enabled, but never in the system's and the injector's own, lest a cluster that is
// down cannot come up again; pods labelled sidecar.istio.io/inject=false are left alone. Without a
// `ca_bundle`, the field is absent: empty, it would be a value that somebody wrote.
Json MakeWebhookConfiguration(const WebhookSpec& spec, WebhookApi api, std::string_view ca_bundle);

enum class CaBundleState : std::uint8_t {
  kEqual,      // Nothing to do.
  kEmpty,      // Never set, or wiped.
  kOther,      // Somebody else's, or our previous one.
  kNoWebhook,  // The object has no webhook of the name.
};

struct CaBundleDecision {
  CaBundleState state = CaBundleState::kEqual;
  // For kEmpty and kOther: a strategic merge patch of that one field. It names the resourceVersion
  // that was looked at, so that the API server refuses it (409) where the object has changed since.
  std::string patch;
};

// `ca_bundle` is PEM.
CaBundleDecision DecideCaBundle(const Json& configuration, const WebhookSpec& spec,
                                std::string_view ca_bundle);

// The entry of `webhooks` with that name, or null.
const Json* FindWebhook(const Json& configuration, std::string_view name);

// The caBundle of that webhook, decoded: PEM, or whatever somebody put there; empty for none.
// Nothing where there is no such webhook.
std::optional<std::string> CaBundleOf(const Json& configuration, std::string_view webhook);

// Who wrote our webhook's caBundle last, by managedFields: "helm"; empty if nobody knows.
std::string LastCaBundleWriter(const Json& configuration, std::string_view webhook);

// Something about the configuration that keeps pods from being injected as meant.
struct WebhookFinding {
  std::string code;  // "WebhookMissing": for metrics and Events.
  std::string message;
};

std::vector<WebhookFinding> InspectWebhook(const Json& configuration, const WebhookSpec& spec);

}  // namespace sidecar::controller
