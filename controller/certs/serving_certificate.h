#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "lib/pki/authority.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar::controller {

// The certificate that this replica presents, and what metrics and readiness say about it.
//
// The readiness condition "certificate" holds from the first usable certificate on. Use() belongs
// to one strand; the rest is thread-safe.
class ServingCertificate {
 public:
  // What is passed outlives this, and this the metrics' last Render().
  ServingCertificate(Logger& log, observe::MetricRegistry& metrics, observe::Readiness& readiness);
  ~ServingCertificate();

  // Presents it to new connections from now on, if it is another than before. An error leaves the
  // one before in use.
  Result<void> Use(const pki::CredentialsPem& leaf);

  // Says on the readiness page what keeps certificates from being renewed; empty: nothing.
  void Remark(const std::string& problem);

  bool IsServing() const { return tls_.Get() != nullptr; }
  // The epoch if there is none.
  pki::WallTime not_after() const;

  const Published<boost::asio::ssl::context>& tls() const { return tls_; }

 private:
  Logger& log_;
  observe::Readiness& readiness_;
  observe::Gauge& last_error_;
  std::string certificate_;  // As last used, PEM.
  Published<boost::asio::ssl::context> tls_;
  mutable std::mutex mutex_;
  pki::WallTime not_after_;  // Guarded by mutex_.
};

}  // namespace sidecar::controller
