#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/yaml/event_source.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/resolve.h"

namespace sidecar::yaml {

// Builds the tree of one document from its events, in one pass and without recursion.
//
// Does what yaml.v2 does in three passes over everything (parse all events, decode, convert to
// JSON), and so defers what the later passes would find: the first decode failure is reported only
// if no event fails, a conversion failure only if decoding succeeds. An alias shares its anchor's
// node; what decoding it again would have cost is counted all the same.
class TreeBuilder {
 public:
  TreeBuilder(EventSource& source, Arena& arena, const YamlOptions& options)
      : source_(source), arena_(arena), options_(options) {}

  // Throws YamlFailure.
  Node Build();

 private:
  struct Anchor {
    Node node;
    bool open = true;  // The node is not finished: an alias to it is inside it.
    std::size_t height = 0;
    std::uint64_t decodes = 0;
    std::uint64_t bytes = 0;
    std::size_t first_error = 0;
    std::size_t end_error = 0;
  };

  // What has been counted so far, or within one node.
  struct Counts {
    std::uint64_t decodes = 0;
    std::uint64_t bytes = 0;
  };

  enum class Key : std::uint8_t { kAbsent, kMerge, kPresent };

  struct Frame {
    bool is_mapping = false;
    bool is_merge_list = false;  // The sequence that is the value of a merge key.
    Key key = Key::kAbsent;
    std::uint32_t line = 0;
    std::size_t start = 0;  // Where its elements or members begin in the scratch vectors.
    std::size_t height = 0;
    std::size_t anchor = kNoAnchor;
    Counts before;
    Member pending;  // The key, while key is kPresent.
  };

  static constexpr std::size_t kNoAnchor = SIZE_MAX;

  void Handle(const Event& event);
  void HandleScalar(const Event& event);
  void HandleAlias(const Event& event);
  void Open(const Event& event, bool is_mapping, const yaml_char_t* anchor);
  void Close();

  std::size_t AddAnchor(const yaml_char_t* name);
  void FinishAnchor(std::size_t index, const Node& node, std::size_t height, const Counts& before);
  const Anchor& FindAnchor(const yaml_char_t* name) const;
  void CountDecode();
  void CheckCounts();

  Node ScalarNode(const yaml_event_t& event, std::string_view text);
  std::string_view CopyBinary(std::string_view text);
  bool HasNonSpecificTag(const yaml_event_t& event);
  void Record(const Event& event, const Node& node, std::string_view text);

  void Attach(const Node& node, bool by_alias, std::size_t height);
  void SetKey(Frame& frame, const Node& node);
  std::string_view KeyText(const Node& node);
  void SetMember(Member member);
  void Merge(const Node& value, bool by_alias);
  void MergeMapping(const Node& mapping);

  // The first of each kind counts.
  void FailDecode(std::string_view text);
  void FailConversion(std::string message);
  void CheckFinite(const Node& node);

  EventSource& source_;
  Arena& arena_;
  const YamlOptions& options_;

  Node root_;
  std::vector<Frame> frames_;
  std::vector<Node> elements_;
  std::vector<Member> members_;
  std::vector<std::unordered_set<std::string>> seen_keys_;  // Strict only: one a mapping's frame.
  std::vector<Anchor> anchors_;
  std::unordered_map<std::string_view, std::size_t> anchor_names_;

  Counts counts_;
  std::uint64_t alias_decodes_ = 0;
  std::vector<std::string> type_errors_;
  std::string decode_failure_;
  std::string conversion_failure_;
  bool non_finite_ = false;
};

}  // namespace sidecar::yaml
