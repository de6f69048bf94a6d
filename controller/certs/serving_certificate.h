#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "lib/pki/authority.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar::controller {

// Whom a replica lets in.
struct ClientRule {
  bool check = false;                // Clients need a certificate of the CA of TrustClients().
  std::vector<std::string> allowed;  // Its names; empty: whoever the CA signed.
};

// The certificate that this replica presents, and what metrics and readiness say about it.
//
// The readiness condition "certificate" holds from the first usable certificate on. Thread-safe.
class ServingCertificate {
 public:
  // What is passed outlives this, and this the metrics' last Render().
  ServingCertificate(ClientRule clients, Logger& log, observe::MetricRegistry& metrics,
                     observe::Readiness& readiness);
  ~ServingCertificate();

  // Presents it to new connections from now on, if it is another than before. An error leaves the
  // one before in use.
  Result<void> Use(const pki::CredentialsPem& leaf);

  // PEM of the CA whose clients are let in from now on, where they are checked: nobody is served
  // before it is known. An error leaves the one before in use.
  Result<void> TrustClients(const std::string& ca);

  // Says on the readiness page what keeps certificates from being renewed; empty: nothing.
  void Remark(const std::string& problem);

  bool IsServing() const { return tls_.Get() != nullptr; }
  // The epoch if there is none.
  pki::WallTime not_after() const;

  // The chain in use, PEM; empty if there is none.
  std::string chain() const;

  const Published<boost::asio::ssl::context>& tls() const { return tls_; }

 private:
  Result<void> Present(const pki::CredentialsPem& leaf, const std::string& client_ca);

  const ClientRule clients_;
  Logger& log_;
  observe::Readiness& readiness_;
  observe::Gauge& last_error_;
  Published<boost::asio::ssl::context> tls_;
  std::mutex change_mutex_;   // Held while a change is tried. Guards what follows.
  pki::CredentialsPem leaf_;  // As last used.
  std::string client_ca_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::string certificate_;  // As last used, PEM.
  pki::WallTime not_after_;
};

}  // namespace sidecar::controller
