#include "lib/http/client_connection.h"

#include <array>
#include <cctype>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "lib/http/call_text.h"
#include "lib/pki/certificate.h"
#include "lib/pki/pem.h"

namespace sidecar {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

// "Connection refused" within a sentence.
std::string Reason(const error_code& error) {
  std::string text = error.message();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

Error ToError(const error_code& error) {
  if (error == asio::error::operation_aborted) return {ErrorCode::kCancelled, "cancelled"};
  if (error == asio::error::eof || error == ssl::error::stream_truncated) {
    return {ErrorCode::kUnavailable, "the server closed the connection"};
  }
  return {ErrorCode::kUnavailable, Reason(error)};
}

std::string ToString(const tcp::endpoint& endpoint) {
  HttpEndpoint named;
  named.tls = false;
  named.host = endpoint.address().to_string();
  named.port = endpoint.port();
  std::string text = Authority(named);
  if (endpoint.port() == 80) text.append(":80");
  return text;
}

// A lookup cannot be interrupted: one that is given up goes on without anybody waiting for it.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor)
      : resolver(executor), done(executor, asio::steady_timer::time_point::max()) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  bool is_done = false;
  error_code error;
  std::vector<tcp::endpoint> found;
};

asio::awaitable<Result<std::vector<tcp::endpoint>>> LookUp(std::string host, std::uint16_t port) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (!error) co_return std::vector<tcp::endpoint>{tcp::endpoint(address, port)};

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto lookup = std::make_shared<Lookup>(executor);
  auto on_done = [lookup](const error_code& e, const tcp::resolver::results_type& results) {
    lookup->is_done = true;
    lookup->error = e;
    for (const auto& entry : results) lookup->found.push_back(entry.endpoint());
    lookup->done.expires_at(asio::steady_timer::time_point::min());
  };
  lookup->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                 asio::bind_executor(executor, std::move(on_done)));
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await lookup->done.async_wait(token);
  if (!lookup->is_done) co_return ToError(asio::error::operation_aborted);
  if (lookup->error) co_return ToError(lookup->error);
  co_return std::move(lookup->found);
}

std::string Join(const pki::CertificateFacts& facts) {
  std::string names;
  for (const auto* list : {&facts.dns_names, &facts.ip_addresses}) {
    for (const std::string& name : *list) names.append(names.empty() ? "" : ", ").append(name);
  }
  return names.empty() ? "no name at all" : names;
}

// Why a certificate is refused.
std::string Refusal(X509_STORE_CTX* state, const std::string& server_name) {
  const int code = X509_STORE_CTX_get_error(state);
  const X509* const leaf = X509_STORE_CTX_get0_cert(state);
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "certificate is valid for " + (leaf == nullptr ? "" : Join(pki::Describe(*leaf))) +
             ", not " + server_name;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "certificate signed by unknown authority";
    default: return std::string("certificate: ") + X509_verify_cert_error_string(code);
  }
}

}  // namespace

struct ClientConnection::Impl {
  Impl(HttpEndpoint e, std::shared_ptr<const ssl::context> t)
      : endpoint(std::move(e)), tls(std::move(t)) {}

  asio::awaitable<Result<void>> Connect(tcp::endpoint address);
  asio::awaitable<Result<void>> Handshake();
  bool ExpectName(SSL* ssl) const;

  const HttpEndpoint endpoint;
  const std::shared_ptr<const ssl::context> tls;
  std::string activity;
  std::string refusal;  // Why the server's certificate was refused.
  // Its executor is the strand of the first user, and never used: all handlers have their own.
  std::optional<tcp::socket> socket;
  std::optional<ssl::stream<tcp::socket&>> stream;
  std::array<char, kReadBytes> buffer{};
};

asio::awaitable<Result<void>> ClientConnection::Impl::Connect(tcp::endpoint address) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  socket.emplace(executor);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await socket->async_connect(address, token);
  if (error) co_return ToError(error);
  error_code ignored;
  socket->set_option(tcp::no_delay(true), ignored);
  socket->set_option(asio::socket_base::keep_alive(true), ignored);
  co_return Result<void>();
}

