#include "lib/kubetypes/type_builder.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

#include "lib/base/same_text.h"
#include "lib/gotemplate/funcs/time_value.h"
#include "lib/kubetypes/gogo_string.h"
#include "lib/kubetypes/methods.h"
#include "lib/kubetypes/scalars.h"

namespace sidecar::kubetypes {

using gotemplate::Kind;
using gotemplate::Type;
using gotemplate::Value;

namespace {

// encoding/json's foldName, for names that are ASCII: two other code points fold into it.
constexpr std::string_view kKelvin = "\u212A";
constexpr std::string_view kLongS = "\u017F";

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool HasNonAscii(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) < 0; });
}

// Types live as long as the program, and a tool that looks for leaks sees that they are meant to.
template <typename T>
T* KeepForever(std::unique_ptr<T> type) {
  static auto& mutex = *new std::mutex;
  static auto& kept = *new std::vector<const Type*>;
  const std::lock_guard lock(mutex);
  kept.push_back(type.get());
  return type.release();
}

std::string FoldNonAscii(std::string_view key) {
  std::string folded;
  while (!key.empty()) {
    if (key.starts_with(kKelvin)) {
      folded += 'k';
      key.remove_prefix(kKelvin.size());
    } else if (key.starts_with(kLongS)) {
      folded += 's';
      key.remove_prefix(kLongS.size());
    } else {
      folded += key.front();
      key.remove_prefix(1);
    }
  }
  return folded;
}

bool EqualFold(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return LowerAscii(a) == LowerAscii(b); });
}

// Of the length, the first four letters and the last four: the keys of one struct hardly ever share
// all three, and reading every letter would cost more than the collisions do.
std::uint32_t HashFold(std::string_view key) {
  constexpr std::uint32_t kCaseBits = 0x20202020U;
  constexpr std::uint32_t kFirst = 0x9E3779B1U;  // Odd, bits well mixed: xxHash's primes.
  constexpr std::uint32_t kLast = 0x85EBCA77U;
  constexpr std::uint32_t kSize = 0xC2B2AE3DU;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  if (key.size() >= sizeof(first)) {
    std::memcpy(&first, key.data(), sizeof(first));
    std::memcpy(&last, key.data() + key.size() - sizeof(last), sizeof(last));
  } else {
    for (const char c : key) first = first << 8U | static_cast<unsigned char>(c);
  }
  const std::uint32_t hash = (first | kCaseBits) * kFirst ^ (last | kCaseBits) * kLast ^
                             static_cast<std::uint32_t>(key.size()) * kSize;
  return hash ^ hash >> 15U;
}

std::string_view ShortName(std::string_view qualified) {
  return qualified.substr(qualified.rfind('/') + 1);
}

bool IsTypeNameChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '/' ||
         c == '-';
}

// Whether types of this name are never built from their description: scalars.cc has them.
bool IsScalar(std::string_view short_name, std::string_view name) {
  const bool meta = name.find("meta/") != std::string_view::npos;
  if (short_name == "v1.FieldsV1" || short_name == "v1.Time" || short_name == "v1.MicroTime") {
    return meta;
  }
  return ScalarType(short_name) != nullptr;
}

}  // namespace

const StructType* FindStructType(const Type* type) {
  const bool built = type->kind == Kind::kStruct && type != gotemplate::funcs::TimeType();
  return built ? static_cast<const StructType*>(type) : nullptr;
}

const JsonField* StructType::Find(std::string_view json_key) const {
  if (json.empty()) return nullptr;
  const std::size_t mask = buckets_.size() - 1;
  for (std::size_t at = HashFold(json_key) & mask; buckets_[at] != 0; at = (at + 1) & mask) {
    const JsonField& field = json[buckets_[at] - 1U];
    if (SameText(field.name, json_key)) return &field;
  }
  return FindFolded(json_key);
}

const JsonField* StructType::Find(std::string_view json_key, std::size_t& next) const {
  if (next < json.size() && SameText(json[next].name, json_key)) return &json[next++];
  const JsonField* const field = Find(json_key);
  if (field != nullptr) next = static_cast<std::size_t>(field - json.data()) + 1;
  return field;
}

