#include "controller/admission_trial.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/json_field.h"

namespace sidecar::controller {

std::optional<InjectionFailure> TryAdmission(const Json& pod, std::string namespace_name,
                                             const webhook::InjectionSnapshot* snapshot,
                                             const webhook::AdmissionOptions& options) {
  // Without what only the API server writes, which may be large.
  Json object = {{"metadata", Json::object()}};
  for (const char* const key : {"name", "generateName", "labels", "annotations"}) {
    const Json* const value = FindField(pod, std::string("metadata.") + key);
    if (value != nullptr) object["metadata"][key] = *value;
  }
  if (const Json* const spec = FindField(pod, "spec")) object["spec"] = *spec;
  const Json review = {{"apiVersion", "admission.k8s.io/v1"},
                       {"kind", "AdmissionReview"},
                       {"request",
                        {{"uid", "trial"},
                         {"resource", {{"group", ""}, {"version", "v1"}, {"resource", "pods"}}},
                         {"namespace", std::move(namespace_name)},
                         {"operation", "CREATE"},
                         {"dryRun", true},
                         {"object", std::move(object)}}}};
  HttpRequest request;
  request.method = "POST";
  request.target = options.path + "?timeout=2s";
  request.content_type = "application/json";
  request.body = review.dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto answer = webhook::AnswerAdmission(request, snapshot, options);
  const webhook::AdmissionOutcome& outcome = answer.outcome;
  if (outcome.error.empty() || !outcome.reason.has_value()) return std::nullopt;
  return InjectionFailure{std::string(ToString(*outcome.reason)), outcome.error};
}

}  // namespace sidecar::controller
