#include "webhook/handler.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <string_view>
#include <utility>

#include "lib/base/arena.h"
#include "lib/base/http_status.h"
#include "lib/inject/annotations.h"
#include "lib/inject/object_fields.h"
#include "lib/inject/patch.h"
#include "lib/inject/pod_injection.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"
#include "webhook/admission_review.h"
#include "webhook/request_timeout.h"

namespace sidecar::webhook {
namespace {

using gotemplate::Value;
using inject::Compat;
using inject::PodParts;
using inject::Reason;

// A review of the largest pod that etcd takes needs a tenth of it.
constexpr std::size_t kMaxMemory = std::size_t{256} << 20U;
constexpr std::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";
// The API server cuts off what is beyond 4096 bytes in all.
constexpr std::size_t kMaxWarnings = 10;

std::string_view StatusReason(int code) {
  switch (code) {
    case http_status::kBadRequest:
    case http_status::kHeadersTooLarge: return "BadRequest";
    case http_status::kNotFound: return "NotFound";
    case http_status::kMethodNotAllowed: return "MethodNotAllowed";
    case http_status::kTooLarge: return "RequestEntityTooLarge";
    case http_status::kUnsupportedMediaType: return "UnsupportedMediaType";
    case http_status::kUnprocessable: return "Invalid";
    case http_status::kServiceUnavailable: return "ServiceUnavailable";
    case http_status::kGatewayTimeout: return "Timeout";
    default: return "InternalError";
  }
}

AdmissionAnswer Refuse(int code, std::string message) {
  AdmissionAnswer answer;
  answer.response.status = code;
  answer.response.body = WriteFailureStatus(code, StatusReason(code), message);
  answer.outcome.error = std::move(message);
  return answer;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  return std::equal(
      text.begin(), text.end(), lower_case.begin(), lower_case.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

// Parameters such as charset are of no consequence for JSON.
bool IsJson(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return EqualsIgnoringCase(type, kJson);
}

// A thread's memory for one review at a time. Usual ones fit into the block that it keeps.
class ThreadMemory {
 public:
  // The first piece is small, so that the first block is no larger than what is to be kept.
  ThreadMemory() { (void)Get().Allocate(1); }
  ~ThreadMemory() { Get().Reset(); }
  ThreadMemory(const ThreadMemory&) = delete;
  ThreadMemory& operator=(const ThreadMemory&) = delete;

  static Arena& Get() {
    constexpr std::size_t kKeptBytes = std::size_t{64} << 10U;
    thread_local Arena arena(kMaxMemory, kKeptBytes);
    return arena;
  }
};

// What is wrong with the HTTP of a request, if anything.
std::optional<AdmissionAnswer> CheckHttp(const HttpRequest& request,
                                         const AdmissionOptions& options) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != options.path) {
    return Refuse(http_status::kNotFound, "there is nothing here; POST " + options.path);
  }
  if (request.method != "POST") {
    return Refuse(http_status::kMethodNotAllowed,
                  "method " + request.method + " is not allowed, use POST");
  }
  if (request.body.size() > options.max_body_bytes) {
    return Refuse(http_status::kTooLarge, "body of " + std::to_string(request.body.size()) +
                                              " bytes is beyond the limit of " +
                                              std::to_string(options.max_body_bytes));
  }
  if (request.body.empty()) return Refuse(http_status::kBadRequest, "no body found");
  if (!IsJson(request.content_type)) {
    return Refuse(http_status::kUnsupportedMediaType,
                  "invalid Content-Type, want `application/json`");
  }
  return std::nullopt;
}

// One review from request to answer.
class Admission {
 public:
  Admission(const AdmissionReview& review, const InjectionSnapshot* snapshot,
            const AdmissionOptions& options, const std::function<bool()>& is_late, Arena& arena)
      : review_(review),
        request_(review.request),
        snapshot_(snapshot),
        options_(options),
        is_late_(is_late),
        arena_(arena) {}

