#include "lib/http/reply_parser.h"

#include <optional>
#include <string>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace sidecar {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// Servers send one "100 Continue" at most; a stream of them must end somewhere.
constexpr int kMostInterimReplies = 8;

// The shortest end of a chunked body: "0\r\n\r\n". At the beginning of a chunk there are always so
// many bytes to come, and Beast asserts that it is not called again before they are there.
constexpr std::size_t kLeastChunkBytes = 5;

// Parses one message into `reply`, handing bodies below 300 to `sink`.
class MessageParser : public http::basic_parser<false> {
 public:
  MessageParser(HttpReply& reply, const HttpReplyParser::Limits& limits,
                const HttpReplyParser::Sink& sink)
      : reply_(reply), limits_(limits), sink_(sink) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    body_limit(boost::none);
  }

 private:
  void on_request_impl(http::verb /*method*/, beast::string_view /*name*/,
                       beast::string_view /*target*/, int /*version*/,
                       error_code& /*error*/) override {}
  void on_response_impl(int status, beast::string_view /*reason*/, int /*version*/,
                        error_code& /*error*/) override {
    reply_.status = status;
  }
  void on_field_impl(http::field name, beast::string_view /*name*/, beast::string_view value,
                     error_code& /*error*/) override {
    if (is_header_done()) return;  // A trailer.
    if (name == http::field::content_type) reply_.content_type = std::string(value);
    if (name == http::field::retry_after) reply_.retry_after = std::string(value);
  }
  void on_header_impl(error_code& error) override {
    const bool is_collected = !sink_ || reply_.status >= 300;
    if (is_collected && content_length().value_or(0) > limits_.max_body_bytes) {
      error = http::error::body_limit;
    }
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*size*/,
                         error_code& /*error*/) override {}
  std::size_t on_body_impl(beast::string_view piece, error_code& error) override {
    return Take(piece, error);
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                            error_code& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view piece,
                                 error_code& error) override {
    return Take(piece, error);
  }
  void on_finish_impl(error_code& /*error*/) override {}

  std::size_t Take(beast::string_view piece, error_code& error) {
    if (sink_ && reply_.status < 300) {
      if (!piece.empty()) sink_({piece.data(), piece.size()});
    } else if (piece.size() > limits_.max_body_bytes - reply_.body.size()) {
      error = http::error::body_limit;
    } else {
      reply_.body.append(piece.data(), piece.size());
    }
    return piece.size();
  }

  HttpReply& reply_;
  const HttpReplyParser::Limits& limits_;
  const HttpReplyParser::Sink& sink_;
};

Error ToError(const error_code& error, const HttpReplyParser::Limits& limits) {
  if (error == http::error::body_limit) {
    return {ErrorCode::kInvalidArgument,
            "the reply's body is longer than " + std::to_string(limits.max_body_bytes) + " bytes"};
  }
  if (error == http::error::header_limit) {
    return {ErrorCode::kInvalidArgument, "the reply's headers are longer than " +
                                             std::to_string(limits.max_header_bytes) + " bytes"};
  }
  if (error == http::error::partial_message) {
    return {ErrorCode::kUnavailable, "the connection was closed in the middle of the reply"};
  }
  return {ErrorCode::kUnavailable, "the reply is not HTTP: " + error.message()};
}

}  // namespace

struct HttpReplyParser::Impl {
  Impl(Limits l, Sink s) : limits(l), sink(std::move(s)) { message.emplace(reply, limits, sink); }

  // Parses what it can, returns the rest.
  Result<std::string_view> Parse(std::string_view bytes);

  const Limits limits;
  const Sink sink;
  HttpReply reply;
  std::optional<MessageParser> message;
  std::string pending;  // Begins a header or a chunk; not parsed yet.
  int interim_replies = 0;
  bool has_started = false;
  bool has_surplus = false;
};

Result<std::string_view> HttpReplyParser::Impl::Parse(std::string_view bytes) {
  while (!bytes.empty()) {
    if (message->is_done()) {
      has_surplus = true;
      return std::string_view();
    }
    error_code error;
    const std::size_t used = message->put({bytes.data(), bytes.size()}, error);
    bytes.remove_prefix(used);
    if (error == http::error::need_more) return bytes;
    if (error) return ToError(error, limits);
    if (!message->is_done() || reply.status / 100 != 1) continue;
    if (reply.status == 101 || ++interim_replies > kMostInterimReplies) {
      return Error{ErrorCode::kUnavailable,
                   "unexpected reply: HTTP status " + std::to_string(reply.status)};
    }
    reply = HttpReply();
    message.emplace(reply, limits, sink);
  }
  return bytes;
}

HttpReplyParser::HttpReplyParser(Limits limits, Sink sink)
    : impl_(std::make_unique<Impl>(limits, std::move(sink))) {}

HttpReplyParser::~HttpReplyParser() = default;

Result<void> HttpReplyParser::Feed(std::string_view bytes) {
  if (bytes.empty()) return {};
  impl_->has_started = true;
  std::string& pending = impl_->pending;
  if (pending.empty()) {
    ASSIGN_OR_RETURN(const std::string_view rest, impl_->Parse(bytes));
    pending.assign(rest);
    return {};
  }
  pending.append(bytes);
  if (impl_->message->is_header_done() && pending.size() < kLeastChunkBytes) return {};
  ASSIGN_OR_RETURN(const std::string_view rest, impl_->Parse(pending));
  pending.erase(0, pending.size() - rest.size());
  // Chunk extensions and trailers count as headers.
  if (pending.size() > impl_->limits.max_header_bytes) {
    return ToError(http::error::header_limit, impl_->limits);
  }
  return {};
}

Result<void> HttpReplyParser::Finish() {
  if (IsDone()) return {};
  error_code error = http::error::partial_message;
  if (impl_->message->got_some() && impl_->pending.empty()) impl_->message->put_eof(error);
  if (error && !impl_->has_started) {
    return Error{ErrorCode::kUnavailable, "the connection was closed before the reply"};
  }
  if (error) return ToError(error, impl_->limits);
  return {};
}

bool HttpReplyParser::HasStarted() const {
  return impl_->has_started;
}

bool HttpReplyParser::HasHeader() const {
  return impl_->message->is_header_done();
}

bool HttpReplyParser::IsDone() const {
  return impl_->message->is_done();
}

bool HttpReplyParser::CanReuseConnection() const {
  return IsDone() && !impl_->has_surplus && impl_->message->keep_alive();
}

HttpReply& HttpReplyParser::reply() {
  return impl_->reply;
}

}  // namespace sidecar
