#include "test/support/fake_api_server.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sidecar::testing_support {

using nlohmann::json;

namespace {

// kube-apiserver splits large events into chunks of this size.
constexpr std::size_t kChunkBytes = 2048;

ApiPath PathOf(const kube::Resource& resource, const std::string& ns, const std::string& name) {
  ApiPath path;
  path.group = resource.group;
  path.version = resource.version;
  path.plural = resource.plural;
  path.ns = resource.namespaced ? ns : std::string();
  path.name = name;
  return path;
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool SendChunks(int socket, std::string_view bytes) {
  std::string out;
  constexpr std::string_view kHex = "0123456789abcdef";
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kChunkBytes);
    std::string size;
    for (std::size_t n = piece.size(); n > 0; n /= 16) size.insert(size.begin(), kHex[n % 16]);
    out.append(size).append("\r\n").append(piece).append("\r\n");
    bytes.remove_prefix(piece.size());
  }
  return SendAll(socket, out);
}

std::string VerbOf(const std::string& method, const ApiPath& path) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return "delete";
  if (!path.name.empty()) return "get";
  return path.Query("watch").empty() ? "list" : "watch";
}

json MetadataOnly(const json& object, const char* kind) {
  json cut = {{"kind", kind}, {"apiVersion", "meta.k8s.io/v1"}};
  cut["metadata"] = object.value("metadata", json::object());
  if (object.contains("items")) {
    cut["items"] = json::array();
    for (const json& item : object["items"])
      cut["items"].push_back({{"metadata", item["metadata"]}});
  }
  return cut;
}

}  // namespace

FakeApiServer::FakeApiServer() {
  Start();
}

FakeApiServer::~FakeApiServer() {
  Stop();
}

void FakeApiServer::Start() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0) {
    throw std::runtime_error("fake API server cannot listen");
  }
  ::getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
    hanging_ = false;
  }
  acceptor_ = std::thread([this] { Accept(); });
}

void FakeApiServer::Stop() {
  if (!acceptor_.joinable()) return;
  std::list<Connection> connections;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int socket : open_sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  changed_.notify_all();
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    connections.swap(connections_);
  }
  for (Connection& connection : connections) connection.thread.join();
}

void FakeApiServer::Accept() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || stopping_) {
      if (socket >= 0) ::close(socket);
      if (stopping_) return;
      continue;
    }
    open_sockets_.insert(socket);
    Connection& connection = connections_.emplace_back(Connection{socket});
    connection.thread = std::thread([this, socket] {
      Serve(socket);
      const std::lock_guard closing(mutex_);
      open_sockets_.erase(socket);
      ::close(socket);
    });
  }
}

void FakeApiServer::Serve(int socket) {
  std::string buffer;
  while (true) {
    const std::optional<Request> request = Read(socket, buffer);
    if (!request.has_value() || !Handle(socket, *request)) return;
  }
}

