#include "controller/certificate_source.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/client_config.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

Result<std::string> ReadText(const std::string& path) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, kube::ReadFileFromDisk(path));
  if (text.has_value()) return *std::move(text);
  return Error{ErrorCode::kNotFound, "open " + path + ": no such file or directory"};
}

RotatorOptions OptionsOfRotator(const ControllerOptions& options) {
  RotatorOptions rotator;
  rotator.secret_namespace = options.control_namespace;
  rotator.secret_name = options.certificates.secret;
  rotator.policy = PolicyForService(options.webhook.service, options.webhook.service_namespace);
  return rotator;
}

CsrRotatorOptions OptionsOfCsrRotator(const ControllerOptions& options) {
  CsrRotatorOptions rotator;
  rotator.secret_namespace = options.control_namespace;
  rotator.secret_name = options.certificates.secret;
  rotator.policy = PolicyForService(options.webhook.service, options.webhook.service_namespace);
  rotator.csr.name = options.webhook.service + '.' + options.webhook.service_namespace;
  rotator.csr.common_name = rotator.csr.name + ".svc";
  rotator.csr.signer_name = options.certificates.signer;
  return rotator;
}

}  // namespace

CertificateSource::CertificateSource(const ControllerOptions& options, Parts parts,
                                     kube::ApiClient& client, Logger& log,
                                     observe::MetricRegistry& metrics,
                                     observe::Readiness& readiness)
    : options_(options.certificates), parts_(std::move(parts)), log_(log) {
  if (options_.mode == CertificateMode::kFiles) {
    from_files_ = std::make_unique<webhook::ServingCertificate>(
        webhook::ServingCertificate::Options{}, log, metrics, readiness);
    return;
  }
  RotatorParts rotator;
  rotator.call = [&client](kube::ApiRequest request) { return client.Call(std::move(request)); };
  rotator.is_leader = parts_.is_leader;
  rotator.server_bundles = parts_.server_bundles;
  rotator.bundle_changed = parts_.bundle_changed;
  if (options_.mode == CertificateMode::kCsr) {
    csr_rotator_ = std::make_unique<CsrRotator>(OptionsOfCsrRotator(options), std::move(rotator),
                                                log, metrics, readiness);
  } else {
    rotator_ = std::make_unique<Rotator>(OptionsOfRotator(options), std::move(rotator), log,
                                         metrics, readiness);
  }
}

CertificateSource::~CertificateSource() = default;

asio::awaitable<void> CertificateSource::Run() {
  if (rotator_ != nullptr) co_await rotator_->Run();
  if (csr_rotator_ != nullptr) co_await csr_rotator_->Run();
}

void CertificateSource::Reload() {
  if (from_files_ == nullptr) return;
  auto certificate = ReadText(options_.certificate_file);
  if (!certificate.has_value()) return from_files_->Unavailable(certificate.error());
  auto key = ReadText(options_.key_file);
  if (!key.has_value()) return from_files_->Unavailable(key.error());
  from_files_->Offer({*std::move(certificate), *std::move(key), {}});
  if (options_.ca_file.empty()) return;
  auto ca = ReadText(options_.ca_file);
  if (!ca.has_value()) {
    log_.Error("cannot read the authority", {{"error", ca.error().message}});
    return;
  }
  ca_from_file_.Publish(std::make_shared<const std::string>(*std::move(ca)));
  parts_.bundle_changed();
}

std::vector<std::string> CertificateSource::files() const {
  if (from_files_ == nullptr) return {};
  std::vector<std::string> all = {options_.certificate_file, options_.key_file};
  if (!options_.ca_file.empty()) all.push_back(options_.ca_file);
  return all;
}

void CertificateSource::Wake() {
  if (rotator_ != nullptr) rotator_->Wake();
}

const Published<asio::ssl::context>& CertificateSource::tls() const {
  if (rotator_ != nullptr) return rotator_->tls();
  return csr_rotator_ != nullptr ? csr_rotator_->tls() : from_files_->published();
}

const Published<std::string>& CertificateSource::ca_bundle() const {
  if (rotator_ != nullptr) return rotator_->ca_bundle();
  return csr_rotator_ != nullptr ? csr_rotator_->ca_bundle() : ca_from_file_;
}

webhook::ServingCertificate::Facts CertificateSource::facts() const {
  return from_files_ == nullptr ? webhook::ServingCertificate::Facts{} : from_files_->facts();
}

}  // namespace sidecar::controller
