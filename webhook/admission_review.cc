#include "webhook/admission_review.h"

#include <array>
#include <utility>

#include "lib/yaml/json.h"

namespace sidecar::webhook {
namespace {

constexpr std::string_view kKind = "AdmissionReview";
constexpr std::string_view kV1 = "admission.k8s.io/v1";
constexpr std::string_view kV1beta1 = "admission.k8s.io/v1beta1";

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

std::string Quoted(std::string_view text) {
  constexpr std::size_t kMost = 100;
  std::string quoted;
  yaml::WriteJsonString(text.substr(0, kMost), quoted, /*escape_html=*/false);
  return quoted;
}

// Reads members of one object, remembering the first that is of a wrong type.
class MemberReader {
 public:
  MemberReader(const yaml::Node& object, std::string_view path) : object_(object), path_(path) {}

  std::string_view Text(std::string_view key) {
    const yaml::Node* const value = Find(key);
    if (value == nullptr) return {};
    if (!value->IsString()) Fail(key, "a string");
    return value->AsString();
  }

  bool Bool(std::string_view key) {
    const yaml::Node* const value = Find(key);
    if (value == nullptr) return false;
    if (value->kind == yaml::NodeKind::kBool) return value->boolean;
    Fail(key, "a boolean");
    return false;
  }

  // An object; null where it is absent.
  yaml::Node Object(std::string_view key) {
    const yaml::Node* const value = Find(key);
    if (value == nullptr) return {};
    if (!value->IsMapping()) Fail(key, "an object");
    return *value;
  }

  const std::string& problem() const { return problem_; }

 private:
  const yaml::Node* Find(std::string_view key) const {
    const yaml::Node* const value = object_.Find(key);
    return value == nullptr || value->IsNull() ? nullptr : value;
  }

  void Fail(std::string_view key, std::string_view wanted) {
    if (!problem_.empty()) return;
    problem_.append(path_).append(key).append(" is not ").append(wanted);
  }

