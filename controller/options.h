#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "controller/config_maps.h"
#include "controller/permissions.h"
#include "controller/webhook_config.h"
#include "lib/inject/compat.h"
#include "webhook/handler.h"
#include "webhook/service.h"

namespace sidecar::controller {

// Where the serving certificate comes from.
struct CertificateOptions {
  CertificateMode mode = CertificateMode::kSelfSigned;
  std::string secret = "sidecar-injector-certs";
  std::string signer;  // Of kCsr; empty: the API server's legacy signer.
  // Of kFiles. Without a CA, caBundle is somebody else's business.
  std::string certificate_file;
  std::string key_file;
  std::string ca_file;
  std::string client_ca_file;  // Empty: clients need no certificate.
  std::vector<std::string> allowed_clients;
};

struct ElectionOptions {
  bool enabled = true;  // Otherwise this replica takes itself for the leader.
  std::string lease;    // In the control namespace.
  std::string identity;
  std::chrono::seconds lease_duration{15};
  std::chrono::seconds renew_deadline{10};
  std::chrono::seconds retry_period{2};
};

// Everything that the controller is told at its start.
struct ControllerOptions {
  std::string version;     // Of the program.
  std::string deployment;  // Whose replicas are reported; it need not exist.
  std::string control_namespace = "istio-system";  // Where its ConfigMaps, Secret, Lease are.
  ConfigMapNames config_maps;
  std::optional<std::string> default_config;  // The text, where one is selected.
  WebhookSpec webhook;
  bool manage_webhook = false;
  CertificateOptions certificates;
  ElectionOptions election;
  inject::Compat compat = inject::Compat::k0_5_0;
  webhook::AdmissionOptions admission;
  webhook::ServiceOptions service;
};

}  // namespace sidecar::controller
