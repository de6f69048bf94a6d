#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "lib/base/log.h"
#include "lib/kube/protocol/event_log.h"

namespace sidecar::kube {

class ApiClient;

struct EventSource {
  std::string component;  // "sidecar-injector"
  std::string instance;   // The pod's name.
  // What the process is one of, the same for all that would write the same Event.
  std::string installation{};
};

// Writes core/v1 Events, which `kubectl describe` shows with the object. Best effort: what is too
// much, or cannot be written after a few attempts, is dropped; that writing fails is logged once.
//
// Record() may be called from any thread and never waits; Run() belongs to one strand.
class EventRecorder {
 public:
  // `executor` is the strand that Run() is awaited on. `client` and `log` outlive Run().
  EventRecorder(ApiClient& client, EventSource source, Logger& log,
                boost::asio::any_io_executor executor);
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  void Record(const ObjectReference& object, const EventText& text);

  // Until its coroutine is cancelled.
  boost::asio::awaitable<void> Run();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sidecar::kube
