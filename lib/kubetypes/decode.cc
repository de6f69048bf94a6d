#include "lib/kubetypes/decode.h"

#include <algorithm>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "lib/base/same_text.h"
#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/strconv.h"
#include "lib/kubetypes/scalars.h"
#include "lib/yaml/base64.h"
#include "lib/yaml/number.h"

namespace sidecar::kubetypes {

using gotemplate::Kind;
using gotemplate::MapData;
using gotemplate::MapEntry;
using gotemplate::Type;
using gotemplate::Value;
using yaml::Member;
using yaml::Node;
using yaml::NodeKind;

namespace {

// Nothing that Kubernetes describes nests deeper, but for what is recursive in nature.
constexpr int kMaxDepth = 1000;

class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The way from the root to the value at hand, innermost first.
struct Step {
  const Step* parent = nullptr;
  std::string_view name = {};        // Of a struct field or a map entry, as the document has it.
  const JsonField* field = nullptr;  // Of a struct field.
  const StructType* owner = nullptr;
  std::optional<std::size_t> index = {};  // Of a list element.
};

std::string PathOf(const Step* step) {
  std::vector<const Step*> steps;
  for (; step != nullptr; step = step->parent) steps.push_back(step);
  std::string path;
  for (auto each = steps.rbegin(); each != steps.rend(); ++each) {
    if ((*each)->index) {
      path += "[" + std::to_string(*(*each)->index) + "]";
    } else if (!(*each)->name.empty()) {
      if (!path.empty()) path += '.';
      path += (*each)->name;
    }
  }
  return path;
}

std::string_view KindWord(NodeKind kind) {
  switch (kind) {
    case NodeKind::kBool: return "bool";
    case NodeKind::kString: return "string";
    case NodeKind::kSequence: return "array";
    case NodeKind::kMapping: return "object";
    default: return "number";
  }
}

class Decoder {
 public:
  Decoder(Arena& arena, const DecodeOptions& options, bool in_key_order)
      : arena_(arena), options_(options), in_key_order_(in_key_order) {
    constexpr std::size_t kUsualFields = 64;  // On the way to a container's innermost ones.
    seen_.reserve(kUsualFields);
  }

  Value DecodeRoot(const Node& node, const Type* type) {
    Value slot = ZeroOf(type, arena_);
    const Step root;
    DecodeInto(node, slot, {type, options_.yaml ? type : nullptr}, root);
    return slot;
  }

  // Go reads members in the order of their keys. That matters where two of them name one field, and
  // for which of several errors is reported; then the work is done again in that order.
  bool order_matters() const { return order_matters_; }

  const FailurePlace& failure() const { return failure_; }

 private:
  // What a value is decoded into, and what sigs.k8s.io/yaml thinks it is.
  struct Target {
    const Type* type;
    const Type* hint;  // Null: unknown, so that scalars are left alone.
  };

  [[noreturn]] void Fail(const Node& node, const Step& step, const std::string& message) {
    failure_ = {PathOf(&step), node.line};
    throw DecodeError(message);
  }

  // An UnmarshalTypeError.
  [[noreturn]] void FailType(const Node& node, const Step& step, std::string_view value,
                             const Type* type) {
    std::string fields;
    const StructType* owner = nullptr;
    for (const Step* each = &step; each != nullptr; each = each->parent) {
      if (each->field == nullptr) continue;
      if (owner == nullptr) owner = each->owner;
      if (!fields.empty()) fields.insert(0, 1, '.');
      fields.insert(0, each->field->name);
    }
    std::string message = "json: cannot unmarshal " + std::string(value) + " into Go ";
    if (owner == nullptr) {
      message += "value";
    } else {
      const std::size_t dot = owner->name.rfind('.');
      message += "struct field " + owner->name.substr(dot + 1) + "." + fields;
    }
    Fail(node, step, message + " of type " + type->name);
  }

  [[noreturn]] void FailKind(const Node& node, const Step& step, const Type* type) {
    FailType(node, step, KindWord(node.kind), type);
  }

