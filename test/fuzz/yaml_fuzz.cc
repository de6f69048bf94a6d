// What is read as YAML or JSON, written and read again, is the same tree.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/convert.h"
#include "lib/yaml/documents.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/plain_block.h"
#include "lib/yaml/writer.h"

namespace {

using sidecar::Arena;
using sidecar::Result;
using sidecar::yaml::Node;
using sidecar::yaml::NodeKind;

constexpr std::size_t kArenaBytes = std::size_t{64} << 20U;

void Require(bool condition, std::string_view what, const std::string& text) {
  if (condition) return;
  std::fprintf(stderr, "%.*s:\n%s\n", static_cast<int>(what.size()), what.data(), text.c_str());
  std::abort();
}

double Number(const Node& node) {
  if (node.kind == NodeKind::kInt) return static_cast<double>(node.integer);
  if (node.kind == NodeKind::kUint) return static_cast<double>(node.unsigned_integer);
  return node.real;
}

// As yaml::Equal, but numbers of any kind compare by value: -0 becomes 0 and 1e3 becomes 1000.
bool Same(const Node& a, const Node& b) {
  if (a.IsNumber() && b.IsNumber()) return Number(a) == Number(b);
  if (a.kind != b.kind || a.size != b.size) return false;
  for (std::size_t i = 0; i < a.AsSequence().size(); ++i) {
    if (!Same(a.elements[i], b.elements[i])) return false;
  }
  for (const auto& member : a.AsMapping()) {
    const Node* const other = b.Find(member.key);
    if (other == nullptr || !Same(member.value, *other)) return false;
  }
  if (a.kind == NodeKind::kBool) return a.boolean == b.boolean;
  return a.AsString() == b.AsString();
}

void CheckTree(const Node& node) {
  std::string json;
  WriteJson(node, json);
  Arena arena(kArenaBytes);
  const Result<Node> from_json = sidecar::yaml::ParseJson(json, arena);
  Require(from_json.has_value(), "JSON that was written cannot be read", json);
  std::string json_again;
  WriteJson(*from_json, json_again);
  Require(json == json_again, "JSON is not the same again", json_again);

  std::string yaml;
  WriteYaml(node, yaml);
  const Result<Node> from_yaml = sidecar::yaml::ParseYaml(yaml, arena);
  // Go's emitter, too, writes texts that do not read back: simple keys that are too long in
  // characters, text around line breaks other than LF.
  if (!from_yaml) return;
  const bool odd_breaks =
      json.find("\\u202") != std::string::npos || json.find("\xc2\x85") != std::string::npos;
  Require(odd_breaks || Same(node, *from_yaml), "YAML is not the same tree", yaml);
}

bool SameTree(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.line != b.line || a.size != b.size) return false;
  for (std::size_t i = 0; i < a.AsSequence().size(); ++i) {
    if (!SameTree(a.elements[i], b.elements[i])) return false;
  }
  for (std::size_t i = 0; i < a.AsMapping().size(); ++i) {
    const auto& [key, value, line, kind] = a.members[i];
    const auto& other = b.members[i];
    if (key != other.key || line != other.line || !SameTree(value, other.value)) return false;
  }
  return !a.IsSequence() && !a.IsMapping() ? sidecar::yaml::Equal(a, b) : true;
}

// The short way gives what the whole parser gives, which a comment makes read the text.
void CheckPlainBlock(std::string_view text) {
  Arena arena(kArenaBytes);
  std::vector<sidecar::yaml::ScalarSpan> spans;
  const auto plain = sidecar::yaml::ReadPlainBlock(text, arena, &spans);
  if (!plain) return;
  std::vector<sidecar::yaml::ScalarSpan> whole_spans;
  sidecar::yaml::YamlOptions options;
  options.scalars = &whole_spans;
  const std::string commented = std::string(text) + "\n#";
  const Result<Node> whole = sidecar::yaml::ParseYaml(commented, arena, options);
  Require(whole.has_value() && SameTree(*plain, *whole), "a plain block is another tree",
          commented);
  Require(spans.size() == whole_spans.size(), "a plain block has other scalars", commented);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto& one = spans[i];
    const auto& other = whole_spans[i];
    Require(one.begin == other.begin && one.end == other.end && one.line == other.line &&
                one.style == other.style && one.is_key == other.is_key && one.text == other.text,
            "a plain block has another scalar", commented);
  }
}

void CheckDocuments(std::string_view text) {
  sidecar::yaml::DocumentReader reader;
  std::size_t documents = 0;
  const auto drain = [&] {
    for (;;) {
      const auto document = reader.Next();
      if (!document || !document->has_value()) return;
      ++documents;
      Require((*document)->text.ends_with('\n'), "a document has no end", std::string(text));
    }
  };
  for (const char c : text) {
    reader.Feed({&c, 1});
    drain();
  }
  reader.Finish();
  drain();
  Require(documents <= text.size(), "too many documents", std::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  {
    Arena arena(kArenaBytes);
    if (const Result<Node> node = sidecar::yaml::ParseJson(text, arena)) CheckTree(*node);
  }
  {
    Arena arena(kArenaBytes);
    std::vector<sidecar::yaml::ScalarSpan> spans;
    sidecar::yaml::YamlOptions options;
    options.scalars = &spans;
    if (const Result<Node> node = sidecar::yaml::ParseYaml(text, arena, options)) CheckTree(*node);
    for (const auto& span : spans) {
      Require(span.begin <= span.end && span.end <= size, "a scalar lies outside",
              std::string(text));
    }
  }
  (void)sidecar::yaml::YamlToJson(text, sidecar::yaml::Strictness::kStrict);
  (void)sidecar::yaml::JsonToYaml(text);
  CheckDocuments(text);
  CheckPlainBlock(text);
  return 0;
}
