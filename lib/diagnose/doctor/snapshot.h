#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/diagnose/object_set.h"
#include "lib/diagnose/webhook_view.h"
#include "lib/inject/compat.h"

namespace sidecar::diagnose {

using WallTime = std::chrono::system_clock::time_point;

// The certificate that a replica presents, or why nobody could see it.
struct ServedCertificate {
  std::string address;  // "10.0.0.1:9443"
  std::string problem;  // Why it was not seen: the replica cannot be reached from here, ...
  std::string refusal;  // Why an API server would refuse it; empty if it would not.
  std::vector<std::string> names;
  WallTime not_before;
  WallTime not_after;
};

// A certificate of the webhook's caBundle.
struct BundleCertificate {
  std::string subject;
  WallTime not_after;
};

// Whether the injector's service account may do something.
struct AccessAnswer {
  std::string permission;  // "list pods"
  std::string purpose;
  bool is_allowed = false;
};

// What became of a pod that was created as a dry run.
struct ProbeOutcome {
  std::string namespace_name;
  std::string injected;  // The containers that it came back with; empty: as it was sent.
  std::string refusal;   // The API server's words.
  std::chrono::milliseconds latency{0};
};

// What was seen of a cluster and the injector in it, for the checks of `doctor`. What is not there
// was not seen: `unseen` says why.
struct DoctorSnapshot {
  std::string istio_namespace = "istio-system";
  std::string webhook_configuration;  // The injector's; empty: see InjectorWebhooks.
  inject::Compat compat = inject::Compat::k0_5_0;
  WallTime now;  // By the clock of this machine.

  std::string server_version;                   // "v1.20.2"
  std::vector<std::string> admission_versions;  // Of admissionregistration.k8s.io: "v1", ...
  std::optional<std::chrono::seconds> skew;     // How far the API server's clock is ahead.

  // Namespaces, MutatingWebhookConfigurations, the Services that these name with their Endpoints,
  // the injector's pods and Lease, API servers that run as pods, a Node.
  ObjectSet objects;
  // Texts of the ConfigMaps; nothing: there is none.
  std::optional<std::string> inject_config;
  std::optional<std::string> mesh_config;

  std::string bundle_problem;  // Why the caBundle is unusable.
  std::vector<BundleCertificate> bundle;
  std::vector<ServedCertificate> served;  // Of each ready address.

  std::string service_account;  // "istio-system/sidecar-injector"
  std::vector<AccessAnswer> access;
  std::string lease;  // The name of the Lease that the injector holds; empty: unknown.
  std::optional<ProbeOutcome> probe;

  // By what it is about ("Service", "inject config", "probe", ...): why it could not be seen.
  std::map<std::string, std::string, std::less<>> unseen;
};

// A webhook among the snapshot's objects.
struct WebhookRef {
  const Object* configuration = nullptr;
  const yaml::Node* node = nullptr;
  WebhookView view;

  // "MutatingWebhookConfiguration/a"
  std::string Title() const;
};

std::vector<WebhookRef> AllWebhooks(const DoctorSnapshot& snapshot);

// Those through which pods come to the injector: of the named configuration; else those that call a
// Service of the control namespace before a pod is created; else those named as Istio names them.
std::vector<WebhookRef> InjectorWebhooks(const DoctorSnapshot& snapshot);

// The objects of a kind.
std::vector<const Object*> OfKind(const DoctorSnapshot& snapshot, std::string_view kind);
// Null if it was not seen. The namespace does not count where it is empty.
const Object* FindObject(const DoctorSnapshot& snapshot, std::string_view kind,
                         std::string_view namespace_name, std::string_view name);

// Why something was not seen; empty if it was.
std::string_view WhyUnseen(const DoctorSnapshot& snapshot, std::string_view what);

// The addresses of an Endpoints object with their ports: "10.0.0.1:9443".
struct Address {
  std::string ip;
  std::string port;
  std::string pod;  // Empty if it is none.
  bool is_ready = false;
};
std::vector<Address> AddressesOf(const Object& endpoints);

}  // namespace sidecar::diagnose
