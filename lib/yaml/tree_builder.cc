#include "lib/yaml/tree_builder.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "lib/base/utf8.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/copy_to_arena.h"
#include "lib/yaml/go_syntax.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

// Aliases may repeat errors; a message of more lines helps nobody.
constexpr std::size_t kMostTypeErrors = 1000;

constexpr std::string_view kMergeKey = "<<";

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

ScalarStyle StyleOf(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return ScalarStyle::kSingleQuoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return ScalarStyle::kDoubleQuoted;
    case YAML_LITERAL_SCALAR_STYLE: return ScalarStyle::kLiteral;
    case YAML_FOLDED_SCALAR_STYLE: return ScalarStyle::kFolded;
    default: return ScalarStyle::kPlain;
  }
}

// yaml.v2's allowedAliasRatio: which part of all decode operations may come from aliases.
double AllowedAliasRatio(std::uint64_t decodes) {
  constexpr std::uint64_t kLow = 400'000;
  constexpr std::uint64_t kHigh = 4'000'000;
  constexpr double kMost = 0.99;
  constexpr double kLeast = 0.10;
  if (decodes <= kLow) return kMost;
  if (decodes >= kHigh) return kLeast;
  return kMost - (kMost - kLeast) * (static_cast<double>(decodes - kLow) / (kHigh - kLow));
}

}  // namespace

Node TreeBuilder::Build() {
  Event event;
  source_.Next(event);  // The stream's start.
  source_.Next(event);
  if (event.get().type == YAML_STREAM_END_EVENT) return Node::Null();
  counts_.decodes = 1;  // The document itself.
  for (;;) {
    source_.Next(event);
    if (event.get().type == YAML_DOCUMENT_END_EVENT) break;
    Handle(event);
  }
  if (!decode_failure_.empty()) throw YamlFailure{decode_failure_};
  if (!type_errors_.empty()) {
    std::string message = "yaml: unmarshal errors:";
    for (const std::string& error : type_errors_) message += "\n  " + error;
    throw YamlFailure{message};
  }
  if (!conversion_failure_.empty()) throw YamlFailure{conversion_failure_};
  if (non_finite_ && !options_.keep_yaml_values) CheckFinite(root_);
  return root_;
}

void TreeBuilder::Handle(const Event& event) {
  const yaml_event_t& e = event.get();
  switch (e.type) {
    case YAML_SCALAR_EVENT: HandleScalar(event); break;
    case YAML_ALIAS_EVENT: HandleAlias(event); break;
    case YAML_SEQUENCE_START_EVENT: Open(event, false, e.data.sequence_start.anchor); break;
    case YAML_MAPPING_START_EVENT: Open(event, true, e.data.mapping_start.anchor); break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: Close(); break;
    default: break;
  }
}

void TreeBuilder::HandleScalar(const Event& event) {
  const yaml_event_t& e = event.get();
  const Counts before = counts_;
  const std::size_t anchor = AddAnchor(e.data.scalar.anchor);
  const std::string_view text(reinterpret_cast<const char*>(e.data.scalar.value),
                              e.data.scalar.length);
  Frame* const frame = frames_.empty() ? nullptr : &frames_.back();
  const bool as_key = frame != nullptr && frame->is_mapping && frame->key == Key::kAbsent;
  if (as_key && text == kMergeKey &&
      (e.data.scalar.plain_implicit != 0 || TagFromUri(View(e.data.scalar.tag)) == Tag::kMerge)) {
    frame->key = Key::kMerge;
    Record(event, Node::Null(), text);
    return;
  }
  if (!decode_failure_.empty()) return Attach(Node::Null(), false, 0);
  CountDecode();
  counts_.bytes += text.size();
  Node node = ScalarNode(e, text);
  node.line = event.line();
  Record(event, node, text);
  FinishAnchor(anchor, node, 0, before);
  Attach(node, false, 0);
}

