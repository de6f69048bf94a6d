#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "controller/event_note.h"
#include "lib/base/log.h"
#include "lib/kube/api_client.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "test/support/await.h"
#include "test/support/fake_api_server.h"

namespace sidecar::controller {

// What tests against an API server have in common: a fake one, a client of it, a log to read.
class ApiServerTest : public testing::Test {
 protected:
  ApiServerTest() : client_(MakeClient()) {}

  std::unique_ptr<kube::ApiClient> MakeClient() const {
    kube::ClientConfig config;
    config.source = "test";
    config.endpoint.tls = false;
    config.endpoint.tls = false;
    config.endpoint.host = "127.0.0.1";
    config.endpoint.port = server_.port();
    kube::ApiClientOptions options;
    options.user_agent = "test";
    options.qps = 10'000;
    options.burst = 10'000;
    auto made = kube::ApiClient::Create(std::move(config), std::move(options));
    EXPECT_TRUE(made.has_value());
    return *std::move(made);
  }

  LogOptions IntoText() {
    LogOptions options;
    options.sink = [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_text_ += line;
    };
    return options;
  }
  std::string LogText() const {
    const std::lock_guard lock(mutex_);
    return log_text_;
  }

  EventSink IntoEvents() {
    return [this](EventNote note) { events_.push_back(std::move(note)); };
  }

  template <class T>
  T Await(boost::asio::awaitable<T> operation) {
    return testing_support::Await(io_, std::move(operation));
  }

  // How many requests of this method have come.
  long Requests(std::string_view method) const {
    const auto all = server_.requests();
    return std::count_if(all.begin(), all.end(),
                         [&](const auto& request) { return request.method == method; });
  }

  // Looks until it holds; false after ten seconds.
  static bool Eventually(const std::function<bool()>& condition) {
    const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > latest) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  mutable std::mutex mutex_;
  std::string log_text_;           // Guarded by mutex_.
  std::vector<EventNote> events_;  // Of IntoEvents(): one thread.
  Logger log_{IntoText()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  testing_support::FakeApiServer server_;
  boost::asio::io_context io_;
  std::unique_ptr<kube::ApiClient> client_;
};

}  // namespace sidecar::controller
