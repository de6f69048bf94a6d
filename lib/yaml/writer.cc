#include "lib/yaml/writer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/emitter.h"
#include "lib/yaml/key_order.h"
#include "lib/yaml/number.h"
#include "lib/yaml/resolve.h"
#include "lib/yaml/scalar_analysis.h"

namespace sidecar::yaml {
namespace {

constexpr std::string_view kBinaryTag = "!!binary";

// A longer key is written as a complex one, after a question mark.
constexpr std::size_t kLongestSimpleKey = 128;

// yaml.v2's encodeBase64: lines of 70 characters where there is more than one.
std::string BinaryText(std::string_view bytes) {
  constexpr std::size_t kLine = 70;
  std::string encoded = EncodeBase64(bytes);
  if (encoded.size() < kLine) return encoded;
  std::string lines;
  for (std::size_t at = 0; at < encoded.size(); at += kLine) {
    lines += std::string_view(encoded).substr(at, kLine);
    lines += '\n';
  }
  return lines;
}

// A float that JSON spells as an integer is one when that JSON is read as YAML.
void AppendFloatThroughJson(double value, std::string& out) {
  std::string text;
  AppendJsonFloat(value, text);
  ResolvedScalar resolved;
  if (Resolve(Tag::kInt, text, resolved)) {
    out += resolved.value.NumberText();
  } else {
    AppendShortestFloat(value, out);
  }
}

// A string with what yaml.v2's encoder and emitter find out about it before writing it.
struct Scalar {
  std::string_view text;
  std::string_view tag;
  std::string storage;  // Of a binary string's text; hence never copied or moved.
  ScalarAnalysis analysis;
  bool plain = true;  // It may be plain as far as its meaning goes.
};

class Writer {
 public:
  Writer(std::string& out, YamlFloats floats) : emitter_(out), floats_(floats) {}

  void WriteDocument(const Node& node) {
    Write(node, std::nullopt, false);
    emitter_.Indent(0);
  }

 private:
  using Level = std::optional<std::size_t>;  // The indent of the block around; nothing at the root.

  // `in_mapping`: the node is the key or value of a mapping.
  void Write(const Node& node, Level level, bool in_mapping) {
    switch (node.kind) {
      case NodeKind::kSequence: WriteSequence(node.AsSequence(), level, in_mapping); break;
      case NodeKind::kMapping: WriteMapping(node.AsMapping(), level); break;
      case NodeKind::kString: WriteString(node.AsString(), level); break;
      default: WriteWord(node);
    }
  }

  void WriteWord(const Node& node) {
    word_.clear();
    switch (node.kind) {
      case NodeKind::kBool: word_ = node.boolean ? "true" : "false"; break;
      case NodeKind::kInt: AppendInt(node.integer, word_); break;
      case NodeKind::kUint: AppendUint(node.unsigned_integer, word_); break;
      case NodeKind::kFloat: AppendFloat(node.real); break;
      default: word_ = "null";
    }
    emitter_.Word(word_);
  }

  void AppendFloat(double value) {
    if (std::isnan(value)) {
      word_ = ".nan";
    } else if (std::isinf(value)) {
      word_ = value > 0 ? ".inf" : "-.inf";
    } else if (floats_ == YamlFloats::kThroughJson) {
      AppendFloatThroughJson(value, word_);
    } else {
      AppendShortestFloat(value, word_);
    }
  }

  static std::size_t Inner(Level level) { return level ? *level + Emitter::kIndent : 0; }
  static std::size_t ScalarIndent(Level level) { return level.value_or(0) + Emitter::kIndent; }

  void WriteSequence(std::span<const Node> elements, Level level, bool in_mapping) {
    if (elements.empty()) return emitter_.Indicator("[]", true);
    const bool indentless = in_mapping && !emitter_.AtIndention() && level.has_value();
    const std::size_t indent = indentless ? *level : Inner(level);
    for (const Node& element : elements) {
      emitter_.Indent(indent);
      emitter_.BlockIndicator('-');
      Write(element, indent, false);
    }
  }