  AdmissionAnswer Answer() && {
    Describe();
    outcome_.reason = Run();
    return Finish();
  }

 private:
  void Describe() {
    outcome_.uid = request_.uid;
    outcome_.namespace_name = request_.namespace_name;
    outcome_.operation = request_.operation;
    outcome_.dry_run = request_.dry_run;
    outcome_.name = request_.name;
    const yaml::Node* const metadata = request_.object.Find("metadata");
    if (metadata == nullptr) return;
    for (const std::string_view key : {"name", "generateName"}) {
      const yaml::Node* const name = metadata->Find(key);
      if (outcome_.name.empty() && name != nullptr) outcome_.name = name->AsString();
    }
    const yaml::Node* const owners = metadata->Find("ownerReferences");
    if (owners == nullptr || owners->AsSequence().empty()) return;
    const yaml::Node& owner = owners->AsSequence()[0];
    const yaml::Node* const kind = owner.Find("kind");
    const yaml::Node* const name = owner.Find("name");
    const std::string_view kind_text = kind == nullptr ? "" : kind->AsString();
    const std::string_view name_text = name == nullptr ? "" : name->AsString();
    outcome_.owner.reserve(kind_text.size() + 1 + name_text.size());
    outcome_.owner.append(kind_text).append("/").append(name_text);
    const yaml::Node* const labels = metadata->Find("labels");
    const yaml::Node* const hash = labels == nullptr ? nullptr : labels->Find("pod-template-hash");
    if (hash != nullptr) outcome_.pod_template_hash = hash->AsString();
  }

  // What is no creation of a pod. An absent kind or operation means one.
  std::optional<Reason> CheckKind() const {
    if (!request_.sub_resource.empty()) return Reason::kSubresource;
    const bool is_pod = request_.resource.empty()
                            ? request_.kind.empty() || request_.kind == "Pod"
                            : request_.resource == "pods" && request_.resource_group.empty();
    if (!is_pod) return Reason::kNotAPod;
    if (!request_.operation.empty() && request_.operation != "CREATE") return Reason::kNotACreation;
    return std::nullopt;
  }

  Reason Run() {
    if (const std::optional<Reason> other = CheckKind()) return *other;
    kubetypes::FailurePlace place;
    Result<Value> value = kubetypes::Decode(request_.object, kubetypes::WorkloadType("Pod"), arena_,
                                            {.yaml = false, .failure = &place});
    if (!value.has_value()) {
      return Fail(Reason::kInvalidPod, "pod cannot be read: " + value.error().message);
    }
    Result<PodParts> pod = inject::FindPod(*value, "Pod");
    if (!pod.has_value()) return Fail(Reason::kInvalidPod, pod.error().message);
    const Reason reason = Decide(*pod);
    if (reason != Reason::kInjected) {
      ExplainAnnotation(*pod, reason);
      return reason;
    }
    if (snapshot_ == nullptr) {
      return Fail(Reason::kNoConfig, "there is no usable injection configuration yet");
    }
    if (is_late_())
      return Fail(Reason::kOutOfTime, "review arrived too late to be answered in time");
    return Inject(*pod);
  }

  Reason Decide(const PodParts& pod) const {
    inject::PodFacts facts;  // Without the namespace: which ones are ignored is an option here.
    facts.host_network = inject::BoolField(pod.spec, "HostNetwork");
    facts.is_mirror = FindAnnotation(pod, kMirrorAnnotation).has_value();
    facts.inject_annotation = FindAnnotation(pod, inject::kInjectAnnotation);
    const inject::Policy policy =
        snapshot_ == nullptr ? inject::Policy::kEnabled : snapshot_->renderer->config().policy();
    const Reason reason = inject::Decide(facts, policy, inject::Trigger::kWebhook);
    const auto& ignored = options_.ignored_namespaces;
    const bool is_ignored =
        std::find(ignored.begin(), ignored.end(), request_.namespace_name) != ignored.end();
    return is_ignored && reason != Reason::kHostNetwork ? Reason::kSystemNamespace : reason;
  }

