#include "lib/kube/protocol/status.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/json_fields.h"

namespace sidecar::kube {

using nlohmann::json;

namespace {

// Of a page that is no Status: as much as a log line can bear.
constexpr std::size_t kMostQuotedBytes = 512;

const json& ObjectOf(const json& object, const char* key) {
  static const json kNone = json::object();
  const auto field = object.find(key);
  return field != object.end() && field->is_object() ? *field : kNone;
}

// As client-go's NewGenericServerResponse, without the words on verb and resource: who asked adds
// them.
std::string GenericMessage(int code, std::string_view body) {
  std::string quoted(body.substr(0, kMostQuotedBytes));
  while (!quoted.empty() && (quoted.back() == '\n' || quoted.back() == '\r')) quoted.pop_back();
  switch (code) {
    case 400: return "the server rejected our request for an unknown reason";
    case 401: return "the server has asked for the client to provide credentials";
    case 403: return quoted.empty() ? "the server refused the request" : quoted;
    case 404: return "the server could not find the requested resource";
    case 405: return "the server does not allow this method on the requested resource";
    case 409: return "the server reported a conflict";
    case 410: return "the server says that what was asked for is gone";
    case 415:
    case 406:
      return quoted.empty() ? "the server cannot speak the media type of the request" : quoted;
    case 413: return "the request is too large for the server";
    case 422: return "the server rejected our request due to an error in our request";
    case 429:
      return "the server has received too many requests and has asked us to try again later";
    case 503: return "the server is currently unable to handle the request";
    case 504:
      return "the server was unable to return a response in the time allotted, but may still be "
             "processing the request";
    default: break;
  }
  if (code >= 500) {
    return "an error on the server (\"" + (quoted.empty() ? std::string("unknown") : quoted) +
           "\") has prevented the request from succeeding";
  }
  return "the server responded with the status code " + std::to_string(code) +
         " but did not return more information";
}

constexpr std::array kReasons = {
    std::pair(std::string_view("NotFound"), ErrorCode::kNotFound),
    std::pair(std::string_view("AlreadyExists"), ErrorCode::kAlreadyExists),
    std::pair(std::string_view("Conflict"), ErrorCode::kConflict),
    std::pair(std::string_view("Expired"), ErrorCode::kGone),
    std::pair(std::string_view("Gone"), ErrorCode::kGone),
    std::pair(std::string_view("Forbidden"), ErrorCode::kForbidden),
    std::pair(std::string_view("Unauthorized"), ErrorCode::kUnauthenticated),
    std::pair(std::string_view("Timeout"), ErrorCode::kDeadlineExceeded),
    std::pair(std::string_view("ServerTimeout"), ErrorCode::kUnavailable),
    std::pair(std::string_view("TooManyRequests"), ErrorCode::kUnavailable),
    std::pair(std::string_view("ServiceUnavailable"), ErrorCode::kUnavailable),
    std::pair(std::string_view("InternalError"), ErrorCode::kUnavailable),
    std::pair(std::string_view("Invalid"), ErrorCode::kInvalidArgument),
    std::pair(std::string_view("BadRequest"), ErrorCode::kInvalidArgument),
    std::pair(std::string_view("MethodNotAllowed"), ErrorCode::kInvalidArgument),
    std::pair(std::string_view("NotAcceptable"), ErrorCode::kInvalidArgument),
    std::pair(std::string_view("UnsupportedMediaType"), ErrorCode::kInvalidArgument),
    std::pair(std::string_view("RequestEntityTooLarge"), ErrorCode::kInvalidArgument),
};

ErrorCode CodeOf(int http_status) {
  switch (http_status) {
    case 401: return ErrorCode::kUnauthenticated;
    case 403: return ErrorCode::kForbidden;
    case 404: return ErrorCode::kNotFound;
    case 409: return ErrorCode::kConflict;
    case 410: return ErrorCode::kGone;
    case 408:
    case 504: return ErrorCode::kDeadlineExceeded;
    case 429: return ErrorCode::kUnavailable;
    default: break;
  }
  return http_status >= 400 && http_status < 500 ? ErrorCode::kInvalidArgument
                                                 : ErrorCode::kUnavailable;
}

}  // namespace

ApiStatus ParseStatus(int http_status, const json& object) {
  ApiStatus status;
  status.code = http_status;
  if (!object.is_object() || TextOf(object, "kind") != "Status") {
    status.message = GenericMessage(http_status, {});
    return status;
  }
  const std::int64_t code = NumberOf(object, "code");
  // Admission webhooks choose their own code.
  if (code > 0 && code < 1000) status.code = static_cast<int>(code);
  status.reason = TextOf(object, "reason");
  status.message = TextOf(object, "message");
  if (status.message.empty()) status.message = GenericMessage(status.code, {});
  status.continue_token = TextOf(ObjectOf(object, "metadata"), "continue");

  const json& details = ObjectOf(object, "details");
  status.retry_after_seconds = NumberOf(details, "retryAfterSeconds");
  const auto causes = details.find("causes");
  if (causes != details.end() && causes->is_array()) {
    for (const json& cause : *causes) {
      if (cause.is_object() && TextOf(cause, "reason") == "ResourceVersionTooLarge") {
        status.resource_version_too_large = true;
      }
    }
  }
  return status;
}

ApiStatus ParseStatus(int http_status, std::string_view body) {
  const json object = json::parse(body, nullptr, false);
  if (object.is_object()) return ParseStatus(http_status, object);
  ApiStatus status;
  status.code = http_status;
  status.message = GenericMessage(http_status, body);
  return status;
}

Error ToError(const ApiStatus& status) {
  for (const auto& [reason, code] : kReasons) {
    if (status.reason == reason) return Error{code, status.message};
  }
  return Error{CodeOf(status.code), status.message};
}

Error StatusError(int http_status, std::string_view body) {
  return ToError(ParseStatus(http_status, body));
}

}  // namespace sidecar::kube
