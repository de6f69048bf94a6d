#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Requests to the Kubernetes API as values: which method, path and query ask for what.
//
// Pure functions; the transport adds the host, credentials and User-Agent.

namespace sidecar::kube {

// A resource type. Constants are in resources.h; the views must outlive the Resource.
struct Resource {
  std::string_view group;  // Empty: the core group.
  std::string_view version;
  std::string_view plural;
  std::string_view kind;
  bool namespaced = false;

  // "v1", "apps/v1".
  std::string ApiVersion() const;
  // "configmaps", "leases.coordination.k8s.io": how the API server names it in its messages.
  std::string QualifiedName() const;

  bool operator==(const Resource&) const = default;
};

struct ApiRequest {
  std::string method;
  std::string target;  // Path and query, percent-encoded.
  std::string content_type;
  std::string accept;
  std::string body;
};

struct ListOptions {
  std::string label_selector;
  std::string field_selector;
  std::int64_t limit = 0;  // Objects a page; 0: all in one reply.
  // From the page before. The server refuses it beside a resourceVersion, which is left out then.
  std::string continue_token;
  std::string resource_version;        // Empty: the newest; "0": any, from the server's cache.
  std::string resource_version_match;  // "Exact" or "NotOlderThan"; needs a resourceVersion.
  // Only the objects' metadata (PartialObjectMetadataList, Kubernetes 1.15).
  bool metadata_only = false;
};

struct WatchOptions {
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;
  std::int64_t timeout_seconds = 0;  // When the server ends the watch; 0: it chooses.
  bool metadata_only = false;
};

// What a write may say besides its object.
struct WriteOptions {
  std::string subresource;    // "status", "approval", ...
  std::string field_manager;  // Empty: the server takes it from the User-Agent.
  bool dry_run = false;       // Everything but storing.
};

enum class PatchType : std::uint8_t {
  kStrategic,  // Lists are merged by their patch keys. Custom resources refuse it with 415.
  kMerge,      // RFC 7386: lists are replaced.
  kJson,       // RFC 6902.
  kApply,      // Server-side apply; needs a field manager.
};

struct Patch {
  PatchType type = PatchType::kStrategic;
  std::string body;
  WriteOptions options;
  bool force = false;  // kApply: take over fields that others manage.
};

struct DeleteOptions {
  // Preconditions: the object is deleted only while it has this uid, this resourceVersion.
  std::string uid;
  std::string resource_version;
  std::string propagation_policy;  // "Foreground", "Background" or "Orphan".
  bool dry_run = false;
};

// `ns` is ignored for types that are not namespaced; empty, it means all namespaces where that
// makes sense (lists, watches). Names and namespaces are percent-encoded; an empty name is sent as
// one that no object can have, because without it a request for one object would ask for all.
ApiRequest GetRequest(const Resource& resource, std::string_view ns, std::string_view name,
                      std::string_view subresource = {});
// Like GetRequest, but the reply holds the object's metadata alone.
ApiRequest GetMetadataRequest(const Resource& resource, std::string_view ns, std::string_view name);
ApiRequest ListRequest(const Resource& resource, std::string_view ns, const ListOptions& options);
// Asks for bookmarks.
ApiRequest WatchRequest(const Resource& resource, std::string_view ns, const WatchOptions& options);
// Posts to the collection. The subresource of `options` is ignored.
ApiRequest CreateRequest(const Resource& resource, std::string_view ns, std::string body,
                         const WriteOptions& options = {});
// Posts to a subresource that makes something new: serviceaccounts/token, pods/eviction.
ApiRequest CreateSubresourceRequest(const Resource& resource, std::string_view ns,
                                    std::string_view name, std::string_view subresource,
                                    std::string body);
ApiRequest UpdateRequest(const Resource& resource, std::string_view ns, std::string_view name,
                         std::string body, const WriteOptions& options = {});
ApiRequest PatchRequest(const Resource& resource, std::string_view ns, std::string_view name,
                        Patch patch);
ApiRequest DeleteRequest(const Resource& resource, std::string_view ns, std::string_view name,
                         const DeleteOptions& options = {});

}  // namespace sidecar::kube
