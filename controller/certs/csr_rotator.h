#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "controller/certs/csr_issuer.h"
#include "controller/certs/rotator.h"

namespace sidecar::controller {

struct CsrRotatorOptions {
  std::string secret_namespace = "istio-system";
  std::string secret_name = "sidecar-injector-certs";
  CertificatePolicy policy;  // Its names and identity count.
  ClientRule clients;
  CsrOptions csr;  // Without names: they are the policy's.
  // The ConfigMap that holds the CA of the signer: kube-apiserver's client CA by default, which
  // kube-controller-manager signs with unless it was told otherwise.
  std::string ca_namespace = "kube-system";
  std::string ca_config_map = "extension-apiserver-authentication";
  std::string ca_key = "client-ca-file";
  std::chrono::seconds poll{10};
  // After a failed request, a new one is made no sooner; a denial does not change by asking.
  std::chrono::seconds retry{120};
};

// As Rotator, where the cluster's signer makes the certificate: the leader asks for it, the Secret
// shares it, and caBundle is the cluster's CA. That CA is not ours to rotate: what the ConfigMap
// says is published.
//
// Run() and Tick() belong to one strand; the rest is thread-safe.
class CsrRotator {
 public:
  // `parts.server_bundles` is not asked. What is passed outlives this, and this the metrics' last
  // Render().
  CsrRotator(CsrRotatorOptions options, RotatorParts parts, Logger& log,
             observe::MetricRegistry& metrics, observe::Readiness& readiness);

  // Until it is cancelled.
  boost::asio::awaitable<void> Run();

  // One look, and the request that is due.
  boost::asio::awaitable<void> Tick();

  const Published<boost::asio::ssl::context>& tls() const { return serving_.tls(); }
  // What is presented, PEM; empty if there is nothing yet.
  std::string chain() const { return serving_.chain(); }

  // See ServingCertificate.
  Result<void> TrustClients(const std::string& ca) { return serving_.TrustClients(ca); }

  // PEM; null until the cluster's CA was read.
  const Published<std::string>& ca_bundle() const { return ca_bundle_; }

 private:
  boost::asio::awaitable<Result<void>> ReadSecret();
  boost::asio::awaitable<Result<void>> ReadCa();
  boost::asio::awaitable<Result<void>> Renew(Step step);
  Result<void> Take(const kube::Json& secret);
  void Note(const Error& error);

  const CsrRotatorOptions options_;
  const RotatorParts parts_;
  Logger& log_;
  observe::Counter& errors_;
  observe::Counter& issued_;
  ServingCertificate serving_;
  Published<std::string> ca_bundle_;
  std::shared_ptr<const kube::Json> secret_;  // As last read; null: there is none.
  std::optional<Material> stored_;
  std::optional<Clock::time_point> failed_at_;  // The last request.
  std::string last_note_;
};

}  // namespace sidecar::controller
