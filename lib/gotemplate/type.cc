#include "lib/gotemplate/type.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "lib/base/same_text.h"

namespace sidecar::gotemplate {

// The fields and methods of a type and of what it embeds, each in the order of ShorterName.
struct TypeMembers {
  std::vector<FieldMatch> fields;
  std::vector<MethodMatch> methods;
};

namespace {

// The order in which FindByName searches names.
bool ShorterName(std::string_view one, std::string_view other) {
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

constexpr std::array<std::string_view, 25> kKindNames = {
    "invalid", "bool",      "int",        "int8",   "int16",  "int32",     "int64",
    "uint",    "uint8",     "uint16",     "uint32", "uint64", "uintptr",   "float32",
    "float64", "complex64", "complex128", "array",  "func",   "interface", "map",
    "ptr",     "slice",     "string",     "struct"};

// The types that every program shares: predeclared ones, and unnamed ones as they come up.
class Registry {
 public:
  static Registry& Get() {
    static Registry& registry = *new Registry;  // Never destroyed: Values may outlive main.
    return registry;
  }

  const Type* Basic(Kind kind) const { return &basic_[static_cast<std::size_t>(kind)]; }
  const Type* any() const { return &any_; }
  const Type* error() const { return &error_; }
  const Type* reflect_value() const { return &reflect_value_; }

  // One object for each (kind, key, element, length).
  const Type* Unnamed(Kind kind, const Type* key, const Type* element, std::size_t length) {
    const std::lock_guard lock(mutex_);
    const Type*& type = unnamed_[{kind, key, element, length}];
    if (type == nullptr) {
      Type& made = storage_.emplace_back();
      made.kind = kind;
      made.key = key;
      made.element = element;
      made.length = length;
      made.name = NameOf(made);
      type = &made;
    }
    return type;
  }

 private:
  Registry() {
    for (std::size_t i = 0; i < basic_.size(); ++i) {
      basic_[i].kind = static_cast<Kind>(i);
      basic_[i].name = kKindNames[i];
      basic_[i].named = true;
    }
    any_.kind = Kind::kInterface;
    any_.name = "interface {}";
    error_.kind = Kind::kInterface;
    error_.name = "error";
    error_.named = true;
    error_.required_methods = {"Error"};
    reflect_value_.kind = Kind::kStruct;
    reflect_value_.name = "reflect.Value";
    reflect_value_.named = true;
  }

  static std::string NameOf(const Type& type) {
    switch (type.kind) {
      case Kind::kPointer: return "*" + type.element->name;
      case Kind::kSlice: return "[]" + type.element->name;
      case Kind::kArray: return "[" + std::to_string(type.length) + "]" + type.element->name;
      default: return "map[" + type.key->name + "]" + type.element->name;
    }
  }

  std::array<Type, kKindNames.size()> basic_;
  Type any_;
  Type error_;
  Type reflect_value_;
  std::mutex mutex_;
  std::deque<Type> storage_;
  std::map<std::tuple<Kind, const Type*, const Type*, std::size_t>, const Type*> unnamed_;
};

// Go's rule of promotion: of the members with one name the shallowest counts, and none of them
// where two are equally deep. Walks the embedded structs level by level.
class MemberCollector {
 public:
  explicit MemberCollector(const Type* root) { level_.push_back({root, {}, false, false}); }

  TypeMembers Collect() {
    while (!level_.empty()) {
      next_.clear();
      for (const Embedded& embedded : level_) {
        if (visited_.insert(embedded.type).second) Visit(embedded);
      }
      CloseLevel();
      level_ = std::exchange(next_, {});
    }
    return {Flatten(fields_), Flatten(methods_)};
  }

 private:
  struct Embedded {
    const Type* type;
    std::vector<std::uint32_t> path;
    bool through_pointer;
    bool twice;  // Embedded twice at this depth: all that it has is ambiguous.
  };
  template <class Match>
  struct Candidate {
    Match match;
    int count = 0;
  };
  template <class Match>
  using Candidates = std::map<std::string_view, Candidate<Match>>;

  void Visit(const Embedded& embedded) {
    const int weight = embedded.twice ? 2 : 1;
    const Type* const type = embedded.type;
    for (const Method& method : type->methods) {
      const bool needs_address = method.pointer_receiver && !embedded.through_pointer;
      Add(new_methods_, MethodMatch{method.function.name, &method, embedded.path, needs_address},
          weight);
    }
    for (const std::string_view name : type->required_methods) {
      Add(new_methods_, MethodMatch{name, nullptr, embedded.path, false}, weight);
    }
    for (std::size_t i = 0; i < type->fields.size(); ++i) VisitField(embedded, i, weight);
  }

  void VisitField(const Embedded& embedded, std::size_t index, int weight) {
    const gotemplate::Field& field = embedded.type->fields[index];
    std::vector<std::uint32_t> path = embedded.path;
    path.push_back(static_cast<std::uint32_t>(index));
    if (field.embedded) {
      const bool pointer = field.type->kind == Kind::kPointer;
      Embed({pointer ? field.type->element : field.type, path, embedded.through_pointer || pointer,
             embedded.twice});
    }
    Add(new_fields_, FieldMatch{field.name, &field, std::move(path)}, weight);
  }

  void Embed(Embedded embedded) {
    for (Embedded& other : next_) {
      if (other.type != embedded.type) continue;
      other.twice = true;
      return;
    }
    next_.push_back(std::move(embedded));
  }

  template <class Match>
  static void Add(Candidates<Match>& candidates, Match match, int weight) {
    Candidate<Match>& candidate = candidates[match.name];
    candidate.count += weight;
    candidate.match = std::move(match);
  }

  // What this level names hides what deeper ones name, be it ambiguous or not. Methods and fields
  // hide each other for method sets; reflect's FieldByName looks at fields alone.
  void CloseLevel() {
    for (auto& [name, candidate] : new_methods_) {
      const auto field = new_fields_.find(name);
      if (field != new_fields_.end()) candidate.count += field->second.count;
      methods_.try_emplace(name, std::move(candidate));
    }
    for (auto& [name, candidate] : new_fields_) {
      methods_.try_emplace(name, Candidate<MethodMatch>{{}, 2});
      fields_.try_emplace(name, std::move(candidate));
    }
    new_methods_.clear();
    new_fields_.clear();
  }

  template <class Match>
  static std::vector<Match> Flatten(Candidates<Match>& candidates) {
    std::vector<Match> matches;
    for (auto& [name, candidate] : candidates) {
      if (candidate.count == 1) matches.push_back(std::move(candidate.match));
    }
    std::sort(matches.begin(), matches.end(), [](const Match& one, const Match& other) {
      return ShorterName(one.name, other.name);
    });
    return matches;
  }

  std::vector<Embedded> level_;
  std::vector<Embedded> next_;
  std::unordered_set<const Type*> visited_;
  Candidates<FieldMatch> fields_;
  Candidates<FieldMatch> new_fields_;
  Candidates<MethodMatch> methods_;
  Candidates<MethodMatch> new_methods_;
};

template <class Match>
const Match* FindByName(const std::vector<Match>& matches, std::string_view name) {
  const Match* left = matches.data();
  const Match* const end = left + matches.size();
  for (std::size_t count = matches.size(); count > 0;) {
    const std::size_t half = count / 2;
    if (left[half].name.size() < name.size()) {
      left += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  // Few names are of one length.
  for (; left != end && left->name.size() == name.size(); ++left) {
    if (SameText(left->name, name)) return left;
  }
  return nullptr;
}

bool SameFields(const Type* one, const Type* other) {
  return std::equal(one->fields.begin(), one->fields.end(), other->fields.begin(),
                    other->fields.end(), [](const Field& a, const Field& b) {
                      return a.name == b.name && a.type == b.type && a.embedded == b.embedded;
                    });
}

bool SameUnderlying(const Type* one, const Type* other) {
  return one->kind == other->kind && one->element == other->element && one->key == other->key &&
         one->length == other->length && SameFields(one, other) &&
         one->required_methods == other->required_methods && one->signature == other->signature;
}

}  // namespace

const TypeMembers& MembersOf(const Type* type) {
  const std::atomic<const TypeMembers*>& cached = type->cache.members_;
  if (const TypeMembers* const members = cached.load(std::memory_order_acquire)) return *members;
  auto computed = std::make_unique<const TypeMembers>(MemberCollector(type).Collect());
  const TypeMembers* expected = nullptr;
  if (type->cache.members_.compare_exchange_strong(expected, computed.get(),
                                                   std::memory_order_acq_rel)) {
    return *computed.release();
  }
  return *expected;  // Another thread was first.
}

TypeCache::~TypeCache() {
  delete members_.load();
}

std::string_view ToString(Kind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

const Type* BoolType() {
  static const Type* const type = Registry::Get().Basic(Kind::kBool);
  return type;
}
const Type* IntType() {
  static const Type* const type = Registry::Get().Basic(Kind::kInt);
  return type;
}
const Type* Int32Type() {
  static const Type* const type = Registry::Get().Basic(Kind::kInt32);
  return type;
}
const Type* Int64Type() {
  static const Type* const type = Registry::Get().Basic(Kind::kInt64);
  return type;
}
const Type* Uint8Type() {
  static const Type* const type = Registry::Get().Basic(Kind::kUint8);
  return type;
}
const Type* Float64Type() {
  static const Type* const type = Registry::Get().Basic(Kind::kFloat64);
  return type;
}
const Type* StringType() {
  static const Type* const type = Registry::Get().Basic(Kind::kString);
  return type;
}
const Type* AnyType() {
  static const Type* const type = Registry::Get().any();
  return type;
}
const Type* ErrorType() {
  static const Type* const type = Registry::Get().error();
  return type;
}
const Type* ReflectValueType() {
  static const Type* const type = Registry::Get().reflect_value();
  return type;
}

const Type* BasicType(std::string_view name) {
  if (name == "any" || name == "interface {}" || name == "interface{}") return AnyType();
  if (name == "error") return ErrorType();
  if (name == "byte") return Uint8Type();
  if (name == "rune") return Int32Type();
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return nullptr;
  const Kind kind = static_cast<Kind>(found - kKindNames.begin());
  const bool basic = (kind >= Kind::kBool && kind <= Kind::kComplex128) || kind == Kind::kString;
  return basic ? Registry::Get().Basic(kind) : nullptr;
}

const Type* PointerTo(const Type* element) {
  const Type* type = element->cache.pointer_.load(std::memory_order_acquire);
  if (type == nullptr) {
    type = Registry::Get().Unnamed(Kind::kPointer, nullptr, element, 0);
    element->cache.pointer_.store(type, std::memory_order_release);
  }
  return type;
}

const Type* SliceOf(const Type* element) {
  return Registry::Get().Unnamed(Kind::kSlice, nullptr, element, 0);
}

const Type* ArrayOf(std::size_t length, const Type* element) {
  return Registry::Get().Unnamed(Kind::kArray, nullptr, element, length);
}

const Type* MapOf(const Type* key, const Type* element) {
  return Registry::Get().Unnamed(Kind::kMap, key, element, 0);
}

const Type* AnySliceType() {
  static const Type* const type = SliceOf(AnyType());
  return type;
}

const Type* AnyMapType() {
  static const Type* const type = MapOf(StringType(), AnyType());
  return type;
}

const FieldMatch* FindField(const Type* type, std::string_view name) {
  return type->kind == Kind::kStruct ? FindByName(MembersOf(type).fields, name) : nullptr;
}

const MethodMatch* FindMethod(const Type* type, std::string_view name) {
  const bool has_any =
      !type->methods.empty() || !type->fields.empty() || !type->required_methods.empty();
  return has_any ? FindByName(MembersOf(type).methods, name) : nullptr;
}

bool HasMethod(const Type* type, std::string_view name) {
  if (type->kind != Kind::kPointer || type->named) {
    const MethodMatch* const match = FindMethod(type, name);
    return match != nullptr && !match->needs_address;
  }
  const Type* const element = type->element;
  if (element->kind == Kind::kPointer || element->kind == Kind::kInterface) return false;
  return FindMethod(element, name) != nullptr;
}

bool Implements(const Type* type, const Type* interface) {
  return std::all_of(interface->required_methods.begin(), interface->required_methods.end(),
                     [type](std::string_view name) { return HasMethod(type, name); });
}

bool IsAssignable(const Type* from, const Type* to) {
  if (from == to) return true;
  if (to->kind == Kind::kInterface) return Implements(from, to);
  return (!from->named || !to->named) && SameUnderlying(from, to);
}

bool IsComparable(const Type* type) {
  switch (type->kind) {
    case Kind::kFunc:
    case Kind::kMap:
    case Kind::kSlice: return false;
    case Kind::kArray: return IsComparable(type->element);
    case Kind::kStruct:
      return std::all_of(type->fields.begin(), type->fields.end(),
                         [](const Field& field) { return IsComparable(field.type); });
    default: return true;
  }
}

}  // namespace sidecar::gotemplate
