#include "cli/doctor/survey.h"

#include <ctime>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/cluster_pages.h"
#include "cli/doctor/access.h"
#include "cli/doctor/certificates.h"
#include "cli/doctor/probe.h"
#include "cli/injector_services.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::DoctorSnapshot;
using kube::Json;

constexpr std::chrono::seconds kClockTimeout{5};

kube::ApiRequest GetPath(std::string target) {
  kube::ApiRequest request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

kube::ListOptions Limit(std::int64_t limit) {
  kube::ListOptions options;
  options.limit = limit;
  return options;
}

kube::ListOptions Labelled(std::string selector) {
  kube::ListOptions options;
  options.label_selector = std::move(selector);
  return options;
}

class Survey {
 public:
  Survey(ClusterClient& cluster, const DoctorOptions& options, DoctorSnapshot& snapshot)
      : cluster_(cluster), options_(options), snapshot_(snapshot) {}

  Result<void> Run() {
    if (auto seen = SeeVersion(); !seen.has_value()) return seen;
    SeeAdmissionApi();
    SeeClock();
    SeeObjects();
    SeeServices();
    SeeConfiguration();
    return {};
  }

 private:
  void MarkUnseen(const std::string& what, const Error& error) {
    snapshot_.unseen.emplace(what, error.message);
  }

  Result<void> SeeVersion() {
    ASSIGN_OR_RETURN(const Json version, cluster_.Call(GetPath("/version")));
    snapshot_.server_version = version.is_object() ? version.value("gitVersion", "") : "";
    if (snapshot_.server_version.empty()) {
      snapshot_.unseen.emplace("version", "the API server does not tell its version");
    }
    return {};
  }

  void SeeAdmissionApi() {
    const auto group = cluster_.Call(GetPath("/apis/admissionregistration.k8s.io"));
    if (!group.has_value()) {
      if (group.error().code != ErrorCode::kNotFound) MarkUnseen("admission API", group.error());
      return;
    }
    const auto versions = group->find("versions");
    if (versions == group->end() || !versions->is_array()) return;
    for (const Json& version : *versions) {
      if (!version.is_object()) continue;
      snapshot_.admission_versions.push_back(version.value("version", ""));
    }
  }

  void SeeClock() {
    const auto before = std::chrono::system_clock::now();
    const auto glimpse = cluster_.Look(cluster_.config().endpoint, true, kClockTimeout);
    const auto after = std::chrono::system_clock::now();
    if (!glimpse.has_value()) return MarkUnseen("clock", glimpse.error());
    const auto date = ParseHttpDate(glimpse->date);
    if (!date.has_value()) {
      snapshot_.unseen.emplace("clock", "the API server's answers carry no date");
      return;
    }
    const auto middle = before + (after - before) / 2;
    snapshot_.skew = std::chrono::duration_cast<std::chrono::seconds>(*date - middle);
  }

  // Adds the objects of a list. `what` names them in `unseen`, if they cannot be seen.
  void SeeList(const kube::Resource& resource, const std::string& space,
               const kube::ListOptions& list_options, const std::string& what) {
    auto list = cluster_.Call(kube::ListRequest(resource, space, list_options));
    if (!list.has_value()) return MarkUnseen(what, list.error());
    SeeDocument(TextOf(*std::move(list), std::string(resource.kind) + "List"), what);
  }

  void SeeDocument(const std::string& text, const std::string& what) {
    const Result<void> added = snapshot_.objects.AddDocument(text, {});
    if (!added.has_value()) MarkUnseen(what, added.error());
  }

  void SeeWebhooks() {
    const std::string what(kube::kMutatingWebhooks.kind);
    const Result<std::string> list = ListClusterWebhooks(cluster_);
    if (!list.has_value()) return MarkUnseen(what, list.error());
    SeeDocument(*list, what);
  }

  void SeeObject(const kube::Resource& resource, const std::string& space,
                 const std::string& name) {
    auto object = cluster_.Call(kube::GetRequest(resource, space, name));
    const std::string kind(resource.kind);
    if (!object.has_value()) {
      if (object.error().code != ErrorCode::kNotFound) MarkUnseen(kind, object.error());
      return;
    }
    SeeDocument(TextOf(*std::move(object), kind), kind);
  }

  void SeeObjects() {
    constexpr std::int64_t kSomeNodes = 20;
    SeeWebhooks();
    SeeList(kube::kNamespaces, "", {}, "Namespace");
    SeeList(kube::kNodes, "", Limit(kSomeNodes), "Node");
    SeeList(kube::kPods, "kube-system", Labelled("component=kube-apiserver"), "API server pods");
  }

  // The Services of webhooks for pods, and what is behind those of the injector.
  void SeeServices() {
    using Name = std::pair<std::string, std::string>;
    std::set<Name> services;
    std::set<Name> own;
    for (const auto& webhook : diagnose::AllWebhooks(snapshot_)) {
      if (!webhook.view.sees_pod_creation || webhook.view.service_name.empty()) continue;
      services.emplace(webhook.view.service_namespace, webhook.view.service_name);
    }
    for (const auto& webhook : diagnose::InjectorWebhooks(snapshot_)) {
      if (webhook.view.service_name.empty()) continue;
      own.emplace(webhook.view.service_namespace, webhook.view.service_name);
    }
    services.insert(own.begin(), own.end());
    for (const auto& [space, name] : services) SeeObject(kube::kServices, space, name);
    std::set<Name> pods;
    for (const auto& [space, name] : own) {
      SeeObject(kube::kEndpoints, space, name);
      const auto* const endpoints =
          diagnose::FindObject(snapshot_, kube::kEndpoints.kind, space, name);
      if (endpoints == nullptr) continue;
      for (const diagnose::Address& address : diagnose::AddressesOf(*endpoints)) {
        if (!address.pod.empty()) pods.emplace(space, address.pod);
      }
    }
    // Replicas are alike.
    if (!pods.empty()) SeeObject(kube::kPods, pods.begin()->first, pods.begin()->second);
    if (!own.empty()) {
      snapshot_.lease = LeaseOf(snapshot_, own.begin()->second);
      SeeObject(kube::kLeases, options_.injection.istio_namespace, snapshot_.lease);
    } else {
      snapshot_.unseen.emplace(kube::kLeases.kind, "no webhook calls the injector by a Service");
    }
  }

  void SeeConfiguration() {
    const InjectionSourceFlags& flags = options_.injection;
    const std::string map = InjectConfigMapOf(flags);
    SeeText(map, "config", "inject config", snapshot_.inject_config);
    SeeText(flags.mesh_config_map, "mesh", "mesh config", snapshot_.mesh_config);
  }

  void SeeText(const std::string& map, const std::string& key, const std::string& what,
               std::optional<std::string>& text) {
    auto read = cluster_.ReadConfigMap(options_.injection.istio_namespace, map, key);
    if (read.has_value()) {
      text = *std::move(read);
    } else if (read.error().code != ErrorCode::kNotFound) {
      MarkUnseen(what, read.error());
    }
  }

  static std::string InjectConfigMapOf(const InjectionSourceFlags& flags) {
    if (!flags.inject_config_map.empty()) return flags.inject_config_map;
    const auto compat = inject::ParseCompat(flags.compat);
    const bool is_newer = compat.has_value() && *compat >= inject::Compat::k0_8;
    return is_newer ? "istio-sidecar-injector" : "istio-inject";
  }

  ClusterClient& cluster_;
  const DoctorOptions& options_;
  DoctorSnapshot& snapshot_;
};

}  // namespace

Result<DoctorSnapshot> Observe(ClusterClient& cluster, const DoctorOptions& options) {
  DoctorSnapshot snapshot;
  snapshot.istio_namespace = options.injection.istio_namespace;
  snapshot.webhook_configuration = options.webhook_configuration;
  snapshot.compat = inject::ParseCompat(options.injection.compat).value_or(inject::Compat::k0_5_0);
  snapshot.now = std::chrono::system_clock::now();
  if (auto seen = Survey(cluster, options, snapshot).Run(); !seen.has_value()) {
    return std::move(seen).error();
  }
  SeeCertificates(cluster, options.dial_timeout, snapshot);
  SeeAccess(cluster, snapshot);
  if (options.probes) {
    SeeProbe(cluster, options.probe_namespace, snapshot);
  } else {
    snapshot.unseen.emplace("probe", "it was not asked for");
  }
  return snapshot;
}

std::optional<std::chrono::system_clock::time_point> ParseHttpDate(const std::string& text) {
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace sidecar::cli
