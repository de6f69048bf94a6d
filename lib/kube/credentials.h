#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/base/result.h"
#include "lib/kube/client_config.h"
#include "lib/kube/exec_credential.h"

namespace sidecar::kube {

// What one request authenticates with.
struct Credential {
  std::string authorization;    // "Bearer ..." or "Basic ..."; empty: none.
  std::string certificate_pem;  // Empty: none.
  std::string key_pem;

  bool operator==(const Credential&) const = default;
};

// Where credentials and the time come from; tests bring their own.
struct CredentialSources {
  ReadFile read_file = &ReadFileFromDisk;
  std::function<WallTime()> now = &std::chrono::system_clock::now;
};

// Keeps the credentials of a configuration fresh: re-reads token files every minute, as client-go
// does, and runs the plugin again when what it gave has expired. Thread-safe; two strands that need
// new credentials at the same time may both fetch them.
class Credentials {
 public:
  explicit Credentials(ClientConfig config, CredentialSources sources = {});
  ~Credentials();
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  // Blocks shortly for a token file. Errors name the file or the plugin.
  boost::asio::awaitable<Result<Credential>> Get(Deadline deadline);

  // The server refused this one (401): Get() fetches another. False: there is no other.
  bool Renew(const Credential& refused);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar::kube
