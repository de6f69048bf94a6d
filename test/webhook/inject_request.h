#pragma once

#include <string>
#include <utility>

#include "lib/http/server.h"

namespace sidecar::webhook {

// What an API server sends to the injection endpoint.
inline HttpRequest InjectRequest(std::string body, std::string target = "/inject") {
  HttpRequest request;
  request.method = "POST";
  request.target = std::move(target);
  request.content_type = "application/json";
  request.body = std::move(body);
  return request;
}

}  // namespace sidecar::webhook
