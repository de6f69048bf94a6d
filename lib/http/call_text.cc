#include "lib/http/call_text.h"

#include <algorithm>
#include <string_view>

namespace sidecar {

namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// RFC 9110's token.
bool IsTokenCharacter(char c) {
  constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kPunctuation.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), &IsTokenCharacter);
}

bool IsTarget(std::string_view text) {
  return text.starts_with('/') && std::none_of(text.begin(), text.end(), [](char c) {
           return IsControl(c) || c == ' ' || c == '#' || static_cast<unsigned char>(c) >= 0x80;
         });
}

bool IsHeaderValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c != '\t' && IsControl(c); });
}

Error Unusable(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

std::string Authority(const HttpEndpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  // A zone ("%eth0") is only of use on this machine.
  const std::string host = endpoint.host.substr(0, endpoint.host.find('%'));
  std::string text = is_ipv6 ? '[' + host + ']' : host;
  if (endpoint.port != (endpoint.tls ? kHttpsPort : kHttpPort)) {
    text.append(":").append(std::to_string(endpoint.port));
  }
  return text;
}

Result<std::string> WriteCall(const HttpCall& call, const HttpEndpoint& endpoint) {
  if (!IsToken(call.method)) return Unusable("HTTP method \"" + call.method + "\" is no word");
  // Their replies have no body, whatever their headers say.
  if (call.method == "HEAD" || call.method == "CONNECT") {
    return Unusable("HTTP method " + call.method + " is not supported");
  }
  if (!IsTarget(call.target)) return Unusable("HTTP target \"" + call.target + "\" is no path");
  std::string text = call.method + ' ' + call.target + " HTTP/1.1\r\nHost: " + Authority(endpoint);
  for (const auto& [name, value] : call.headers) {
    if (!IsToken(name)) return Unusable("HTTP header name \"" + name + "\" is no word");
    // Values may be secret: they are not shown.
    if (!IsHeaderValue(value)) {
      return Unusable("the value of HTTP header " + name + " holds a control character");
    }
    text.append("\r\n").append(name).append(": ").append(value);
  }
  if (!call.body.empty() || call.method != "GET") {
    text.append("\r\nContent-Length: ").append(std::to_string(call.body.size()));
  }
  text.append("\r\n\r\n").append(call.body);
  return text;
}

}  // namespace sidecar
