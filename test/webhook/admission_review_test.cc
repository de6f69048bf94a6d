#include "webhook/admission_review.h"

#include <array>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sidecar::webhook {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(AdmissionReviewTest, ReadsWhatInjectionLooksAt) {
  Arena arena;
  const Result<AdmissionReview> review = ParseAdmissionReview(
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u",
          "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","name":"n",
          "resource":{"group":"","version":"v1","resource":"pods"},"subResource":"exec",
          "namespace":"ns","dryRun":true,"userInfo":{"username":"admin"},
          "object":{"a":1},"oldObject":null,"later":[]}})",
      arena);
  ASSERT_TRUE(review.has_value()) << review.error().message;
  EXPECT_EQ(review->version, ReviewVersion::kV1beta1);
  const AdmissionRequest& request = review->request;
  EXPECT_EQ(request.uid, "u");
  EXPECT_EQ(request.kind, "Pod");
  EXPECT_EQ(request.resource, "pods");
  EXPECT_EQ(request.sub_resource, "exec");
  EXPECT_EQ(request.operation, "CREATE");
  EXPECT_EQ(request.namespace_name, "ns");
  EXPECT_EQ(request.name, "n");
  EXPECT_EQ(request.username, "admin");
  EXPECT_TRUE(request.dry_run);
  EXPECT_TRUE(request.object.IsMapping());
  EXPECT_TRUE(request.old_object.IsNull());
}

TEST(AdmissionReviewTest, AReviewWithoutVersionIsRead) {
  Arena arena;
  const Result<AdmissionReview> review = ParseAdmissionReview(R"({"request":{}})", arena);
  ASSERT_TRUE(review.has_value()) << review.error().message;
  EXPECT_EQ(review->version, ReviewVersion::kNone);
}

TEST(AdmissionReviewTest, ErrorsSayWhatIsWrong) {
  struct Case {
    std::string_view body;
    std::string_view error;
  };
  constexpr std::array kCases = {
      Case{"", "body is not JSON: unexpected end of JSON input"},
      Case{"{\"request\":{", "body is not JSON: unexpected end of JSON input"},
      Case{"<html>", "body is not JSON: invalid character '<' looking for beginning of value"},
      Case{"[]", "body is not an object"},
      Case{R"({"kind":"Pod","apiVersion":"v1"})", "kind is \"Pod\", not AdmissionReview"},
      Case{R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"})",
           "apiVersion \"admission.k8s.io/v2\" is unknown: admission.k8s.io/v1 and "
           "admission.k8s.io/v1beta1 are"},
      Case{R"({"kind":1})", "kind is not a string"},
      Case{"{}", "review has no request"},
      Case{R"({"request":[]})", "request is not an object"},
      Case{R"({"request":{"uid":5}})", "request.uid is not a string"},
      Case{R"({"request":{"dryRun":"yes"}})", "request.dryRun is not a boolean"},
      Case{R"({"request":{"userInfo":{"username":[]}}})",
           "request.userInfo.username is not a string"},
      Case{R"({"request":{"kind":{"kind":"Pod"},"resource":{"resource":"nodes"}}})",
           "request.kind \"Pod\" is not that of request.resource \"nodes\""},
      Case{R"({"request":{"kind":{"kind":"Pod"},"resource":{"resource":"pods"},
               "object":{"kind":"Job"}}})",
           "request.object is of kind \"Job\", request.kind is \"Pod\""}};
  for (const Case& test : kCases) {
    Arena arena;
    const Result<AdmissionReview> review = ParseAdmissionReview(test.body, arena);
    ASSERT_FALSE(review.has_value()) << test.body;
    EXPECT_EQ(review.error().message, test.error);
  }
}

TEST(AdmissionReviewTest, PodsOfOtherGroupsAreNoContradiction) {
  Arena arena;
  const Result<AdmissionReview> review = ParseAdmissionReview(
      R"({"request":{"kind":{"group":"games.io","kind":"Pod"},
                     "resource":{"group":"games.io","resource":"pods"}}})",
      arena);
  ASSERT_TRUE(review.has_value()) << review.error().message;
  EXPECT_EQ(review->request.kind_group, "games.io");
}

TEST(AdmissionReviewTest, AnswersInTheVersionThatWasAskedIn) {
  AdmissionResponse response;
  response.uid = "u";
  EXPECT_EQ(WriteAdmissionReview(response, ReviewVersion::kNone),
            "{\"response\":{\"uid\":\"u\",\"allowed\":true}}\n");
  EXPECT_THAT(WriteAdmissionReview(response, ReviewVersion::kV1),
              HasSubstr(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1",)"));
  EXPECT_THAT(WriteAdmissionReview(response, ReviewVersion::kV1beta1),
              HasSubstr(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1",)"));
}

TEST(AdmissionReviewTest, WritesPatchAuditAnnotationsAndWarnings) {
  AdmissionResponse response;
  response.uid = "u\"";
  response.patch = std::make_shared<const std::string>("W10=");
  response.audit_annotations = {{"reason", "Injected"}, {"x", "y"}};
  response.warnings = {"one", "two\n"};
  EXPECT_EQ(json::parse(WriteAdmissionReview(response, ReviewVersion::kNone)), json::parse(R"(
      {"response":{"uid":"u\"","allowed":true,"patch":"W10=","patchType":"JSONPatch",
       "auditAnnotations":{"reason":"Injected","x":"y"},"warnings":["one","two\n"]}})"));
}

TEST(AdmissionReviewTest, ADenialCarriesAStatus) {
  AdmissionResponse response;
  response.denial = Denial{.code = 422, .status_reason = "Invalid", .message = "no"};
  EXPECT_EQ(json::parse(WriteAdmissionReview(response, ReviewVersion::kNone)), json::parse(R"(
      {"response":{"uid":"","allowed":false,"status":{"metadata":{},"status":"Failure",
       "message":"no","reason":"Invalid","code":422}}})"));
  EXPECT_EQ(json::parse(WriteFailureStatus(404, "NotFound", "no")), json::parse(R"(
      {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no",
       "reason":"NotFound","code":404})"));
}

}  // namespace
}  // namespace sidecar::webhook
