#include "lib/http/glimpse.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>
#include <utility>

#include "lib/http/call_text.h"
#include "lib/http/client_connection.h"
#include "lib/http/client_tls_context.h"

namespace sidecar {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kLongestHead = std::size_t{16} << 10U;

// The value of a header; empty if it is not there.
std::string HeaderOf(std::string_view head, std::string_view name) {
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos) {
    head.remove_prefix(at + 2);
    at = head.find("\r\n");
    const std::string_view line = head.substr(0, at);
    const bool is_meant = line.size() > name.size() && line[name.size()] == ':' &&
                          std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
                            return std::tolower(static_cast<unsigned char>(a)) ==
                                   std::tolower(static_cast<unsigned char>(b));
                          });
    if (!is_meant) continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return {};
}

// The answer's head; what there is of it if the server goes away.
asio::awaitable<Result<std::string>> Ask(ClientConnection& connection, std::string request) {
  std::string head;
  Result<void> written = co_await connection.Write(request);
  if (!written.has_value()) co_return head;
  while (head.size() < kLongestHead && head.find("\r\n\r\n") == std::string::npos) {
    Result<std::string_view> piece = co_await connection.Read();
    if (!piece.has_value() || piece->empty()) break;
    head.append(*piece);
  }
  co_return head;
}

}  // namespace

asio::awaitable<Result<Glimpse>> LookAt(HttpEndpoint endpoint, bool ask_date, Deadline deadline) {
  std::shared_ptr<const asio::ssl::context> tls;
  if (endpoint.tls) {
    ClientTlsOptions options;
    options.insecure_skip_verify = true;
    auto context = MakeClientTlsContext(options);
    if (!context.has_value()) co_return std::move(context).error();
    tls = *std::move(context);
  }
  std::string request =
      "GET / HTTP/1.1\r\nHost: " + Authority(endpoint) + "\r\nConnection: close\r\n\r\n";
  ClientConnection connection(endpoint, std::move(tls));
  auto opening = connection.Open(deadline);
  Result<void> opened = co_await WithDeadline(deadline, std::move(opening));
  if (!opened.has_value()) {
    co_return std::move(opened).error().Annotate(connection.activity());
  }
  Glimpse glimpse;
  glimpse.chain_pem = connection.PeerChainPem();
  if (ask_date) {
    auto asking = Ask(connection, std::move(request));
    Result<std::string> head = co_await WithDeadline(deadline, std::move(asking));
    if (head.has_value()) glimpse.date = HeaderOf(*head, "Date");
  }
  co_return glimpse;
}

}  // namespace sidecar
