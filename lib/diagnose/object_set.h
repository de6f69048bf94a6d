#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/kubetypes/label_selector.h"
#include "lib/yaml/node.h"

namespace sidecar::diagnose {

// Where an object was read.
struct Source {
  std::string file;              // Empty: from a cluster.
  std::uint32_t first_line = 0;  // Of its document within the file; 0 where there are no lines.
};

// A Kubernetes object of a file or a cluster, as it is written there. Views its ObjectSet.
struct Object {
  const Source* source = nullptr;
  std::string_view api_version;
  std::string_view kind;
  std::string_view namespace_name;  // Where the object names none: the set's default.
  std::string_view name;            // Or generateName.
  yaml::Node node;

  // "Deployment/web".
  std::string Title() const;
  // The line of a node of this object within its file; 0 if unknown.
  std::uint32_t LineOf(const yaml::Node& part) const;
};

// Objects to be looked at together. Objects inside a List are taken out of it. Belongs to one
// thread; the objects live as long as the set.
class ObjectSet {
 public:
  static constexpr std::size_t kMaxDocumentMemory = std::size_t{1} << 30U;

  // `default_namespace` is what `metadata.namespace` is taken to be where a namespaced object names
  // none; `max_document_memory` bounds what a document takes when read, in bytes.
  explicit ObjectSet(std::string default_namespace = "default",
                     std::size_t max_document_memory = kMaxDocumentMemory);

  // One YAML or JSON document. A document that is empty adds nothing; one that is no Kubernetes
  // object is an error. `source.first_line` is the line of the file where the document begins.
  Result<void> AddDocument(std::string_view text, Source source);

  std::span<const Object> objects() const { return objects_; }

 private:
  // What the list of an object says of it: its items say neither themselves.
  struct ListedAs {
    std::string_view api_version;
    std::string_view kind;
  };

  Result<void> AddNode(const yaml::Node& node, const Source& source, const ListedAs& listed_as,
                       int depth);

  const std::string default_namespace_;
  const std::size_t max_document_memory_;
  std::deque<Source> sources_;
  std::deque<std::unique_ptr<Arena>> arenas_;
  std::vector<Object> objects_;
};

// The value at a path of keys; null (the pointer) where there is none.
const yaml::Node* FindPath(const yaml::Node& node, std::initializer_list<std::string_view> path);

// The text at a path; empty where there is none.
std::string_view TextAt(const yaml::Node& node, std::initializer_list<std::string_view> path);

}  // namespace sidecar::diagnose
