#include "webhook/answer_memo.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/http_status.h"
#include "webhook/request_timeout.h"

namespace sidecar::webhook {
namespace {

// API servers write the uid from byte 79 on (v1), or 84 (v1beta1). What is behind this many bytes
// has no uid in it and tells reviews apart.
constexpr std::size_t kHeadBytes = 128;

// A hash of what is behind the head, at eight bytes a cycle: equal reviews have equal ones, others
// nearly always not. Not for what must withstand whoever chooses the bytes.
std::uint64_t FingerprintOf(std::string_view review) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  constexpr int kRotation = 29;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  constexpr std::size_t kStep = 4 * kWord;
  // Four, so that as many multiplications are under way at a time.
  std::uint64_t a = review.size();
  std::uint64_t b = 1;
  std::uint64_t c = 2;
  std::uint64_t d = 3;
  const auto mix = [](std::uint64_t& hash, const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, kWord);
    hash = std::rotl((hash ^ word) * kOdd, kRotation);
  };
  const auto mix_all = [&](const char* from) {
    mix(a, from);
    mix(b, from + kWord);
    mix(c, from + 2 * kWord);
    mix(d, from + 3 * kWord);
  };
  std::string_view rest = review.substr(std::min(review.size(), kHeadBytes));
  for (; rest.size() >= kStep; rest.remove_prefix(kStep)) mix_all(rest.data());
  std::array<char, kStep> last{};
  std::memcpy(last.data(), rest.data(), rest.size());
  mix_all(last.data());
  for (const std::uint64_t each : {b, c, d}) a = std::rotl((a ^ each) * kOdd, kRotation);
  return a;
}

