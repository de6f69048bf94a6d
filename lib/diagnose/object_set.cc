#include "lib/diagnose/object_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/yaml/parser.h"

namespace sidecar::diagnose {
namespace {

// Lists in lists, as only an attacker nests them.
constexpr int kMaxListDepth = 20;

// Kinds without a namespace that this program looks at; of others it does not matter.
constexpr std::array<std::string_view, 5> kClusterKinds = {
    "Namespace", "Node", "ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration"};

bool IsList(std::string_view kind, const yaml::Node& node) {
  if (!kind.ends_with("List")) return false;
  const yaml::Node* const items = node.Find("items");
  return items != nullptr && items->IsSequence();
}

// The items of "PodList" do not say that each is a Pod.
std::string_view KindOfItems(std::string_view list_kind) {
  list_kind.remove_suffix(std::string_view("List").size());
  return list_kind;
}

}  // namespace

std::string Object::Title() const {
  std::string title(kind);
  title += '/';
  return title.append(name);
}

std::uint32_t Object::LineOf(const yaml::Node& part) const {
  if (source->first_line == 0 || part.line == 0) return 0;
  return source->first_line + part.line - 1;
}

ObjectSet::ObjectSet(std::string default_namespace, std::size_t max_document_memory)
    : default_namespace_(std::move(default_namespace)), max_document_memory_(max_document_memory) {}

Result<void> ObjectSet::AddDocument(std::string_view text, Source source) {
  auto arena = std::make_unique<Arena>(max_document_memory_);
  try {
    ASSIGN_OR_RETURN(const yaml::Node node, yaml::ParseYaml(text, *arena));
    if (node.IsNull()) return {};
    arenas_.push_back(std::move(arena));
    sources_.push_back(std::move(source));
    return AddNode(node, sources_.back(), {}, 0);
  } catch (const ArenaLimitExceeded&) {
    return Error{ErrorCode::kInvalidArgument, "document takes too much memory"};
  }
}

Result<void> ObjectSet::AddNode(const yaml::Node& node, const Source& source,
                                const ListedAs& listed_as, int depth) {
  std::string_view kind = TextAt(node, {"kind"});
  const bool says_kind = !kind.empty();
  if (!says_kind) kind = listed_as.kind;
  if (kind.empty()) {
    return Error{ErrorCode::kInvalidArgument, "this is no Kubernetes object: it has no kind"};
  }
  if (IsList(kind, node) && depth < kMaxListDepth) {
    const ListedAs items{.api_version = TextAt(node, {"apiVersion"}), .kind = KindOfItems(kind)};
    for (const yaml::Node& item : node.Find("items")->AsSequence()) {
      if (Result<void> added = AddNode(item, source, items, depth + 1); !added.has_value())
        return added;
    }
    return {};
  }
  Object object;
  object.source = &source;
  object.node = node;
  object.kind = kind;
  object.api_version = TextAt(node, {"apiVersion"});
  if (!says_kind && object.api_version.empty()) object.api_version = listed_as.api_version;
  object.name = TextAt(node, {"metadata", "name"});
  if (object.name.empty()) object.name = TextAt(node, {"metadata", "generateName"});
  object.namespace_name = TextAt(node, {"metadata", "namespace"});
  const bool is_cluster_wide =
      std::find(kClusterKinds.begin(), kClusterKinds.end(), kind) != kClusterKinds.end();
  if (object.namespace_name.empty() && !is_cluster_wide) {
    object.namespace_name = default_namespace_;
  }
  objects_.push_back(object);
  return {};
}

const yaml::Node* FindPath(const yaml::Node& node, std::initializer_list<std::string_view> path) {
  const yaml::Node* at = &node;
  for (const std::string_view key : path) {
    at = at->Find(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view TextAt(const yaml::Node& node, std::initializer_list<std::string_view> path) {
  const yaml::Node* const found = FindPath(node, path);
  return found == nullptr ? std::string_view() : found->AsString();
}

}  // namespace sidecar::diagnose
