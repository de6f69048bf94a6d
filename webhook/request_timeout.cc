#include "webhook/request_timeout.h"

#include <algorithm>

#include "lib/kubetypes/duration.h"

namespace sidecar::webhook {
namespace {

using std::chrono::nanoseconds;

// timeoutSeconds of admissionregistration.k8s.io/v1.
constexpr nanoseconds kDefault = std::chrono::seconds(10);
constexpr nanoseconds kMost = std::chrono::seconds(30);
// The shortest timeout is 1 s. Of a long one, no more than this is needed for the way back.
constexpr int kMarginPart = 5;
constexpr nanoseconds kLargestMargin = std::chrono::seconds(1);

std::string_view Parameter(std::string_view target, std::string_view name) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {};
  for (std::string_view query = target.substr(mark + 1); !query.empty();) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && parameter.substr(0, equals) == name) {
      return parameter.substr(equals + 1);
    }
  }
  return {};
}

}  // namespace

nanoseconds TimeToAnswer(std::string_view target) {
  nanoseconds timeout = kDefault;
  const auto given = kubetypes::ParseDuration(Parameter(target, "timeout"));
  if (given.has_value() && *given > 0) timeout = nanoseconds(*given);
  timeout = std::min(timeout, kMost);
  return timeout - std::min(timeout / kMarginPart, kLargestMargin);
}

}  // namespace sidecar::webhook
