#include "webhook/handler.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "lib/yaml/base64.h"
#include "test/webhook/inject_request.h"

namespace sidecar::webhook {
namespace {

using inject::Compat;
using inject::Reason;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kConfig = R"(policy: enabled
template: |
  initContainers:
  - name: istio-init
    args: ["-u", 1337]
  containers:
  - name: istio-proxy
    image: proxy
    madeUp: 1
  volumes:
  - name: istio-envoy
)";

class HandlerTest : public testing::Test {
 protected:
  void Use(std::string_view config, Compat compat = Compat::k0_5_0) {
    auto made = MakeInjectionSnapshot({.config = std::string(config), .mesh = ""}, compat, 7);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    snapshot_ = *std::move(made);
  }
  void SetUp() override { Use(kConfig); }

  static HttpRequest Post(std::string body) {
    return InjectRequest(std::move(body), "/inject?timeout=10s");
  }

  AdmissionAnswer Answer(const HttpRequest& request) {
    AdmissionAnswer answer = AnswerAdmission(request, snapshot_.get(), options_, now_);
    EXPECT_EQ(answer.response.content_type, "application/json");
    body_ = json::parse(answer.response.body);
    return answer;
  }

  // Reviews the creation of a pod in the namespace "ns"; `more` overrides members of the request.
  AdmissionOutcome Review(const json& pod, const json& more = json::object()) {
    json request = json::parse(R"({"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},"namespace":"ns",
        "operation":"CREATE","userInfo":{"username":"admin"},"oldObject":null,"dryRun":false})");
    request["object"] = pod;
    request.update(more);
    const json review = {
        {"kind", "AdmissionReview"}, {"apiVersion", "admission.k8s.io/v1"}, {"request", request}};
    AdmissionAnswer answer = Answer(Post(review.dump()));
    EXPECT_EQ(answer.response.status, 200);
    return answer.outcome;
  }

  const json& response() const { return body_.at("response"); }
  std::vector<std::string> warnings() const {
    return response().value("warnings", std::vector<std::string>());
  }
  json PatchOf() const {
    return json::parse(*yaml::DecodeBase64(response().at("patch").get<std::string>()));
  }

  static json Pod() {
    return json::parse(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"app"}]}})");
  }
  static json Annotated(std::string_view name, std::string_view value) {
    json pod = Pod();
    pod["metadata"]["annotations"][std::string(name)] = value;
    return pod;
  }

  std::shared_ptr<const InjectionSnapshot> snapshot_;
  AdmissionOptions options_;
  SteadyClock now_ = &std::chrono::steady_clock::now;
  json body_;
};

std::vector<std::string> NamesOf(const json& pod, const char* list) {
  std::vector<std::string> names;
  for (const json& each : pod.at("spec").value(list, json::array())) {
    names.push_back(each.at("name"));
  }
  return names;
}

TEST_F(HandlerTest, WhatIsNoReviewIsAnsweredWithAStatus) {
  options_.max_body_bytes = 100;
  struct Case {
    std::string_view change;
    int status;
    std::string_view message;
  };
  constexpr std::array kCases = {
      Case{"method", 405, "method GET is not allowed, use POST"},
      Case{"path", 404, "there is nothing here; POST /inject"},
      Case{"type", 415, "invalid Content-Type, want `application/json`"},
      Case{"empty", 400, "no body found"},
      Case{"large", 413, "body of 101 bytes is beyond the limit of 100"},
      Case{"truncated", 400, "body is not JSON: unexpected end of JSON input"},
      Case{"kind", 400, "kind is \"Pod\", not AdmissionReview"}};
  for (const Case& test : kCases) {
    HttpRequest request = Post(R"({"request":{}})");
    if (test.change == "method") request.method = "GET";
    if (test.change == "path") request.target = "/injector";
    if (test.change == "type") request.content_type = "application/yaml";
    if (test.change == "empty") request.body.clear();
    if (test.change == "large") request.body.assign(101, ' ');
    if (test.change == "truncated") request.body.pop_back();
    if (test.change == "kind") request.body = R"({"kind":"Pod","apiVersion":"v1"})";
    const AdmissionAnswer answer = Answer(request);
    EXPECT_EQ(answer.response.status, test.status) << test.change;
    EXPECT_EQ(body_.at("kind"), "Status");
    EXPECT_EQ(body_.at("message"), test.message);
    EXPECT_EQ(answer.outcome.error, test.message);
    EXPECT_FALSE(answer.outcome.reason.has_value());
  }
}

