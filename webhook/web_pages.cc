#include "webhook/web_pages.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/http_status.h"
#include "lib/http/tls_context.h"
#include "lib/ui/assets.h"
#include "lib/ui/form.h"
#include "lib/ui/page.h"
#include "lib/ui/request_guard.h"
#include "webhook/page_parts.h"
#include "webhook/trial.h"

namespace sidecar::webhook {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kPodField = "pod";
// A form's escapes make three bytes of one.
constexpr std::size_t kMaxFormBytes = std::size_t{512} << 10U;
// People at browsers; each page takes a millisecond or two.
constexpr int kMostWaiting = 8;
constexpr int kLowPriority = 10;

HttpResponse Respond(int status, const char* content_type, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = content_type;
  response.body = std::move(body);
  response.headers.assign(ui::kSecurityHeaders.begin(), ui::kSecurityHeaders.end());
  return response;
}

HttpResponse Refuse(int status, std::string message) {
  return Respond(status, kText, std::move(message) + '\n');
}

std::string_view PathOf(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string_view Header(const HttpRequest& request, std::string_view name) {
  const auto found = std::find_if(request.headers.begin(), request.headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

// Counts up for as long as it lives.
class Taken {
 public:
  explicit Taken(std::atomic<int>& count) : count_(count), number_(++count_) {}
  ~Taken() { --count_; }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  int number() const { return number_; }

 private:
  std::atomic<int>& count_;
  const int number_;
};

// The answers that need no look at anything: refusals and files. Nothing for the others.
std::optional<HttpResponse> AnswerAtOnce(const HttpRequest& request) {
  const std::string_view path = PathOf(request.target);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool tries = request.method == "POST" && path == "/playground";
  if (!reads && !tries) return Refuse(http_status::kMethodNotAllowed, "only GET is served here");
  const ui::RequestOrigin origin{Header(request, "Host"), Header(request, "Origin"),
                                 Header(request, "Sec-Fetch-Site")};
  if (auto why = ui::WhyRefused(origin, false)) {
    return Refuse(http_status::kMisdirected, *std::move(why));
  }
  if (auto why = ui::WhyRefused(origin, tries)) {
    return Refuse(http_status::kForbidden, *std::move(why));
  }
  if (tries && !ui::IsForm(request.content_type)) {
    return Refuse(http_status::kUnsupportedMediaType, "not the form of this page");
  }
  if (path == "/style.css") {
    return Respond(http_status::kOk, "text/css; charset=utf-8", std::string(ui::StyleSheet()));
  }
  if (path == "/icon.svg") {
    return Respond(http_status::kOk, "image/svg+xml", std::string(ui::Icon()));
  }
  return std::nullopt;
}

}  // namespace

WebPages::WebPages(WebPagesSources sources)
    : sources_(std::move(sources)), started_(system_clock::now()) {
  // Of this thread only, as Linux has it.
  asio::post(worker_, [] { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowPriority); });
}

WebPages::~WebPages() {
  worker_.join();
}

bool WebPages::IsPage(std::string_view target) {
  constexpr std::array<std::string_view, 4> kPages = {"/", "/playground", "/style.css",
                                                      "/icon.svg"};
  return std::find(kPages.begin(), kPages.end(), PathOf(target)) != kPages.end();
}

HttpServerOptions WebPages::Prepare(HttpServerOptions options) {
  options.kept_headers = {"Host", "Origin", "Sec-Fetch-Site"};
  options.max_body_bytes = std::min(options.max_body_bytes, kMaxFormBytes);
  options.error_page = [](int status, std::string_view message) {
    return Refuse(status, std::string(message));
  };
  return options;
}

asio::awaitable<HttpResponse> WebPages::Answer(const HttpRequest& request) {
  if (std::optional<HttpResponse> answer = AnswerAtOnce(request)) co_return *std::move(answer);
  const Taken place(waiting_);
  if (place.number() > kMostWaiting) {
    co_return Refuse(http_status::kServiceUnavailable,
                     "too many look at this page: try again in a second");
  }
  const bool tries = request.method == "POST";
  const std::optional<Taken> trial =
      tries ? std::optional<Taken>(std::in_place, trials_) : std::nullopt;
  if (trial.has_value() && trial->number() > 1) {
    co_return ShowPlayground(http_status::kServiceUnavailable,
                             ui::FormField(request.body, kPodField).value_or(""),
                             "Somebody else's pod is being rendered: try again in a second");
  }
  // The request lives until this is through, which waits for the other.
  asio::awaitable<HttpResponse> work = AnswerAlone(request);
  co_return co_await asio::co_spawn(worker_.get_executor(), std::move(work), asio::use_awaitable);
}

asio::awaitable<HttpResponse> WebPages::AnswerAlone(const HttpRequest& request) {
  if (request.method == "POST") co_return Try(request);
  if (PathOf(request.target) == "/playground") co_return ShowPlayground(http_status::kOk, "", "");
  co_return Respond(http_status::kOk, kHtml, MakeOverview());
}

ui::Heading WebPages::Heading() const {
  return {sources_.version, sources_.mode, system_clock::now()};
}

std::string WebPages::MakeOverview() const {
  ui::Overview page;
  page.heading = Heading();
  page.started = started_;
  page.ready = sources_.readiness.IsReady();
  page.conditions = ShowConditions(sources_.readiness);
  if (sources_.leads) page.leads = sources_.leads();
  page.configuration = ShowConfiguration(sources_.injection.Get().get());
  const auto certificates = sources_.certificates.Get();
  const std::string ca_bundle = sources_.ca_bundle ? sources_.ca_bundle() : std::string();
  page.certificates =
      ShowCertificates(certificates == nullptr ? std::vector<pki::CertificateFacts>()
                                               : DescribeIdentity(*certificates),
                       ca_bundle);
  page.decisions = ShowDecisions(sources_.decisions.Latest(), sources_.decisions.total());
  if (sources_.namespaces) page.namespaces = sources_.namespaces();
  return ui::RenderOverview(page);
}

HttpResponse WebPages::Try(const HttpRequest& request) const {
  std::optional<std::string> pod = ui::FormField(request.body, kPodField);
  if (!pod.has_value() || pod->empty()) {
    return ShowPlayground(http_status::kBadRequest, "", "There is no pod in the form");
  }
  TrialLimits limits;
  if (pod->size() > limits.max_text_bytes) {
    return ShowPlayground(
        http_status::kTooLarge, "",
        "The text is beyond the limit of " + std::to_string(limits.max_text_bytes) + " bytes");
  }
  const auto snapshot = sources_.injection.Get();
  if (snapshot == nullptr) {
    return ShowPlayground(http_status::kServiceUnavailable, *std::move(pod),
                          "There is no usable configuration yet");
  }
  limits.start = steady_clock::now();
  const Trial trial = TryInjection(*pod, *snapshot, sources_.admission, limits);
  ui::Playground page;
  page.heading = Heading();
  page.pod = *std::move(pod);
  page.trial = ShowTrial(trial, snapshot->generation, steady_clock::now() - limits.start);
  return Respond(http_status::kOk, kHtml, ui::RenderPlayground(page));
}

HttpResponse WebPages::ShowPlayground(int status, std::string pod, std::string refusal) const {
  ui::Playground page;
  page.heading = Heading();
  page.pod = std::move(pod);
  page.refusal = std::move(refusal);
  return Respond(status, kHtml, ui::RenderPlayground(page));
}

}  // namespace sidecar::webhook
