#include "lib/observe/admin_routes.h"

#include <algorithm>
#include <utility>

#include "lib/base/http_status.h"

namespace sidecar::observe {

namespace {

AdminPage Text(int status, std::string body) {
  AdminPage page;
  page.status = status;
  page.body = std::move(body);
  return page;
}

// Whether the query has the parameter, with or without a value.
bool HasParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    if (parameter.substr(0, parameter.find('=')) == name) return true;
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
  }
  return false;
}

AdminPage Ready(const Readiness& readiness, bool verbose) {
  const bool ready = readiness.IsReady();
  // Why it is not ready is what whoever asks wants to know next.
  return Text(ready ? http_status::kOk : http_status::kServiceUnavailable,
              verbose || !ready ? readiness.Describe() : "ok");
}

}  // namespace

AdminPage AnswerAdmin(const AdminSources& sources, std::string_view method,
                      std::string_view target) {
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);

  if (method != "GET" && method != "HEAD") {
    return Text(http_status::kMethodNotAllowed, "only GET is served here\n");
  }
  if (path == "/healthz" || path == "/livez") return Text(http_status::kOk, "ok");
  if (path == "/readyz") return Ready(*sources.readiness, HasParameter(query, "verbose"));
  if (path == "/metrics") {
    return {http_status::kOk, std::string(MetricRegistry::kContentType), sources.metrics->Render()};
  }
  if (path == "/configz") {
    return {http_status::kOk, "application/json", sources.configz ? sources.configz() : "{}"};
  }
  return Text(http_status::kNotFound, "pages: /healthz /readyz /metrics /configz\n");
}

}  // namespace sidecar::observe