  const yaml::Node& object_;
  const std::string_view path_;
  std::string problem_;
};

Result<ReviewVersion> ReadVersion(MemberReader& review) {
  const std::string_view kind = review.Text("kind");
  const std::string_view version = review.Text("apiVersion");
  if (!review.problem().empty()) return Invalid(review.problem());
  if (kind.empty() && version.empty()) return ReviewVersion::kNone;
  if (kind != kKind) return Invalid("kind is " + Quoted(kind) + ", not AdmissionReview");
  if (version == kV1) return ReviewVersion::kV1;
  if (version == kV1beta1) return ReviewVersion::kV1beta1;
  return Invalid("apiVersion " + Quoted(version) +
                 " is unknown: admission.k8s.io/v1 and admission.k8s.io/v1beta1 are");
}

// A request whose parts contradict each other was not made by an API server. That of a subresource
// has a kind of its own.
Result<void> CheckKind(const AdmissionRequest& request) {
  if (!request.sub_resource.empty() || request.resource.empty() || request.kind.empty()) return {};
  const bool is_pods = request.resource == "pods" && request.resource_group.empty();
  const bool is_pod = request.kind == "Pod" && request.kind_group.empty();
  if (is_pod != is_pods) {
    return Invalid("request.kind " + Quoted(request.kind) + " is not that of request.resource " +
                   Quoted(request.resource));
  }
  const yaml::Node* const own_kind = request.object.Find("kind");
  if (own_kind != nullptr && own_kind->IsString() && own_kind->AsString() != request.kind) {
    return Invalid("request.object is of kind " + Quoted(own_kind->AsString()) +
                   ", request.kind is " + Quoted(request.kind));
  }
  return {};
}

Result<AdmissionRequest> ReadRequest(const yaml::Node& node) {
  AdmissionRequest request;
  MemberReader reader(node, "request.");
  const yaml::Node kind = reader.Object("kind");
  const yaml::Node resource = reader.Object("resource");
  const yaml::Node user = reader.Object("userInfo");
  MemberReader kind_reader(kind, "request.kind.");
  MemberReader resource_reader(resource, "request.resource.");
  MemberReader user_reader(user, "request.userInfo.");
  request.uid = reader.Text("uid");
  request.kind_group = kind_reader.Text("group");
  request.kind = kind_reader.Text("kind");
  request.resource_group = resource_reader.Text("group");
  request.resource = resource_reader.Text("resource");
  request.sub_resource = reader.Text("subResource");
  request.operation = reader.Text("operation");
  request.namespace_name = reader.Text("namespace");
  request.name = reader.Text("name");
  request.username = user_reader.Text("username");
  request.dry_run = reader.Bool("dryRun");
  request.object = reader.Object("object");
  request.old_object = reader.Object("oldObject");
  for (const MemberReader* each : {&reader, &kind_reader, &resource_reader, &user_reader}) {
    if (!each->problem().empty()) return Invalid(each->problem());
  }
  if (Result<void> consistent = CheckKind(request); !consistent.has_value()) {
    return std::move(consistent).error();
  }
  return request;
}

void AppendMember(std::string_view key, std::string_view text, std::string& json) {
  json.append(",\"").append(key).append("\":");
  yaml::WriteJsonString(text, json);
}

void AppendDenial(const Denial& denial, std::string& json) {
  json.append(R"(,"status":{"metadata":{},"status":"Failure")");
  AppendMember("message", denial.message, json);
  AppendMember("reason", denial.status_reason, json);
  json.append(R"(,"code":)").append(std::to_string(denial.code)).append("}");
}

void AppendAudit(const std::vector<AuditAnnotation>& annotations, std::string& json) {
  if (annotations.empty()) return;
  json.append(R"(,"auditAnnotations":)");
  char separator = '{';
  for (const AuditAnnotation& annotation : annotations) {
    json.push_back(separator);
    yaml::WriteJsonString(annotation.key, json);
    json.push_back(':');
    yaml::WriteJsonString(annotation.value, json);
    separator = ',';
  }
  json.push_back('}');
}

void AppendWarnings(const std::vector<std::string>& warnings, std::string& json) {
  if (warnings.empty()) return;
  json.append(R"(,"warnings":)");
  char separator = '[';
  for (const std::string& warning : warnings) {
    json.push_back(separator);
    yaml::WriteJsonString(warning, json);
    separator = ',';
  }
  json.push_back(']');
}

}  // namespace

Result<AdmissionReview> ParseAdmissionReview(std::string_view body, Arena& arena) {
  Result<yaml::Node> root = yaml::ParseJsonInPlace(body, arena);
  if (!root.has_value()) return std::move(root).error().Annotate("body is not JSON");
  if (!root->IsMapping()) return Invalid("body is not an object");
  MemberReader reader(*root, "");
  AdmissionReview review;
  ASSIGN_OR_RETURN(review.version, ReadVersion(reader));
  const yaml::Node request = reader.Object("request");
  if (!reader.problem().empty()) return Invalid(reader.problem());
  if (request.IsNull()) return Invalid("review has no request");
  ASSIGN_OR_RETURN(review.request, ReadRequest(request));
  return review;
}

std::string WriteAdmissionReview(const AdmissionResponse& response, ReviewVersion version) {
  constexpr std::size_t kBytesBesidePatch = 512;
  std::string json;
  json.reserve((response.patch == nullptr ? 0 : response.patch->size()) + kBytesBesidePatch);
  json = '{';
  if (version != ReviewVersion::kNone) {
    json.append(R"("kind":"AdmissionReview","apiVersion":")");
    json.append(version == ReviewVersion::kV1 ? kV1 : kV1beta1).append("\",");
  }
  json.append(R"("response":{"uid":)");
  yaml::WriteJsonString(response.uid, json);
  json.append(response.denial.has_value() ? R"(,"allowed":false)" : R"(,"allowed":true)");
  if (response.denial.has_value()) AppendDenial(*response.denial, json);
  if (response.patch != nullptr) {
    json.append(R"(,"patch":")").append(*response.patch);
    json.append(R"(","patchType":"JSONPatch")");
  }
  AppendAudit(response.audit_annotations, json);
  AppendWarnings(response.warnings, json);
  json.append("}}\n");
  return json;
}

std::string WriteFailureStatus(int code, std::string_view status_reason, std::string_view message) {
  std::string json = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure")";
  AppendMember("message", message, json);
  AppendMember("reason", status_reason, json);
  json.append(R"(,"code":)").append(std::to_string(code)).append("}\n");
  return json;
}

}  // namespace sidecar::webhook