TEST_F(HandlerTest, ACharsetDoesNotMatter) {
  HttpRequest request = Post(R"({"request":{"operation":"DELETE"}})");
  request.content_type = "Application/JSON ; charset=utf-8";
  EXPECT_EQ(Answer(request).response.status, 200);
}

TEST_F(HandlerTest, GarbageIsDeniedAsTheReleaseDoes) {
  Use(kConfig, Compat::k0_6);
  EXPECT_EQ(Answer(Post("\x01\x02")).response.status, 200);
  EXPECT_EQ(response().at("allowed"), false);
  EXPECT_THAT(response().at("status").at("message"), HasSubstr("body is not JSON"));
}

TEST_F(HandlerTest, TellsWhereTheUidStandsInTheReview) {
  const std::string plain = R"({"request":{"uid":"u-1","uid":"u-2","operation":"DELETE"}})";
  EXPECT_EQ(Answer(Post(plain)).uid_offset, plain.find("u-2"));
  for (const std::string_view uid : {R"("uid":"\u0075")", R"("uid":"")", R"("name":"u")"}) {
    const std::string review = R"({"request":{"operation":"DELETE",)" + std::string(uid) + "}}";
    EXPECT_EQ(Answer(Post(review)).uid_offset, std::nullopt) << uid;
  }
  EXPECT_EQ(Answer(Post(plain + "}")).uid_offset, std::nullopt);
}

TEST_F(HandlerTest, InjectsAPod) {
  const AdmissionOutcome outcome = Review(Pod());
  EXPECT_EQ(outcome.reason, Reason::kInjected);
  EXPECT_TRUE(outcome.allowed);
  EXPECT_EQ(outcome.uid, "u");
  EXPECT_EQ(outcome.namespace_name, "ns");
  EXPECT_EQ(outcome.name, "p");
  EXPECT_EQ(body_.at("apiVersion"), "admission.k8s.io/v1");
  EXPECT_EQ(response().at("uid"), "u");
  EXPECT_EQ(response().at("patchType"), "JSONPatch");
  const json patched = Pod().patch(PatchOf());
  EXPECT_THAT(NamesOf(patched, "containers"), ElementsAre("app", "istio-proxy"));
  EXPECT_EQ(patched.at("/spec/initContainers/0/args/1"_json_pointer), "1337");
  EXPECT_EQ(response().at("auditAnnotations"),
            (json{{"reason", "Injected"},
                  {"template-version", snapshot_->renderer->config().version()},
                  {"config-generation", "7"}}));
}

TEST_F(HandlerTest, ASecondPassFindsNothingToDo) {
  Review(Pod());
  json pod = Pod().patch(PatchOf());
  // What the API server's plugins add in between.
  pod["spec"]["containers"][1]["volumeMounts"] = json::parse(R"([{"name":"t","mountPath":"/t"}])");
  pod["spec"]["containers"].push_back({{"name", "other"}});
  EXPECT_EQ(Review(pod).reason, Reason::kAlreadyInjected);
  EXPECT_FALSE(response().contains("patch"));
  pod["spec"]["containers"][1]["image"] = "another";
  EXPECT_EQ(Review(pod).reason, Reason::kInjected);
  EXPECT_THAT(NamesOf(pod.patch(PatchOf()), "containers"),
              ElementsAre("app", "other", "istio-proxy"));
}

TEST_F(HandlerTest, WhatIsNotToBeInjectedIsAllowedWithAReason) {
  json host_network = Pod();
  host_network["spec"]["hostNetwork"] = true;
  struct Case {
    json pod;
    json request;
    Reason reason;
  };
  const std::array cases = {
      Case{host_network, {}, Reason::kHostNetwork},
      Case{Annotated("kubernetes.io/config.mirror", "x"), {}, Reason::kMirrorPod},
      Case{Annotated("sidecar.istio.io/inject", "FALSE"), {}, Reason::kAnnotationOptOut},
      Case{Pod(), {{"namespace", "kube-system"}}, Reason::kSystemNamespace},
      Case{Pod(), {{"namespace", "kube-node-lease"}}, Reason::kSystemNamespace},
      Case{Pod(), {{"operation", "UPDATE"}}, Reason::kNotACreation},
      Case{nullptr, {{"operation", "DELETE"}, {"oldObject", Pod()}}, Reason::kNotACreation},
      Case{Pod(), {{"operation", "CONNECT"}, {"subResource", "exec"}}, Reason::kSubresource},
      Case{Pod(),
           {{"kind", {{"kind", "Job"}}}, {"resource", {{"group", "batch"}, {"resource", "jobs"}}}},
           Reason::kNotAPod}};
  for (const Case& test : cases) {
    const AdmissionOutcome outcome =
        Review(test.pod, test.request.is_null() ? json::object() : test.request);
    EXPECT_EQ(outcome.reason, test.reason) << ToString(test.reason);
    EXPECT_EQ(response().at("allowed"), true);
    EXPECT_FALSE(response().contains("patch"));
    EXPECT_EQ(response().at("auditAnnotations").at("reason"), ToString(test.reason));
    EXPECT_THAT(warnings(), IsEmpty());
  }
}

