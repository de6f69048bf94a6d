#include "lib/ui/request_guard.h"

#include <algorithm>
#include <array>

namespace sidecar::ui {
namespace {

constexpr std::array<std::string_view, 4> kPrivateZones = {".localhost", ".local", ".svc",
                                                           ".internal"};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "host:port" without the port, "[address]" with its brackets.
std::string_view WithoutPort(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.back() == ']') return host;
  const std::string_view port = host.substr(colon + 1);
  return std::all_of(port.begin(), port.end(), IsDigit) ? host.substr(0, colon) : host;
}

bool IsIpv4(std::string_view name) {
  const auto allowed = [](char c) { return IsDigit(c) || c == '.'; };
  // No top-level domain consists of digits, so that nothing else can look like this.
  return !name.empty() && IsDigit(name.back()) && std::all_of(name.begin(), name.end(), allowed);
}

bool CannotBeRegistered(std::string_view host) {
  std::string name = LowerCase(WithoutPort(host));
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  if (name.empty()) return false;
  if (name.front() == '[' && name.back() == ']') return true;
  if (IsIpv4(name) || name.find('.') == std::string::npos) return true;
  return std::any_of(kPrivateZones.begin(), kPrivateZones.end(),
                     [&](std::string_view zone) { return name.ends_with(zone); });
}

}  // namespace

std::optional<std::string> WhyRefused(const RequestOrigin& request, bool is_form) {
  if (!request.host.empty() && !CannotBeRegistered(request.host)) {
    return "this page is not served under the name of a public site: use kubectl port-forward, an "
           "address, or a name within the cluster";
  }
  if (!is_form) return std::nullopt;
  if (!request.fetch_site.empty()) {
    if (request.fetch_site == "same-origin") return std::nullopt;
    return "the form was sent by another page";
  }
  if (request.origin.empty()) return std::nullopt;
  const std::size_t scheme = request.origin.find("://");
  const bool same = scheme != std::string_view::npos &&
                    LowerCase(request.origin.substr(scheme + 3)) == LowerCase(request.host);
  if (same) return std::nullopt;
  return "the form was sent by another page";
}

}  // namespace sidecar::ui