void TreeBuilder::HandleAlias(const Event& event) {
  const Anchor& anchor = FindAnchor(event.get().data.alias.anchor);
  if (anchor.open) {
    FailDecode("anchor '" + std::string(View(event.get().data.alias.anchor)) +
               "' value contains itself");
  }
  if (!decode_failure_.empty()) return Attach(Node::Null(), true, 0);
  CountDecode();
  counts_.decodes += anchor.decodes;
  alias_decodes_ += anchor.decodes;
  counts_.bytes += anchor.bytes;
  CheckCounts();
  for (std::size_t i = anchor.first_error; i < anchor.end_error; ++i) {
    if (type_errors_.size() >= kMostTypeErrors) break;
    type_errors_.push_back(std::string(type_errors_[i]));
  }
  if (frames_.size() + anchor.height > options_.limits.depth) {
    FailDecode("exceeded max depth of " + std::to_string(options_.limits.depth));
  }
  Node node = anchor.node;
  node.line = event.line();
  Attach(node, true, anchor.height);
}

void TreeBuilder::Open(const Event& event, bool is_mapping, const yaml_char_t* anchor) {
  if (frames_.size() >= options_.limits.depth) {
    const std::size_t line = event.get().start_mark.line;
    throw YamlFailure{
        YamlMessage(line == 0 ? 0 : line + 1,
                    "exceeded max depth of " + std::to_string(options_.limits.depth))};
  }
  Frame frame;
  frame.is_mapping = is_mapping;
  frame.is_merge_list = !is_mapping && !frames_.empty() && frames_.back().key == Key::kMerge;
  frame.line = event.line();
  frame.start = is_mapping ? members_.size() : elements_.size();
  frame.before = counts_;
  frame.anchor = AddAnchor(anchor);
  frames_.push_back(frame);
  if (is_mapping && options_.strictness == Strictness::kStrict) seen_keys_.emplace_back();
  if (!frame.is_merge_list) CountDecode();
}

void TreeBuilder::Close() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  Node node;
  if (frame.is_mapping) {
    const std::span all(members_.data() + frame.start, members_.size() - frame.start);
    node = Node::Mapping(CopyToArena(all.first(KeepLastOfEachKey(all)), arena_));
    members_.resize(frame.start);
    if (options_.strictness == Strictness::kStrict) seen_keys_.pop_back();
  } else {
    const std::span all(elements_.data() + frame.start, elements_.size() - frame.start);
    node = Node::Sequence(CopyToArena(all, arena_));
    elements_.resize(frame.start);
  }
  node.line = frame.line;
  FinishAnchor(frame.anchor, node, frame.height + 1, frame.before);
  Attach(node, false, frame.height + 1);
}

std::size_t TreeBuilder::AddAnchor(const yaml_char_t* name) {
  if (name == nullptr) return kNoAnchor;
  Anchor anchor;
  anchor.first_error = type_errors_.size();
  anchors_.push_back(anchor);
  const std::string_view text = View(name);
  const auto known = anchor_names_.find(text);
  if (known != anchor_names_.end()) {
    known->second = anchors_.size() - 1;
  } else {
    anchor_names_.emplace(arena_.Copy(text), anchors_.size() - 1);
  }
  return anchors_.size() - 1;
}

void TreeBuilder::FinishAnchor(std::size_t index, const Node& node, std::size_t height,
                               const Counts& before) {
  if (index == kNoAnchor) return;
  Anchor& anchor = anchors_[index];
  anchor.node = node;
  anchor.open = false;
  anchor.height = height;
  anchor.decodes = counts_.decodes - before.decodes;
  anchor.bytes = counts_.bytes - before.bytes;
  anchor.end_error = type_errors_.size();
}

const TreeBuilder::Anchor& TreeBuilder::FindAnchor(const yaml_char_t* name) const {
  const auto found = anchor_names_.find(View(name));
  if (found == anchor_names_.end()) {
    throw YamlFailure{
        YamlMessage(0, "unknown anchor '" + std::string(View(name)) + "' referenced")};
  }
  return anchors_[found->second];
}

void TreeBuilder::CountDecode() {
  ++counts_.decodes;
  if (alias_decodes_ > 0) CheckCounts();
}

