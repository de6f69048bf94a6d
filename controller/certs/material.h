#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/pki/authority.h"
#include "lib/pki/certificate.h"

// What the Secret that all replicas share holds, and what is wrong with it. Pure.

namespace sidecar::controller {

// Keys and certificates as the Secret holds them. Everything is PEM; empty means absent.
//
//   ca.crt, ca.key            the authority that signed the leaf
//   tls.crt, tls.key          the leaf, which every replica serves
//   next-ca.crt, next-ca.key  an authority that is being made known and has signed nothing yet
//   previous-ca.crt           authorities that signed leaves which may still be served somewhere
//
// The names are cert-manager's and kubectl's, so that the usual tools can read them. Other keys of
// the Secret (Istio 0.5 kept cert.pem and key.pem in one of the same name) are left as they are.
struct Material {
  pki::CredentialsPem authority;
  pki::CredentialsPem leaf;
  pki::CredentialsPem next_authority;
  std::string previous_authorities;
  pki::WallTime previous_until;  // When they may go. Kept as an annotation.
  // What a person asked for with kubectl annotate: "ca" (a new authority and a new leaf) or "leaf";
  // empty: nothing.
  std::string request;

  bool operator==(const Material& other) const;
};

constexpr const char* kRotateAnnotation = "sidecar-injector.istio.io/rotate";
constexpr const char* kPreviousUntilAnnotation = "sidecar-injector.istio.io/previous-ca-until";
// For people: "stable", "publishing" (the next authority), "retiring" (the previous ones).
constexpr const char* kPhaseAnnotation = "sidecar-injector.istio.io/rotation-phase";

// The part of a Secret that counts here, values decoded.
struct SecretContent {
  std::map<std::string, std::string> data;
  std::map<std::string, std::string> annotations;
};

// Never fails: what is missing or unreadable shows in Examine(). A previous-until that is no
// RFC 3339 time is the epoch: long past.
Material FromSecret(const SecretContent& content);

// Writes the keys and annotations above; leaves all others alone.
void ToSecret(const Material& material, SecretContent& content);

// More would be no rotation but a loop; the bundle goes into an object of the API server.
constexpr std::size_t kMostPreviousAuthorities = 4;

// A part that the Secret should hold.
struct MaterialPart {
  std::optional<pki::CertificateFacts> facts;  // Absent: there is none, or it is unusable.
  std::string problem;                         // Why it is unusable; empty: nothing is wrong.
};

// What is right and wrong with the material, dates aside.
struct MaterialState {
  MaterialPart authority;   // The certificate.
  std::string key_problem;  // Why the authority cannot sign; empty: it can.
  MaterialPart leaf;        // Certificate and key, signed by the authority.
  MaterialPart next;        // Certificate and key; may be absent.
  std::string previous_problem;
  std::size_t previous_count = 0;

  // All that is wrong, one sentence each; empty: the material is whole.
  std::vector<std::string> Problems() const;
  // CaBundle() misses nothing that a leaf still needs: it may be published. A lost key of the
  // authority is no obstacle.
  bool IsBundleComplete() const;
};

MaterialState Examine(const Material& material);

// The certificates that an API server must trust, PEM: the current authority, the next, the
// previous. Unreadable ones and duplicates are left out, so that the text can be compared.
std::string CaBundle(const Material& material);

// Whether every certificate of `wanted` is among those of `bundle`; both PEM. An unreadable bundle
// contains nothing.
bool BundleContains(std::string_view bundle, std::string_view wanted);

}  // namespace sidecar::controller