TEST_F(HandlerTest, TheRequestsNamespaceDecides) {
  json pod = Pod();
  pod["metadata"]["namespace"] = "kube-system";
  EXPECT_EQ(Review(pod).reason, Reason::kInjected);
  options_.ignored_namespaces = {"ns"};
  EXPECT_EQ(Review(pod).reason, Reason::kSystemNamespace);
  EXPECT_EQ(Review(Pod(), {{"namespace", "kube-system"}}).reason, Reason::kInjected);
}

TEST_F(HandlerTest, TheTemplateSeesTheRequestsNamespace) {
  Use("policy: enabled\ntemplate: |\n  volumes:\n  - name: '{{ .ObjectMeta.Namespace }}'\n");
  Review(Pod());
  EXPECT_THAT(NamesOf(Pod().patch(PatchOf()), "volumes"), ElementsAre("ns"));
}

TEST_F(HandlerTest, WarnsWhereAPersonReadsIt) {
  constexpr std::string_view kDropped =
      "rendered template line 7: containers[0].madeUp: unknown field; left out";
  Review(Pod());
  EXPECT_THAT(warnings(), ElementsAre(kDropped));

  json owned = Pod();
  owned["metadata"]["ownerReferences"] = json::parse(R"([{"kind":"ReplicaSet","name":"rs"}])");
  EXPECT_EQ(Review(owned).owner, "ReplicaSet/rs");
  EXPECT_THAT(warnings(), IsEmpty());
  EXPECT_TRUE(Review(owned, {{"dryRun", true}}).dry_run);
  EXPECT_THAT(warnings(), ElementsAre(kDropped));
}

TEST_F(HandlerTest, WarnsOfAnAnnotationThatIsIgnored) {
  Review(Annotated("sidecar.istio.io/inject", "ture"));
  EXPECT_THAT(warnings(), ElementsAre("annotation sidecar.istio.io/inject: \"ture\" is not one of "
                                      "y, yes, true, on: taken as no"));
  json pod = Annotated("sidecar.istio.io/inject", "True");
  pod["spec"]["hostNetwork"] = true;
  Review(pod);
  EXPECT_THAT(warnings(),
              ElementsAre("annotation sidecar.istio.io/inject: \"True\" is ignored: HostNetwork"));
}

TEST_F(HandlerTest, AFailureDeniesOrWarns) {
  Use("policy: enabled\ntemplate: '{{ .Nope }}'\n");
  constexpr std::string_view kMessage =
      "template: inject:1:3: executing \"inject\" at <.Nope>: can't evaluate field Nope in type "
      "*inject.SidecarTemplateData";
  AdmissionOutcome outcome = Review(Pod());
  EXPECT_EQ(outcome.reason, Reason::kTemplateError);
  EXPECT_FALSE(outcome.allowed);
  EXPECT_EQ(response().at("allowed"), false);
  EXPECT_EQ(response().at("status").at("message"), kMessage);

  options_.allow_on_error = true;
  outcome = Review(Pod());
  EXPECT_EQ(outcome.reason, Reason::kTemplateError);
  EXPECT_TRUE(outcome.allowed);
  EXPECT_EQ(outcome.error, kMessage);
  EXPECT_EQ(response().at("allowed"), true);
  EXPECT_THAT(warnings(),
              ElementsAre("pod is admitted without its sidecar: " + std::string(kMessage)));
}

TEST_F(HandlerTest, APodOfTheWrongShapeIsDenied) {
  EXPECT_EQ(Review(json::parse(R"({"spec":{"containers":5}})")).reason, Reason::kInvalidPod);
  EXPECT_EQ(response().at("status").at("code"), 422);
}

