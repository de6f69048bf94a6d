#include "controller/injector_status.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/certs/material.h"
#include "controller/certs/policy.h"
#include "controller/condition.h"
#include "lib/pki/certificate.h"
#include "lib/pki/verify.h"

namespace sidecar::controller {

namespace {

using enum ConditionStatus;
using pki::WallTime;

// As in crds/injectorstatuses.yaml.
constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestWord = 64;

std::optional<pki::CertificateFacts> FirstCertificate(const std::string& pem) {
  const auto all = pki::ReadCertificates(pem);
  if (!all.has_value()) return std::nullopt;
  return pki::Describe(*all->front());
}

void Add(Json& object, const char* key, const std::string& text, std::size_t most) {
  if (!text.empty()) object[key] = Shorten(text, most);
}

Json ConfigLoaded(const InjectorFacts& facts) {
  constexpr const char* kType = "ConfigLoaded";
  if (facts.template_hash.empty()) {
    return MakeCondition(kType, kFalse, "NoConfig", facts.config_problem);
  }
  if (!facts.config_problem.empty()) {
    return MakeCondition(kType, kFalse, "LastGoodInUse", facts.config_problem);
  }
  return MakeCondition(kType, kTrue, "InUse", "");
}

Json CertificateReady(const std::optional<pki::CertificateFacts>& leaf, WallTime now) {
  constexpr const char* kType = "CertificateReady";
  if (!leaf.has_value()) return MakeCondition(kType, kFalse, "NoCertificate", "there is none yet");
  if (leaf->not_after <= now) {
    return MakeCondition(kType, kFalse, "Expired", "expired at " + Rfc3339(leaf->not_after));
  }
  if (leaf->not_before > now) {
    return MakeCondition(kType, kFalse, "NotYetValid",
                         "not valid before " + Rfc3339(leaf->not_before));
  }
  return MakeCondition(kType, kTrue, "InUse", "");
}

std::optional<std::string> BundleOf(const InjectorFacts& facts) {
  if (facts.webhook == nullptr) return std::nullopt;
  return CaBundleOf(*facts.webhook, facts.spec.webhook);
}

Json BundleInSync(const InjectorFacts& facts, WallTime now) {
  constexpr const char* kType = "CABundleInSync";
  if (!facts.webhook_known) return MakeCondition(kType, kUnknown, "NotAsked", "");
  const auto bundle = BundleOf(facts);
  if (!bundle.has_value()) return MakeCondition(kType, kFalse, "NoWebhook", "");
  if (bundle->empty()) return MakeCondition(kType, kFalse, "Empty", "");
  if (!facts.wanted_bundle.empty() && *bundle != facts.wanted_bundle) {
    const std::string writer = LastCaBundleWriter(*facts.webhook, facts.spec.webhook);
    return MakeCondition(kType, kFalse, "Different",
                         "last written by " + (writer.empty() ? "somebody" : writer));
  }
  if (facts.chain.empty()) return MakeCondition(kType, kUnknown, "NoCertificate", "");
  const auto trusted = pki::VerifyServer(facts.chain, *bundle, facts.server_name, now);
  if (!trusted.has_value()) {
    return MakeCondition(kType, kFalse, "NotTrusted", trusted.error().message);
  }
  return MakeCondition(kType, kTrue, "Trusted", "");
}

Json WebhookConfigured(const InjectorFacts& facts) {
  constexpr const char* kType = "WebhookConfigured";
  if (!facts.webhook_known) return MakeCondition(kType, kUnknown, "NotAsked", "");
  if (facts.webhook == nullptr) {
    return MakeCondition(kType, kFalse, "NotFound",
                         "there is no MutatingWebhookConfiguration " + facts.spec.configuration);
  }
  const auto findings = InspectWebhook(*facts.webhook, facts.spec);
  if (findings.empty()) return MakeCondition(kType, kTrue, "AsWanted", "");
  return MakeCondition(kType, kFalse, findings[0].code.c_str(), findings[0].message);
}

// Whether anything at all is not as it should be; of several reasons, the first.
Json Degraded(const InjectorFacts& facts, const Json& others) {
  constexpr const char* kType = "Degraded";
  for (const Json& condition : others) {
    const std::string type = StringField(condition, "type");
    if (StringField(condition, "status") == "True") continue;
    const std::string why = type + ": " + StringField(condition, "reason");
    return MakeCondition(kType, kTrue, type.c_str(), why);
  }
  if (!facts.missing_permissions.empty()) {
    return MakeCondition(kType, kTrue, "PermissionMissing", facts.missing_permissions[0]);
  }
  if (facts.desired_replicas.has_value() &&
      facts.ready_replicas.value_or(0) < *facts.desired_replicas) {
    return MakeCondition(kType, kTrue, "ReplicasNotReady", "");
  }
  return MakeCondition(kType, kFalse, "AsWanted", "");
}

Json CertificateOf(const InjectorFacts& facts, const std::optional<pki::CertificateFacts>& leaf) {
  Json certificate = Json::object();
  Add(certificate, "mode", facts.certificate_mode, kLongestWord);
  if (leaf.has_value()) {
    certificate["leafNotAfter"] = Rfc3339(leaf->not_after);
    certificate["leafSerial"] = Shorten(leaf->serial, kLongestWord);
    if (facts.renews) {
      certificate["nextRotation"] = Rfc3339(RenewalTime(*leaf, facts.renewal_spread));
    }
  }
  // Where others fill it in, what they have filled in.
  std::string bundle = facts.wanted_bundle;
  if (bundle.empty()) bundle = BundleOf(facts).value_or("");
  if (const auto authority = FirstCertificate(bundle)) {
    certificate["caNotAfter"] = Rfc3339(authority->not_after);
  }
  return certificate;
}

Json ConfigOf(const InjectorFacts& facts) {
  Json config = Json::object();
  Add(config, "configMap", facts.config_map, kLongestName);
  Add(config, "resourceVersion", facts.resource_version, kLongestWord);
  Add(config, "hash", facts.template_hash, kLongestWord);
  Add(config, "lastError", facts.config_problem, kLongestText);
  return config;
}

Json ReplicasOf(const InjectorFacts& facts) {
  Json replicas = Json::object();
  Add(replicas, "leader", facts.leader, kLongestName);
  if (facts.desired_replicas.has_value()) {
    replicas["desired"] = *facts.desired_replicas;
    replicas["ready"] = facts.ready_replicas.value_or(0);
  }
  return replicas;
}

}  // namespace

Json MakeInjectorStatus(const InjectorFacts& facts, const Json& previous, WallTime now) {
  const auto leaf = FirstCertificate(facts.chain);
  Json conditions = Json::array();
  conditions.push_back(ConfigLoaded(facts));
  conditions.push_back(CertificateReady(leaf, now));
  conditions.push_back(BundleInSync(facts, now));
  conditions.push_back(WebhookConfigured(facts));
  conditions.push_back(Degraded(facts, conditions));
  const std::string observed = Rfc3339(now);
  const Json* const before = FindField(previous, "conditions");
  CarryTransitions(conditions, before != nullptr ? *before : Json(), observed);
  Json status = {{"observedAt", observed},
                 {"conditions", std::move(conditions)},
                 {"certificate", CertificateOf(facts, leaf)},
                 {"config", ConfigOf(facts)}};
  Add(status, "version", facts.version, kLongestWord);
  Add(status, "namespace", facts.control_namespace, kLongestName);
  if (Json replicas = ReplicasOf(facts); !replicas.empty()) {
    status["replicas"] = std::move(replicas);
  }
  return status;
}

Json MakeInjectorStatusObject(const std::string& name, Json status) {
  return {{"apiVersion", "sidecar-injector.istio.io/v1alpha1"},
          {"kind", "InjectorStatus"},
          {"metadata", {{"name", name}}},
          {"status", std::move(status)}};
}

}  // namespace sidecar::controller
