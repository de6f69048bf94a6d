#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/yaml/node.h"

// YAML texts as sigs.k8s.io/yaml (over gopkg.in/yaml.v2 2.4.0) turns them into JSON. Pure, any
// thread.
namespace sidecar::yaml {

// What a text may cost; hostile texts end in an error that names the limit.
struct YamlLimits {
  // Nested collections. yaml.v2 allows 10000; fewer, so that what walks the tree by recursion is
  // safe on any stack.
  std::size_t depth = 1000;
  std::size_t bytes = std::size_t{64} << 20U;  // Of the text.
  // Of the scalars once every alias is replaced by what it stands for. yaml.v2's rule about
  // excessive aliasing, which holds besides, counts nodes and not their sizes.
  std::size_t expanded_bytes = std::size_t{256} << 20U;
};

enum class Strictness : std::uint8_t {
  kLenient,  // yaml.Unmarshal: of equal keys the last wins.
  kStrict,   // yaml.UnmarshalStrict: equal keys are an error.
};

enum class ScalarStyle : std::uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

// Where a scalar stands in the text.
struct ScalarSpan {
  // Bytes of the text from its first property (anchor, tag) or else its first character or quote,
  // to after its last character or quote. A block scalar begins at its indicator and ends with its
  // last line.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t line = 0;  // 1-based.
  ScalarStyle style = ScalarStyle::kPlain;
  bool is_key = false;
  std::string_view text;  // Unescaped and unfolded; in the arena, shared with a string Node.
};

struct YamlOptions {
  YamlLimits limits;
  Strictness strictness = Strictness::kLenient;
  // Where set, receives every scalar of the document in order. Left empty for UTF-16 texts.
  std::vector<ScalarSpan>* scalars = nullptr;
  // The tree as yaml.v2 decodes it, not yet made fit for JSON: keys keep their kind (Member's
  // key_kind), NaN and infinities may occur, !!binary strings may be no UTF-8.
  bool keep_yaml_values = false;
  // Of that only the last: !!binary strings stay as they are, in place of U+FFFD for what is no
  // UTF-8.
  bool keep_bytes = false;
};

// The first document of `text` as YAMLToJSON makes it: anchors, aliases, tags and merge keys
// resolved, keys made strings; null for an empty text. The tree lies in `arena`; `text` may go. A
// node that is aliased is shared, not copied.
//
// Errors are kInvalidArgument with Go's texts ("yaml: line 3: did not find expected key", "json:
// unsupported value: NaN"), or name the limit that was exceeded.
Result<Node> ParseYaml(std::string_view text, Arena& arena, YamlLimits limits = {},
                       Strictness strictness = Strictness::kLenient);
Result<Node> ParseYaml(std::string_view text, Arena& arena, const YamlOptions& options);

}  // namespace sidecar::yaml
