#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/request.h"
#include "test/support/fake_objects.h"

namespace sidecar::testing_support {

// An API server for tests: plain HTTP/1.1 on 127.0.0.1, objects in memory, lists in pages, watches
// in chunks that respect nothing, and every failure that a test asks for. It answers any resource.
//
// All functions are thread-safe.
class FakeApiServer {
 public:
  struct Request {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;  // Names in lower case.
    std::string body;
  };
  struct Answer {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{};
    bool hang = false;  // No answer until Unhang() or the end.
    bool cut = false;   // The connection closes without an answer.
  };
  // Sees every request first; what it returns is the answer.
  using Intercept = std::function<std::optional<Answer>(const Request& request)>;

  FakeApiServer();
  ~FakeApiServer();
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;

  std::uint16_t port() const { return port_; }

  // As other clients would. Put creates or replaces; the object as stored is returned.
  nlohmann::json Put(const kube::Resource& resource, nlohmann::json object);
  bool Remove(const kube::Resource& resource, const std::string& ns, const std::string& name);
  // Null if there is none.
  nlohmann::json Get(const kube::Resource& resource, const std::string& ns,
                     const std::string& name) const;
  std::vector<nlohmann::json> All(const kube::Resource& resource) const;
  std::int64_t version() const;

  void SetIntercept(Intercept intercept);
  // RBAC: 403 for the verb ("get", "list", "watch", "create", "update", "patch", "delete") on the
  // plural, and `allowed: false` in SelfSubjectAccessReviews.
  void Forbid(const std::string& verb, const std::string& plural);
  void Allow(const std::string& verb, const std::string& plural);
  // 404 for a group and version, as of a server that does not serve it: "certificates.k8s.io/v1".
  void RemoveApi(const std::string& group_version);
  // Watches and continue tokens from before now expire.
  void Compact();
  // Open watches lose their connection without an end.
  void CutWatches();
  // Open and new watches deliver nothing more, not even their end; Unhang() lets everything go on.
  void HangWatches();
  void Unhang();
  // As a part of each open watch's stream.
  void SendToWatches(const std::string& bytes);
  // Watches end with a bookmark, as those of kube-apiserver do. Default: true.
  void SetBookmarks(bool send);

  // Nobody listens, every connection is reset; then again on the same port.
  void Stop();
  void Start();

  // All that came, in order, but for what was never read whole.
  std::vector<Request> requests() const;
  int open_watches() const;
  // Whether `condition`, checked after every request and watch, comes true in time.
  bool WaitUntil(const std::function<bool()>& condition,
                 std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;

 private:
  struct Connection {
    int socket;
    std::thread thread{};
  };

  void Accept();
  void Serve(int socket);
  std::optional<Request> Read(int socket, std::string& buffer) const;
  // Whether the connection may go on.
  bool Handle(int socket, const Request& request);
  bool Send(int socket, const Answer& answer);
  FakeObjects::Answer Dispatch(const Request& request, const ApiPath& path);
  FakeObjects::Answer Review(const Request& request) const;
  bool Watch(int socket, const ApiPath& path, bool metadata_only);
  std::string NextPiece(const ApiPath& path, bool metadata_only, std::int64_t& version) const;

  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::thread acceptor_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Guarded by mutex_.
  std::list<Connection> connections_;
  std::set<int> open_sockets_;
  FakeObjects objects_;
  Intercept intercept_;
  std::set<std::pair<std::string, std::string>> forbidden_;
  std::set<std::string> removed_apis_;
  std::vector<Request> requests_;
  std::vector<std::string> injected_;  // What SendToWatches() was given.
  bool stopping_ = false;
  bool hanging_ = false;
  int releases_ = 0;  // Calls of Unhang().
  bool bookmarks_ = true;
  int cuts_ = 0;
  int open_watches_ = 0;
};

}  // namespace sidecar::testing_support
