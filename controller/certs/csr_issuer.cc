#include "controller/certs/csr_issuer.h"

#include <optional>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/deadline.h"
#include "lib/kube/protocol/resources.h"
#include "lib/pki/csr.h"
#include "lib/pki/key.h"
#include "lib/pki/pem.h"
#include "lib/yaml/base64.h"

namespace sidecar::controller {

namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;
using kube::Resource;

// What the steps of one issue share.
struct Issue {
  ApiCall call;
  CsrOptions options;
  std::function<void(std::string_view)> said;
  const Resource* api = nullptr;
  pki::PrivateKeyPtr key;
  std::string request_pem;

  void Say(std::string_view what) const {
    if (!said) return;
    said(api->QualifiedName() + '/' + options.name + ' ' + std::string(what));
  }
  std::string Name() const { return "certificate signing request " + options.name; }
};

std::string Body(const Issue& issue) {
  Json spec = {{"request", yaml::EncodeBase64(issue.request_pem)},
               {"usages", {"digital signature", "key encipherment", "server auth"}}};
  if (!issue.options.signer_name.empty()) spec["signerName"] = issue.options.signer_name;
  const Json object = {{"apiVersion", issue.api->ApiVersion()},
                       {"kind", issue.api->kind},
                       {"metadata", {{"name", issue.options.name}}},
                       {"spec", std::move(spec)}};
  return object.dump();
}

const Json& Conditions(const Json& request) {
  static const Json none = Json::array();
  const auto status = request.find("status");
  if (status == request.end() || !status->is_object()) return none;
  const auto conditions = status->find("conditions");
  return conditions == status->end() || !conditions->is_array() ? none : *conditions;
}

std::string Text(const Json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

// "denied: <reason>: <message>"; empty: neither denied nor failed.
std::string Refusal(const Json& request) {
  for (const Json& condition : Conditions(request)) {
    const std::string type = Text(condition, "type");
    if (type != "Denied" && type != "Failed") continue;
    std::string text = type == "Denied" ? "was denied" : "failed";
    for (const std::string& part : {Text(condition, "reason"), Text(condition, "message")}) {
      if (!part.empty()) text += ": " + part;
    }
    return text;
  }
  return {};
}

// The certificate, once it is there and fits.
Result<std::optional<std::string>> Certificate(const Issue& issue, const Json& request) {
  if (std::string refusal = Refusal(request); !refusal.empty()) {
    return Error{ErrorCode::kForbidden, issue.Name() + ' ' + refusal};
  }
  const auto status = request.find("status");
  const std::string encoded =
      status == request.end() ? std::string() : Text(*status, "certificate");
  if (encoded.empty()) return std::optional<std::string>();
  auto pem = yaml::DecodeBase64(encoded);
  ASSIGN_OR_RETURN(const std::string key, pki::ToPem(*issue.key));
  const auto pair = pki::ReadKeyPair(pem.value_or(std::string()), key);
  if (!pair.has_value()) {
    return Error{ErrorCode::kInvalidArgument,
                 issue.Name() + ": the signer's certificate is unusable: " + pair.error().message};
  }
  return std::optional<std::string>(*std::move(pem));
}

// A reply that is no object (a proxy's, or none at all) has no members to read.
Result<Json> AsObject(Result<Json> reply) {
  if (!reply.has_value() || reply->is_object()) return reply;
  return Error{ErrorCode::kUnavailable, "the API server's reply is no object"};
}

awaitable<Result<void>> Delete(const Issue& issue) {
  ApiRequest request = kube::DeleteRequest(*issue.api, {}, issue.options.name);
  Result<Json> reply = co_await issue.call(std::move(request));
  if (reply.has_value()) {
    issue.Say("deleted");
    co_return Result<void>();
  }
  if (reply.error().code == ErrorCode::kNotFound) co_return Result<void>();
  co_return std::move(reply).error().Annotate("delete the old " + issue.Name());
}

awaitable<Result<Json>> CreateIn(Issue& issue, const Resource& api) {
  issue.api = &api;
  Result<void> deleted = co_await Delete(issue);
  if (!deleted.has_value()) co_return std::move(deleted).error();
  ApiRequest request = kube::CreateRequest(api, {}, Body(issue));
  Result<Json> reply = co_await issue.call(std::move(request));
  co_return AsObject(std::move(reply));
}

awaitable<Result<Json>> Create(Issue& issue) {
  const bool is_legacy = issue.options.signer_name.empty();
  const Resource& first =
      is_legacy ? kube::kCertificateSigningRequestsV1Beta1 : kube::kCertificateSigningRequests;
  Result<Json> reply = co_await CreateIn(issue, first);
  // The kind belongs to no namespace: what is not found is the API version.
  const bool is_absent = !reply.has_value() && reply.error().code == ErrorCode::kNotFound;
  if (is_absent && is_legacy) {
    co_return Error{ErrorCode::kNotFound,
                    "this API server has no certificates.k8s.io/v1beta1 (it went with Kubernetes "
                    "1.22), and with it no signer for legacy requests: name another signer with "
                    "--signerName, or let the injector sign for itself (self-signed certificates)"};
  }
  if (is_absent) reply = co_await CreateIn(issue, kube::kCertificateSigningRequestsV1Beta1);
  if (!reply.has_value()) {
    co_return std::move(reply).error().Annotate("create the " + issue.Name());
  }
  issue.Say("created");
  co_return reply;
}

awaitable<Result<Json>> Get(const Issue& issue) {
  ApiRequest request = kube::GetRequest(*issue.api, {}, issue.options.name);
  Result<Json> reply = AsObject(co_await issue.call(std::move(request)));
  if (!reply.has_value()) co_return std::move(reply).error().Annotate("read the " + issue.Name());
  co_return reply;
}

Json Approved(Json request) {
  Json conditions = Conditions(request);
  conditions.push_back({{"type", "Approved"},
                        {"status", "True"},
                        {"reason", "SidecarInjectorApprove"},
                        {"message", "Approved by sidecar-injector for its webhook."}});
  request["status"]["conditions"] = std::move(conditions);
  return request;
}

awaitable<Result<void>> Approve(Issue& issue, Json request) {
  constexpr int kMostAttempts = 5;  // The signer's controllers write to the object too.
  kube::WriteOptions approval;
  approval.subresource = "approval";
  for (int attempt = 1;; ++attempt) {
    const std::string body = Approved(std::move(request)).dump();
    ApiRequest update = kube::UpdateRequest(*issue.api, {}, issue.options.name, body, approval);
    Result<Json> reply = co_await issue.call(std::move(update));
    if (reply.has_value()) break;
    if (reply.error().code != ErrorCode::kConflict || attempt == kMostAttempts) {
      co_return std::move(reply).error().Annotate("approve the " + issue.Name());
    }
    Result<Json> newest = co_await Get(issue);
    if (!newest.has_value()) co_return std::move(newest).error();
    request = *std::move(newest);
  }
  issue.Say("approved");
  co_return Result<void>();
}

awaitable<Result<std::string>> Wait(const Issue& issue) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  const Deadline deadline = Clock::now() + issue.options.patience;
  for (;;) {
    Result<Json> request = co_await Get(issue);
    if (!request.has_value()) co_return std::move(request).error();
    auto certificate = Certificate(issue, *request);
    if (!certificate.has_value()) co_return std::move(certificate).error();
    if (certificate->has_value()) co_return **std::move(certificate);
    if (Clock::now() >= deadline) {
      const std::string seconds = std::to_string(issue.options.patience.count() / 1000);
      co_return Error{ErrorCode::kDeadlineExceeded,
                      issue.Name() + " was approved, but no certificate came within " + seconds +
                          " s: is a signer for " + Text((*request)["spec"], "signerName") +
                          " running?"};
    }
    timer.expires_after(issue.options.poll);
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

}  // namespace

awaitable<Result<pki::CredentialsPem>> IssueByCsr(ApiCall call, CsrOptions options,
                                                  std::function<void(std::string_view)> said) {
  Issue issue;
  issue.call = std::move(call);
  issue.options = std::move(options);
  issue.said = std::move(said);
  ASSIGN_OR_CO_RETURN(issue.key, pki::GenerateKey());
  const pki::SigningRequest subject = {issue.options.common_name, {}, issue.options.names};
  ASSIGN_OR_CO_RETURN(issue.request_pem, pki::MakeSigningRequest(*issue.key, subject));
  Result<Json> created = co_await Create(issue);
  if (!created.has_value()) co_return std::move(created).error();
  Result<void> approved = co_await Approve(issue, *std::move(created));
  if (!approved.has_value()) co_return std::move(approved).error();
  Result<std::string> certificate = co_await Wait(issue);
  if (!certificate.has_value()) co_return std::move(certificate).error();
  pki::CredentialsPem issued;
  issued.certificate = *std::move(certificate);
  ASSIGN_OR_CO_RETURN(issued.key, pki::ToPem(*issue.key));
  co_return issued;
}

}  // namespace sidecar::controller
