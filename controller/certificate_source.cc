#include "controller/certificate_source.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/client_config.h"
#include "lib/pki/certificate.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

Result<std::string> ReadText(const std::string& path) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, kube::ReadFileFromDisk(path));
  if (text.has_value()) return *std::move(text);
  return Error{ErrorCode::kNotFound, "open " + path + ": no such file or directory"};
}

ClientRule RuleFor(const CertificateOptions& options) {
  return {!options.client_ca_file.empty(), options.allowed_clients};
}

RotatorOptions OptionsOfRotator(const ControllerOptions& options) {
  RotatorOptions rotator;
  rotator.secret_namespace = options.control_namespace;
  rotator.secret_name = options.certificates.secret;
  rotator.policy = PolicyForService(options.webhook.service, options.webhook.service_namespace);
  rotator.clients = RuleFor(options.certificates);
  return rotator;
}

CsrRotatorOptions OptionsOfCsrRotator(const ControllerOptions& options) {
  CsrRotatorOptions rotator;
  rotator.secret_namespace = options.control_namespace;
  rotator.secret_name = options.certificates.secret;
  rotator.policy = PolicyForService(options.webhook.service, options.webhook.service_namespace);
  rotator.clients = RuleFor(options.certificates);
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
    : options_(options.certificates), parts_(std::move(parts)) {
  if (options_.mode == CertificateMode::kFiles) {
    from_files_ = std::make_unique<webhook::ServingCertificate>(
        webhook::ServingCertificate::Options{!options_.client_ca_file.empty(),
                                             options_.allowed_clients},
        log, metrics, readiness);
    if (!options_.ca_file.empty()) authority_.emplace("authority", log, metrics, readiness);
    return;
  }
  if (!options_.client_ca_file.empty()) {
    client_authority_.emplace("client-ca", log, metrics, readiness);
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
  if (from_files_ != nullptr) ReloadCertificate();
  if (authority_.has_value()) ReloadAuthority();
  if (client_authority_.has_value()) ReloadClientAuthority();
}

void CertificateSource::ReloadCertificate() {
  webhook::CertificateTexts texts;
  auto certificate = ReadText(options_.certificate_file);
  if (!certificate.has_value()) return from_files_->Unavailable(certificate.error());
  auto key = ReadText(options_.key_file);
  if (!key.has_value()) return from_files_->Unavailable(key.error());
  if (!options_.client_ca_file.empty()) {
    auto clients = ReadText(options_.client_ca_file);
    if (!clients.has_value()) return from_files_->Unavailable(clients.error());
    texts.client_ca = *std::move(clients);
  }
  texts.certificate = *std::move(certificate);
  texts.key = *std::move(key);
  from_files_->Offer(texts);
}

void CertificateSource::ReloadAuthority() {
  const auto ca = ReadText(options_.ca_file);
  if (!ca.has_value()) return authority_->Unavailable(ca.error());
  authority_->Offer({*ca}, [&]() -> Result<std::string> {
    // Garbage in caBundle would keep API servers from calling at all.
    if (auto read = pki::ReadCertificates(*ca); !read.has_value()) {
      return std::move(read).error().Annotate(options_.ca_file);
    }
    ca_from_file_.Publish(std::make_shared<const std::string>(*ca));
    parts_.bundle_changed();
    return std::string();
  });
}

void CertificateSource::ReloadClientAuthority() {
  const auto ca = ReadText(options_.client_ca_file);
  if (!ca.has_value()) return client_authority_->Unavailable(ca.error());
  client_authority_->Offer({*ca}, [&]() -> Result<std::string> {
    auto trusted =
        rotator_ != nullptr ? rotator_->TrustClients(*ca) : csr_rotator_->TrustClients(*ca);
    if (!trusted.has_value()) return std::move(trusted).error();
    return std::string();
  });
}

std::vector<std::string> CertificateSource::files() const {
  std::vector<std::string> all;
  if (from_files_ != nullptr) {
    all = {options_.certificate_file, options_.key_file};
    if (!options_.ca_file.empty()) all.push_back(options_.ca_file);
  }
  if (!options_.client_ca_file.empty()) all.push_back(options_.client_ca_file);
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

std::string CertificateSource::chain() const {
  if (rotator_ != nullptr) return rotator_->chain();
  return csr_rotator_ != nullptr ? csr_rotator_->chain() : from_files_->facts().chain;
}

webhook::ServingCertificate::Facts CertificateSource::facts() const {
  return from_files_ == nullptr ? webhook::ServingCertificate::Facts{} : from_files_->facts();
}

}  // namespace sidecar::controller
