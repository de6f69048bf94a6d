#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/certs/material.h"
#include "lib/base/deadline.h"
#include "lib/pki/server_names.h"

// What must change about the certificates now, and why. Pure: the clocks are arguments.
//
// A rotation that loses no request. Replicas look at the Secret when they can, each at another
// time, and API servers take up a changed caBundle when they can:
//
//   1. A next authority is added to the Secret; caBundle becomes current + next.
//   2. Once the server's caBundle has held both for the propagation time, every API server trusts
//      both. Only then is a leaf of the next authority issued: it becomes the current one, and the
//      former goes to the previous ones. caBundle holds the same certificates as before.
//   3. Any replica may now serve either leaf, for as long as it likes: both are trusted until the
//      former leaf's end. So nobody needs to know who serves which.
//   4. After that end the former authority is dropped from Secret and caBundle.
//
// A crash between two of them loses nothing but time: the Secret says how far it has come, and what
// is not in it (how long the caBundle has been published) is waited for again. Each change is one
// update of one object under its optimistic lock, so two leaders cannot mix theirs.

namespace sidecar::controller {

struct CertificatePolicy {
  pki::ServerNames names;
  std::string common_name;
  std::string authority_name;
  std::chrono::seconds authority_life = std::chrono::hours(24 * 365);
  // More than 30 days beyond its renewal at 2/3, so that a clock that jumps by a month finds it
  // valid still.
  std::chrono::seconds leaf_life = std::chrono::hours(24 * 92);
  // The longest that an API server takes to use a caBundle that was written, and a replica to serve
  // a leaf that was written. Measured: milliseconds; here to be safe against a stalled watch.
  std::chrono::seconds propagation{60};
  // How long authorities that others put into caBundle stay trusted when we begin anew: a rolling
  // update from another injector takes minutes.
  std::chrono::seconds adoption = std::chrono::hours(24);
  // Spreads the renewals of installations that were made at the same time.
  std::string identity;
};

// For `<service>.<namespace>.svc`, as API servers call webhooks, and its shorter forms; `more` are
// names or IP addresses besides.
CertificatePolicy PolicyForService(const std::string& service, const std::string& namespace_name,
                                   const std::vector<std::string>& more = {});

// What the API server holds in the webhooks that call us.
struct ServerBundles {
  bool known = false;                // False: not read yet, or it cannot be read.
  std::vector<std::string> bundles;  // PEM, one a webhook; none: nobody calls us yet.
};

struct Situation {
  pki::WallTime now;
  const Material* stored = nullptr;     // Null: there is no Secret.
  const Material* last_good = nullptr;  // What this process has seen whole before; null: nothing.
  ServerBundles server;
  // For how long, by the monotonic clock and without a break, every bundle of the server has held
  // all of CaBundle(*stored). Below zero: it does not.
  std::chrono::seconds published_for{-1};
  // For how long, by the monotonic clock, this process has seen `stored` as it is.
  std::chrono::seconds unchanged_for{0};
};

enum class StepKind : std::uint8_t {
  kNone,
  kCreate,            // There is nothing: a new authority and leaf.
  kRestore,           // The Secret is gone or damaged: write back what this process still has.
  kReplace,           // Nothing of it is usable: a new authority and leaf at once.
  kRenewLeaf,         // A new leaf of the same authority; caBundle stays.
  kAddNextAuthority,  // A new authority goes into caBundle.
  kPromote,           // The next authority issues the leaf; the current one becomes a previous one.
  kDropPrevious,      // The previous authorities' leaves have ended.
};
std::string_view ToString(StepKind kind);

// Why; a metric's label.
enum class Cause : std::uint8_t {
  kNone,
  kMissing,       // There is no Secret.
  kDamaged,       // A part is missing or unreadable.
  kExpired,       // Or not yet valid.
  kDue,           // 2/3 of its life are over.
  kRequested,     // By the annotation.
  kNamesChanged,  // The leaf lacks a name.
  kPublished,     // API servers have had the time to trust the next authority.
  kRetired,       // What the previous authorities signed has ended.
};
std::string_view ToString(Cause cause);

struct Step {
  StepKind kind = StepKind::kNone;
  Cause cause = Cause::kNone;
  std::string reason;  // For the log: what was found; with kNone, what is waited for, if anything.
};

Step NextStep(const Situation& situation, const CertificatePolicy& policy);

// The same where others sign (mode `csr`): is a leaf to be asked for? kRenewLeaf, or kNone.
Step NextSignedLeafStep(const Material* stored, pki::WallTime now, const CertificatePolicy& policy);

// When a certificate is to be renewed: at 2/3 of its life, or up to a twentieth of it earlier, by a
// hash of the identity and the serial number.
pki::WallTime RenewalTime(const pki::CertificateFacts& certificate, std::string_view identity);

// How long a text has been the same, by the monotonic clock.
class HeldFor {
 public:
  std::chrono::seconds Observe(const std::string& text, Clock::time_point now);
  void Forget() { is_set_ = false; }

 private:
  bool is_set_ = false;
  std::string text_;
  Clock::time_point since_;
};

}  // namespace sidecar::controller