// yaml.v2's decoder.unmarshal checks before each node; what aliases add at once only ever brings
// the ratio closer to the limit, so checking after it finds the same documents.
void TreeBuilder::CheckCounts() {
  constexpr std::uint64_t kFewAliasDecodes = 100;
  constexpr std::uint64_t kFewDecodes = 1000;
  if (alias_decodes_ > kFewAliasDecodes && counts_.decodes > kFewDecodes &&
      static_cast<double>(alias_decodes_) / static_cast<double>(counts_.decodes) >
          AllowedAliasRatio(counts_.decodes)) {
    FailDecode("document contains excessive aliasing");
  }
  if (counts_.bytes > options_.limits.expanded_bytes) {
    FailDecode("document expands to more than " + std::to_string(options_.limits.expanded_bytes) +
               " bytes");
  }
}

// yaml.v2's decoder.scalar.
Node TreeBuilder::ScalarNode(const yaml_event_t& event, std::string_view text) {
  const auto& scalar = event.data.scalar;
  const std::string_view uri = View(scalar.tag);
  const Tag tag = TagFromUri(uri);
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.plain_implicit != 0;
  if (tag == Tag::kNone && (!plain || HasNonSpecificTag(event))) {
    return Node::String(arena_.Copy(text));
  }
  ResolvedScalar resolved;
  if (!Resolve(tag, text, resolved)) {
    FailDecode("cannot decode " + std::string(ShortTag(resolved.tag)) + " `" + std::string(text) +
               "` as a " + std::string(ShortTag(tag)));
    return Node::Null();
  }
  if (tag == Tag::kBinary) return Node::String(CopyBinary(text));
  if (resolved.value.IsString()) return Node::String(arena_.Copy(resolved.value.AsString()));
  if (resolved.value.kind == NodeKind::kFloat && !std::isfinite(resolved.value.real)) {
    non_finite_ = true;
  }
  return resolved.value;
}

std::string_view TreeBuilder::CopyBinary(std::string_view text) {
  const std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes) {
    FailDecode("!!binary value contains invalid base64 data");
    return {};
  }
  // JSON has no bytes: encoding/json replaces what is no UTF-8.
  const bool keep = options_.keep_yaml_values || options_.keep_bytes;
  return arena_.Copy(keep ? *bytes : ReplaceInvalidUtf8(*bytes));
}

// Whether a plain scalar without a tag was written with the tag "!", which makes it a string to
// yaml.v2 and which libyaml does not report.
bool TreeBuilder::HasNonSpecificTag(const yaml_event_t& event) {
  const std::size_t characters = event.end_mark.index - event.start_mark.index;
  if (characters == event.data.scalar.length || source_.is_utf16()) return false;
  const std::string_view source = source_.text().substr(source_.ByteAt(event.start_mark));
  if (source.starts_with('!')) return true;
  if (!source.starts_with('&')) return false;
  const std::size_t anchor_end = source.find_first_of(" \t\r\n");
  const std::size_t next = source.find_first_not_of(" \t\r\n", anchor_end);
  return next != std::string_view::npos && source[next] == '!';
}

void TreeBuilder::Record(const Event& event, const Node& node, std::string_view text) {
  if (options_.scalars == nullptr || source_.is_utf16()) return;
  const yaml_event_t& e = event.get();
  ScalarSpan span;
  span.begin = source_.ByteAt(e.start_mark);
  span.end = source_.ByteAt(e.end_mark);
  span.line = event.line();
  span.style = StyleOf(e.data.scalar.style);
  span.is_key = !frames_.empty() && frames_.back().is_mapping &&
                (frames_.back().key != Key::kPresent || text == kMergeKey);
  span.text = node.IsString() ? node.AsString() : arena_.Copy(text);
  options_.scalars->push_back(span);
}

void TreeBuilder::Attach(const Node& node, bool by_alias, std::size_t height) {
  if (frames_.empty()) {
    root_ = node;
    return;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, height);
  if (!decode_failure_.empty()) {
    // Only the events' order matters from here on.
    if (frame.is_mapping) frame.key = frame.key == Key::kAbsent ? Key::kPresent : Key::kAbsent;
    return;
  }
  if (!frame.is_mapping) {
    elements_.push_back(node);
  } else if (frame.key == Key::kAbsent) {
    SetKey(frame, node);
  } else if (frame.key == Key::kMerge) {
    frame.key = Key::kAbsent;
    Merge(node, by_alias);
  } else {
    frame.key = Key::kAbsent;
    frame.pending.value = node;
    SetMember(frame.pending);
  }
}