const JsonField* StructType::FindFolded(std::string_view json_key) const {
  std::string folded;
  std::string_view wanted = json_key;
  if (HasNonAscii(json_key)) wanted = folded = FoldNonAscii(json_key);
  const std::size_t mask = buckets_.size() - 1;
  for (std::size_t at = HashFold(wanted) & mask; buckets_[at] != 0; at = (at + 1) & mask) {
    const JsonField& field = json[buckets_[at] - 1U];
    if (EqualFold(field.name, wanted)) return &field;
  }
  return nullptr;
}

void StructType::BuildIndex() {
  std::size_t size = 4;
  while (size < json.size() * 2) size *= 2;
  buckets_.assign(size, 0);
  sorted.clear();
  sorted.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    std::size_t at = HashFold(json[i].name) & (size - 1);
    while (buckets_[at] != 0) at = (at + 1) & (size - 1);
    buckets_[at] = static_cast<std::uint16_t>(i + 1);
    sorted.push_back(static_cast<std::uint16_t>(i));
  }
  std::sort(sorted.begin(), sorted.end(), [this](std::uint16_t one, std::uint16_t other) {
    return json[one].name < json[other].name;
  });
}

void StructType::BuildZero() {
  AppendZero(*this);
  zero_.shrink_to_fit();
}

// A Go struct cannot contain itself, so this ends.
void StructType::AppendZero(const Type& type) {
  Arena no_memory_needed;
  const std::size_t first = zero_.size();
  zero_.resize(first + type.fields.size());
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Type* const field = type.fields[i].type;
    if (field->kind == Kind::kStruct) {
      nested_.push_back(
          {static_cast<std::uint32_t>(first + i), static_cast<std::uint32_t>(zero_.size()), field});
      AppendZero(*field);
    } else if (field->kind != Kind::kInterface) {
      zero_[first + i] = Value::Zero(field, no_memory_needed);
    }
  }
}

Value StructType::Zero(Arena& arena) const {
  Value* const slots = static_cast<Value*>(
      arena.Allocate(std::max<std::size_t>(zero_.size(), 1) * sizeof(Value), alignof(Value)));
  static_assert(std::is_trivially_copyable_v<Value>);
  std::memcpy(static_cast<void*>(slots), zero_.data(), zero_.size() * sizeof(Value));
  for (const Nested& inner : nested_) {
    new (&slots[inner.slot]) Value(Value::Struct(slots + inner.first, inner.type));
  }
  return Value::Struct(slots, this);
}

Value ZeroOf(const Type* type, Arena& arena) {
  const StructType* const built = FindStructType(type);
  return built != nullptr ? built->Zero(arena) : Value::Zero(type, arena).Dynamic();
}

const Type* TypeBuilder::Get(std::string_view expression) {
  failed_ = false;
  std::string_view rest = expression;
  const Type* const type = Parse(rest, {});
  Complete();
  return failed_ || !rest.empty() ? nullptr : type;
}

void TypeBuilder::Add(std::string_view name, const Type* type) {
  named_.emplace(name, type);
}

