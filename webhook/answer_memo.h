#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::webhook {

// Answers what AnswerAdmission answers, sooner where the same was asked before: an answer is a
// function of the review and the configuration, so that to a review which differs in its uid alone
// it is the one known, with the other uid.
//
// The pods that a controller makes of one template are such reviews as long as the API server puts
// nothing of its own into each: one from 1.21 on gives every pod a volume of a random name, unless
// its service account's token is not mounted; one that tracks fields (1.18 on) writes the second of
// the creation. Others are answered anew, and that they were looked up costs the reading of their
// bytes once: an answer is kept when its review comes the second time, not the first.
//
// Kept are successes for one configuration: another one forgets them, and none is kept alive here.
// Reviews must have their uid in front, where API servers write it; it must be of letters, digits
// and hyphens, and in neither review nor answer a second time. A review that is late already is not
// looked up. The least recently used answer goes first.
//
// Thread-safe; a lock is held while reviews of equal fingerprints are compared.
class AnswerMemo {
 public:
  static constexpr std::size_t kMaxAnswers = 32;
  static constexpr std::size_t kMaxReviewBytes = std::size_t{16} << 10U;
  static constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 10U;
  // Of all reviews and answers together; nothing is allocated before the first is kept.
  static constexpr std::size_t kMaxBytes = std::size_t{256} << 10U;

  explicit AnswerMemo(AdmissionOptions options);
  ~AnswerMemo();
  AnswerMemo(const AnswerMemo&) = delete;
  AnswerMemo& operator=(const AnswerMemo&) = delete;

  // As AnswerAdmission. `now` is asked for every answer that is known, too.
  AdmissionAnswer Answer(const HttpRequest& request,
                         const std::shared_ptr<const InjectionSnapshot>& snapshot,
                         const SteadyClock& now = &std::chrono::steady_clock::now);

  // How many answers were known, since the start.
  std::uint64_t known_answers() const { return known_answers_.load(std::memory_order_relaxed); }

 private:
  struct Known;
  struct Entry {
    std::uint64_t fingerprint = 0;
    std::shared_ptr<const Known> known;
  };
  struct Found {
    std::shared_ptr<const Known> known;  // Null for none.
    bool seen_before = false;
  };

  using Snapshot = std::shared_ptr<const InjectionSnapshot>;

  // What is not known is noted as seen.
  Found Find(std::uint64_t fingerprint, const HttpRequest& request, const Snapshot& snapshot);
  void Keep(std::uint64_t fingerprint, const HttpRequest& request, const AdmissionAnswer& answer,
            const Snapshot& snapshot);
  std::vector<Entry>::iterator EntryOf(std::uint64_t fingerprint, const HttpRequest& request);

  static constexpr std::size_t kSeen = 64;

  const AdmissionOptions options_;
  std::atomic<std::uint64_t> known_answers_ = 0;

  std::mutex mutex_;  // Guards what follows.
  std::weak_ptr<const InjectionSnapshot> made_with_;
  std::vector<Entry> entries_;  // Most recently used first.
  std::size_t bytes_ = 0;       // Of all entries.
  // Fingerprints of reviews that were not known; the oldest is overwritten.
  std::array<std::uint64_t, kSeen> seen_{};
  std::size_t next_seen_ = 0;
};

}  // namespace sidecar::webhook
