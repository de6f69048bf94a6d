#include "lib/inject/annotations.h"

#include <array>
#include <charconv>
#include <utility>

#include "lib/kubetypes/ip_address.h"

namespace sidecar::inject {
namespace {

constexpr std::string_view kEverything = "*";
constexpr unsigned kMaxPort = 65535;

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

// Calls `check` for each comma-separated element until one fails.
template <class Check>
Result<void> ForEachElement(std::string_view list, Check check) {
  while (true) {
    const std::size_t comma = list.find(',');
    Result<void> result = check(list.substr(0, comma));
    if (!result.has_value() || comma == std::string_view::npos) return result;
    list.remove_prefix(comma + 1);
  }
}

std::optional<unsigned> ParseDecimal(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<void> ValidateCidrs(std::string_view parameter, std::string_view cidrs) {
  if (cidrs.empty()) return {};
  return ForEachElement(cidrs, [&](std::string_view cidr) -> Result<void> {
    if (kubetypes::IsCidr(cidr)) return {};
    return Invalid(std::string(parameter) + " invalid: failed parsing cidr '" + std::string(cidr) +
                   "': invalid CIDR address: " + std::string(cidr));
  });
}

std::string_view TrimSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<void> ValidatePorts(std::string_view parameter, std::string_view ports) {
  ports = TrimSpace(ports);
  if (ports.empty()) return {};
  return ForEachElement(ports, [&](std::string_view element) -> Result<void> {
    const std::string_view port = TrimSpace(element);
    const std::optional<unsigned> number = ParseDecimal(port);
    if (number.has_value() && *number <= kMaxPort) return {};
    const bool is_number =
        !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
    return Invalid(std::string(parameter) + " invalid: failed parsing port '" + std::string(port) +
                   "': " + (is_number ? "value out of range" : "invalid syntax"));
  });
}

struct Rule {
  std::string_view annotation;
  Result<void> (*validate)(std::string_view value);
};

constexpr std::array<Rule, 5> kRules = {
    {{"sidecar.istio.io/interceptionMode", ValidateInterceptionMode},
     {"traffic.sidecar.istio.io/includeOutboundIPRanges", ValidateIncludeIPRanges},
     {"traffic.sidecar.istio.io/excludeOutboundIPRanges", ValidateExcludeIPRanges},
     {"traffic.sidecar.istio.io/includeInboundPorts", ValidateIncludeInboundPorts},
     {"traffic.sidecar.istio.io/excludeInboundPorts", ValidateExcludeInboundPorts}}};

}  // namespace

Result<void> ValidateIncludeIPRanges(std::string_view ranges) {
  if (ranges == kEverything) return {};
  return ValidateCidrs("includeIPRanges", ranges);
}

Result<void> ValidateExcludeIPRanges(std::string_view ranges) {
  return ValidateCidrs("excludeIPRanges", ranges);
}

Result<void> ValidateIncludeInboundPorts(std::string_view ports) {
  if (ports == kEverything) return {};
  return ValidatePorts("includeInboundPorts", ports);
}

Result<void> ValidateExcludeInboundPorts(std::string_view ports) {
  return ValidatePorts("excludeInboundPorts", ports);
}

Result<void> ValidateInterceptionMode(std::string_view mode) {
  if (mode == "REDIRECT" || mode == "TPROXY") return {};
  return Invalid("interceptionMode invalid: " + std::string(mode));
}

Result<void> ValidateAnnotations(const AnnotationLookup& find) {
  for (const Rule& rule : kRules) {
    const std::optional<std::string_view> value = find(rule.annotation);
    if (!value.has_value()) continue;
    const Result<void> result = rule.validate(*value);
    if (result.has_value()) continue;
    return Invalid("injection failed. Invalid value for annotation " +
                   std::string(rule.annotation) + ": " + std::string(*value) +
                   ". Error: " + result.error().message);
  }
  return {};
}

}  // namespace sidecar::inject
