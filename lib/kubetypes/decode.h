#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/type_builder.h"
#include "lib/yaml/node.h"

namespace sidecar::kubetypes {

enum class WarningKind : std::uint8_t {
  kUnknown,        // No such field in any known version.
  kLegacyDropped,  // A field that is newer than the Kubernetes that Istio 0.5 was built with.
};

// A member of a document that decoding left out.
struct Warning {
  WarningKind kind = WarningKind::kUnknown;
  std::string path;  // "containers[0].restartPolicy"
  std::uint32_t line = 0;
};

// Members that no type knows, kept for Encode to write them back. Views of the decoded tree.
class UnknownMembers {
 public:
  void Add(const gotemplate::Value* owner, const yaml::Member& member) {
    members_.push_back({owner, member});
    sorted_ = false;
  }
  void Append(UnknownMembers more) {
    members_.insert(members_.end(), more.members_.begin(), more.members_.end());
    sorted_ = members_.empty();
  }
  bool empty() const { return members_.empty(); }

  struct Entry {
    const gotemplate::Value* owner;  // The slots of the struct.
    yaml::Member member;
  };
  // Those of one struct. Sorts on first use: one thread at a time.
  std::span<const Entry> Of(const gotemplate::Value* owner);

 private:
  std::vector<Entry> members_;
  bool sorted_ = true;
};

// Where decoding failed, for messages.
struct FailurePlace {
  std::string path;        // "containers[0].args[3]"
  std::uint32_t line = 0;  // In the decoded text; 0 if unknown.
};

struct DecodeOptions {
  // The tree comes from YAML: scalars become strings where the target is a string, as
  // sigs.k8s.io/yaml does it. Otherwise it comes from JSON.
  bool yaml = true;
  // Only what Kubernetes 1.9.1 knew; the rest is left out, with a warning.
  bool legacy = false;
  // Keeps unknown members; where null they are left out, with a warning.
  UnknownMembers* unknown = nullptr;
  std::vector<Warning>* warnings = nullptr;
  FailurePlace* failure = nullptr;
};

// The value that json.Unmarshal puts into a variable of `type`, after sigs.k8s.io/yaml's conversion
// for that type. `type` comes from a TypeBuilder. Texts are views of the tree.
//
// Errors are kInvalidArgument with encoding/json's texts, such as "json: cannot unmarshal object
// into Go struct field Container.spec.containers.args of type string": the innermost struct, the
// path of keys from the root (Go 1.10 to 1.23; newer ones put embedded structs into it, too), the
// type.
Result<gotemplate::Value> Decode(const yaml::Node& node, const gotemplate::Type* type, Arena& arena,
                                 const DecodeOptions& options = {});

}  // namespace sidecar::kubetypes
