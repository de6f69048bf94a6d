#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "lib/base/result.h"
#include "lib/kube/api_client.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

// Reads and writes the objects of crds/, whose types need not be installed. Any strand.

namespace sidecar::controller {

inline constexpr kube::Resource kInjectionReports{"sidecar-injector.istio.io", "v1alpha1",
                                                  "injectionreports", "InjectionReport", true};
inline constexpr kube::Resource kInjectorStatuses{"sidecar-injector.istio.io", "v1alpha1",
                                                  "injectorstatuses", "InjectorStatus", false};

struct StoredReport {
  bool is_served = true;                       // The API server has the type.
  std::shared_ptr<const kube::Json> object{};  // Null: there is none.
};

// `namespace_name` is empty for types without namespace.
boost::asio::awaitable<Result<StoredReport>> ReadReport(kube::ApiClient& client,
                                                        kube::Resource resource,
                                                        std::string namespace_name,
                                                        std::string name);

// Applies the status of `report` server-side; where there is no such object (`is_new`), it is
// applied without its status first, for that belongs to a subresource. What is there is taken over:
// nobody else has anything to say in it. Never fails with kNotFound, so that this cannot be taken
// for a type that is not installed.
boost::asio::awaitable<Result<void>> WriteReport(kube::ApiClient& client, kube::Resource resource,
                                                 kube::Json report, bool is_new);

}  // namespace sidecar::controller
