#include "cli/doctor/certificates.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/pki/certificate.h"
#include "lib/pki/verify.h"
#include "lib/yaml/base64.h"

namespace sidecar::cli {
namespace {

using diagnose::DoctorSnapshot;
using diagnose::ServedCertificate;

// More replicas than this are not looked at one by one.
constexpr std::size_t kMostReplicas = 10;

// The PEM of the caBundle; empty, with the reason in the snapshot, if it is unusable.
std::string SeeBundle(const std::string& encoded, DoctorSnapshot& snapshot) {
  if (encoded.empty()) return {};
  std::optional<std::string> pem = yaml::DecodeBase64(encoded);
  if (!pem.has_value()) {
    snapshot.bundle_problem = "it is no base64";
    return {};
  }
  const auto certificates = pki::ReadCertificates(*pem);
  if (!certificates.has_value()) {
    snapshot.bundle_problem = certificates.error().message;
    return {};
  }
  for (const pki::X509Ptr& certificate : *certificates) {
    const pki::CertificateFacts facts = pki::Describe(*certificate);
    snapshot.bundle.push_back({facts.subject, facts.not_after});
  }
  return *std::move(pem);
}

std::optional<HttpEndpoint> EndpointOf(const diagnose::Address& address,
                                       const std::string& server_name) {
  HttpEndpoint endpoint;
  endpoint.host = address.ip;
  endpoint.server_name = server_name;
  const auto [end, error] = std::from_chars(
      address.port.data(), address.port.data() + address.port.size(), endpoint.port);
  if (error != std::errc() || endpoint.port == 0) return std::nullopt;
  return endpoint;
}

// Of "https://host:port/path".
std::optional<diagnose::Address> AddressOfUrl(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  url = url.substr(0, url.find('/'));
  const std::size_t colon = url.rfind(':');
  const bool has_port = colon != std::string_view::npos && url.find(']', colon) == url.npos;
  std::string_view host = has_port ? url.substr(0, colon) : url;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return diagnose::Address{.ip = std::string(host),
                           .port = std::string(has_port ? url.substr(colon + 1) : "443"),
                           .pod = "",
                           .is_ready = true};
}

ServedCertificate See(ClusterClient& cluster, std::chrono::milliseconds timeout,
                      const HttpEndpoint& endpoint, const std::string& bundle,
                      diagnose::WallTime now) {
  ServedCertificate served;
  served.address = endpoint.host + ':' + std::to_string(endpoint.port);
  const auto glimpse = cluster.Look(endpoint, false, timeout);
  if (!glimpse.has_value()) {
    served.problem = glimpse.error().message;
    return served;
  }
  const auto chain = pki::ReadCertificates(glimpse->chain_pem);
  if (!chain.has_value()) {
    served.problem = chain.error().message;
    return served;
  }
  const pki::CertificateFacts leaf = pki::Describe(*chain->front());
  served.names = leaf.dns_names;
  served.not_before = leaf.not_before;
  served.not_after = leaf.not_after;
  if (bundle.empty()) return served;
  const std::string& name = endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
  const Result<void> trusted = pki::VerifyServer(glimpse->chain_pem, bundle, name, now);
  if (!trusted.has_value()) served.refusal = trusted.error().message;
  return served;
}

}  // namespace

void SeeCertificates(ClusterClient& cluster, std::chrono::milliseconds timeout,
                     DoctorSnapshot& snapshot) {
  const auto webhooks = diagnose::InjectorWebhooks(snapshot);
  if (webhooks.empty()) {
    snapshot.unseen.emplace("certificates", "no webhook configuration leads to the injector");
    return;
  }
  const diagnose::WebhookView& view = webhooks.front().view;
  const std::string bundle = SeeBundle(view.ca_bundle, snapshot);
  std::vector<diagnose::Address> addresses;
  std::string server_name;
  if (view.service_name.empty()) {
    if (auto address = AddressOfUrl(view.target)) addresses.push_back(*std::move(address));
  } else {
    server_name = view.service_name + '.' + view.service_namespace + ".svc";
    const auto* const endpoints =
        diagnose::FindObject(snapshot, "Endpoints", view.service_namespace, view.service_name);
    if (endpoints != nullptr) addresses = diagnose::AddressesOf(*endpoints);
  }
  const auto now = snapshot.now + snapshot.skew.value_or(std::chrono::seconds(0));
  for (const diagnose::Address& address : addresses) {
    if (!address.is_ready || snapshot.served.size() == kMostReplicas) continue;
    const auto endpoint = EndpointOf(address, server_name);
    if (!endpoint.has_value()) continue;
    snapshot.served.push_back(See(cluster, timeout, *endpoint, bundle, now));
  }
}

}  // namespace sidecar::cli
