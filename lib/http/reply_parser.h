#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace sidecar {

// Reads one HTTP/1.x reply from bytes that come in pieces of any size: values in, values out, no
// I/O. Interim (1xx) replies are skipped. Over Beast's parser, which no header names.
//
// Errors are kUnavailable if the bytes are no HTTP or end too early, kInvalidArgument if the reply
// is longer than allowed. After an error the parser is useless. Not thread-safe.
class HttpReplyParser {
 public:
  struct Limits {
    std::size_t max_header_bytes;
    std::size_t max_body_bytes;  // Of a collected body; what goes to a sink is not limited.
  };
  // Gets the body of a reply below 300 piece by piece, decoded. Empty: all bodies are collected.
  using Sink = std::function<void(std::string_view)>;

  explicit HttpReplyParser(Limits limits, Sink sink = {});
  ~HttpReplyParser();
  HttpReplyParser(const HttpReplyParser&) = delete;
  HttpReplyParser& operator=(const HttpReplyParser&) = delete;

  // Takes the next bytes, all of them. Bytes after the end of the reply are dropped, but then
  // CanReuseConnection() says no.
  Result<void> Feed(std::string_view bytes);

  // The peer has closed the connection, which ends some replies and breaks others.
  Result<void> Finish();

  bool HasStarted() const;  // A byte has been read.
  bool HasHeader() const;   // Of the final reply.
  bool IsDone() const;
  bool CanReuseConnection() const;  // Done, and the server keeps it open.

  // Complete once IsDone(); status and headers once HasHeader().
  HttpReply& reply();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar
