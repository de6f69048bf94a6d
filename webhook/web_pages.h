#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "lib/base/published.h"
#include "lib/http/server.h"
#include "lib/observe/health.h"
#include "lib/ui/page_model.h"
#include "webhook/decision_log.h"
#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar::webhook {

// What the pages show. All that is referred to outlives them, and is thread-safe.
struct WebPagesSources {
  std::string version;
  std::string mode;  // The subcommand.
  AdmissionOptions admission;
  const Published<InjectionSnapshot>& injection;
  const Published<boost::asio::ssl::context>& certificates;
  const observe::Readiness& readiness;
  const DecisionLog& decisions;
  // What only a controller knows; empty elsewhere.
  std::function<bool()> leads = {};
  std::function<std::string()> ca_bundle = {};  // PEM; may return nothing.
  std::function<ui::NamespacesPart()> namespaces = {};
};

// The pages for a browser on the admin port: "/", "/playground" and the two files they need. For
// whoever can reach the port; nothing can be changed, and no key, environment or pod is shown.
//
// They are made on a thread of their own, of low priority, one at a time: admissions are never
// behind them. A trial of the playground takes as long as an admission may, and while one runs
// another is refused, as is everything while too many wait.
class WebPages {
 public:
  explicit WebPages(WebPagesSources sources);
  // The servers that call the handler must be gone.
  ~WebPages();

  static bool IsPage(std::string_view target);

  // What the admin server must be given: which headers the pages need, and bounds for bodies.
  static HttpServerOptions Prepare(HttpServerOptions options);

  // Answers requests for which IsPage() holds. Thread-safe.
  boost::asio::awaitable<HttpResponse> Answer(const HttpRequest& request);

 private:
  boost::asio::awaitable<HttpResponse> AnswerAlone(const HttpRequest& request);
  std::string MakeOverview() const;
  HttpResponse Try(const HttpRequest& request) const;
  HttpResponse ShowPlayground(int status, std::string pod, std::string refusal) const;
  ui::Heading Heading() const;

  const WebPagesSources sources_;
  const std::chrono::system_clock::time_point started_;
  std::atomic<int> waiting_ = 0;  // Requests that are being answered, or will be.
  std::atomic<int> trials_ = 0;   // Of them, those with a pod.
  boost::asio::thread_pool worker_{1};
};

}  // namespace sidecar::webhook