  // The hint behind pointers, as indirect() resolves it.
  static const Type* ResolveHint(const Type* hint) {
    while (hint != nullptr && hint->kind == Kind::kPointer) hint = hint->element;
    if (hint != nullptr && hint->kind == Kind::kStruct && CodecOf(hint) != Codec::kStruct) {
      return nullptr;
    }
    return hint;
  }

  void DecodeInto(const Node& node, Value& slot, Target target, const Step& step) {
    const Type* const type = target.type;
    switch (type->kind) {
      case Kind::kString:
        if (node.IsString()) {
          // Made in its slot: a Value is written part by part, and copying it right afterwards
          // would wait for the parts. Most of a pod are texts.
          new (&slot) Value(Value::String(node.AsString(), type));
        } else {
          slot = DecodeString(node, slot, target, step);
        }
        return;
      case Kind::kPointer: DecodePointer(node, slot, target, step); return;
      case Kind::kStruct: DecodeStructOrScalar(node, slot, target, step); return;
      case Kind::kSlice: DecodeSlice(node, slot, target, step); return;
      case Kind::kMap: DecodeMap(node, slot, target, step); return;
      case Kind::kInterface: slot = gotemplate::FromNode(node, arena_); return;
      default: break;
    }
    if (node.IsNull()) return;
    if (type->kind == Kind::kBool) {
      if (node.kind != NodeKind::kBool) FailKind(node, step, type);
      slot = Value::Bool(node.boolean, type);
    } else if (gotemplate::IsFloat(type->kind)) {
      if (!node.IsNumber()) FailKind(node, step, type);
      slot = Value::Float(AsDouble(node), type);
    } else {
      DecodeInteger(node, slot, type, step);
    }
  }

  static bool IsScalar(const Node& node) {
    return node.kind == NodeKind::kBool || node.IsNumber() || node.IsString();
  }

  static double AsDouble(const Node& node) {
    if (node.kind == NodeKind::kInt) return static_cast<double>(node.integer);
    if (node.kind == NodeKind::kUint) return static_cast<double>(node.unsigned_integer);
    return node.real;
  }

  void DecodeInteger(const Node& node, Value& slot, const Type* type, const Step& step) {
    if (!node.IsNumber()) FailKind(node, step, type);
    const std::optional<Value> value = ToInteger(node, type);
    if (!value) FailType(node, step, "number " + node.NumberText(), type);
    slot = *value;
  }

  // As ParseInt or ParseUint of the number's JSON text.
  static std::optional<Value> ToInteger(const Node& node, const Type* type) {
    if (gotemplate::IsSigned(type->kind)) {
      std::int64_t value = node.integer;
      if (node.kind != NodeKind::kInt) {
        const auto parsed = gotemplate::ParseInt(node.NumberText(), 10, 64);
        if (!parsed.ok()) return std::nullopt;
        value = parsed.value;
      }
      if (gotemplate::OverflowsInt(value, type)) return std::nullopt;
      return Value::Int(value, type);
    }
    const auto parsed = gotemplate::ParseUint(node.NumberText(), 10, 64);
    if (!parsed.ok() || gotemplate::OverflowsUint(parsed.value, type)) return std::nullopt;
    return Value::Uint(parsed.value, type);
  }

  // Of what is no string.
  Value DecodeString(const Node& node, const Value& old, Target target, const Step& step) {
    if (node.IsNull()) return old;
    const Type* const hint = ResolveHint(target.hint);
    const bool coerce = hint != nullptr && hint->kind == Kind::kString;
    if (!coerce || !IsScalar(node)) FailKind(node, step, target.type);
    return Value::String(ScalarText(node), target.type);
  }

  // sigs.k8s.io/yaml's spelling of a scalar whose target is a string.
  std::string_view ScalarText(const Node& node) {
    std::string text;
    switch (node.kind) {
      case NodeKind::kBool: return node.boolean ? "true" : "false";
      case NodeKind::kInt: yaml::AppendInt(node.integer, text); break;
      case NodeKind::kUint: yaml::AppendUint(node.unsigned_integer, text); break;
      default: yaml::AppendShortestFloat(node.real, text); break;
    }
    return arena_.Copy(text);
  }