  Reason Inject(const PodParts& pod) {
    // Controllers leave it to the API server to fill it in, which it does later.
    Value* const space = inject::FieldSlot(pod.metadata, "Namespace");
    if (space != nullptr && space->AsString().empty()) {
      *space = Value::String(request_.namespace_name, space->type());
    }
    Reason reason = Reason::kInjected;
    // PreviousStatusForPatch of a pod without the annotation, as nearly all are.
    static const std::optional<inject::Status> legacy(inject::LegacyStatus());
    const bool has_status = FindAnnotation(pod, inject::kStatusAnnotation).has_value();
    const std::optional<inject::Status> status =
        has_status ? std::optional(inject::PreviousStatusForPatch(pod)) : std::nullopt;
    const Result<inject::PodInjection> injection =
        inject::PlanInjection(pod, has_status ? status : legacy, *snapshot_->renderer, arena_,
                              {.reason = &reason, .is_late = is_late_});
    if (!injection.has_value()) return Fail(reason, injection.error().message);
    if (inject::IsCarriedOut(request_.object, *injection)) return Reason::kAlreadyInjected;
    auto patch = inject::MakeEncodedPatch(request_.object, *injection,
                                          snapshot_->renderer->config().compat());
    if (!patch.has_value()) return Fail(Reason::kInvalidPod, patch.error().message);
    response_.patch = *std::move(patch);
    for (const std::string& warning : injection->rendered->warnings()) Warn(warning);
    return reason;
  }

  Reason Fail(Reason reason, std::string message) {
    outcome_.error = std::move(message);
    return reason;
  }

  // An annotation that does not do what its author will have wanted.
  void ExplainAnnotation(const PodParts& pod, Reason reason) {
    const auto wish = FindAnnotation(pod, inject::kInjectAnnotation);
    if (!wish.has_value() || wish->empty()) return;
    std::string annotation(inject::kInjectAnnotation);
    annotation += ": ";
    yaml::WriteJsonString(wish->substr(0, kMaxShownBytes), annotation, /*escape_html=*/false);
    if (reason == Reason::kAnnotationOptOut) {
      constexpr std::array<std::string_view, 4> kNo = {"false", "no", "n", "off"};
      const bool is_no = std::any_of(kNo.begin(), kNo.end(), [&](std::string_view word) {
        return EqualsIgnoringCase(*wish, word);
      });
      if (is_no) return;
      return Warn("annotation " + annotation + " is not one of y, yes, true, on: taken as no");
    }
    inject::PodFacts wished;
    wished.inject_annotation = wish;
    if (inject::Decide(wished, inject::Policy::kDisabled, inject::Trigger::kWebhook) ==
        Reason::kInjected) {
      Warn("annotation " + annotation + " is ignored: " + std::string(ToString(reason)));
    }
  }

  void Warn(std::string text) { warnings_.push_back(std::move(text)); }

  AdmissionAnswer Finish() {
    response_.uid = request_.uid;
    outcome_.allowed = true;
    if (!outcome_.error.empty()) {
      if (options_.allow_on_error) {
        response_.warnings.push_back("pod is admitted without its sidecar: " + outcome_.error);
      } else {
        const int code = CodeOf(*outcome_.reason);
        response_.denial = Denial{code, StatusReason(code), outcome_.error};
        outcome_.allowed = false;
      }
    }
    // What a controller makes nobody is there to be warned about.
    if (request_.dry_run || outcome_.owner.empty()) {
      warnings_.resize(std::min(warnings_.size(), kMaxWarnings));
      std::move(warnings_.begin(), warnings_.end(), std::back_inserter(response_.warnings));
    }
    auto& audit = response_.audit_annotations;
    audit.reserve(kMostAuditAnnotations);
    audit.push_back({"reason", std::string(ToString(*outcome_.reason))});
    if (snapshot_ != nullptr) {
      audit.push_back({"template-version", snapshot_->renderer->config().version()});
      audit.push_back({"config-generation", std::to_string(snapshot_->generation)});
    }
    AdmissionAnswer answer;
    answer.response.body = WriteAdmissionReview(response_, review_.version);
    answer.outcome = std::move(outcome_);
    return answer;
  }

