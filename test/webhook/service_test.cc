#include "webhook/service.h"

#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"
#include "test/support/https_client.h"
#include "test/support/temp_folder.h"
#include "webhook/config_files.h"

namespace sidecar::webhook {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;
using testing_support::Credentials;
using testing_support::HttpsClient;
using testing_support::MakeCertificate;

// Answers a little later, so that requests are in flight.
asio::awaitable<HttpResponse> Echo(const HttpRequest& request) {
  HttpResponse response;
  response.body = request.body;
  asio::steady_timer timer(co_await asio::this_coro::executor, milliseconds(1));
  co_await timer.async_wait(asio::use_awaitable);
  co_return response;
}

std::string Config(int version) {
  return "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: proxy:" +
         std::to_string(version) + "\n";
}

// Looks until it holds; false after ten seconds.
bool Eventually(const std::function<bool()>& condition) {
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > latest) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

// A GET of a plain server, and the answer up to the end of the connection.
std::string Get(std::uint16_t port, const std::string& target) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect({asio::ip::make_address("127.0.0.1"), port}, error);
  if (error) return {};
  asio::write(socket, asio::buffer("GET " + target + " HTTP/1.0\r\n\r\n"), error);
  std::string reply;
  asio::read(socket, asio::dynamic_buffer(reply), error);
  return reply;
}

// What the clients of a test saw.
struct Seen {
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;  // Sent, and not answered as they should be.
  std::atomic<bool> stop = false;
};

void Print(const Seen& seen) {
  std::cout << seen.answered << " requests answered, " << seen.failed << " failed\n";
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    folder_.Write("config", Config(1));
    folder_.Write("mesh", "");
    WriteCertificate();
    options_.https.address = "127.0.0.1";
    options_.https.port = 0;
    options_.admin = options_.https;
    options_.drain_delay = milliseconds(50);
    options_.watch.quiet = milliseconds(1);
  }
  ~ServiceTest() override {
    if (service_ != nullptr) {
      service_->Shutdown();
      service_->Wait();
    }
    pool_.join();
  }

  void WriteCertificate() {
    const Credentials made = MakeCertificate({});
    folder_.Write("cert.pem", made.certificate);
    folder_.Write("key.pem", made.key);
  }

  void Start() {
    ConfigFilesOptions paths;
    paths.inject_config = folder_.Path("config");
    paths.mesh_config = folder_.Path("mesh");
    paths.tls_certificate = folder_.Path("cert.pem");
    paths.tls_key = folder_.Path("key.pem");
    files_ = std::make_unique<ConfigFiles>(paths, log_, metrics_, readiness_);
    service_ = std::make_unique<Service>(options_, Sources(), &Echo, metrics_, readiness_, log_,
                                         pool_.get_executor());
    const auto ports = service_->Start();
    ASSERT_TRUE(ports.has_value()) << ports.error().message;
    ports_ = *ports;
  }

  ServiceSources Sources() {
    return {files_->tls(), [this] { return files_->Describe(); }, [this] { files_->Reload(); },
            files_->files()};
  }

  // A client that asks without pause; with a new connection for each request, or as long as one
  // lasts. A connection that cannot be had once the service stops is no failure: there, a client
  // goes to another replica.
  void Ask(Seen& seen, bool keep_alive) {
    HttpsClient client;
    for (int i = 0; !seen.stop; ++i) {
      if (!client.IsConnected() && !client.Connect(ports_.https)) {
        if (readiness_.IsReady()) ++seen.failed;
        return;
      }
      const std::string body = "request " + std::to_string(i);
      const auto reply = client.Post("/inject", body);
      const bool right = reply.has_value() && reply->body == body;
      ++(right ? seen.answered : seen.failed);
      if (!right || !keep_alive) client.Close();
    }
  }

  std::vector<std::thread> Clients(Seen& seen) {
    std::vector<std::thread> clients;
    for (int i = 0; i < 6; ++i) {
      clients.emplace_back([this, &seen, i] { Ask(seen, i % 3 != 0); });
    }
    return clients;
  }

  LogOptions Quiet() {
    LogOptions options;
    options.level = LogLevel::kOff;
    return options;
  }

  testing_support::TempFolder folder_;
  ServiceOptions options_;
  Logger log_{Quiet()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  asio::thread_pool pool_{2};
  std::unique_ptr<ConfigFiles> files_;
  std::unique_ptr<Service> service_;
  ServicePorts ports_;
};

TEST_F(ServiceTest, ServesAndSaysThatItIsReady) {
  Start();
  HttpsClient client;
  ASSERT_TRUE(client.Connect(ports_.https));
  const auto reply = client.Post("/inject", "hello");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "hello");
  EXPECT_FALSE(reply->closes);
  EXPECT_THAT(Get(ports_.admin, "/readyz"), StartsWith("HTTP/1.0 200 "));
  EXPECT_THAT(Get(ports_.admin, "/metrics"), HasSubstr("sidecar_injector_http_requests_total 1\n"));
  EXPECT_THAT(Get(ports_.admin, "/configz"), HasSubstr("\"generation\": 1"));
}

