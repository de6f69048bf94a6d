#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/base/result.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/config_source.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar::webhook {

// All PEM.
struct CertificateTexts {
  std::string certificate;  // The leaf first, then intermediates.
  std::string key;
  std::string client_ca;  // See ServingCertificate.
};

// What the injector presents to API servers, and whom it lets in: published as one TLS context once
// a handshake with it worked. Readiness condition "certificate". Thread-safe.
class ServingCertificate {
 public:
  struct Options {
    // Clients need a certificate of CertificateTexts::client_ca, which must not be empty then.
    bool check_clients = false;
    std::vector<std::string> allowed_clients;  // Empty: whoever the CA signed.
  };
  struct Facts {
    std::uint64_t generation = 0;  // Counts the certificates since the start; 0: none yet.
    std::string subject;
    std::string fingerprint;  // SHA-256.
    std::chrono::system_clock::time_point not_after;
    std::string chain;  // PEM, the leaf first.
  };

  // What is passed must outlive this, and the metrics' last Render() must precede its end.
  ServingCertificate(Options options, Logger& log, observe::MetricRegistry& metrics,
                     observe::Readiness& readiness);

  // Puts the certificate to use if it is another than before, for new connections; or reports why
  // it cannot be.
  void Offer(const CertificateTexts& texts);

  // The texts could not be read.
  void Unavailable(const Error& error) { source_.Unavailable(error); }

  // Null until there was a usable certificate.
  const Published<boost::asio::ssl::context>& published() const { return published_; }

  Facts facts() const;

 private:
  Result<std::string> Publish(const CertificateTexts& texts);

  const Options options_;
  Logger& log_;
  ConfigSource source_;
  Published<boost::asio::ssl::context> published_;
  mutable std::mutex mutex_;
  Facts facts_;  // Guarded by mutex_.
};

}  // namespace sidecar::webhook
