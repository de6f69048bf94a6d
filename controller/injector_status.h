#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/json_field.h"
#include "controller/webhook_config.h"

// The status of an InjectorStatus: see crds/injectorstatuses.yaml. Pure, any thread.

namespace sidecar::controller {

// What the leading replica knows of the installation. All PEM; empty: none.
struct InjectorFacts {
  std::string version;
  std::string control_namespace;
  std::string server_name;  // By which API servers call the webhook.

  std::string config_map;        // "istio-system/istio-inject"
  std::string resource_version;  // Of the ConfigMap as last seen.
  std::string template_hash;     // Of the template in use; empty: nothing is.
  std::string config_problem;    // Why the newest configuration is not in use.

  std::string certificate_mode;
  std::string chain;           // What this replica presents, the leaf first.
  std::string wanted_bundle;   // What caBundle is to be; empty where that is others' business.
  bool renews = false;         // The injector renews the certificate itself.
  std::string renewal_spread;  // CertificatePolicy::identity.

  bool webhook_known = false;           // The API server has been asked.
  std::shared_ptr<const Json> webhook;  // The MutatingWebhookConfiguration; null: none.
  WebhookSpec spec{};

  std::vector<std::string> missing_permissions;

  std::string leader;
  // Of the Deployment; nothing where there is none.
  std::optional<int> desired_replicas;
  std::optional<int> ready_replicas;
};

// `previous` is the stored status or null: conditions that stand as they did keep their time.
Json MakeInjectorStatus(const InjectorFacts& facts, const Json& previous,
                        std::chrono::system_clock::time_point now);

// The object to apply, named as the webhook configuration.
Json MakeInjectorStatusObject(const std::string& name, Json status);

}  // namespace sidecar::controller