TEST_F(ServiceTest, ItBecomesReadyWhenItsFilesAreThere) {
  std::filesystem::remove(folder_.Path("cert.pem"));
  Start();
  EXPECT_THAT(Get(ports_.admin, "/readyz"), HasSubstr("[-]certificate failed: open "));
  EXPECT_THAT(Get(ports_.admin, "/healthz"), StartsWith("HTTP/1.0 200 "));
  HttpsClient client;
  EXPECT_FALSE(client.Connect(ports_.https));
  WriteCertificate();
  EXPECT_TRUE(Eventually([&] { return readiness_.IsReady(); })) << readiness_.Describe();
  EXPECT_TRUE(client.Connect(ports_.https));
}

TEST_F(ServiceTest, NoRequestIsLostWhenItStopsUnderLoad) {
  Start();
  Seen seen;
  auto clients = Clients(seen);
  EXPECT_TRUE(Eventually([&] { return seen.answered >= 100; }));
  service_->Shutdown();
  service_->Wait();
  for (std::thread& client : clients) client.join();
  Print(seen);
  EXPECT_EQ(seen.failed, 0);
  EXPECT_FALSE(readiness_.IsReady());
}

TEST_F(ServiceTest, WhileStoppingItAnswersAndClosesEachConnection) {
  options_.drain_delay = std::chrono::seconds(1);
  Start();
  HttpsClient client;
  ASSERT_TRUE(client.Connect(ports_.https));
  ASSERT_TRUE(client.Post("/inject", "a").has_value());
  service_->Shutdown();
  ASSERT_TRUE(Eventually([&] { return !readiness_.IsReady(); }));
  EXPECT_THAT(Get(ports_.admin, "/readyz"), HasSubstr("[-]listener failed: shutting down"));
  const auto reply = client.Post("/inject", "b");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "b");
  EXPECT_TRUE(reply->closes);
  HttpsClient late;
  EXPECT_TRUE(late.Connect(ports_.https));
  late.Close();
}

TEST_F(ServiceTest, NoRequestIsLostWhenFilesChangeUnderLoad) {
  Start();
  Seen seen;
  auto clients = Clients(seen);
  for (int version = 2; version <= 6; ++version) {
    const auto tls = files_->tls().Get();
    folder_.Write("config", Config(version));
    WriteCertificate();
    EXPECT_TRUE(Eventually([&] { return files_->tls().Get() != tls; })) << version;
    const auto generation = static_cast<std::uint64_t>(version);
    EXPECT_TRUE(Eventually([&] { return files_->injection().Get()->generation == generation; }));
  }
  const int before = seen.answered;
  EXPECT_TRUE(Eventually([&] { return seen.answered > before + 20; }));
  seen.stop = true;
  for (std::thread& client : clients) client.join();
  Print(seen);
  EXPECT_EQ(seen.failed, 0);
}

TEST_F(ServiceTest, SignalsReloadAndStop) {
  options_.handle_signals = true;
  options_.watch.poll = std::chrono::hours(1);
  options_.watch.quiet = std::chrono::hours(1);  // The watch itself sees nothing in time.
  options_.watch.longest_wait = std::chrono::hours(1);
  Start();
  folder_.Write("config", Config(2));
  raise(SIGHUP);
  EXPECT_TRUE(Eventually([&] { return files_->injection().Get()->generation == 2; }));
  raise(SIGTERM);
  service_->Wait();
  EXPECT_FALSE(readiness_.IsReady());
}

TEST_F(ServiceTest, TheHealthFileIsWrittenWhileReady) {
  options_.health_file = folder_.Path("health");
  options_.health_interval = milliseconds(1);
  Start();
  EXPECT_TRUE(Eventually([&] { return std::filesystem::exists(folder_.Path("health")); }));
  readiness_.Set("test", false, "no longer");
  // One write may be under way.
  EXPECT_TRUE(Eventually([&] {
    std::filesystem::remove(folder_.Path("health"));
    std::this_thread::sleep_for(milliseconds(5));
    return !std::filesystem::exists(folder_.Path("health"));
  }));
}

TEST_F(ServiceTest, APortInUseIsAnErrorAndNothingRuns) {
  Start();
  ServiceOptions again = options_;
  again.https.port = ports_.https;
  observe::MetricRegistry metrics;
  observe::Readiness readiness({});
  Service second(again, Sources(), &Echo, metrics, readiness, log_, pool_.get_executor());
  const auto ports = second.Start();
  ASSERT_FALSE(ports.has_value());
  EXPECT_THAT(ports.error().message, StartsWith("injection endpoint: listen on 127.0.0.1 port "));
}

}  // namespace
}  // namespace sidecar::webhook