std::optional<FakeApiServer::Request> FakeApiServer::Read(int socket, std::string& buffer) const {
  const auto more = [&] {
    char bytes[4096];
    const ssize_t received = ::recv(socket, bytes, sizeof bytes, 0);
    if (received <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(received));
    return true;
  };
  std::size_t head_end = 0;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  Request request;
  const std::string head = buffer.substr(0, head_end);
  buffer.erase(0, head_end + 4);
  const std::size_t space = head.find(' ');
  const std::size_t second = head.find(' ', space + 1);
  request.method = head.substr(0, space);
  request.target = head.substr(space + 1, second - space - 1);
  std::size_t line = head.find("\r\n");
  while (line != std::string::npos) {
    const std::size_t start = line + 2;
    line = head.find("\r\n", start);
    const std::string text = head.substr(start, line - start);
    std::string name = text.substr(0, text.find(':'));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t value = text.find_first_not_of(' ', name.size() + 1);
    request.headers[name] = value == std::string::npos ? std::string() : text.substr(value);
  }
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (buffer.size() < size) {
    if (!more()) return std::nullopt;
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

bool FakeApiServer::Handle(int socket, const Request& request) {
  Intercept intercept;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    intercept = intercept_;
  }
  changed_.notify_all();
  if (intercept) {
    if (const std::optional<Answer> answer = intercept(request)) return Send(socket, *answer);
  }
  const std::optional<ApiPath> path = ParseApiPath(request.target);
  if (!path.has_value()) return Send(socket, {404, "404 page not found\n"});
  const auto accept = request.headers.find("accept");
  const bool metadata_only = accept != request.headers.end() &&
                             accept->second.find("as=PartialObjectMetadata") != std::string::npos;
  const std::string verb = VerbOf(request.method, *path);
  FakeObjects::Answer answer;
  {
    const std::lock_guard lock(mutex_);
    if (removed_apis_.count(path->ApiVersion()) > 0) {
      answer.status = 404;
    } else if (forbidden_.count({verb, path->plural}) > 0) {
      const std::string where =
          path->ns.empty() ? "at the cluster scope" : "in the namespace \"" + path->ns + '"';
      answer = FakeObjects::Fail(
          403, "Forbidden",
          path->QualifiedName() + (path->name.empty() ? "" : " \"" + path->name + '"') +
              " is forbidden: User \"fake\" cannot " + verb + " resource \"" + path->plural +
              "\" in API group \"" + path->group + "\" " + where);
    } else if (verb != "watch") {
      answer = Dispatch(request, *path);
    }
  }
  if (verb == "watch" && answer.status == 200) return Watch(socket, *path, metadata_only);
  changed_.notify_all();
  if (answer.body.is_null()) return Send(socket, {answer.status, "404 page not found\n"});
  if (metadata_only && answer.status == 200) {
    const bool list = answer.body.contains("items");
    answer.body =
        MetadataOnly(answer.body, list ? "PartialObjectMetadataList" : "PartialObjectMetadata");
  }
  return Send(socket, {answer.status, answer.body.dump() + '\n'});
}

FakeObjects::Answer FakeApiServer::Dispatch(const Request& request, const ApiPath& path) {
  if (request.method == "GET") return path.name.empty() ? objects_.List(path) : objects_.Get(path);
  json body = json::parse(request.body, nullptr, false);
  if (request.method == "DELETE") return objects_.Delete(path, body);
  if (body.is_discarded()) return FakeObjects::Fail(400, "BadRequest", "the body is no JSON");
  if (request.method == "POST") {
    if (path.plural.ends_with("subjectaccessreviews")) return Review(request);
    return objects_.Create(path, std::move(body));
  }
  if (request.method == "PUT") return objects_.Update(path, std::move(body));
  if (request.method == "PATCH") {
    return objects_.Patch(path, request.headers.at("content-type"), body);
  }
  return FakeObjects::Fail(405, "MethodNotAllowed", "the method is not allowed");
}

FakeObjects::Answer FakeApiServer::Review(const Request& request) const {
  json review = json::parse(request.body);
  const json& wanted = review["spec"]["resourceAttributes"];
  const bool forbidden =
      forbidden_.count({wanted.value("verb", ""), wanted.value("resource", "")}) > 0;
  review["status"]["allowed"] = !forbidden;
  return {201, review};
}

bool FakeApiServer::Send(int socket, const Answer& answer) {
  if (answer.cut) return false;
  if (answer.hang) {
    std::unique_lock lock(mutex_);
    const int before = releases_;
    changed_.wait(lock, [&] { return stopping_ || before != releases_; });
    if (stopping_) return false;
  }
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) +
                     " Whatever\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(answer.body.size()) + "\r\n";
  for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
  return SendAll(socket, head + "\r\n" + answer.body);
}

std::string FakeApiServer::NextPiece(const ApiPath& path, bool metadata_only,
                                     std::int64_t& version) const {
  std::string piece;
  for (const FakeObjects::Change& change : objects_.ChangesAfter(path, version)) {
    json event = {{"type", change.type}};
    event["object"] =
        metadata_only ? MetadataOnly(change.object, "PartialObjectMetadata") : change.object;
    piece += event.dump() + '\n';
    version = change.version;
  }
  return piece;
}

bool FakeApiServer::Watch(int socket, const ApiPath& path, bool metadata_only) {
  if (!SendAll(socket,
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
               "Transfer-Encoding: chunked\r\n\r\n")) {
    return false;
  }
  const std::string seconds = path.Query("timeoutSeconds");
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(seconds.empty() ? 300 : std::stol(seconds));
  std::int64_t version = std::atoll(path.Query("resourceVersion").c_str());
  std::unique_lock lock(mutex_);
  if (version < objects_.compacted()) {
    json event = {{"type", "ERROR"}};
    event["object"] = FakeObjects::Fail(410, "Expired", "too old resource version").body;
    lock.unlock();
    return SendChunks(socket, event.dump() + '\n') && SendAll(socket, "0\r\n\r\n");
  }
  const int cuts = cuts_;
  std::size_t injected = injected_.size();
  ++open_watches_;
  changed_.notify_all();
  bool intact = true;
  while (intact && !stopping_ && cuts == cuts_) {
    std::string piece;
    if (!hanging_) piece = NextPiece(path, metadata_only, version);
    for (; injected < injected_.size(); ++injected) piece += injected_[injected];
    const bool over = !hanging_ && std::chrono::steady_clock::now() >= end;
    if (over && bookmarks_) {
      json event = {{"type", "BOOKMARK"}};
      event["object"]["metadata"]["resourceVersion"] = std::to_string(objects_.version());
      piece += event.dump() + '\n';
    }
    if (piece.empty() && !over) {
      // The end of a watch is looked for now and then, too, when it hangs.
      changed_.wait_for(lock, std::chrono::milliseconds(20));
      // A client that left is noticed, so that open_watches() is true.
      char byte = 0;
      if (::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) intact = false;
      continue;
    }
    lock.unlock();
    intact = SendChunks(socket, piece) && (!over || SendAll(socket, "0\r\n\r\n"));
    lock.lock();
    if (over) break;
  }
  const bool cut = stopping_ || cuts != cuts_;
  --open_watches_;
  changed_.notify_all();
  return intact && !cut;
}

