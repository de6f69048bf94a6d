#include "controller/certs/serving_certificate.h"

#include <cmath>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "lib/http/tls_context.h"

namespace sidecar::controller {

namespace {

constexpr const char* kCondition = "certificate";

}  // namespace

ServingCertificate::ServingCertificate(ClientRule clients, Logger& log,
                                       observe::MetricRegistry& metrics,
                                       observe::Readiness& readiness)
    : clients_(std::move(clients)),
      log_(log),
      readiness_(readiness),
      last_error_(metrics.AddGauge("sidecar_injector_certificate_failing",
                                   "1 while certificates cannot be read, made or stored.")) {
  readiness_.Set(kCondition, false, "none yet");
  metrics.AddReading(observe::MetricRegistry::Kind::kGauge,
                     "sidecar_injector_certificate_expiry_timestamp_seconds",
                     "When the serving certificate in use expires.", [this] {
                       const auto end = not_after().time_since_epoch();
                       return IsServing() ? std::chrono::duration<double>(end).count() : NAN;
                     });
}

ServingCertificate::~ServingCertificate() = default;

Result<void> ServingCertificate::Use(const pki::CredentialsPem& leaf) {
  const std::lock_guard change(change_mutex_);
  if (leaf.certificate == leaf_.certificate) return {};
  if (auto presented = Present(leaf, client_ca_); !presented.has_value()) return presented;
  leaf_ = leaf;
  return {};
}

Result<void> ServingCertificate::TrustClients(const std::string& ca) {
  if (!clients_.check) return {};
  const std::lock_guard change(change_mutex_);
  if (auto read = pki::ReadCertificates(ca); !read.has_value()) {
    return std::move(read).error().Annotate("client CA");
  }
  if (!leaf_.certificate.empty()) {
    if (auto presented = Present(leaf_, ca); !presented.has_value()) return presented;
  }
  client_ca_ = ca;
  return {};
}

Result<void> ServingCertificate::Present(const pki::CredentialsPem& leaf,
                                         const std::string& client_ca) {
  ASSIGN_OR_RETURN(const pki::KeyPair pair, pki::ReadKeyPair(leaf.certificate, leaf.key));
  ClientCheck check;
  if (clients_.check) {
    if (client_ca.empty()) return {};  // TrustClients() will present it.
    check = {client_ca, clients_.allowed};
  }
  ASSIGN_OR_RETURN(auto context, MakeServerTlsContext(pair, check));
  if (auto proven = TryHandshake(*context); !proven.has_value()) return proven;
  {
    const std::lock_guard lock(mutex_);
    certificate_ = leaf.certificate;
    not_after_ = pair.leaf.not_after;
  }
  tls_.Publish(std::move(context));
  readiness_.Set(kCondition, true);
  log_.Info("certificate in use",
            {{"subject", pair.leaf.subject},
             {"serial", pair.leaf.serial},
             {"not_after_unix", std::chrono::system_clock::to_time_t(pair.leaf.not_after)}});
  return {};
}

void ServingCertificate::Remark(const std::string& problem) {
  last_error_.Set(problem.empty() ? 0 : 1);
  const bool is_serving = IsServing();
  if (problem.empty() && !is_serving) return;
  readiness_.Set(kCondition, is_serving, problem);
}

std::string ServingCertificate::chain() const {
  const std::lock_guard lock(mutex_);
  return certificate_;
}

pki::WallTime ServingCertificate::not_after() const {
  const std::lock_guard lock(mutex_);
  return not_after_;
}

}  // namespace sidecar::controller
