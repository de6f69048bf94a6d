#include "cli/cluster_pages.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace sidecar::cli {
namespace {

constexpr std::int64_t kPageSize = 500;

std::string ContinueOf(const kube::Json& list) {
  const kube::Json::json_pointer path("/metadata/continue");
  if (!list.contains(path) || !list.at(path).is_string()) return {};
  return list.at(path).get<std::string>();
}

// They are up to half of an object, and nobody looks at them.
void DropManagedFields(kube::Json& list) {
  if (!list.contains("items")) return;
  for (kube::Json& item : list.at("items")) {
    if (item.is_object() && item.contains("metadata") && item.at("metadata").is_object()) {
      item.at("metadata").erase("managedFields");
    }
  }
}

}  // namespace

std::string TextOf(kube::Json reply, std::string_view kind) {
  // Items of a list do not say what they are: it follows from the list's kind.
  const bool says_nothing = !reply.contains("kind") || reply.at("kind") == "List";
  if (reply.is_object() && says_nothing) reply["kind"] = kind;
  return reply.dump(-1, ' ', false, kube::Json::error_handler_t::replace);
}

Result<void> ForEachPage(ClusterClient& cluster, const kube::Resource& resource,
                         const std::string& namespace_name,
                         const std::function<void(diagnose::ObjectSet&)>& each) {
  kube::ListOptions options;
  options.limit = kPageSize;
  do {
    std::string text;
    {
      ASSIGN_OR_RETURN(kube::Json page,
                       cluster.Call(kube::ListRequest(resource, namespace_name, options)));
      options.continue_token = ContinueOf(page);
      DropManagedFields(page);
      text = TextOf(std::move(page), std::string(resource.kind) + "List");
    }
    diagnose::ObjectSet set;
    if (Result<void> added = set.AddDocument(text, {}); !added.has_value()) return added;
    text = {};
    each(set);
  } while (!options.continue_token.empty());
  return {};
}

}  // namespace sidecar::cli
