#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/kube/json.h"
#include "lib/kube/object_store.h"
#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/watch_machine.h"

namespace sidecar::kube {

class ApiClient;

struct ReflectorOptions {
  Resource resource;
  std::string ns;              // Empty: all namespaces.
  std::string field_selector;  // "metadata.name=istio-inject"
  std::string label_selector;
  bool metadata_only = false;
  WatchMachineOptions machine;
  std::chrono::milliseconds list_timeout{30'000};  // Of one page.
  // A watch that is silent for so long beyond its timeout has lost its server.
  std::chrono::milliseconds idle_margin{15'000};
};

// Where a reflector puts what it learns. Called on its strand, one at a time. An error of `listed`
// or `changed` is logged and passes over that object alone.
struct ReflectorSink {
  // A list begins: forget what an unfinished one collected.
  std::function<void()> list_started;
  // One object of the list, to be collected aside. Items of a list have no kind and apiVersion.
  std::function<Result<void>(const Json& object)> listed;
  // The list is complete: swap it in.
  std::function<void()> replaced;
  // kAdded, kModified or kDeleted.
  std::function<Result<void>(WatchEventType type, const Json& object)> changed;
};

// Totals since the start. Safe to read at any time.
struct ReflectorCounters {
  std::atomic<std::uint64_t> lists = 0;  // Completed.
  std::atomic<std::uint64_t> watches = 0;
  std::atomic<std::uint64_t> events = 0;
  std::atomic<std::uint64_t> failures = 0;     // Of lists and watches.
  std::atomic<std::uint64_t> bad_objects = 0;  // Passed over.
};

// Keeps a sink equal to what the API server reports for one resource type.
//
// Lists page by page, then watches; WatchMachine says what to do when something ends or fails.
//
// Run() belongs to one strand; everything else may be called from any thread.
class Reflector {
 public:
  // `client` and `log` outlive Run().
  Reflector(ApiClient& client, ReflectorOptions options, ReflectorSink sink, Logger& log);
  ~Reflector();
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  // Until its coroutine is cancelled.
  boost::asio::awaitable<void> Run();

  // A list has been completed once.
  bool HasSynced() const;

  // The last thing that failed; nullopt if a list or watch has succeeded since.
  std::optional<Error> LastFailure() const;

  const ReflectorCounters& counters() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// "namespace/name" or "name" of an object; an error if it has no name. As client-go's
// MetaNamespaceKeyFunc.
Result<std::string> ObjectKey(const Json& object);
// metadata.resourceVersion; empty if there is none.
std::string ResourceVersionOf(const Json& object);

// Feeds `store`, which outlives the sink. `parse` makes the little that is needed out of an object.
// An object that cannot be parsed leaves the one before it, if any, in place. `on_changed` gets the
// key of each object that came, changed (see ObjectStore::Replace) or went, after the store has it.
template <class T>
ReflectorSink MakeStoreSink(ObjectStore<T>& store,
                            std::function<Result<T>(const Json& object)> parse,
                            std::function<void(const std::string& key)> on_changed) {
  using Map = typename ObjectStore<T>::Map;
  const auto aside = std::make_shared<Map>();
  ReflectorSink sink;
  sink.list_started = [aside] { aside->clear(); };
  sink.listed = [aside, parse, &store](const Json& object) -> Result<void> {
    ASSIGN_OR_RETURN(const std::string key, ObjectKey(object));
    Result<T> parsed = parse(object);
    if (parsed.has_value()) {
      aside->insert_or_assign(key, std::make_shared<const T>(*std::move(parsed)));
      return {};
    }
    if (auto before = store.Get(key)) aside->insert_or_assign(key, std::move(before));
    return std::move(parsed).error().Annotate(key);
  };
  sink.replaced = [aside, on_changed, &store] {
    for (const std::string& key : store.Replace(std::exchange(*aside, Map()))) on_changed(key);
  };
  sink.changed = [parse = std::move(parse), on_changed = std::move(on_changed), &store](
                     WatchEventType type, const Json& object) -> Result<void> {
    ASSIGN_OR_RETURN(const std::string key, ObjectKey(object));
    if (type == WatchEventType::kDeleted) {
      if (store.Erase(key)) on_changed(key);
      return {};
    }
    Result<T> parsed = parse(object);
    if (!parsed.has_value()) return std::move(parsed).error().Annotate(key);
    if (store.Set(key, std::make_shared<const T>(*std::move(parsed)))) on_changed(key);
    return {};
  };
  return sink;
}

}  // namespace sidecar::kube
