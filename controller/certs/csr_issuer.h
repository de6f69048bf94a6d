#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "controller/certs/rotator.h"
#include "lib/pki/authority.h"
#include "lib/pki/server_names.h"

// A server certificate from the cluster's own signers, by the CertificateSigningRequest API: what
// Istio 0.5's webhook-create-signed-cert.sh does.

namespace sidecar::controller {

struct CsrOptions {
  std::string name;         // Of the CertificateSigningRequest; an old one of the name is deleted.
  std::string common_name;  // "<service>.<namespace>.svc"
  pki::ServerNames names;
  // Empty: the signer for legacy requests, which only certificates.k8s.io/v1beta1 has (up to
  // Kubernetes 1.21).
  std::string signer_name;
  std::chrono::milliseconds patience{60'000};  // From the approval to the certificate.
  std::chrono::milliseconds poll{500};
};

// Makes a key, asks for its certificate, approves the request and waits. The key never leaves the
// process. `said` hears of each thing done, as kubectl would put it; may be empty.
//
// Errors name the request: denied or failed, with the condition's message; no certificate in time;
// no legacy signer on this server; a certificate that does not fit.
boost::asio::awaitable<Result<pki::CredentialsPem>> IssueByCsr(
    ApiCall call, CsrOptions options, std::function<void(std::string_view line)> said);

}  // namespace sidecar::controller
