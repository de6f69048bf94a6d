#include "webhook/web_pages.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/task_group.h"
#include "lib/http/tls_context.h"
#include "test/support/certificates.h"
#include "webhook/service.h"

namespace sidecar::webhook {
namespace {

namespace asio = boost::asio;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kForm = "application/x-www-form-urlencoded";
constexpr const char* kPod =
    "pod=kind%3A+Pod%0D%0AapiVersion%3A+v1%0D%0Ametadata%3A+%7Bname%3A+a%3Cb%7D%0D%0A"
    "spec%3A+%7Bcontainers%3A+%5B%7Bname%3A+app%7D%5D%7D%0D%0A";

// The admin port of a service over loopback.
class WebPagesTest : public testing::Test {
 protected:
  WebPagesTest() {
    PutConfig("policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n");
  }
  ~WebPagesTest() override {
    if (service_ != nullptr) {
      service_->Shutdown();
      service_->Wait();
    }
    pool_.join();
  }

  void PutConfig(const std::string& config) {
    injection_.Publish(
        *MakeInjectionSnapshot({.config = config, .mesh = ""}, inject::Compat::k0_5_0, 3));
  }
  WebPagesSources Sources() {
    return {"1.2.3", "webhook", {}, injection_, certificates_, readiness_, decisions_};
  }
  void Start(WebPagesSources sources, bool with_pages = true) {
    if (with_pages) pages_ = std::make_unique<WebPages>(std::move(sources));
    ServiceOptions options;
    options.https.address = options.admin.address = "127.0.0.1";
    options.https.port = options.admin.port = 0;
    options.drain_delay = std::chrono::milliseconds(0);
    ServiceSources served{certificates_, {}, {}, {}, pages_.get()};
    const HttpHandler nothing = [](const HttpRequest&) -> asio::awaitable<HttpResponse> {
      co_return HttpResponse();
    };
    service_ = std::make_unique<Service>(options, std::move(served), nothing, metrics_, readiness_,
                                         log_, pool_.get_executor());
    const auto ports = service_->Start();
    ASSERT_TRUE(ports.has_value()) << ports.error().message;
    port_ = ports->admin;
  }

  std::string Send(const std::string& head, const std::string& body = "") const {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect({asio::ip::make_address("127.0.0.1"), port_}, error);
    const std::string request =
        head + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    asio::write(socket, asio::buffer(request), error);
    std::string reply;
    asio::read(socket, asio::dynamic_buffer(reply), error);
    return reply;
  }
  std::string Get(const std::string& target, const std::string& host = "localhost") const {
    return Send("GET " + target + " HTTP/1.1\r\nHost: " + host);
  }
  std::string Post(const std::string& body, const std::string& more = "",
                   const std::string& type = kForm) const {
    return Send("POST /playground HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + more,
                body);
  }

