// Whatever bytes a client sends, the HTTP server answers with HTTP or closes the connection. In
// whatever pieces they come, it sees the same requests in them. The server is the real one, on
// loopback, without TLS; its event loop runs in this thread.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "lib/base/task_group.h"
#include "lib/http/server.h"

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using sidecar::HttpRequest;
using sidecar::HttpResponse;
using tcp = asio::ip::tcp;

constexpr std::size_t kMostBytes = std::size_t{32} << 10U;  // Fit into a socket's buffer.
constexpr std::size_t kMostBodyBytes = 4096;
constexpr std::uint32_t kMostHeaderBytes = 1024;
// Nothing in an answer waits for a clock: who waits that long hangs.
constexpr std::chrono::seconds kHang{10};

void Require(bool condition, std::string_view what, std::string_view text) {
  if (condition) return;
  std::fprintf(stderr, "%.*s:\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(text.size()), text.data());
  std::abort();
}

// What the handler has been asked for on the connection.
struct Handled {
  bool is_head;
  std::string answer;
};

std::vector<Handled>& Seen() {
  static std::vector<Handled> seen;
  return seen;
}

asio::awaitable<HttpResponse> Ready(HttpResponse response) {
  co_return response;
}

asio::awaitable<HttpResponse> Echo(const HttpRequest& request) {
  Require(request.body.size() <= kMostBodyBytes, "a body is beyond its limit", request.body);
  Require(!request.method.empty(), "a request has no method", request.target);
  HttpResponse response;
  response.body = request.method + ' ' + request.target + '\n' + request.content_type + '\n';
  for (const auto& [name, value] : request.headers) response.body += name + ": " + value + '\n';
  response.body += request.body;
  Seen().push_back({request.method == "HEAD", response.body});
  return Ready(std::move(response));
}

class Server {
 public:
  Server() : tasks_(io_.get_executor()), server_(Options(), nullptr, &Echo, tasks_) {
    const auto port = server_.Start();
    Require(port.has_value(), "the server does not start", "");
    port_ = *port;
  }

  // All that the server sends until it closes; `pieces` is how many the request comes in.
  std::string Ask(std::string_view request, std::size_t pieces) {
    Seen().clear();
    tcp::socket client(io_);
    error_code error;
    client.connect({asio::ip::address_v4::loopback(), port_}, error);
    Require(!error, "cannot connect", error.message());
    // A reset at the end leaves no port waiting.
    client.set_option(tcp::socket::linger(true, 0), error);
    client.set_option(tcp::no_delay(true), error);
    client.non_blocking(true, error);
    io_.poll();
    const std::size_t piece = request.size() / pieces + 1;
    for (; !request.empty() && !error; request.remove_prefix(std::min(piece, request.size()))) {
      const std::string_view part = request.substr(0, piece);
      const std::size_t sent = client.write_some(asio::buffer(part.data(), part.size()), error);
      Require(error || sent == part.size(), "a socket is full", "");
      io_.poll();
    }
    client.shutdown(tcp::socket::shutdown_send, error);
    std::string answer = ReadAll(client);
    client.close(error);
    const auto& counters = server_.counters();
    RunUntil([&] { return counters.connections_open == 0; }, "a connection stays open");
    Require(counters.connections_receiving == 0 && counters.requests_in_flight == 0,
            "a count is wrong", answer);
    return answer;
  }

 private:
  static sidecar::HttpServerOptions Options() {
    sidecar::HttpServerOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    options.max_body_bytes = kMostBodyBytes;
    options.max_header_bytes = kMostHeaderBytes;
    options.kept_headers = {"X-Kept"};
    return options;
  }

  std::string ReadAll(tcp::socket& client) {
    std::string answer;
    RunUntil(
        [&] {
          char bytes[4096];
          error_code error;
          while (!error) answer.append(bytes, client.read_some(asio::buffer(bytes), error));
          return error != asio::error::would_block;
        },
        "a connection is neither answered nor closed");
    return answer;
  }

  template <class Condition>
  void RunUntil(Condition is_done, std::string_view otherwise) {
    const auto end = std::chrono::steady_clock::now() + kHang;
    while (!is_done()) {
      io_.run_one_for(std::chrono::milliseconds{100});
      Require(std::chrono::steady_clock::now() < end, otherwise, "");
    }
  }

  asio::io_context io_{1};
  sidecar::TaskGroup tasks_;
  sidecar::HttpServer server_;
  std::uint16_t port_ = 0;
};

// One answer to each request that was handled, then one page at most for what is no request.
// Returns the answers: whether bytes that are cut off get the page depends on the pieces, as does
// whether there was time to say that a body may come.
std::string CheckAnswers(const std::string& all) {
  std::string_view rest = all;
  const auto skip_go_ahead = [&] {
    constexpr std::string_view kGoAhead = "HTTP/1.1 100 Continue\r\n\r\n";
    if (rest.starts_with(kGoAhead)) rest.remove_prefix(kGoAhead.size());
  };
  const auto take_header = [&] {
    const std::size_t end = rest.find("\r\n\r\n");
    Require(rest.starts_with("HTTP/1.") && end != std::string_view::npos, "no HTTP", all);
    const std::string_view header = rest.substr(0, end + 2);
    rest.remove_prefix(end + 4);
    return header;
  };
  const auto take_body = [&](std::string_view header, std::size_t size, bool is_sent) {
    const std::string length = "\r\nContent-Length: " + std::to_string(size) + "\r\n";
    Require(header.find(length) != std::string_view::npos, "an answer has a wrong length", all);
    const std::string_view body = is_sent ? rest.substr(0, size) : std::string_view();
    rest.remove_prefix(body.size());
    return body;
  };
  std::string answers;
  for (const Handled& handled : Seen()) {
    skip_go_ahead();
    const std::string_view header = take_header();
    Require(header.substr(8, 5) == " 200 ", "a request is refused", all);
    Require(handled.is_head || rest.starts_with(handled.answer), "an answer is cut off", all);
    answers += header;
    answers += take_body(header, handled.answer.size(), !handled.is_head);
  }
  skip_go_ahead();
  if (rest.empty()) return answers;
  const std::string_view header = take_header();
  Require(header.substr(8, 2) == " 4", "a refusal has a wrong status", all);
  take_body(header, rest.size(), true);
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMostBytes) return 0;
  static Server& server = *new Server;
  const std::string_view request(reinterpret_cast<const char*>(data), size);
  const std::string whole = server.Ask(request, 1);
  const std::string answers = CheckAnswers(whole);
  for (const std::size_t pieces : {std::size_t{3}, std::min(size + 1, std::size_t{40})}) {
    const std::string again = server.Ask(request, pieces);
    Require(CheckAnswers(again) == answers, "other answers to the same in pieces",
            whole + "\n---\n" + again);
  }
  return 0;
}
