#include "test/conformance/endpoint_cases.h"

#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/yaml/base64.h"
#include "webhook/handler.h"

namespace sidecar::conformance {
namespace {

using nlohmann::json;

using Snapshot = std::shared_ptr<const webhook::InjectionSnapshot>;

Snapshot MakeSnapshot(const json& config) {
  auto snapshot = webhook::MakeInjectionSnapshot({.config = config.dump(), .mesh = ""},
                                                 inject::Compat::k0_6, 1);
  if (!snapshot.has_value()) throw std::runtime_error(snapshot.error().message);
  return *std::move(snapshot);
}

HttpRequest Post(std::string body, std::string content_type) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/inject";
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  return request;
}

Outcome RunPolicyCase(const json& test) {
  const Snapshot snapshot =
      MakeSnapshot({{"policy", test.at("policy")}, {"template", "containers: [{name: p}]"}});
  const json review = {{"request",
                        {{"namespace", test.at("namespace")},
                         {"operation", "CREATE"},
                         {"object",
                          {{"metadata", {{"annotations", test.at("annotations")}}},
                           {"spec", {{"hostNetwork", test.at("hostNetwork")}}}}}}}};
  const webhook::AdmissionAnswer answer =
      webhook::AnswerAdmission(Post(review.dump(), "application/json"), snapshot.get(), {});
  const bool injected = answer.outcome.reason == inject::Reason::kInjected;
  if (injected == test.at("required").get<bool>()) return Outcome::Passed();
  return Outcome::Failed(injected ? "was injected" : "was not injected");
}

std::string BodyOf(const json& test) {
  if (test.contains("bodyBase64")) {
    return yaml::DecodeBase64(test.at("bodyBase64").get<std::string>()).value();
  }
  return test.at("body").is_null() ? std::string() : test.at("body").dump();
}

Outcome RunHttpCase(const json& test, const webhook::InjectionSnapshot& snapshot) {
  const webhook::AdmissionAnswer answer =
      webhook::AnswerAdmission(Post(BodyOf(test), test.at("contentType")), &snapshot, {});
  const int status = test.at("status");
  if (answer.response.status != status) {
    return Outcome::Failed("status is " + std::to_string(answer.response.status));
  }
  const std::string text = test.value("bodyContains", "");
  if (answer.response.body.find(text) == std::string::npos) {
    return Outcome::Failed(Difference("body", text, answer.response.body));
  }
  if (!test.contains("allowed")) return Outcome::Passed();
  const json response = json::parse(answer.response.body).at("response");
  if (response.at("allowed") != test.at("allowed")) return Outcome::Failed("allowed differs");
  const std::string patch = response.value("patch", "");
  const json got = patch.empty() ? json() : json::parse(yaml::DecodeBase64(patch).value());
  if (got != test.at("patch")) {
    return Outcome::Failed(Difference("patch", test.at("patch").dump(1), got.dump(1)));
  }
  if (response.value("patchType", "") != test.value("patchType", "")) {
    return Outcome::Failed("patchType differs");
  }
  return Outcome::Passed();
}

}  // namespace

void RunPolicyCases(const json& file, Report& report) {
  for (const json& test : file.at("upstream_TestInjectRequired")) {
    report.Add(
        test.at("name").get<std::string>() + " (" + test.at("policy").get<std::string>() + ')',
        RunPolicyCase(test));
  }
}

void RunHttpCases(const json& file, Report& report) {
  const Snapshot snapshot = MakeSnapshot(file.at("injectConfig"));
  for (const json& test : file.at("cases")) {
    report.Add(test.at("name").get<std::string>(), RunHttpCase(test, *snapshot));
  }
}

}  // namespace sidecar::conformance