// Go's rules: an address is looked for among the addresses and never sent as SNI; the common name
// does not count.
bool ClientConnection::Impl::ExpectName(SSL* ssl) const {
  const std::string& name = endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
  error_code error;
  const auto address = asio::ip::make_address(name, error);
  X509_VERIFY_PARAM* const parameters = SSL_get0_param(ssl);
  if (!error) {
    const std::string text =
        address.is_v6() ? asio::ip::address_v6(address.to_v6().to_bytes()).to_string() : name;
    return X509_VERIFY_PARAM_set1_ip_asc(parameters, text.c_str()) == 1;
  }
  X509_VERIFY_PARAM_set_hostflags(
      parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  std::string host = name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1 &&
         X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1;
}

asio::awaitable<Result<void>> ClientConnection::Impl::Handshake() {
  activity = "TLS handshake with " + Authority(endpoint);
  stream.emplace(*socket, const_cast<ssl::context&>(*tls));
  SSL* const raw = stream->native_handle();
  if (!ExpectName(raw)) {
    co_return Error{ErrorCode::kInvalidArgument, "unusable server name"};
  }
  error_code error;
  auto check = [this](bool is_trusted, ssl::verify_context& state) {
    if (!is_trusted) {
      refusal = Refusal(state.native_handle(),
                        endpoint.server_name.empty() ? endpoint.host : endpoint.server_name);
    }
    return is_trusted;
  };
  if (SSL_get_verify_mode(raw) != SSL_VERIFY_NONE) {
    stream->set_verify_callback(std::move(check), error);
    if (error) co_return ToError(error);
  }
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await stream->async_handshake(ssl::stream_base::client, token);
  if (!error) co_return Result<void>();
  if (error != asio::error::operation_aborted && !refusal.empty()) {
    co_return Error{ErrorCode::kUnavailable, refusal};
  }
  if (error.category() == asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER) {
    co_return Error{ErrorCode::kUnavailable, "the server does not speak TLS"};
  }
  co_return ToError(error);
}

ClientConnection::ClientConnection(const HttpEndpoint& endpoint,
                                   std::shared_ptr<const ssl::context> tls)
    : impl_(std::make_unique<Impl>(endpoint, std::move(tls))) {}

ClientConnection::~ClientConnection() = default;

asio::awaitable<Result<void>> ClientConnection::Open(Deadline deadline) {
  impl_->activity = "look up " + impl_->endpoint.host;
  auto found = co_await LookUp(impl_->endpoint.host, impl_->endpoint.port);
  if (!found.has_value()) co_return std::move(found).error();
  Result<void> connected = Error{ErrorCode::kUnavailable, "no address"};
  for (std::size_t i = 0; i < found->size(); ++i) {
    const tcp::endpoint address = (*found)[i];
    impl_->activity = "connect to " + ToString(address);
    const auto now = Clock::now();
    const auto share = (deadline - now) / static_cast<Clock::rep>(found->size() - i);
    auto attempt = impl_->Connect(address);
    connected = co_await WithDeadline(now + share, std::move(attempt));
    if (connected.has_value() || connected.error().code == ErrorCode::kCancelled) break;
  }
  if (!connected.has_value() || impl_->tls == nullptr) co_return connected;
  Result<void> trusted = co_await impl_->Handshake();
  co_return trusted;
}

std::string ClientConnection::PeerChainPem() const {
  std::string pem;
  if (!impl_->stream.has_value()) return pem;
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(impl_->stream->native_handle());
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const Result<std::string> text = pki::ToPem(*sk_X509_value(chain, i));
    if (text.has_value()) pem += *text;
  }
  return pem;
}

asio::awaitable<Result<void>> ClientConnection::Write(std::string_view bytes) {
  impl_->activity = "send the request";
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (impl_->stream.has_value()) {
    co_await asio::async_write(*impl_->stream, buffer, token);
  } else {
    co_await asio::async_write(*impl_->socket, buffer, token);
  }
  if (error) co_return ToError(error);
  co_return Result<void>();
}

asio::awaitable<Result<std::string_view>> ClientConnection::Read() {
  impl_->activity = "read the reply";
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const asio::mutable_buffer buffer(impl_->buffer.data(), impl_->buffer.size());
  std::size_t size = 0;
  if (impl_->stream.has_value()) {
    size = co_await impl_->stream->async_read_some(buffer, token);
  } else {
    size = co_await impl_->socket->async_read_some(buffer, token);
  }
  if (error && error != asio::error::eof) co_return ToError(error);
  co_return std::string_view(impl_->buffer.data(), size);
}

bool ClientConnection::IsQuiet() {
  char byte = 0;
  const ssize_t size =
      recv(impl_->socket->native_handle(), &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

const std::string& ClientConnection::activity() const {
  return impl_->activity;
}

}  // namespace sidecar