  void DecodePointer(const Node& node, Value& slot, Target target, const Step& step) {
    if (node.IsNull()) {
      slot = Value::Pointer(nullptr, target.type);
      return;
    }
    Value* pointee = slot.IsNil() ? nullptr : &slot.slots()[0];
    if (slot.IsNil()) pointee = arena_.New<Value>(ZeroOf(target.type->element, arena_));
    DecodeInto(node, *pointee, {target.type->element, target.hint}, step);
    slot = Value::Pointer(pointee, target.type);
  }

  void DecodeStructOrScalar(const Node& node, Value& slot, Target target, const Step& step) {
    switch (CodecOf(target.type)) {
      case Codec::kStruct:
        if (node.IsMapping()) {
          DecodeStruct(node, slot.slots().data(), AsStructType(target.type),
                       ResolveHint(target.hint), step);
        } else if (!node.IsNull()) {
          FailKind(node, step, target.type);
        }
        return;
      case Codec::kTime:
      case Codec::kMicroTime: slot = DecodeTime(node, target.type, step); return;
      case Codec::kQuantity: slot = DecodeQuantity(node, step); return;
      case Codec::kIntOrString: slot = DecodeIntOrString(node, step); return;
      case Codec::kRaw:
        slot = node.IsNull() ? ZeroOf(target.type, arena_) : RawValue(node, target.type, arena_);
        return;
      case Codec::kForeign:
        if (!node.IsNull()) FailKind(node, step, target.type);
        return;
    }
  }

  void DecodeStruct(const Node& node, Value* slots, const StructType& type, const Type* hint,
                    const Step& step) {
    if (++depth_ > kMaxDepth) Fail(node, step, "json: exceeded max depth");
    const std::size_t first_seen = seen_.size();
    std::size_t next_field = 0;
    const auto visit = [&](const Member& member) {
      const JsonField* const field = type.Find(member.key, next_field);
      if (field == nullptr || (options_.legacy && field->newer)) {
        Unknown(member, slots, field != nullptr, step);
        return;
      }
      NoteSeen(field, member, first_seen);
      Value* owner = slots;
      for (const std::uint32_t inlined : field->inlined) owner = owner[inlined].slots().data();
      const Step next{&step, field->name, field, &type, {}};
      DecodeInto(member.value, owner[field->slot],
                 {field->type, HintOf(hint, type, *field, member.key)}, next);
    };
    ForEachMember(node, visit);
    seen_.resize(first_seen);
    --depth_;
  }

  // Only a key that is not spelled as its field can collide with another.
  void NoteSeen(const JsonField* field, const Member& member, std::size_t first_seen) {
    if (in_key_order_) return;
    has_misspelled_ = has_misspelled_ || !SameText(member.key, field->name);
    if (has_misspelled_ && std::find(seen_.begin() + static_cast<std::ptrdiff_t>(first_seen),
                                     seen_.end(), field) != seen_.end()) {
      order_matters_ = true;
    }
    seen_.push_back(field);
  }

  static const Type* HintOf(const Type* hint, const StructType& type, const JsonField& field,
                            std::string_view key) {
    if (hint == &type) return field.hint;
    if (hint == nullptr) return nullptr;
    if (hint->kind == Kind::kMap) return hint->element;
    if (hint->kind != Kind::kStruct) return nullptr;
    const JsonField* const other = AsStructType(hint).Find(key);
    return other == nullptr ? nullptr : other->hint;
  }

  template <class Visit>
  void ForEachMember(const Node& node, const Visit& visit) {
    const std::span<const Member> members = node.AsMapping();
    if (!in_key_order_) {
      for (const Member& member : members) visit(member);
      return;
    }
    std::vector<const Member*> sorted;
    sorted.reserve(members.size());
    for (const Member& member : members) sorted.push_back(&member);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Member* one, const Member* other) { return one->key < other->key; });
    for (const Member* const member : sorted) visit(*member);
  }