  static int CodeOf(Reason reason) {
    switch (reason) {
      case Reason::kInvalidPod:
      case Reason::kInvalidAnnotation: return http_status::kUnprocessable;
      case Reason::kNoConfig: return http_status::kServiceUnavailable;
      case Reason::kOutOfTime: return http_status::kGatewayTimeout;
      default: return http_status::kInternalError;
    }
  }

  static constexpr std::size_t kMaxShownBytes = 64;
  static constexpr std::size_t kMostAuditAnnotations = 3;

  const AdmissionReview& review_;
  const AdmissionRequest& request_;
  const InjectionSnapshot* const snapshot_;
  const AdmissionOptions& options_;
  const std::function<bool()>& is_late_;
  Arena& arena_;
  AdmissionOutcome outcome_;
  AdmissionResponse response_;
  std::vector<std::string> warnings_;
};

// Where `part` lies within `text`, if it does.
std::optional<std::size_t> OffsetIn(std::string_view text, std::string_view part) {
  const std::less_equal<const char*> not_behind;
  if (part.empty() || !not_behind(text.data(), part.data()) ||
      !not_behind(part.data() + part.size(), text.data() + text.size())) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(part.data() - text.data());
}

// A body that is no review. Istio 0.6 to 1.0 answered that with a denial, without telling versions.
AdmissionAnswer RefuseBody(std::string message, const InjectionSnapshot* snapshot) {
  const Compat compat =
      snapshot == nullptr ? Compat::k0_5_0 : snapshot->renderer->config().compat();
  if (compat < Compat::k0_6) return Refuse(http_status::kBadRequest, std::move(message));
  AdmissionAnswer answer;
  AdmissionResponse response;
  response.denial =
      Denial{http_status::kBadRequest, StatusReason(http_status::kBadRequest), message};
  answer.response.body = WriteAdmissionReview(response, ReviewVersion::kNone);
  answer.outcome.error = std::move(message);
  return answer;
}

}  // namespace

HttpResponse AnswerBadHttp(int status, std::string_view message) {
  return Refuse(status, std::string(message)).response;
}

AdmissionAnswer AnswerAdmission(const HttpRequest& request, const InjectionSnapshot* snapshot,
                                const AdmissionOptions& options, const SteadyClock& now) {
  if (std::optional<AdmissionAnswer> refusal = CheckHttp(request, options)) {
    return *std::move(refusal);
  }
  try {
    const ThreadMemory memory;
    Arena& arena = ThreadMemory::Get();
    const Result<AdmissionReview> review = ParseAdmissionReview(request.body, arena);
    if (!review.has_value()) return RefuseBody(review.error().message, snapshot);
    if (review->request.object.IsNull() && review->request.operation == "CREATE" &&
        review->request.sub_resource.empty()) {
      return Refuse(http_status::kBadRequest, "request.object is absent");
    }
    const auto latest = request.received + TimeToAnswer(request.target);
    const std::function<bool()> is_late = [&] { return now() > latest; };
    AdmissionAnswer answer = Admission(*review, snapshot, options, is_late, arena).Answer();
    // Texts without escapes are views of the body.
    answer.uid_offset = OffsetIn(request.body, review->request.uid);
    return answer;
  } catch (const ArenaLimitExceeded&) {
    return Refuse(http_status::kTooLarge, "review takes too much memory");
  }
}

}  // namespace sidecar::webhook
