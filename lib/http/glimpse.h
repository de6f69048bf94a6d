#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/base/result.h"
#include "lib/http/client.h"

namespace sidecar {

// What a server shows to anybody who connects, for diagnosis.
struct Glimpse {
  std::string chain_pem;  // The certificates that it presents, leaf first; empty without TLS.
  std::string date;       // The header Date of its answer; empty if it sent none.
};

// Connects, trusting any certificate: nothing secret is sent. With `ask_date`, asks for "/" too,
// which even a refusal answers. Errors are those of HttpClient.
boost::asio::awaitable<Result<Glimpse>> LookAt(HttpEndpoint endpoint, bool ask_date,
                                               Deadline deadline);

}  // namespace sidecar
