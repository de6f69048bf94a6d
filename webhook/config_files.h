#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/inject/compat.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/injection_snapshot.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar::webhook {

struct ConfigFilesOptions {
  std::string inject_config;
  std::string mesh_config;
  std::string tls_certificate;
  std::string tls_key;
  std::string client_ca;  // Empty: clients need no certificate.
  std::vector<std::string> allowed_clients;
  inject::Compat compat = inject::Compat::k0_5_0;
};

// What a running injector reads from files: the injection and mesh configuration, which make one
// snapshot, and the certificate with its key (and the client CA), which make one TLS context.
//
// Each of the two is published whole or not at all. Where the files are bad, the last good ones
// stay in use, and the log, the metrics and the readiness text say so. Until there was a good one,
// the readiness conditions "config" and "certificate" do not hold.
//
// Reload() belongs to one strand; the rest is thread-safe.
class ConfigFiles {
 public:
  // What it is given must outlive it, and the metrics' last Render() must precede its end.
  ConfigFiles(ConfigFilesOptions options, Logger& log, observe::MetricRegistry& metrics,
              observe::Readiness& readiness);
  ~ConfigFiles();

  // Reads all files; publishes what has changed since the last call.
  void Reload();

  const Published<InjectionSnapshot>& injection() const { return injection_; }
  const Published<boost::asio::ssl::context>& tls() const { return tls_; }

  // All files, to watch them.
  std::vector<std::string> files() const;

  // JSON for /configz: hashes, generations and dates; no content, no keys.
  std::string Describe() const;

 private:
  // One of the two things that are published.
  struct Source {
    std::string name;       // "config", "certificate": the condition, and a metric label.
    std::string last_seen;  // SHA-256 of the texts or the error of the last attempt.
    bool usable = false;    // There was a good one.
    observe::Counter* succeeded = nullptr;
    observe::Counter* failed = nullptr;
    observe::Gauge* last_successful = nullptr;
    observe::Gauge* last_success_time = nullptr;
  };
  struct CertificateStatus {
    std::uint64_t generation = 0;
    std::string subject;
    std::string fingerprint;
    std::chrono::system_clock::time_point not_after;
  };

  using Texts = std::vector<std::string>;
  using Publisher = Result<std::string> (ConfigFiles::*)(const Texts&);

  void DeclareMetrics(Source& source);
  void ReloadSource(Source& source, const std::vector<std::string>& paths, Publisher publish);
  void Succeeded(Source& source, const std::string& remark);
  void Failed(Source& source, const Error& error);
  // Both return a remark for the readiness text, "" if there is nothing to remark.
  Result<std::string> PublishInjection(const Texts& texts);
  Result<std::string> PublishCertificate(const Texts& texts);

  const ConfigFilesOptions options_;
  Logger& log_;
  observe::MetricRegistry& metrics_;
  observe::Readiness& readiness_;
  Source config_source_;
  Source certificate_source_;
  std::uint64_t generation_ = 0;
  Published<InjectionSnapshot> injection_;
  Published<boost::asio::ssl::context> tls_;

  mutable std::mutex mutex_;
  CertificateStatus certificate_;  // Guarded by mutex_.
};

}  // namespace sidecar::webhook