const Type* TypeBuilder::Parse(std::string_view& rest, std::string_view from) {
  const auto skip = [&rest](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
  };
  if (skip("*")) {
    const Type* const element = Parse(rest, from);
    return element == nullptr ? nullptr : gotemplate::PointerTo(element);
  }
  if (skip("[]byte")) return gotemplate::SliceOf(gotemplate::Uint8Type());
  if (skip("[]")) {
    const Type* const element = Parse(rest, from);
    return element == nullptr ? nullptr : gotemplate::SliceOf(element);
  }
  if (skip("interface {}")) return gotemplate::AnyType();
  if (skip("map[")) {
    const Type* const key = Parse(rest, from);
    if (key == nullptr || !skip("]")) failed_ = true;
    const Type* const element = failed_ ? nullptr : Parse(rest, from);
    return element == nullptr ? nullptr : gotemplate::MapOf(key, element);
  }
  const auto end = std::find_if_not(rest.begin(), rest.end(), IsTypeNameChar);
  const std::string_view name(rest.data(), static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(name.size());
  if (const Type* const basic = gotemplate::BasicType(name)) return basic;
  return Named(name, from);
}

const Type* TypeBuilder::Named(std::string_view name, std::string_view from) {
  if (const auto found = named_.find(std::string(name)); found != named_.end()) {
    return found->second;
  }
  std::string_view resolved = name;
  TypeDescription description;
  if (!source_(name, from, resolved, description)) {
    if (const Type* const scalar = ScalarType(ShortName(name))) return scalar;
    failed_ = true;
    return nullptr;
  }
  if (const auto found = named_.find(std::string(resolved)); found != named_.end()) {
    return found->second;
  }
  const std::string_view short_name = ShortName(resolved);
  if (description.codec == Codec::kStruct && IsScalar(short_name, resolved)) {
    const Type* const scalar = ScalarType(short_name);
    named_.emplace(resolved, scalar);
    return scalar;
  }
  if (description.underlying != "struct") {
    std::string_view rest = description.underlying;
    const Type* const underlying = Parse(rest, resolved);
    if (underlying == nullptr) return nullptr;
    auto owned = std::make_unique<Type>(*underlying);
    owned->name = short_name;
    owned->named = true;
    Type* const type = KeepForever(std::move(owned));
    type->methods = MethodsOf(type);
    if (description.add_methods != nullptr) description.add_methods(*type);
    named_.emplace(resolved, type);
    return type;
  }
  StructType* const type = KeepForever(std::make_unique<StructType>());
  type->kind = Kind::kStruct;
  type->name = short_name;
  type->named = true;
  type->codec = description.codec;
  type->package = resolved.substr(0, resolved.rfind('.'));
  named_.emplace(resolved, type);
  pending_.push_back({type, resolved, std::move(description)});
  return type;
}

void TypeBuilder::Complete() {
  std::vector<Pending> done;
  while (!pending_.empty()) {
    Pending next = std::move(pending_.back());
    pending_.pop_back();
    FillFields(next);
    done.push_back(std::move(next));
  }
  if (failed_) return;
  for (const Pending& pending : done) {
    FillJson(*pending.type);
    pending.type->methods = MethodsOf(pending.type);
    if (pending.description.has_gogo_string) AddGogoString(*pending.type);
    if (pending.description.add_methods != nullptr) pending.description.add_methods(*pending.type);
  }
  for (const Pending& pending : done) pending.type->BuildZero();
}

void TypeBuilder::FillFields(const Pending& pending) {
  StructType& type = *pending.type;
  type.fields.reserve(pending.description.fields.size());
  for (const FieldDescription& field : pending.description.fields) {
    std::string_view rest = field.type;
    const Type* const field_type = Parse(rest, pending.name);
    if (field_type == nullptr) {
      failed_ = true;
      return;
    }
    type.fields.push_back({.name = field.name,
                           .type = field_type,
                           .embedded = field.embedded,
                           .json_name = field.json_name,
                           .omit_empty = field.omit_empty,
                           .omit_zero = field.omit_zero,
                           .inlined = field.inlined});
    type.newer_fields.push_back(field.newer);
  }
}

// Inlined structs give their fields to their parent. Called in any order of types: an inlined
// struct's own fields are read, not its `json`.
void TypeBuilder::FillJson(StructType& type) {
  struct Walk {
    StructType& root;
    void Add(const StructType& from, std::vector<std::uint32_t>& path, const Type* hint) {
      for (std::uint32_t i = 0; i < from.fields.size(); ++i) {
        const gotemplate::Field& field = from.fields[i];
        const Type* const target = hint == nullptr ? field.type : hint;
        if (field.inlined && FindStructType(field.type) != nullptr) {
          path.push_back(i);
          Add(AsStructType(field.type), path, target);
          path.pop_back();
        } else if (field.IsExported() && field.json_name != "-") {
          JsonField& made = root.json.emplace_back();
          made.name = field.json_name.empty() ? field.name : field.json_name;
          made.type = field.type;
          made.slot = i;
          made.inlined = path;
          made.hint = target;
          made.omit_empty = field.omit_empty;
          made.omit_zero = field.omit_zero;
          made.newer = from.newer_fields[i];
        }
      }
    }
  };
  std::vector<std::uint32_t> path;
  if (type.codec == Codec::kStruct) {
    type.json.reserve(type.fields.size());  // Types stay: nothing is to be left over.
    Walk{type}.Add(type, path, nullptr);
    type.json.shrink_to_fit();
  }
  type.BuildIndex();
}

}  // namespace sidecar::kubetypes
