#include "webhook/serving_certificate.h"

#include <cmath>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "lib/http/tls_context.h"
#include "lib/pki/certificate.h"

namespace sidecar::webhook {

namespace {

using std::chrono::system_clock;

std::string Days(system_clock::duration time) {
  constexpr auto kDay = std::chrono::hours(24);
  return std::to_string(time / kDay) + " days";
}

}  // namespace

ServingCertificate::ServingCertificate(Options options, Logger& log,
                                       observe::MetricRegistry& metrics,
                                       observe::Readiness& readiness)
    : options_(std::move(options)), log_(log), source_("certificate", log, metrics, readiness) {
  metrics.AddReading(observe::MetricRegistry::Kind::kGauge,
                     "sidecar_injector_certificate_expiry_timestamp_seconds",
                     "When the serving certificate in use expires.", [this] {
                       const Facts now = facts();
                       const auto end = now.not_after.time_since_epoch();
                       return now.generation == 0 ? NAN
                                                  : std::chrono::duration<double>(end).count();
                     });
}

void ServingCertificate::Offer(const CertificateTexts& texts) {
  source_.Offer({texts.certificate, texts.key, texts.client_ca}, [&] { return Publish(texts); });
}

ServingCertificate::Facts ServingCertificate::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

Result<std::string> ServingCertificate::Publish(const CertificateTexts& texts) {
  ASSIGN_OR_RETURN(const pki::KeyPair pair, pki::ReadKeyPair(texts.certificate, texts.key));
  ClientCheck clients;
  if (options_.check_clients) {
    // Without a CA nobody would be asked for a certificate.
    if (texts.client_ca.empty()) return Error{ErrorCode::kInvalidArgument, "client CA: empty"};
    clients = {texts.client_ca, options_.allowed_clients};
  }
  ASSIGN_OR_RETURN(auto context, MakeServerTlsContext(pair, clients));
  if (auto proven = TryHandshake(*context); !proven.has_value()) return std::move(proven).error();

  const auto left = pair.leaf.not_after - system_clock::now();
  std::string remark;
  if (left < left.zero()) {
    remark = "expired " + Days(-left) + " ago";
    log_.Error("the certificate has expired", {{"subject", pair.leaf.subject}});
  }
  for (const std::string& warning : pair.warnings) {
    log_.Warning("certificate", {{"warning", warning}, {"subject", pair.leaf.subject}});
    if (remark.empty()) remark = warning;
  }
  log_.Info(
      "certificate in use",
      {{"subject", pair.leaf.subject}, {"serial", pair.leaf.serial}, {"expires_in", Days(left)}});
  {
    const std::lock_guard lock(mutex_);
    facts_ = {facts_.generation + 1, pair.leaf.subject, pki::Fingerprint(*pair.chain.front()),
              pair.leaf.not_after, texts.certificate};
  }
  published_.Publish(std::move(context));
  return remark;
}

}  // namespace sidecar::webhook
