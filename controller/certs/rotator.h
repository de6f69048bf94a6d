#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "controller/certs/policy.h"
#include "controller/certs/secret_object.h"
#include "controller/certs/serving_certificate.h"
#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

namespace sidecar::controller {

// One request to the API server: ApiClient::Call, or a test's.
using ApiCall = std::function<boost::asio::awaitable<Result<kube::Json>>(kube::ApiRequest request)>;

struct RotatorOptions {
  std::string secret_namespace = "istio-system";
  std::string secret_name = "sidecar-injector-certs";
  CertificatePolicy policy;
  ClientRule clients;
  // Between two looks at the Secret, and at the wall clock: a leaf is served, and a jump of the
  // clock noticed, within it. Well below the policy's propagation time.
  std::chrono::seconds poll{10};
  // How long, after the start, the first authority is not made because nobody has said yet which
  // ones API servers trust.
  std::chrono::seconds patience{15};
};

struct RotatorParts {
  ApiCall call;
  std::function<bool()> is_leader;                // Only the leader writes.
  std::function<ServerBundles()> server_bundles;  // What the webhook configuration holds.
  std::function<void()> bundle_changed;           // ca_bundle() is another. May be empty.
  std::function<pki::WallTime()> wall_clock = &std::chrono::system_clock::now;
  std::function<Clock::time_point()> monotonic_clock = &Clock::now;
};

// Keeps the certificate that API servers see fresh: serves what the Secret holds and, while this
// replica leads, changes the Secret as policy.h says.
//
// All replicas look at the Secret; there are no messages between them. Where two write at once, the
// API server refuses the second (409), which then reads what the first has written.
//
// Run() and Tick() belong to one strand; the rest is thread-safe.
class Rotator {
 public:
  // What is passed outlives this, and this the metrics' last Render().
  Rotator(RotatorOptions options, RotatorParts parts, Logger& log, observe::MetricRegistry& metrics,
          observe::Readiness& readiness);

  // Until it is cancelled.
  boost::asio::awaitable<void> Run();

  // One look, and the steps that are due.
  boost::asio::awaitable<void> Tick();

  // Looks again soon: leadership or the webhook configuration has changed.
  void Wake();

  const Published<boost::asio::ssl::context>& tls() const { return serving_.tls(); }
  // What is presented, PEM; empty if there is nothing yet.
  std::string chain() const { return serving_.chain(); }

  // See ServingCertificate.
  Result<void> TrustClients(const std::string& ca) { return serving_.TrustClients(ca); }

  // PEM of what the webhook configuration is to hold. Null until there is an authority, and while
  // the Secret cannot be read: a leader who knows an old Secret must not publish what it says.
  const Published<std::string>& ca_bundle() const { return ca_bundle_; }

 private:
  boost::asio::awaitable<bool> Read();
  // True if something has changed, so that there may be more to do.
  boost::asio::awaitable<bool> Advance();
  void Take(const kube::Json& secret);
  void Gone();
  void Serve();
  void PublishBundle(std::string bundle);
  Situation Look();
  bool IsTooEarly(const Step& step, const Situation& situation);
  void Done(const Step& step);
  void Failed(const Error& error);

  const RotatorOptions options_;
  const RotatorParts parts_;
  Logger& log_;
  observe::Counter& errors_;
  observe::Gauge& authority_expiry_;
  std::array<observe::Counter*, static_cast<std::size_t>(Cause::kRetired) + 1> changes_{};
  ServingCertificate serving_;
  Published<std::string> ca_bundle_;

  std::shared_ptr<const kube::Json> secret_;  // As last read; null: there is none.
  std::optional<Material> stored_;            // What it holds.
  MaterialState state_;                       // Of stored_.
  std::optional<Material> last_good_;
  HeldFor published_;
  HeldFor unchanged_;
  std::optional<Clock::time_point> started_;
  Clock::time_point last_read_;
  std::string last_note_;  // Logged last, so as not to log it every few seconds.

  std::mutex mutex_;
  std::shared_ptr<boost::asio::steady_timer> timer_;  // While Run() waits. Guarded by mutex_.
};

}  // namespace sidecar::controller