  void Unknown(const Member& member, const Value* slots, bool newer, const Step& step) const {
    if (options_.unknown != nullptr && !newer) {
      options_.unknown->Add(slots, member);
    } else if (options_.warnings != nullptr) {
      const Step next{&step, member.key, nullptr, nullptr, {}};
      options_.warnings->push_back({newer ? WarningKind::kLegacyDropped : WarningKind::kUnknown,
                                    PathOf(&next),
                                    member.line != 0 ? member.line : member.value.line});
    }
  }

  void DecodeSlice(const Node& node, Value& slot, Target target, const Step& step) {
    const Type* const element = target.type->element;
    if (node.IsNull()) {
      slot = Value::Zero(target.type, arena_);
      return;
    }
    if (node.IsString() && element->kind == Kind::kUint8) {
      slot = DecodeBytes(node, target.type, step);
      return;
    }
    if (!node.IsSequence()) FailKind(node, step, target.type);
    const Type* const hint = ResolveHint(target.hint);
    const Type* const element_hint =
        hint != nullptr && hint->kind == Kind::kSlice ? hint->element : nullptr;
    const std::span<Value> elements = arena_.NewArray<Value>(node.size);
    Step next{&step, {}, nullptr, nullptr, 0};
    for (std::size_t i = 0; i < elements.size(); ++i) {
      next.index = i;
      new (&elements[i]) Value(ZeroOf(element, arena_));
      DecodeInto(node.AsSequence()[i], elements[i], {element, element_hint}, next);
    }
    slot = Value::Slice(elements, target.type);
  }

  Value DecodeBytes(const Node& node, const Type* type, const Step& step) {
    const std::optional<std::string> bytes = yaml::DecodeBase64(node.AsString());
    if (!bytes) Fail(node, step, "illegal base64 data");
    const std::span<Value> elements = arena_.NewArray<Value>(bytes->size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      elements[i] = Value::Uint(static_cast<unsigned char>((*bytes)[i]), type->element);
    }
    return Value::Slice(elements, type);
  }

  void DecodeMap(const Node& node, Value& slot, Target target, const Step& step) {
    const Type* const type = target.type;
    if (node.IsNull()) {
      slot = Value::Map(nullptr, type);
      return;
    }
    if (!node.IsMapping()) FailKind(node, step, type);
    const Type* const hint = ResolveHint(target.hint);
    const std::span<MapEntry> entries = arena_.NewArray<MapEntry>(node.size);
    std::uint32_t size = 0;
    ForEachMember(node, [&](const Member& member) {
      const Type* member_hint = nullptr;
      if (hint != nullptr && hint->kind == Kind::kMap) {
        member_hint = hint->element;
      } else if (hint != nullptr && hint->kind == Kind::kStruct) {
        const JsonField* const field = AsStructType(hint).Find(member.key);
        member_hint = field == nullptr ? nullptr : field->hint;
      }
      MapEntry& entry = entries[size++];
      new (&entry.key) Value(Value::String(member.key, type->key));
      new (&entry.value) Value(ZeroOf(type->element, arena_));
      const Step next{&step, member.key, nullptr, nullptr, {}};
      DecodeInto(member.value, entry.value, {type->element, member_hint}, next);
    });
    MapData* const map = arena_.New<MapData>(entries.data(), size, size);
    map->Sort();
    if (!slot.IsNil()) {  // Go adds to a map that is there.
      for (const MapEntry& old : slot.AsMap()->all()) {
        if (map->Find(old.key) == nullptr) map->Set(old.key, old.value, arena_);
      }
    }
    slot = Value::Map(map, type);
  }

