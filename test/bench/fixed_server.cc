// The program's own HTTPS server with a handler that does nothing: what of an admission's cost is
// the transport's. Serves until it is terminated.
//
//   fixed_server PORT CERTIFICATE KEY BYTES

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "lib/base/cpu_count.h"
#include "lib/base/task_group.h"
#include "lib/http/server.h"
#include "lib/http/tls_context.h"
#include "lib/pki/certificate.h"

namespace {

using sidecar::HttpResponse;

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

boost::asio::awaitable<HttpResponse> Ready(HttpResponse response) {
  co_return response;
}

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "fixed_server: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) Die("usage: fixed_server PORT CERTIFICATE KEY BYTES");
  std::signal(SIGPIPE, SIG_IGN);
  const auto pair = sidecar::pki::ReadKeyPair(ReadFile(argv[2]), ReadFile(argv[3]));
  if (!pair.has_value()) Die(pair.error().message);
  auto tls = sidecar::MakeServerTlsContext(*pair);
  if (!tls.has_value()) Die(tls.error().message);
  const sidecar::Published<boost::asio::ssl::context> certificates(*std::move(tls));

  const std::string body(std::strtoul(argv[4], nullptr, 10), 'x');
  boost::asio::thread_pool pool(sidecar::CpuCount());
  sidecar::TaskGroup tasks(pool.get_executor());
  sidecar::HttpServerOptions options;
  options.port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  sidecar::HttpServer server(
      options, &certificates,
      [&body](const sidecar::HttpRequest&) {
        HttpResponse response;
        response.body = body;
        return Ready(std::move(response));
      },
      tasks);
  const auto port = server.Start();
  if (!port.has_value()) Die(port.error().message);
  pool.join();
}
