#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace sidecar::testing_support {

// What a request to an API server is about.
struct ApiPath {
  std::string group;
  std::string version;
  std::string plural;
  std::string ns;
  std::string name;  // Empty: the collection.
  std::string subresource;
  std::map<std::string, std::string> query;

  std::string Collection() const { return group + '/' + plural; }
  std::string QualifiedName() const { return group.empty() ? plural : plural + '.' + group; }
  std::string ApiVersion() const { return group.empty() ? version : group + '/' + version; }
  std::string Query(const std::string& key) const {
    const auto found = query.find(key);
    return found == query.end() ? std::string() : found->second;
  }
};

// Nothing for what is no path of a resource.
std::optional<ApiPath> ParseApiPath(const std::string& target);

// The objects of an API server in memory, with resourceVersions, conflicts and a history for
// watches, as kube-apiserver 1.20 answers. Patches merge lists by `name`, as webhooks do.
//
// Not thread-safe.
class FakeObjects {
 public:
  struct Answer {
    int status = 200;
    nlohmann::json body;
  };
  struct Change {
    std::int64_t version;
    std::string type;
    std::string collection;
    nlohmann::json object;
  };

  Answer Get(const ApiPath& path) const;
  Answer List(const ApiPath& path);
  Answer Create(const ApiPath& path, nlohmann::json object);
  Answer Update(const ApiPath& path, nlohmann::json object);
  Answer Patch(const ApiPath& path, const std::string& media_type, const nlohmann::json& patch);
  Answer Delete(const ApiPath& path, const nlohmann::json& options);

  // What a watch from `after` has to deliver next.
  std::vector<Change> ChangesAfter(const ApiPath& path, std::int64_t after) const;
  std::int64_t version() const { return version_; }
  // Watches and continue tokens from before now have expired.
  void Compact() { compacted_ = version_; }
  std::int64_t compacted() const { return compacted_; }
  std::vector<nlohmann::json> All(const std::string& collection) const;

  static Answer Fail(int code, const std::string& reason, const std::string& message);

 private:
  using Key = std::pair<std::string, std::string>;  // Namespace, name.
  struct Pages {
    std::int64_t version;
    std::vector<nlohmann::json> items;
  };

  Answer Store(const ApiPath& path, const Key& key, nlohmann::json object, const char* type);
  Answer Patched(const ApiPath& path, const std::string& media_type, const nlohmann::json& patch,
                 const nlohmann::json& before) const;
  static bool Matches(const ApiPath& path, const nlohmann::json& object);
  static Answer NotFound(const ApiPath& path);
  static Answer Conflict(const ApiPath& path);

  std::int64_t version_ = 100;
  std::int64_t compacted_ = 0;
  std::int64_t generated_ = 0;
  std::map<std::string, std::map<Key, nlohmann::json>> collections_;
  std::vector<Change> history_;
  std::vector<Pages> pages_;  // What continue tokens refer to.
};

}  // namespace sidecar::testing_support
