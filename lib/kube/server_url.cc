#include "lib/kube/server_url.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "lib/base/ascii.h"

namespace sidecar::kube {

namespace {

namespace ip = boost::asio::ip;

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool IsHost(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), &IsHostCharacter);
}

bool IsPath(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<ip::address> ParseAddress(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

// Takes "host", "host:port" or "[address]:port" apart.
bool ReadAuthority(std::string_view text, HttpEndpoint& endpoint) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    endpoint.host = std::string(text.substr(1, end - 1));
    const auto address = ParseAddress(endpoint.host);
    if (!address.has_value() || !address->is_v6()) return false;
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    endpoint.host = std::string(text.substr(0, colon));
    if (!IsHost(endpoint.host)) return false;
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (port.empty() || port == ":") return true;
  const auto number = port.starts_with(':') ? ParsePort(port.substr(1)) : std::nullopt;
  if (number.has_value()) endpoint.port = *number;
  return number.has_value();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return lower;
}

bool IsInNetwork(const ip::address& address, const std::string& text) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(text, error);
    return !error && network.canonical() ==
                         ip::network_v4(address.to_v4(), network.prefix_length()).canonical();
  }
  const auto network = ip::make_network_v6(text, error);
  return !error && network.canonical() ==
                       ip::network_v6(address.to_v6(), network.prefix_length()).canonical();
}

// One entry of NO_PROXY, in lower case.
bool IsExempt(std::string entry, const HttpEndpoint& endpoint) {
  if (entry == "*") return true;
  const std::string host = Lower(endpoint.host);
  const auto address = ParseAddress(host);
  if (entry.find('/') != std::string::npos) {
    return address.has_value() && IsInNetwork(*address, entry);
  }
  if (address.has_value() && ParseAddress(entry) == address) return true;
  HttpEndpoint named;
  named.port = endpoint.port;
  const bool is_subdomain_only = entry.starts_with("*.") || entry.starts_with('.');
  entry.erase(0, entry.starts_with("*.") ? 2 : (is_subdomain_only ? 1 : 0));
  if (!ReadAuthority(entry, named) || named.port != endpoint.port) return false;
  if (host == named.host) return !is_subdomain_only;
  return !address.has_value() && host.ends_with('.' + named.host);
}

bool IsLoopback(const std::string& host) {
  const auto address = ParseAddress(host);
  return EqualsIgnoringCase(host, "localhost") || (address.has_value() && address->is_loopback());
}

}  // namespace

Result<ServerUrl> ParseServerUrl(std::string_view text, bool default_tls) {
  const auto refuse = [](std::string message) {
    return Error{ErrorCode::kInvalidArgument, std::move(message)};
  };
  ServerUrl url;
  url.endpoint.tls = default_tls;
  std::string_view rest = text;
  if (const std::size_t colon = text.find("://"); colon != std::string_view::npos) {
    const std::string_view scheme = text.substr(0, colon);
    url.endpoint.tls = EqualsIgnoringCase(scheme, "https");
    if (!url.endpoint.tls && !EqualsIgnoringCase(scheme, "http")) {
      return refuse("the scheme must be https or http");
    }
    rest = text.substr(colon + 3);
  }
  if (rest.find('@') != std::string_view::npos) {
    return refuse("a user name or password in the address is not supported");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return refuse("\"" + std::string(text) + "\" must not have a query or fragment");
  }
  url.endpoint.port = url.endpoint.tls ? kHttpsPort : kHttpPort;
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  if (!ReadAuthority(rest.substr(0, slash), url.endpoint)) {
    return refuse("host must be a URL or a host:port pair: \"" + std::string(text) + '"');
  }
  url.path_prefix = std::string(rest.substr(slash));
  while (url.path_prefix.ends_with('/')) url.path_prefix.pop_back();
  if (!IsPath(url.path_prefix)) {
    return refuse("\"" + std::string(text) + "\" holds characters that are not allowed in a URL");
  }
  return url;
}

std::string ProxyVariable(const HttpEndpoint& endpoint,
                          const std::function<std::string(const std::string& name)>& environment) {
  if (IsLoopback(endpoint.host)) return "";
  std::string variable = endpoint.tls ? "HTTPS_PROXY" : "HTTP_PROXY";
  if (environment(variable).empty()) variable = Lower(variable);
  if (environment(variable).empty()) return "";
  std::string exempt = environment("NO_PROXY");
  if (exempt.empty()) exempt = environment("no_proxy");
  std::string_view rest = exempt;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view entry = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    while (entry.ends_with(' ')) entry.remove_suffix(1);
    if (!entry.empty() && IsExempt(Lower(entry), endpoint)) return "";
  }
  return variable;
}

}  // namespace sidecar::kube
