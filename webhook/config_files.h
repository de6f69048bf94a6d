#pragma once

#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/inject/compat.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/injection_configuration.h"
#include "webhook/serving_certificate.h"

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

// What a running injector reads from files: the injection and mesh configuration, and the
// certificate with its key (and the client CA). A file that cannot be read leaves in use what was.
//
// Reload() belongs to one strand; the rest is thread-safe.
class ConfigFiles {
 public:
  // What it is given must outlive it, and the metrics' last Render() must precede its end.
  ConfigFiles(const ConfigFilesOptions& options, Logger& log, observe::MetricRegistry& metrics,
              observe::Readiness& readiness);

  // Reads all files; publishes what has changed since the last call.
  void Reload();

  const Published<InjectionSnapshot>& injection() const { return injection_.published(); }
  const Published<boost::asio::ssl::context>& tls() const { return certificate_.published(); }

  // All files, to watch them.
  std::vector<std::string> files() const;

  // The page /configz.
  std::string Describe() const;

 private:
  const ConfigFilesOptions options_;
  InjectionConfiguration injection_;
  ServingCertificate certificate_;
};

}  // namespace sidecar::webhook