  asio::thread_pool pool_{2};
  Logger log_{{.sink = [](std::string_view) {}}};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  Published<InjectionSnapshot> injection_;
  Published<asio::ssl::context> certificates_;
  DecisionLog decisions_;
  std::unique_ptr<WebPages> pages_;
  std::unique_ptr<Service> service_;
  std::uint16_t port_ = 0;
};

TEST_F(WebPagesTest, WithoutThemThereIsNothing) {
  Start(Sources(), false);
  for (const char* const target : {"/", "/playground", "/style.css", "/icon.svg"}) {
    EXPECT_THAT(Get(target), AllOf(StartsWith("HTTP/1.1 404 "), Not(HasSubstr("<html")))) << target;
  }
  EXPECT_THAT(Post(kPod), StartsWith("HTTP/1.1 405 "));
}

TEST_F(WebPagesTest, TheOverviewShowsWhatThereIs) {
  const auto made = testing_support::MakeCertificate({});
  const auto pair = pki::ReadKeyPair(made.certificate, made.key);
  certificates_.Publish(*MakeServerTlsContext(*pair));
  Decision decision;
  decision.namespace_name = "shop";
  decision.pod = "<web>-";
  decision.reason = inject::Reason::kHostNetwork;
  decisions_.Add(decision);
  Start(Sources());
  const std::string page = Get("/");
  EXPECT_THAT(page, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("webhook · 1.2.3"),
                          HasSubstr(injection_.Get()->config_hash), HasSubstr("CN=injector"),
                          HasSubstr("&lt;web&gt;-"), HasSubstr("HostNetwork"),
                          HasSubstr("Not watched"), Not(HasSubstr("Role"))));
  EXPECT_THAT(page, Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(WebPagesTest, AControllerShowsMore) {
  const auto made = testing_support::MakeCertificate({});
  WebPagesSources sources = Sources();
  sources.leads = [] { return true; };
  sources.ca_bundle = [&] { return made.certificate; };
  sources.namespaces = [] {
    return ui::NamespacesPart{{{"shop", "enabled", ui::Tone::kGood, ""}}, 1};
  };
  Start(std::move(sources));
  EXPECT_THAT(Get("/"), AllOf(HasSubstr("Leader"), HasSubstr("Authority in caBundle"),
                              HasSubstr("<th scope=\"row\">shop</th>")));
}

TEST_F(WebPagesTest, EveryAnswerHasTheSecurityHeaders) {
  Start(Sources());
  for (const std::string& reply :
       {Get("/"), Get("/playground"), Get("/style.css"), Get("/icon.svg"), Get("/", "evil.com"),
        Post(kPod), Post("x=1"), Post(kPod, "", "text/plain"), Post(std::string(600 << 10, 'x'))}) {
    for (const char* const header : {"Content-Security-Policy: default-src 'none';",
                                     "frame-ancestors 'none'", "X-Content-Type-Options: nosniff",
                                     "Referrer-Policy: no-referrer", "Cache-Control: no-store"}) {
      EXPECT_THAT(reply.substr(0, reply.find("\r\n\r\n")), HasSubstr(header));
    }
  }
  EXPECT_THAT(Get("/style.css"), HasSubstr("Content-Type: text/css"));
  EXPECT_THAT(Get("/icon.svg"), HasSubstr("Content-Type: image/svg+xml"));
}

TEST_F(WebPagesTest, TheOtherPagesStay) {
  Start(Sources());
  EXPECT_THAT(Get("/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Get("/metrics", "prometheus.example.com"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Get("/nowhere"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(WebPagesTest, ThePlaygroundRendersAPod) {
  Start(Sources());
  EXPECT_THAT(Post(kPod), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Injected: Pod/a&lt;b"),
                                HasSubstr("- name: istio-proxy"), HasSubstr("&quot;op&quot;"),
                                HasSubstr("configuration #3")));
  EXPECT_EQ(decisions_.total(), 0U);  // Nobody asked for a pod.
}

TEST_F(WebPagesTest, ABrokenPodAndABrokenTemplateAreExplained) {
  PutConfig("policy: enabled\ntemplate: |\n  {{ .Spec.Nowhere }}\n");
  Start(Sources());
  EXPECT_THAT(Post(kPod), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("TemplateError: Pod/a&lt;b"),
                                HasSubstr("would be refused"), HasSubstr("Nowhere")));
  EXPECT_THAT(Post("pod=a%3A+%5B"), AllOf(StartsWith("HTTP/1.1 200 "),
                                          HasSubstr("Nothing to inject"), HasSubstr("yaml: ")));
}

TEST_F(WebPagesTest, WhatIsTooLargeOrNoFormIsRefused) {
  Start(Sources());
  EXPECT_THAT(Post("pod=" + std::string(300 << 10, 'x')),
              AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("beyond the limit")));
  EXPECT_THAT(Post("pod=" + std::string(600 << 10, 'x')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Post("other=1"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Post("pod="), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Post(kPod, "", "text/plain"), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(Send("POST / HTTP/1.1\r\nHost: localhost"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Send("DELETE /playground HTTP/1.1\r\nHost: localhost"), StartsWith("HTTP/1.1 405 "));
  injection_.Publish(nullptr);
  EXPECT_THAT(Post(kPod), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("no usable configuration")));
}

TEST_F(WebPagesTest, OtherSitesAreTurnedAway) {
  Start(Sources());
  EXPECT_THAT(Get("/", "evil.example.com"), StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(Post(kPod, "\r\nOrigin: https://evil.example.com"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Post(kPod, "\r\nSec-Fetch-Site: cross-site"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Post(kPod, "\r\nOrigin: http://localhost"), StartsWith("HTTP/1.1 200 "));
}

// Holds the thread that makes the pages until it is told to go on.
class Gate {
 public:
  ui::NamespacesPart Hold() {
    ++held_;
    open_.get_future().wait();
    return {};
  }
  void AwaitHeld() const {
    while (held_ == 0) std::this_thread::yield();
  }
  void Open() { open_.set_value(); }

 private:
  std::atomic<int> held_ = 0;
  std::promise<void> open_;
};

TEST_F(WebPagesTest, WhileItIsBusyItRefusesAndTheOtherPagesAreServed) {
  Gate gate;
  WebPagesSources sources = Sources();
  sources.namespaces = [&] { return gate.Hold(); };
  Start(std::move(sources));
  std::vector<std::future<std::string>> replies;
  replies.push_back(std::async(std::launch::async, [&] { return Get("/"); }));
  gate.AwaitHeld();
  // One pod waits behind it: which of the two, is chance.
  for (int i = 0; i < 2; ++i) {
    replies.push_back(std::async(std::launch::async, [&] { return Post(kPod); }));
  }
  EXPECT_THAT(Get("/healthz"), StartsWith("HTTP/1.1 200 "));
  std::future<std::string>& first = replies[1];
  std::future<std::string>& second = replies[2];
  const auto is_there = [](const std::future<std::string>& reply) {
    return reply.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
  };
  while (!is_there(first) && !is_there(second)) std::this_thread::yield();
  std::future<std::string>& refused = is_there(first) ? first : second;
  std::future<std::string>& served = is_there(first) ? second : first;
  EXPECT_THAT(refused.get(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("try again")));
  gate.Open();
  EXPECT_THAT(served.get(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(replies[0].get(), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace sidecar::webhook
