#include "controller/report_store.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/json_field.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

constexpr const char* kFieldManager = "sidecar-injector";

asio::awaitable<Result<void>> Apply(kube::ApiClient& client, kube::Resource resource, Json object,
                                    std::string subresource) {
  kube::Patch patch;
  patch.type = kube::PatchType::kApply;
  patch.options.field_manager = kFieldManager;
  patch.options.subresource = std::move(subresource);
  patch.force = true;
  patch.body = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::string namespace_name = StringField(object, "metadata.namespace");
  const std::string name = StringField(object, "metadata.name");
  kube::ApiRequest request = kube::PatchRequest(resource, namespace_name, name, std::move(patch));
  const Result<Json> done = co_await client.Call(std::move(request));
  if (done.has_value()) co_return Result<void>{};
  Error error = done.error();
  if (error.code == ErrorCode::kNotFound) error.code = ErrorCode::kConflict;
  co_return error;
}

}  // namespace

asio::awaitable<Result<StoredReport>> ReadReport(kube::ApiClient& client, kube::Resource resource,
                                                 std::string namespace_name, std::string name) {
  kube::ApiRequest request = kube::GetRequest(resource, namespace_name, name);
  Result<Json> reply = co_await client.Call(std::move(request));
  StoredReport stored;
  if (reply.has_value()) {
    stored.object = std::make_shared<const Json>(*std::move(reply));
  } else if (reply.error().code == ErrorCode::kNotFound) {
    // The API server names type and object where only the object is missing.
    const std::string object = resource.QualifiedName() + " \"" + name + '"';
    stored.is_served = reply.error().message.find(object) != std::string::npos;
  } else {
    co_return reply.error();
  }
  co_return std::move(stored);
}

asio::awaitable<Result<void>> WriteReport(kube::ApiClient& client, kube::Resource resource,
                                          Json report, bool is_new) {
  if (is_new) {
    Json bare = report;
    bare.erase("status");
    std::string none;
    const Result<void> created = co_await Apply(client, resource, std::move(bare), std::move(none));
    if (!created.has_value()) co_return created.error();
  }
  std::string subresource = "status";
  co_return co_await Apply(client, resource, std::move(report), std::move(subresource));
}

}  // namespace sidecar::controller