void TreeBuilder::SetKey(Frame& frame, const Node& node) {
  frame.key = Key::kPresent;
  if (node.IsSequence() || node.IsMapping()) {
    return FailDecode("invalid map key: " + GoSyntax(node));
  }
  frame.pending = Member();
  frame.pending.key = KeyText(node);
  frame.pending.key_kind = node.kind;
  frame.pending.line = node.line;
}

// As sigs.k8s.io/yaml's convertToJSONableObject; with the yaml values kept, as yaml.v2 writes them.
std::string_view TreeBuilder::KeyText(const Node& node) {
  std::string text;
  switch (node.kind) {
    case NodeKind::kString: return node.AsString();
    case NodeKind::kBool: return node.boolean ? "true" : "false";
    case NodeKind::kInt: AppendInt(node.integer, text); break;
    case NodeKind::kUint: AppendUint(node.unsigned_integer, text); break;
    case NodeKind::kFloat:
      if (std::isnan(node.real)) return ".nan";
      if (std::isinf(node.real)) return node.real > 0 ? ".inf" : "-.inf";
      if (options_.keep_yaml_values) {
        AppendShortestFloat(node.real, text);
      } else {
        AppendShortestFloat32(node.real, text);
        if (text == "+Inf") return ".inf";
        if (text == "-Inf") return "-.inf";
      }
      break;
    default: return "null";
  }
  return arena_.Copy(text);
}

// yaml.v2's decoder.setMapIndex, and the conversion of the key.
void TreeBuilder::SetMember(Member member) {
  if (options_.strictness == Strictness::kStrict) {
    std::string identity(1, static_cast<char>(member.key_kind));
    identity += member.key;
    if (!seen_keys_.back().insert(std::move(identity)).second) {
      if (type_errors_.size() < kMostTypeErrors) {
        type_errors_.push_back("line " + std::to_string(member.value.line) + ": key " +
                               GoSyntaxOfKey(member) + " already set in map");
      }
      return;
    }
  }
  counts_.bytes += member.key.size();
  if (!options_.keep_yaml_values) {
    if (member.key_kind == NodeKind::kNull || member.key_kind == NodeKind::kUint) {
      const bool null = member.key_kind == NodeKind::kNull;
      FailConversion("Unsupported map key of type: " + std::string(null ? "%!s(<nil>)" : "uint64") +
                     ", key: " + GoSyntaxOfKey(member) + ", value: " + GoSyntax(member.value));
    }
    member.key_kind = NodeKind::kString;
  }
  members_.push_back(member);
}

// yaml.v2's decoder.merge: what is merged replaces what stands before it, like any later key.
void TreeBuilder::Merge(const Node& value, bool by_alias) {
  constexpr std::string_view kWantMap = "map merge requires map or sequence of maps as the value";
  if (value.IsMapping()) return MergeMapping(value);
  if (!value.IsSequence() || by_alias) return FailDecode(kWantMap);
  const auto elements = value.AsSequence();
  // Backwards, as earlier elements take precedence.
  for (std::size_t i = elements.size(); i-- > 0;) {
    if (!elements[i].IsMapping()) return FailDecode(kWantMap);
    MergeMapping(elements[i]);
  }
}

void TreeBuilder::MergeMapping(const Node& mapping) {
  for (const Member& member : mapping.AsMapping()) SetMember(member);
}

void TreeBuilder::FailDecode(std::string_view text) {
  if (decode_failure_.empty()) decode_failure_ = YamlMessage(0, text);
}

void TreeBuilder::FailConversion(std::string message) {
  if (conversion_failure_.empty()) conversion_failure_ = std::move(message);
}

// Fails like json.Marshal at the first number, in its order, that JSON cannot express.
void TreeBuilder::CheckFinite(const Node& node) {
  if (node.kind == NodeKind::kFloat && !std::isfinite(node.real)) {
    throw YamlFailure{"json: unsupported value: " + node.NumberText()};
  }
  for (const Node& element : node.AsSequence()) CheckFinite(element);
  std::vector<const Member*> members;
  for (const Member& member : node.AsMapping()) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const Member* a, const Member* b) { return a->key < b->key; });
  for (const Member* member : members) CheckFinite(member->value);
}

}  // namespace sidecar::yaml
