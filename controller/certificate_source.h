#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "controller/certs/csr_rotator.h"
#include "controller/certs/rotator.h"
#include "controller/options.h"
#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/kube/api_client.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/config_source.h"
#include "webhook/serving_certificate.h"

namespace sidecar::controller {

// The serving certificate and the caBundle that goes with it, wherever they come from.
//
// Run() belongs to one strand, Reload() to another; the rest is thread-safe.
class CertificateSource {
 public:
  struct Parts {
    std::function<bool()> is_leader;
    std::function<ServerBundles()> server_bundles;  // What the webhook configuration holds.
    std::function<void()> bundle_changed;
  };

  // What is passed outlives this, and this the metrics' last Render().
  CertificateSource(const ControllerOptions& options, Parts parts, kube::ApiClient& client,
                    Logger& log, observe::MetricRegistry& metrics, observe::Readiness& readiness);
  ~CertificateSource();

  // Until it is cancelled, or at once where there is nothing to do between changes of files.
  boost::asio::awaitable<void> Run();

  // Reads the files, where there are any.
  void Reload();
  std::vector<std::string> files() const;

  // Leadership, or whether there is a webhook configuration, has changed.
  void Wake();

  // Null until there is one.
  const Published<boost::asio::ssl::context>& tls() const;
  // PEM; null where nobody knows, and where it is somebody else's business.
  const Published<std::string>& ca_bundle() const;

  // What is presented, PEM, the leaf first; empty if there is nothing yet.
  std::string chain() const;

  // For the page /configz; of CertificateMode::kFiles only.
  webhook::ServingCertificate::Facts facts() const;

 private:
  void ReloadCertificate();
  void ReloadAuthority();
  void ReloadClientAuthority();

  const CertificateOptions options_;
  const Parts parts_;
  // One of the three.
  std::unique_ptr<webhook::ServingCertificate> from_files_;
  std::unique_ptr<Rotator> rotator_;
  std::unique_ptr<CsrRotator> csr_rotator_;
  Published<std::string> ca_from_file_;
  // Where there are files for them. Of kFiles, the client CA belongs to from_files_.
  std::optional<webhook::ConfigSource> authority_;
  std::optional<webhook::ConfigSource> client_authority_;
};

}  // namespace sidecar::controller