// Whether it means itself between the quotes of a JSON string.
bool IsPlain(std::string_view uid) {
  return !uid.empty() && std::all_of(uid.begin(), uid.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

// Where `part` stands in `text`, if it does so once.
std::optional<std::size_t> FindOnly(std::string_view text, std::string_view part) {
  const auto find = [&](std::size_t from) {
    const void* const found =
        memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return found == nullptr
               ? std::string_view::npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  };
  const std::size_t at = find(0);
  if (at == std::string_view::npos || find(at + 1) != std::string_view::npos) return std::nullopt;
  return at;
}

bool IsSame(const std::weak_ptr<const InjectionSnapshot>& a,
            const std::shared_ptr<const InjectionSnapshot>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

// A request and its answer. What is no part of the body is compared as it is.
struct AnswerMemo::Known {
  std::string method;
  std::string target;
  std::string content_type;
  std::string review;
  std::size_t uid_at = 0;  // In the review.
  std::size_t uid_size = 0;
  AdmissionAnswer answer;
  std::size_t answer_uid_at = 0;  // In its body.

  // Null where the answer is not one to keep.
  static std::shared_ptr<const Known> Make(const HttpRequest& request,
                                           const AdmissionAnswer& answer) {
    const HttpResponse& response = answer.response;
    const AdmissionOutcome& outcome = answer.outcome;
    if (response.status != http_status::kOk || !outcome.reason.has_value() ||
        !outcome.error.empty() || response.body.size() > kMaxAnswerBytes ||
        !answer.uid_offset.has_value() || !IsPlain(outcome.uid)) {
      return nullptr;
    }
    const std::size_t uid_at = *answer.uid_offset;
    if (uid_at + outcome.uid.size() > kHeadBytes) return nullptr;
    if (FindOnly(request.body, outcome.uid) != uid_at) return nullptr;
    const std::optional<std::size_t> answer_uid_at = FindOnly(response.body, outcome.uid);
    if (!answer_uid_at.has_value()) return nullptr;
    return std::make_shared<const Known>(Known{.method = request.method,
                                               .target = request.target,
                                               .content_type = request.content_type,
                                               .review = request.body,
                                               .uid_at = uid_at,
                                               .uid_size = outcome.uid.size(),
                                               .answer = answer,
                                               .answer_uid_at = *answer_uid_at});
  }

  std::string_view UidOf(const HttpRequest& request) const {
    return std::string_view(request.body).substr(uid_at, uid_size);
  }

  bool IsAnswerTo(const HttpRequest& request) const {
    const std::string_view body = request.body;
    const std::size_t behind = uid_at + uid_size;
    return body.size() == review.size() && body.substr(0, uid_at) == review.substr(0, uid_at) &&
           body.substr(behind) == std::string_view(review).substr(behind) &&
           IsPlain(UidOf(request)) && request.method == method && request.target == target &&
           request.content_type == content_type;
  }

  AdmissionAnswer AnswerTo(const HttpRequest& request) const {
    const std::string_view uid = UidOf(request);
    AdmissionAnswer copy = answer;
    copy.response.body.replace(answer_uid_at, uid.size(), uid);
    copy.outcome.uid = uid;
    return copy;
  }

  std::size_t Bytes() const {
    std::size_t bytes = 0;
    const AdmissionOutcome& outcome = answer.outcome;
    for (const std::string* text :
         {&method, &target, &content_type, &review, &answer.response.body, &outcome.uid,
          &outcome.namespace_name, &outcome.name, &outcome.owner, &outcome.pod_template_hash,
          &outcome.operation}) {
      bytes += text->size();
    }
    return bytes;
  }
};

AnswerMemo::AnswerMemo(AdmissionOptions options) : options_(std::move(options)) {}

AnswerMemo::~AnswerMemo() = default;

AdmissionAnswer AnswerMemo::Answer(const HttpRequest& request, const Snapshot& snapshot,
                                   const SteadyClock& now) {
  if (snapshot == nullptr || request.body.size() > kMaxReviewBytes) {
    return AnswerAdmission(request, snapshot.get(), options_, now);
  }
  const std::uint64_t fingerprint = FingerprintOf(request.body);
  const Found found = Find(fingerprint, request, snapshot);
  if (found.known != nullptr && now() <= request.received + TimeToAnswer(request.target)) {
    known_answers_.fetch_add(1, std::memory_order_relaxed);
    return found.known->AnswerTo(request);
  }
  AdmissionAnswer answer = AnswerAdmission(request, snapshot.get(), options_, now);
  if (found.known == nullptr && found.seen_before) Keep(fingerprint, request, answer, snapshot);
  return answer;
}

std::vector<AnswerMemo::Entry>::iterator AnswerMemo::EntryOf(std::uint64_t fingerprint,
                                                             const HttpRequest& request) {
  return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) {
    return each.fingerprint == fingerprint && each.known->IsAnswerTo(request);
  });
}

AnswerMemo::Found AnswerMemo::Find(std::uint64_t fingerprint, const HttpRequest& request,
                                   const Snapshot& snapshot) {
  const std::lock_guard lock(mutex_);
  if (!IsSame(made_with_, snapshot)) {
    entries_.clear();
    bytes_ = 0;
    made_with_ = snapshot;
  }
  if (const auto entry = EntryOf(fingerprint, request); entry != entries_.end()) {
    std::rotate(entries_.begin(), entry, entry + 1);
    return {.known = entries_.front().known, .seen_before = true};
  }
  const bool seen = std::find(seen_.begin(), seen_.end(), fingerprint) != seen_.end();
  if (!seen) seen_[next_seen_++ % kSeen] = fingerprint;
  return {.known = nullptr, .seen_before = seen};
}

void AnswerMemo::Keep(std::uint64_t fingerprint, const HttpRequest& request,
                      const AdmissionAnswer& answer, const Snapshot& snapshot) {
  std::shared_ptr<const Known> known = Known::Make(request, answer);
  if (known == nullptr || known->Bytes() > kMaxBytes) return;
  const std::lock_guard lock(mutex_);
  // Another thread may have been faster, or have met another configuration.
  if (!IsSame(made_with_, snapshot) || EntryOf(fingerprint, request) != entries_.end()) return;
  bytes_ += known->Bytes();
  entries_.insert(entries_.begin(), {fingerprint, std::move(known)});
  while (entries_.size() > kMaxAnswers || bytes_ > kMaxBytes) {
    bytes_ -= entries_.back().known->Bytes();
    entries_.pop_back();
  }
}

}  // namespace sidecar::webhook
