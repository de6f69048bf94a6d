#include "lib/kube/protocol/request.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace sidecar::kube {

namespace {

constexpr std::string_view kJson = "application/json";
// With a second choice for servers that cannot cut objects down.
constexpr std::string_view kMetadata =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
constexpr std::string_view kMetadataList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
// A space: no object can have this name, and no segment may be empty.
constexpr std::string_view kNoName = "%20";

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEscaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
}

class Target {
 public:
  Target(const Resource& resource, std::string_view ns) {
    text_ = resource.group.empty() ? "/api" : "/apis";
    if (!resource.group.empty()) Segment(resource.group);
    Segment(resource.version);
    if (resource.namespaced && !ns.empty()) {
      Segment("namespaces");
      Segment(ns);
    }
    Segment(resource.plural);
  }

  Target& Name(std::string_view name) {
    Segment(name);
    return *this;
  }
  Target& Subresource(std::string_view subresource) {
    if (!subresource.empty()) Segment(subresource);
    return *this;
  }
  // Leaves out what is empty.
  Target& Query(std::string_view key, std::string_view value) {
    if (value.empty()) return *this;
    text_ += has_query_ ? '&' : '?';
    has_query_ = true;
    text_ += key;
    text_ += '=';
    AppendEscaped(text_, value);
    return *this;
  }
  Target& Flag(std::string_view key, bool value) { return value ? Query(key, "true") : *this; }
  Target& Number(std::string_view key, std::int64_t value) {
    return value > 0 ? Query(key, std::to_string(value)) : *this;
  }
  Target& DryRun(bool value) { return value ? Query("dryRun", "All") : *this; }
  Target& Write(const WriteOptions& options) {
    return DryRun(options.dry_run).Query("fieldManager", options.field_manager);
  }

  std::string Take() { return std::move(text_); }

 private:
  void Segment(std::string_view segment) {
    text_ += '/';
    if (segment.empty()) {
      text_ += kNoName;
    } else {
      AppendEscaped(text_, segment);
    }
  }

  std::string text_;
  bool has_query_ = false;
};

ApiRequest Read(Target& target, std::string_view accept) {
  ApiRequest request;
  request.method = "GET";
  request.target = target.Take();
  request.accept = accept;
  return request;
}

ApiRequest Write(std::string_view method, Target& target, std::string_view content_type,
                 std::string body) {
  ApiRequest request;
  request.method = method;
  request.target = target.Take();
  request.content_type = content_type;
  request.accept = kJson;
  request.body = std::move(body);
  return request;
}

std::string_view ContentType(PatchType type) {
  switch (type) {
    case PatchType::kStrategic: return "application/strategic-merge-patch+json";
    case PatchType::kMerge: return "application/merge-patch+json";
    case PatchType::kJson: return "application/json-patch+json";
    case PatchType::kApply: return "application/apply-patch+yaml";  // JSON is YAML too.
  }
  return kJson;
}

}  // namespace

std::string Resource::ApiVersion() const {
  std::string text(group);
  if (!text.empty()) text += '/';
  return text.append(version);
}

std::string Resource::QualifiedName() const {
  std::string text(plural);
  if (!group.empty()) text.append(".").append(group);
  return text;
}

ApiRequest GetRequest(const Resource& resource, std::string_view ns, std::string_view name,
                      std::string_view subresource) {
  Target target(resource, ns);
  return Read(target.Name(name).Subresource(subresource), kJson);
}

ApiRequest GetMetadataRequest(const Resource& resource, std::string_view ns,
                              std::string_view name) {
  Target target(resource, ns);
  return Read(target.Name(name), kMetadata);
}

ApiRequest ListRequest(const Resource& resource, std::string_view ns, const ListOptions& options) {
  Target target(resource, ns);
  target.Query("labelSelector", options.label_selector)
      .Query("fieldSelector", options.field_selector)
      .Number("limit", options.limit);
  if (options.continue_token.empty()) {
    target.Query("resourceVersion", options.resource_version)
        .Query("resourceVersionMatch", options.resource_version_match);
  } else {
    target.Query("continue", options.continue_token);
  }
  return Read(target, options.metadata_only ? kMetadataList : kJson);
}

ApiRequest WatchRequest(const Resource& resource, std::string_view ns,
                        const WatchOptions& options) {
  Target target(resource, ns);
  target.Flag("watch", true)
      .Flag("allowWatchBookmarks", true)
      .Query("labelSelector", options.label_selector)
      .Query("fieldSelector", options.field_selector)
      .Query("resourceVersion", options.resource_version)
      .Number("timeoutSeconds", options.timeout_seconds);
  return Read(target, options.metadata_only ? kMetadata : kJson);
}

ApiRequest CreateRequest(const Resource& resource, std::string_view ns, std::string body,
                         const WriteOptions& options) {
  Target target(resource, ns);
  return Write("POST", target.Write(options), kJson, std::move(body));
}

ApiRequest CreateSubresourceRequest(const Resource& resource, std::string_view ns,
                                    std::string_view name, std::string_view subresource,
                                    std::string body) {
  Target target(resource, ns);
  return Write("POST", target.Name(name).Subresource(subresource), kJson, std::move(body));
}

ApiRequest UpdateRequest(const Resource& resource, std::string_view ns, std::string_view name,
                         std::string body, const WriteOptions& options) {
  Target target(resource, ns);
  target.Name(name).Subresource(options.subresource).Write(options);
  return Write("PUT", target, kJson, std::move(body));
}

ApiRequest PatchRequest(const Resource& resource, std::string_view ns, std::string_view name,
                        Patch patch) {
  Target target(resource, ns);
  target.Name(name).Subresource(patch.options.subresource).Write(patch.options);
  // The server refuses `force` with any other type of patch.
  target.Flag("force", patch.force && patch.type == PatchType::kApply);
  return Write("PATCH", target, ContentType(patch.type), std::move(patch.body));
}

ApiRequest DeleteRequest(const Resource& resource, std::string_view ns, std::string_view name,
                         const DeleteOptions& options) {
  Target target(resource, ns);
  target.Name(name).DryRun(options.dry_run);
  nlohmann::json body = {{"kind", "DeleteOptions"}, {"apiVersion", "v1"}};
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) {
    body["preconditions"]["resourceVersion"] = options.resource_version;
  }
  if (!options.propagation_policy.empty()) body["propagationPolicy"] = options.propagation_policy;
  return Write("DELETE", target, kJson,
               body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace sidecar::kube