  Value DecodeTime(const Node& node, const Type* type, const Step& step) {
    if (node.IsNull()) return ZeroOf(type, arena_);
    if (!node.IsString()) FailKind(node, step, gotemplate::StringType());
    gotemplate::funcs::Time time;
    try {
      time = gotemplate::funcs::ParseTime(gotemplate::funcs::kRfc3339, node.AsString());
    } catch (const gotemplate::FunctionError& error) {
      Fail(node, step, error.what());
    }
    time.zone = {};  // Go's Local, which is UTC here.
    return ToValue(time, type, arena_);
  }

  // Quantity.UnmarshalJSON takes the JSON text as it stands, less quotes and outer space.
  Value DecodeQuantity(const Node& node, const Step& step) {
    constexpr std::string_view kSpace = " \t\n\v\f\r";
    if (node.IsNull()) return ToValue(Quantity(), arena_);
    std::string text = node.IsString()                ? std::string(node.AsString())
                       : node.kind == NodeKind::kBool ? (node.boolean ? "true" : "false")
                       : node.IsNumber()              ? node.NumberText()
                                                      : "{";
    const std::size_t first = text.find_first_not_of(kSpace);
    text = first == std::string::npos
               ? std::string()
               : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
    const Result<Quantity> quantity = ParseQuantity(text);
    if (!quantity) Fail(node, step, quantity.error().message);
    return ToValue(*quantity, arena_);
  }

  Value DecodeIntOrString(const Node& node, const Step& step) {
    if (node.IsString()) return IntOrStringValue(node.AsString(), arena_);
    if (node.IsNull()) return IntOrStringValue(0, arena_);
    Value number;
    DecodeInteger(node, number, gotemplate::Int32Type(), step);
    return IntOrStringValue(static_cast<std::int32_t>(number.AsInt()), arena_);
  }

  Arena& arena_;
  const DecodeOptions& options_;
  bool in_key_order_;
  bool order_matters_ = false;
  bool has_misspelled_ = false;
  int depth_ = 0;
  std::vector<const JsonField*> seen_;
  FailurePlace failure_;
};

// An attempt leaves nothing behind in what the caller gave.
struct Attempt {
  explicit Attempt(const DecodeOptions& asked) : options(asked) {
    if (options.unknown != nullptr) options.unknown = &unknown;
    if (options.warnings != nullptr) options.warnings = &warnings;
  }

  DecodeOptions options;
  UnknownMembers unknown;
  std::vector<Warning> warnings;
};

}  // namespace

std::span<const UnknownMembers::Entry> UnknownMembers::Of(const Value* owner) {
  const auto by_owner = [](const Entry& one, const Entry& other) {
    return std::less<>()(one.owner, other.owner);
  };
  if (!sorted_) {
    std::stable_sort(members_.begin(), members_.end(), by_owner);
    sorted_ = true;
  }
  const auto [first, last] =
      std::equal_range(members_.begin(), members_.end(), Entry{owner, {}}, by_owner);
  return {first, last};
}

Result<Value> Decode(const Node& node, const Type* type, Arena& arena,
                     const DecodeOptions& options) {
  for (const bool in_key_order : {false, true}) {
    Attempt attempt(options);
    Decoder decoder(arena, attempt.options, in_key_order);
    try {
      const Value value = decoder.DecodeRoot(node, type);
      if (decoder.order_matters()) continue;
      if (options.unknown != nullptr) options.unknown->Append(std::move(attempt.unknown));
      if (options.warnings != nullptr) {
        options.warnings->insert(options.warnings->end(),
                                 std::make_move_iterator(attempt.warnings.begin()),
                                 std::make_move_iterator(attempt.warnings.end()));
      }
      return value;
    } catch (const DecodeError& error) {
      if (!in_key_order) continue;
      if (options.failure != nullptr) *options.failure = decoder.failure();
      return Error{ErrorCode::kInvalidArgument, error.what()};
    } catch (const ArenaLimitExceeded& error) {
      return Error{ErrorCode::kInvalidArgument, error.what()};
    } catch (const gotemplate::FunctionError& error) {
      return Error{ErrorCode::kInternal, error.what()};
    }
  }
  return Error{ErrorCode::kInternal, "json: decoding in key order failed"};
}

}  // namespace sidecar::kubetypes