  void WriteMapping(std::span<const Member> members, Level level) {
    if (members.empty()) return emitter_.Indicator("{}", true);
    const std::size_t indent = Inner(level);
    const auto less = [](const Member& a, const Member& b) { return KeyLess(a, b); };
    if (std::is_sorted(members.begin(), members.end(), less)) {
      for (const Member& member : members) WriteMember(member, indent);
      return;
    }
    // One stack for every level: a level's members lie from `start` on, until it is done.
    const std::size_t start = sorted_.size();
    for (const Member& member : members) sorted_.push_back(&member);
    SortByKey(std::span(sorted_).subspan(start));
    for (std::size_t i = 0; i < members.size(); ++i) WriteMember(*sorted_[start + i], indent);
    sorted_.resize(start);
  }

  void WriteMember(const Member& member, std::size_t indent) {
    emitter_.Indent(indent);
    if (WriteSimpleKey(member, indent)) {
      emitter_.Indicator(":", false);
    } else {
      emitter_.Indent(indent);
      emitter_.BlockIndicator(':');
    }
    Write(member.value, indent, true);
  }

  // False where the key is a complex one: written after a question mark.
  bool WriteSimpleKey(const Member& member, std::size_t indent) {
    if (member.key_kind != NodeKind::kString ||
        (member.key.size() <= kLongestSimpleKey && IsSimplePlain(member.key) &&
         IsPlainString(member.key))) {
      emitter_.Word(member.key);
      return true;
    }
    Scalar scalar;
    Examine(member.key, scalar);
    const bool simple =
        !scalar.analysis.multiline && scalar.text.size() + scalar.tag.size() <= kLongestSimpleKey;
    if (!simple) emitter_.BlockIndicator('?');
    WriteScalar(scalar, indent, simple);
    return simple;
  }

  void WriteString(std::string_view text, Level level) {
    if (IsSimplePlain(text) && IsPlainString(text)) return emitter_.Word(text);
    Scalar scalar;
    Examine(text, scalar);
    WriteScalar(scalar, level, false);
  }

  static void Examine(std::string_view text, Scalar& scalar) {
    scalar.text = text;
    if (!IsValidUtf8(text)) {
      scalar.tag = kBinaryTag;
      scalar.storage = BinaryText(text);
      scalar.text = scalar.storage;
    } else {
      scalar.plain = IsPlainString(text);
    }
    scalar.analysis = AnalyzeScalar(scalar.text);
  }

  // yaml_emitter_select_scalar_style, as far as yaml.v2's encoder makes use of it.
  void WriteScalar(const Scalar& scalar, Level level, bool simple_key) {
    const ScalarAnalysis& analysis = scalar.analysis;
    const std::size_t indent = ScalarIndent(level);
    const bool fold = !simple_key;
    if (!scalar.tag.empty()) emitter_.TagText(scalar.tag);
    if (scalar.text.find('\n') != std::string_view::npos) {
      if (analysis.block_allowed && !simple_key) return emitter_.Literal(scalar.text, indent);
      return emitter_.DoubleQuoted(scalar.text, indent, fold);
    }
    if (!scalar.plain) return emitter_.DoubleQuoted(scalar.text, indent, fold);
    if (analysis.plain_allowed) return emitter_.Plain(scalar.text, indent, fold);
    if (analysis.single_quoted_allowed) return emitter_.SingleQuoted(scalar.text, indent, fold);
    emitter_.DoubleQuoted(scalar.text, indent, fold);
  }

  Emitter emitter_;
  YamlFloats floats_;
  std::string word_;
  std::vector<const Member*> sorted_;
};

}  // namespace

void WriteYaml(const Node& node, std::string& out, YamlFloats floats) {
  Writer(out, floats).WriteDocument(node);
}

}  // namespace sidecar::yaml
