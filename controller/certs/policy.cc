#include "controller/certs/policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>

#include "lib/base/join.h"
#include "lib/base/sha256.h"

namespace sidecar::controller {

namespace {

using pki::CertificateFacts;
using pki::WallTime;

bool IsValid(const CertificateFacts& certificate, WallTime now) {
  return certificate.not_before <= now && now < certificate.not_after;
}

std::string DateProblem(const CertificateFacts& certificate, WallTime now) {
  return now < certificate.not_before ? "not yet valid" : "expired";
}

bool CoversNames(const CertificateFacts& leaf, const pki::ServerNames& names) {
  const auto holds = [](const std::vector<std::string>& all, const std::string& wanted) {
    return std::find(all.begin(), all.end(), wanted) != all.end();
  };
  const auto is_named = [&](const std::string& name) { return holds(leaf.dns_names, name); };
  // Addresses have several spellings; their number tells a change well enough.
  return std::all_of(names.dns_names.begin(), names.dns_names.end(), is_named) &&
         leaf.ip_addresses.size() == names.ip_addresses.size();
}

// What NextStep() works on: the material examined.
struct View {
  const Situation& situation;
  const CertificatePolicy& policy;
  const Material& stored;
  MaterialState state;

  WallTime now() const { return situation.now; }
  bool AuthorityIsValid() const {
    return state.authority.facts.has_value() && IsValid(*state.authority.facts, now());
  }
  bool AuthoritySigns() const { return AuthorityIsValid() && state.key_problem.empty(); }
  bool LeafServes() const {
    return AuthorityIsValid() && state.leaf.facts.has_value() && IsValid(*state.leaf.facts, now());
  }
  bool NextIsValid() const {
    return state.next.facts.has_value() && IsValid(*state.next.facts, now());
  }
  bool IsDue(const CertificateFacts& certificate) const {
    return now() >= RenewalTime(certificate, policy.identity);
  }
};

View Look(const Situation& situation, const CertificatePolicy& policy, const Material& material) {
  return {situation, policy, material, Examine(material)};
}

// No leaf that clients would accept: whatever heals soonest.
Step Heal(const View& view) {
  const MaterialState& state = view.state;
  Step step;
  step.cause = Cause::kDamaged;
  step.reason = Join(state.Problems(), "; ");
  if (state.authority.facts.has_value() && !view.AuthorityIsValid()) {
    step.cause = Cause::kExpired;
    step.reason = "the authority is " + DateProblem(*state.authority.facts, view.now());
  } else if (state.leaf.facts.has_value() && view.AuthorityIsValid()) {
    step.cause = Cause::kExpired;
    step.reason = "the leaf is " + DateProblem(*state.leaf.facts, view.now());
  }
  step.kind = StepKind::kReplace;
  if (view.NextIsValid()) step.kind = StepKind::kPromote;
  if (view.AuthoritySigns()) step.kind = StepKind::kRenewLeaf;
  return step;
}

Step LeafStep(const View& view) {
  if (!view.AuthoritySigns()) return {};
  const CertificateFacts& leaf = *view.state.leaf.facts;
  if (view.stored.request == "leaf") {
    return {StepKind::kRenewLeaf, Cause::kRequested, "a new leaf was asked for"};
  }
  if (!CoversNames(leaf, view.policy.names)) {
    return {StepKind::kRenewLeaf, Cause::kNamesChanged, "the leaf lacks a name"};
  }
  // A leaf that ends with its authority would be followed by another that does.
  const bool gains = leaf.not_after < view.state.authority.facts->not_after;
  if (gains && view.IsDue(leaf)) {
    return {StepKind::kRenewLeaf, Cause::kDue, "2/3 of the leaf's life are over"};
  }
  return {};
}

Step NextAuthorityStep(const View& view) {
  Step step{StepKind::kAddNextAuthority, Cause::kNone, {}};
  if (!view.state.key_problem.empty()) {
    step.cause = Cause::kDamaged;
    step.reason = view.state.key_problem;
  } else if (!view.state.next.problem.empty()) {
    step.cause = Cause::kDamaged;
    step.reason = view.state.next.problem;
  } else if (view.state.next.facts.has_value()) {
    step.cause = Cause::kExpired;
    step.reason = "the next authority is " + DateProblem(*view.state.next.facts, view.now());
  } else if (view.stored.request == "ca") {
    step.cause = Cause::kRequested;
    step.reason = "a new authority was asked for";
  } else if (view.IsDue(*view.state.authority.facts)) {
    step.cause = Cause::kDue;
    step.reason = "2/3 of the authority's life are over";
  } else {
    return {};
  }
  if (view.state.previous_count >= kMostPreviousAuthorities) {
    return {StepKind::kNone, Cause::kNone, step.reason + "; earlier authorities must retire first"};
  }
  return step;
}

Step PreviousStep(const View& view) {
  if (!view.state.previous_problem.empty()) {
    return {StepKind::kDropPrevious, Cause::kDamaged, view.state.previous_problem};
  }
  // Whoever reads the Secret now and then has read this leaf by now, even if our wall clock is
  // wrong about the previous one's end.
  const bool is_over = view.now() >= view.stored.previous_until &&
                       view.situation.unchanged_for >= view.policy.propagation;
  if (view.state.previous_count == 0 || !is_over) return {};
  return {StepKind::kDropPrevious, Cause::kRetired, "what the previous authority signed has ended"};
}

// The leaf is good: what is to be prepared or tidied?
Step Maintain(const View& view) {
  const bool has_next = view.NextIsValid();
  if (has_next && view.situation.published_for >= view.policy.propagation) {
    return {StepKind::kPromote, Cause::kPublished, "API servers trust the next authority"};
  }
  if (Step step = LeafStep(view); step.kind != StepKind::kNone) return step;
  if (has_next) {
    const bool is_published = view.situation.published_for >= view.situation.published_for.zero();
    return {StepKind::kNone, Cause::kNone,
            is_published ? "API servers are given the time to trust the next authority"
                         : "the next authority is not in caBundle yet"};
  }
  if (Step step = PreviousStep(view); step.kind != StepKind::kNone) return step;
  return NextAuthorityStep(view);
}

bool IsWholeAndValid(const Situation& situation, const CertificatePolicy& policy) {
  if (situation.last_good == nullptr) return false;
  const View view = Look(situation, policy, *situation.last_good);
  return view.state.Problems().empty() && view.LeafServes();
}

}  // namespace

CertificatePolicy PolicyForService(const std::string& service, const std::string& namespace_name,
                                   const std::vector<std::string>& more) {
  CertificatePolicy policy;
  const std::string in_namespace = service + '.' + namespace_name;
  policy.common_name = in_namespace + ".svc";
  policy.names.dns_names = {service, in_namespace, policy.common_name};
  for (const std::string& name : more) {
    std::array<char, sizeof(in6_addr)> bytes{};
    const bool is_address = inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
                            inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
    (is_address ? policy.names.ip_addresses : policy.names.dns_names).push_back(name);
  }
  constexpr std::size_t kLongestCommonName = 64;
  policy.authority_name = (service + " webhook CA").substr(0, kLongestCommonName);
  policy.identity = in_namespace;
  return policy;
}

std::string_view ToString(StepKind kind) {
  switch (kind) {
    case StepKind::kNone: return "none";
    case StepKind::kCreate: return "create";
    case StepKind::kRestore: return "restore";
    case StepKind::kReplace: return "replace";
    case StepKind::kRenewLeaf: return "renew_leaf";
    case StepKind::kAddNextAuthority: return "add_next_authority";
    case StepKind::kPromote: return "promote";
    case StepKind::kDropPrevious: return "drop_previous";
  }
  return "unknown";
}

std::string_view ToString(Cause cause) {
  switch (cause) {
    case Cause::kNone: return "none";
    case Cause::kMissing: return "missing";
    case Cause::kDamaged: return "damaged";
    case Cause::kExpired: return "expired";
    case Cause::kDue: return "due";
    case Cause::kRequested: return "requested";
    case Cause::kNamesChanged: return "names_changed";
    case Cause::kPublished: return "published";
    case Cause::kRetired: return "retired";
  }
  return "unknown";
}

Step NextStep(const Situation& situation, const CertificatePolicy& policy) {
  if (situation.stored == nullptr) {
    if (IsWholeAndValid(situation, policy)) {
      return {StepKind::kRestore, Cause::kMissing, "the Secret was deleted"};
    }
    return {StepKind::kCreate, Cause::kMissing, "there is no Secret"};
  }
  const View view = Look(situation, policy, *situation.stored);
  if (view.stored.authority.certificate.empty() && view.stored.leaf.certificate.empty() &&
      situation.last_good == nullptr) {
    return {StepKind::kCreate, Cause::kMissing, "the Secret holds no certificate of ours"};
  }
  const bool is_whole = view.state.Problems().empty();
  if (is_whole && view.LeafServes()) return Maintain(view);
  Step heal = view.LeafServes() ? Maintain(view) : Heal(view);
  if (!IsWholeAndValid(situation, policy)) return heal;
  // A Secret put back from an old backup is whole, and expired.
  return {StepKind::kRestore, is_whole ? Cause::kExpired : Cause::kDamaged,
          is_whole ? heal.reason : Join(view.state.Problems(), "; ")};
}

Step NextSignedLeafStep(const Material* stored, WallTime now, const CertificatePolicy& policy) {
  const auto renew = [](Cause cause, std::string reason) {
    return Step{StepKind::kRenewLeaf, cause, std::move(reason)};
  };
  if (stored == nullptr) return renew(Cause::kMissing, "there is no Secret");
  if (stored->leaf.certificate.empty()) return renew(Cause::kMissing, "there is no certificate");
  const MaterialPart leaf = Examine(*stored).leaf;
  if (!leaf.facts.has_value()) return renew(Cause::kDamaged, leaf.problem);
  if (!IsValid(*leaf.facts, now)) {
    return renew(Cause::kExpired, "the leaf is " + DateProblem(*leaf.facts, now));
  }
  if (!stored->authority.certificate.empty()) {
    return renew(Cause::kRequested, "the leaf is of an authority of our own");
  }
  if (!stored->request.empty()) return renew(Cause::kRequested, "a new leaf was asked for");
  if (!CoversNames(*leaf.facts, policy.names)) {
    return renew(Cause::kNamesChanged, "the leaf lacks a name");
  }
  if (now >= RenewalTime(*leaf.facts, policy.identity)) {
    return renew(Cause::kDue, "2/3 of the leaf's life are over");
  }
  return {};
}

WallTime RenewalTime(const CertificateFacts& certificate, std::string_view identity) {
  const auto life = certificate.not_after - certificate.not_before;
  const std::string hash = Sha256Hex(std::string(identity) + '/' + certificate.serial);
  unsigned spread = 0;
  constexpr std::size_t kHexDigits = 4;
  std::from_chars(hash.data(), hash.data() + kHexDigits, spread, 16);
  constexpr int kSteps = 1 << 16U;
  constexpr int kMostSpread = 20;  // The part of the life.
  const auto earlier = life / kMostSpread / kSteps * spread;
  return certificate.not_before + life / 3 * 2 - earlier;
}

std::chrono::seconds HeldFor::Observe(const std::string& text, Clock::time_point now) {
  if (!is_set_ || text_ != text) {
    is_set_ = true;
    text_ = text;
    since_ = now;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(now - since_);
}

}  // namespace sidecar::controller
