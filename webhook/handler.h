#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/http/server.h"
#include "lib/inject/decision.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::webhook {

struct AdmissionOptions {
  std::string path = "/inject";
  std::size_t max_body_bytes = std::size_t{8} << 20U;
  // Pods in these are never injected. Whoever runs the injector adds its own namespace.
  std::vector<std::string> ignored_namespaces = {"kube-system", "kube-public", "kube-node-lease"};
  // Admit a pod as it is where its injection fails, instead of denying it.
  bool allow_on_error = false;
};

// What is known of an admission afterwards, for the log and the metrics. No contents of pods.
struct AdmissionOutcome {
  std::optional<inject::Reason> reason;  // None where the request was no review.
  bool allowed = false;
  bool dry_run = false;
  std::string uid;
  std::string namespace_name;
  std::string name;               // Or generateName.
  std::string owner;              // "ReplicaSet/web-96d5df5c8", empty for a bare pod.
  std::string pod_template_hash;  // A Deployment's label; filled in with an owner only.
  std::string operation;          // CREATE, ...
  std::string error;              // Why the request was refused, or the injection failed.
};

// The page that the HTTP server answers with itself (HttpServerOptions::error_page).
HttpResponse AnswerBadHttp(int status, std::string_view message);

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

struct AdmissionAnswer {
  HttpResponse response;
  AdmissionOutcome outcome;
  // Where the value of request.uid stands in the request's body: what is put there instead, be it
  // as long and plain, would be the uid of the same review. None where it was written with escapes.
  std::optional<std::size_t> uid_offset;
};

// Answers a request to the injection endpoint: a review with a review, everything else with a
// metav1.Status: 404 (path), 405 (not POST), 400 (empty, no JSON, no review), 415, 413. `snapshot`
// is null until there is a usable configuration.
//
// Only creations of pods are looked at, and request.namespace tells where; all else is allowed as
// it is. Every answer tells its reason as an audit annotation; warnings go where a person will read
// them: to bare pods, dry runs and failures.
//
// An injection that is not through in time (see TimeToAnswer) is given up and the pod denied, while
// there is somebody to be told. `now` is the clock of HttpRequest::received.
//
// Never throws, never blocks: a function of its arguments, but for the snapshot's memo. Any thread.
AdmissionAnswer AnswerAdmission(const HttpRequest& request, const InjectionSnapshot* snapshot,
                                const AdmissionOptions& options,
                                const SteadyClock& now = &std::chrono::steady_clock::now);

}  // namespace sidecar::webhook