json FakeApiServer::Put(const kube::Resource& resource, json object) {
  const std::string name = object["metadata"].value("name", "");
  const std::string ns = object["metadata"].value("namespace", "");
  const ApiPath path = PathOf(resource, ns, name);
  if (!object.contains("kind")) object["kind"] = resource.kind;
  if (!object.contains("apiVersion")) object["apiVersion"] = resource.ApiVersion();
  FakeObjects::Answer answer;
  {
    const std::lock_guard lock(mutex_);
    const FakeObjects::Answer before = objects_.Get(path);
    if (before.status == 200) {
      object["metadata"]["resourceVersion"] = before.body["metadata"]["resourceVersion"];
      answer = objects_.Update(path, std::move(object));
    } else {
      ApiPath collection = path;
      collection.name.clear();
      answer = objects_.Create(collection, std::move(object));
    }
  }
  changed_.notify_all();
  if (answer.status >= 300) throw std::runtime_error(answer.body.dump());
  return answer.body;
}

bool FakeApiServer::Remove(const kube::Resource& resource, const std::string& ns,
                           const std::string& name) {
  int status = 0;
  {
    const std::lock_guard lock(mutex_);
    status = objects_.Delete(PathOf(resource, ns, name), {}).status;
  }
  changed_.notify_all();
  return status == 200;
}

json FakeApiServer::Get(const kube::Resource& resource, const std::string& ns,
                        const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const FakeObjects::Answer answer = objects_.Get(PathOf(resource, ns, name));
  return answer.status == 200 ? answer.body : json();
}

std::vector<json> FakeApiServer::All(const kube::Resource& resource) const {
  const std::lock_guard lock(mutex_);
  return objects_.All(PathOf(resource, "", "").Collection());
}

std::int64_t FakeApiServer::version() const {
  const std::lock_guard lock(mutex_);
  return objects_.version();
}

void FakeApiServer::SetIntercept(Intercept intercept) {
  const std::lock_guard lock(mutex_);
  intercept_ = std::move(intercept);
}

void FakeApiServer::Forbid(const std::string& verb, const std::string& plural) {
  const std::lock_guard lock(mutex_);
  forbidden_.emplace(verb, plural);
}

void FakeApiServer::Allow(const std::string& verb, const std::string& plural) {
  const std::lock_guard lock(mutex_);
  forbidden_.erase({verb, plural});
}

void FakeApiServer::RemoveApi(const std::string& group_version) {
  const std::lock_guard lock(mutex_);
  removed_apis_.insert(group_version);
}

void FakeApiServer::Compact() {
  const std::lock_guard lock(mutex_);
  objects_.Compact();
}

void FakeApiServer::CutWatches() {
  {
    const std::lock_guard lock(mutex_);
    ++cuts_;
  }
  changed_.notify_all();
}

void FakeApiServer::HangWatches() {
  const std::lock_guard lock(mutex_);
  hanging_ = true;
}

void FakeApiServer::Unhang() {
  {
    const std::lock_guard lock(mutex_);
    hanging_ = false;
    ++releases_;
  }
  changed_.notify_all();
}

void FakeApiServer::SendToWatches(const std::string& bytes) {
  {
    const std::lock_guard lock(mutex_);
    injected_.push_back(bytes);
  }
  changed_.notify_all();
}

void FakeApiServer::SetBookmarks(bool send) {
  const std::lock_guard lock(mutex_);
  bookmarks_ = send;
}

std::vector<FakeApiServer::Request> FakeApiServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int FakeApiServer::open_watches() const {
  const std::lock_guard lock(mutex_);
  return open_watches_;
}

bool FakeApiServer::WaitUntil(const std::function<bool()>& condition,
                              std::chrono::milliseconds timeout) const {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace sidecar::testing_support