TEST_F(HandlerTest, WithoutConfigurationOnlyPodsThatWouldBeInjectedAreDenied) {
  snapshot_ = nullptr;
  EXPECT_EQ(Review(Pod()).reason, Reason::kNoConfig);
  EXPECT_EQ(response().at("status").at("code"), 503);
  EXPECT_EQ(Review(Annotated("sidecar.istio.io/inject", "no")).reason, Reason::kAnnotationOptOut);
  EXPECT_EQ(response().at("allowed"), true);
}

// What an API server encodes of what it is given: members that are never left out.
json Encoded(json pod) {
  for (const char* const key : {"metadata", "spec"}) {
    if (pod[key].is_null()) pod[key] = json::object();
  }
  return pod;
}

TEST_F(HandlerTest, AnswersEveryRequestThatAnApiServerSent) {
  std::size_t files = 0;
  std::size_t injected = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIDECAR_TESTDATA)) {
    std::ifstream file(entry.path());
    const json recorded = json::parse(file);
    const std::string text = recorded.at("body");
    const json review = json::parse(text);
    const AdmissionAnswer answer = Answer(Post(text));
    ++files;
    ASSERT_EQ(answer.response.status, 200) << entry.path();
    EXPECT_EQ(body_.at("apiVersion"), review.at("apiVersion"));
    EXPECT_EQ(response().at("uid"), review.at("/request/uid"_json_pointer));
    EXPECT_EQ(response().at("allowed"), true);
    const std::string name = entry.path().filename();
    if (answer.outcome.reason != Reason::kInjected) {
      EXPECT_FALSE(response().contains("patch")) << name;
      EXPECT_TRUE(name.starts_with("op-") || name.starts_with("pod-hostnetwork")) << name;
      continue;
    }
    ++injected;
    const json pod = Encoded(review.at("/request/object"_json_pointer));
    const json patched = pod.patch(PatchOf());
    EXPECT_THAT(NamesOf(patched, "containers"), testing::Contains("istio-proxy").Times(1)) << name;
    EXPECT_THAT(NamesOf(patched, "volumes"), testing::Contains("istio-envoy").Times(1)) << name;
    // Injecting the result changes nothing.
    json again = review;
    again["request"]["object"] = patched;
    EXPECT_EQ(Answer(Post(again.dump())).outcome.reason, Reason::kAlreadyInjected) << name;
  }
  EXPECT_GE(files, 29U);
  EXPECT_GE(injected, 18U);
}

TEST_F(HandlerTest, NoTruncatedOrAlteredReviewDoesHarm) {
  std::ifstream file(std::string(SIDECAR_TESTDATA) + "/pod-reinvoked-v1-1.json");
  const std::string text = json::parse(file).at("body");
  for (std::size_t i = 0; i < text.size(); i += 37) {
    Answer(Post(text.substr(0, i)));
    for (const char c : {'{', '"', '\\', '\0', '9', '\xff'}) {
      std::string altered = text;
      altered[i] = c;
      const int status = Answer(Post(altered)).response.status;
      EXPECT_TRUE(status == 200 || status == 400) << status;
    }
  }
}

TEST_F(HandlerTest, AnInjectionThatWouldComeTooLateFailsInTime) {
  Use("policy: enabled\ntemplate: '{{ range until 900000 }}{{ end }}'\n");
  int looks = 0;
  now_ = [&looks, start = std::chrono::steady_clock::now()] {
    return start + std::chrono::seconds(++looks);
  };
  EXPECT_EQ(Review(Pod()).reason, Reason::kOutOfTime);
  EXPECT_GE(looks, 9);
  EXPECT_FALSE(response()["allowed"]);
  EXPECT_EQ(response()["status"]["code"], 504);
  EXPECT_EQ(response()["status"]["reason"], "Timeout");
  EXPECT_THAT(response()["status"]["message"].get<std::string>(), HasSubstr("out of time"));
}

TEST_F(HandlerTest, AReviewThatArrivedTooLateIsNotInjected) {
  now_ = [] { return std::chrono::steady_clock::now() + std::chrono::seconds(10); };
  EXPECT_EQ(Review(Pod()).reason, Reason::kOutOfTime);
  json pod = Pod();
  pod["spec"]["hostNetwork"] = true;
  EXPECT_EQ(Review(pod).reason, Reason::kHostNetwork);
  options_.allow_on_error = true;
  EXPECT_EQ(Review(Pod()).reason, Reason::kOutOfTime);
  EXPECT_TRUE(response()["allowed"]);
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("too late")));
}

}  // namespace
}  // namespace sidecar::webhook
