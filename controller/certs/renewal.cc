#include "controller/certs/renewal.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/pki/pem.h"

namespace sidecar::controller {

namespace {

using pki::WallTime;

Result<pki::CredentialsPem> NewAuthority(const Situation& situation,
                                         const CertificatePolicy& policy) {
  auto made = pki::MakeAuthority(policy.authority_name, situation.now, policy.authority_life);
  if (!made.has_value()) return std::move(made).error().Annotate("make an authority");
  return made;
}

Result<pki::CredentialsPem> NewLeaf(const pki::CredentialsPem& authority,
                                    const Situation& situation, const CertificatePolicy& policy) {
  auto signer = pki::ReadAuthority(authority.certificate, authority.key);
  if (!signer.has_value()) return std::move(signer).error().Annotate("use the authority");
  auto made =
      pki::IssueLeaf(*signer, {policy.common_name, policy.names, situation.now, policy.leaf_life});
  if (!made.has_value()) return std::move(made).error().Annotate("issue a leaf");
  return made;
}

std::set<std::string> Fingerprints(const std::string& pem) {
  std::set<std::string> all;
  const auto certificates = pki::ReadCertificates(pem);
  if (!certificates.has_value()) return all;
  for (const pki::X509Ptr& each : *certificates) all.insert(pki::Fingerprint(*each));
  return all;
}

// Keeps trusting, for a while, the authorities that the API server trusts now, or the Secret
// names, and that are not ours now: another injector or an earlier life of this one may be serving
// under them still.
void Adopt(const Situation& situation, const CertificatePolicy& policy, Material& material) {
  const WallTime now = std::chrono::floor<std::chrono::seconds>(situation.now);
  std::set<std::string> known = Fingerprints(CaBundle(material));
  std::size_t adopted = 0;
  std::vector<std::string> bundles = situation.server.bundles;
  if (situation.stored != nullptr) bundles.push_back(CaBundle(*situation.stored));
  for (const std::string& bundle : bundles) {
    const auto certificates = pki::ReadCertificates(bundle);
    if (!certificates.has_value()) continue;
    for (const pki::X509Ptr& each : *certificates) {
      const pki::CertificateFacts facts = pki::Describe(*each);
      if (facts.not_after <= now || adopted >= kMostPreviousAuthorities) continue;
      if (!known.insert(pki::Fingerprint(*each)).second) continue;
      const auto text = pki::ToPem(*each);
      if (!text.has_value()) continue;
      material.previous_authorities += *text;
      ++adopted;
    }
  }
  if (adopted == 0) return;
  material.previous_until = std::max(material.previous_until, now + policy.adoption);
}

Result<Material> Create(const Situation& situation, const CertificatePolicy& policy) {
  Material material;
  ASSIGN_OR_RETURN(material.authority, NewAuthority(situation, policy));
  ASSIGN_OR_RETURN(material.leaf, NewLeaf(material.authority, situation, policy));
  Adopt(situation, policy, material);
  return material;
}

// The server's connections that idle may outlive the leaf by 90 s; clocks may be late.
constexpr std::chrono::minutes kRetirementMargin(10);

Result<Material> Promote(const Situation& situation, const CertificatePolicy& policy) {
  const Material& before = *situation.stored;
  const MaterialState state = Examine(before);
  Material after;
  after.authority = before.next_authority;
  ASSIGN_OR_RETURN(after.leaf, NewLeaf(after.authority, situation, policy));
  after.request = before.request;
  after.previous_authorities = before.previous_authorities;
  after.previous_until = before.previous_until;
  if (!state.previous_problem.empty()) after.previous_authorities.clear();
  if (state.authority.facts.has_value()) {
    after.previous_authorities += before.authority.certificate;
    const WallTime authority_end = state.authority.facts->not_after;
    const WallTime leaf_end = state.leaf.facts.has_value() ? state.leaf.facts->not_after
                                                           : situation.now + policy.leaf_life;
    after.previous_until =
        std::max(after.previous_until, std::min(leaf_end, authority_end) + kRetirementMargin);
  }
  return after;
}

Result<Material> Restore(const Step& step, const Situation& situation,
                         const CertificatePolicy& policy) {
  Material material = *situation.last_good;
  Adopt(situation, policy, material);
  // Who deletes the Secret wants new keys; they come without a gap.
  if (step.cause == Cause::kMissing && material.next_authority.certificate.empty()) {
    material.request = "ca";
  }
  return material;
}

}  // namespace

Result<Material> Perform(const Step& step, const Situation& situation,
                         const CertificatePolicy& policy) {
  Material material;
  if (situation.stored != nullptr) material = *situation.stored;
  switch (step.kind) {
    case StepKind::kNone: break;
    case StepKind::kCreate:
    case StepKind::kReplace: return Create(situation, policy);
    case StepKind::kRestore: return Restore(step, situation, policy);
    case StepKind::kPromote: return Promote(situation, policy);
    case StepKind::kRenewLeaf: {
      ASSIGN_OR_RETURN(material.leaf, NewLeaf(material.authority, situation, policy));
      if (material.request == "leaf") material.request.clear();
      break;
    }
    case StepKind::kAddNextAuthority: {
      ASSIGN_OR_RETURN(material.next_authority, NewAuthority(situation, policy));
      if (material.request == "ca") material.request.clear();
      break;
    }
    case StepKind::kDropPrevious: {
      material.previous_authorities.clear();
      if (step.cause == Cause::kDamaged) Adopt(situation, policy, material);
      break;
    }
  }
  return material;
}

}  // namespace sidecar::controller
