#include "webhook/trial.h"

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/diagnose/object_set.h"
#include "lib/inject/plan.h"
#include "lib/inject/pod_injection.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/documents.h"
#include "lib/yaml/json.h"
#include "webhook/explanation.h"
#include "webhook/request_timeout.h"

namespace sidecar::webhook {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

// Much for a pod of a few kilobytes, and little beside what the container may have.
constexpr std::size_t kMaxMemory = std::size_t{32} << 20U;
// Aliases may make a long review of a short text.
constexpr std::size_t kMaxReviewBytes = std::size_t{1} << 20U;
constexpr int kPatchIndent = 2;

// A member of a JSON document; null where there is none.
const json* Find(const json& document, const char* path) {
  const json::json_pointer pointer(path);
  return document.is_object() && document.contains(pointer) ? &document.at(pointer) : nullptr;
}

json Parsed(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string Printed(const json& value) {
  return value.dump(kPatchIndent, ' ', false, json::error_handler_t::replace);
}

// Reads until an object makes pods. The review with which an API server would ask about them.
Result<std::string> ReadReview(std::string_view text, std::string& title) {
  yaml::DocumentReader reader;
  reader.Feed(text);
  reader.Finish();
  for (;;) {
    ASSIGN_OR_RETURN(const std::optional<yaml::Document> document, reader.Next());
    if (!document.has_value()) break;
    diagnose::ObjectSet set("default", kMaxMemory);
    auto added = set.AddDocument(document->text, {});
    if (!added.has_value()) return std::move(added).error();
    for (const diagnose::Object& object : set.objects()) {
      std::string review = MakeReview(object);
      if (review.size() > kMaxReviewBytes) {
        return Error{ErrorCode::kInvalidArgument, "the pod is too large"};
      }
      title = object.Title();
      if (!review.empty()) return review;
    }
  }
  return Error{ErrorCode::kInvalidArgument,
               title.empty() ? "there is no object in it" : title + " makes no pods"};
}

void ReadAnswer(const std::string& body, Trial& trial) {
  const json review = Parsed(body);
  if (const json* const warnings = Find(review, "/response/warnings")) {
    for (const json& warning : *warnings) {
      if (warning.is_string()) trial.warnings.push_back(warning.get<std::string>());
    }
  }
  const json* const patch = Find(review, "/response/patch");
  if (patch == nullptr || !patch->is_string()) return;
  const auto bytes = yaml::DecodeBase64(patch->get_ref<const std::string&>());
  if (bytes.has_value()) trial.patch = Printed(Parsed(*bytes));
}

// What the template prints for the review's pod, whether or not that will be injected.
std::string Render(const std::string& review, inject::Renderer& renderer,
                   const std::function<bool()>& is_late) {
  std::string text;
  try {
    Arena arena(kMaxMemory);
    const Result<yaml::Node> root = yaml::ParseJson(review, arena);
    if (!root.has_value()) return text;
    const yaml::Node* const object = diagnose::FindPath(*root, {"request", "object"});
    if (object == nullptr) return text;
    const auto value = kubetypes::Decode(*object, kubetypes::WorkloadType("Pod"), arena);
    if (!value.has_value()) return text;
    const auto pod = inject::FindPod(*value, "Pod");
    if (!pod.has_value()) return text;
    inject::PlanOptions options;
    options.is_late = is_late;
    options.text = &text;
    const auto plan =
        inject::PlanInjection(*pod, inject::PreviousStatusForPatch(*pod), renderer, arena, options);
    static_cast<void>(plan);  // AnswerAdmission has said what is wrong.
  } catch (const ArenaLimitExceeded&) {
    return text;
  }
  return text;
}

}  // namespace

Trial TryInjection(std::string_view text, const InjectionSnapshot& snapshot,
                   const AdmissionOptions& options, const TrialLimits& limits) {
  Trial trial;
  if (text.size() > limits.max_text_bytes) {
    trial.error =
        "the text is beyond the limit of " + std::to_string(limits.max_text_bytes) + " bytes";
    return trial;
  }
  std::string title;
  Result<std::string> review = ReadReview(text, title);
  if (!review.has_value()) {
    trial.error = review.error().message;
    return trial;
  }
  trial.object = std::move(title);

  InjectionSnapshot own = snapshot;
  own.renderer = snapshot.renderer->WithOwnMemory();
  HttpRequest request;
  request.method = "POST";
  request.target = options.path + "?timeout=" + std::string(limits.timeout);
  request.content_type = "application/json";
  request.body = *std::move(review);
  request.received = limits.start;
  AdmissionAnswer answer = AnswerAdmission(request, &own, options);
  trial.reason = answer.outcome.reason;
  trial.allowed = answer.outcome.allowed;
  trial.error = std::move(answer.outcome.error);
  ReadAnswer(answer.response.body, trial);
  const auto latest = limits.start + TimeToAnswer(request.target);
  trial.rendered =
      Render(request.body, *own.renderer, [latest] { return steady_clock::now() > latest; });
  return trial;
}

}  // namespace sidecar::webhook
