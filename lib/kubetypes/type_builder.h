#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/arena.h"
#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"

// Go struct types as JSON is decoded into them, built from descriptions: of the checked-in table
// (schema.h), or of any other source.
namespace sidecar::kubetypes {

// Types whose JSON form is their own: how they are decoded and encoded. kForeign is the one struct
// type that no TypeBuilder made, and that has no JSON form here: time.Time, as funcs/time_value.h
// of the template functions has it.
enum class Codec : std::uint8_t {
  kStruct,
  kTime,
  kMicroTime,
  kQuantity,
  kIntOrString,
  kRaw,
  kForeign,
};

struct StructType;

// One key of a struct's JSON object; those of inlined structs are among their parent's.
struct JsonField {
  std::string_view name;  // The JSON key.
  const gotemplate::Type* type = nullptr;
  std::uint32_t slot = 0;              // Of the struct that holds it, which is reached ...
  std::vector<std::uint32_t> inlined;  // ... through these slots.
  // What sigs.k8s.io/yaml takes for the key's target: the field, or the inlined struct around it.
  const gotemplate::Type* hint = nullptr;
  bool omit_empty = false;
  bool omit_zero = false;
  bool newer = false;  // Unknown to the Kubernetes that Istio 0.5 was built with.
};

// A struct type with what decoding and encoding need. Every struct that a TypeBuilder makes is one.
struct StructType : gotemplate::Type {
  Codec codec = Codec::kStruct;
  std::string_view package;           // Its path: "core/v1".
  std::vector<bool> newer_fields;     // Of `fields`, see JsonField::newer.
  std::vector<JsonField> json;        // In Go's order, inlined ones in place.
  std::vector<std::uint16_t> sorted;  // Indices into json, by key.

  // The field that encoding/json decodes the key into: the one of that name, else one that differs
  // in case only. Null where there is none.
  const JsonField* Find(std::string_view json_key) const;

  // The same, soonest where it is json[next]: API servers write fields in Go's order. `next`
  // becomes the place after the field.
  const JsonField* Find(std::string_view json_key, std::size_t& next) const;

  // The zero value, in one piece of memory.
  gotemplate::Value Zero(Arena& arena) const;

 private:
  friend class TypeBuilder;
  struct Nested {
    std::uint32_t slot;
    std::uint32_t first;
    const gotemplate::Type* type;
  };

  const JsonField* FindFolded(std::string_view json_key) const;
  void BuildIndex();
  void BuildZero();
  void AppendZero(const gotemplate::Type& type);

  std::vector<std::uint16_t> buckets_;  // Open addressing; index + 1, 0 is free.
  std::vector<gotemplate::Value> zero_;
  std::vector<Nested> nested_;
};

// Null if `type` is no struct, or time.Time.
const StructType* FindStructType(const gotemplate::Type* type);

// `type` must be a struct other than time.Time.
inline const StructType& AsStructType(const gotemplate::Type* type) {
  return *static_cast<const StructType*>(type);
}

// Of a struct type.
inline Codec CodecOf(const gotemplate::Type* type) {
  const StructType* const built = FindStructType(type);
  return built == nullptr ? Codec::kForeign : built->codec;
}

// The zero value of any type, as a slot of it holds it.
gotemplate::Value ZeroOf(const gotemplate::Type* type, Arena& arena);

struct FieldDescription {
  std::string_view name;  // Go's.
  std::string_view type;  // Go syntax; named types as the builder's source names them.
  std::string_view json_name;
  bool embedded = false;
  bool inlined = false;
  bool omit_empty = false;
  bool omit_zero = false;
  bool newer = false;
};

struct TypeDescription {
  std::string_view underlying;           // "struct", or a Go type.
  std::vector<FieldDescription> fields;  // Of structs.
  Codec codec = Codec::kStruct;
  bool has_gogo_string = false;  // Its pointer has a String method that gogo generated.
  // Adds methods that are known elsewhere; null where there are none.
  void (*add_methods)(gotemplate::Type& type) = nullptr;
};

// Finds the description of a named type, package path and name ("core/v1.Container"); false where
// there is none. `from` is the type that refers to it, or empty. May return `resolved` where the
// name was ambiguous. What it returns views memory that outlives the builder.
using TypeSource = std::function<bool(std::string_view name, std::string_view from,
                                      std::string_view& resolved, TypeDescription& description)>;

// Makes types as they are asked for, with all that they refer to, and attaches the methods that
// methods.h has for them. The types live as long as the program. Not thread-safe.
class TypeBuilder {
 public:
  explicit TypeBuilder(TypeSource source) : source_(std::move(source)) {}
  TypeBuilder(const TypeBuilder&) = delete;
  TypeBuilder& operator=(const TypeBuilder&) = delete;

  // `expression` is Go syntax over basic types and named ones. Null where it cannot be read or
  // names an unknown type.
  const gotemplate::Type* Get(std::string_view expression);

  // A type made elsewhere, under the name by which the source's descriptions refer to it.
  void Add(std::string_view name, const gotemplate::Type* type);

 private:
  struct Pending {
    StructType* type;
    std::string_view name;
    TypeDescription description;
  };

  const gotemplate::Type* Parse(std::string_view& rest, std::string_view from);
  const gotemplate::Type* Named(std::string_view name, std::string_view from);
  void Complete();
  void FillFields(const Pending& pending);
  static void FillJson(StructType& type);

  TypeSource source_;
  std::unordered_map<std::string, const gotemplate::Type*> named_;
  std::vector<Pending> pending_;
  bool failed_ = false;
};

}  // namespace sidecar::kubetypes
