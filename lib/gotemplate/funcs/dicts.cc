#include <algorithm>
#include <string>
#include <vector>

#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/merge.h"

// sprig's dict.go. Where Go visits a map in random order (keys, values), the order is that of the
// keys. As in sprig, set, unset and merge change the map that they are given.
namespace sidecar::gotemplate::funcs {
namespace {

const Value* Find(const Call& call, std::size_t map, std::string_view key) {
  return call.Map(map) == nullptr ? nullptr : call.Map(map)->Find(key);
}

Value Dict(const Call& call) {
  const std::size_t pairs = (call.size() + 1) / 2;
  const std::span<MapEntry> entries = call.arena.NewArray<MapEntry>(pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    const bool paired = 2 * i + 1 < call.size();
    entries[i] = {Value::String(ToText(call[2 * i], call.arena)),
                  paired ? call[2 * i + 1] : Value::String("")};
  }
  auto* const map = call.arena.New<MapData>();
  map->entries = entries.data();
  map->size = map->capacity = static_cast<std::uint32_t>(pairs);
  map->Sort();
  return AnyMap(map);
}

Value Get(const Call& call) {
  const Value* const found = Find(call, 0, call.Text(1));
  return found == nullptr ? Value::String("") : *found;
}

Value Set(const Call& call) {
  if (call.Map(0) == nullptr) throw FunctionError("assignment to entry in nil map");
  call[0].AsMap()->Set(call[1], call[2], call.arena);
  return call[0];
}

Value Unset(const Call& call) {
  if (call.Map(0) != nullptr) call[0].AsMap()->Erase(call[1]);
  return call[0];
}

Value HasKey(const Call& call) {
  return Value::Bool(Find(call, 0, call.Text(1)) != nullptr);
}

Value Pluck(const Call& call) {
  std::vector<Value> found;
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (const Value* const value = Find(call, i, call.Text(0))) found.push_back(*value);
  }
  const std::span<Value> list = call.arena.NewArray<Value>(found.size());
  std::copy(found.begin(), found.end(), list.begin());
  return AnySlice(list);
}

Value Keys(const Call& call) {
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; i < call.size(); ++i) {
    if (call.Map(i) == nullptr) continue;
    for (const MapEntry& entry : call.Map(i)->all()) keys.push_back(entry.key.AsString());
  }
  return StringList(call, keys);
}

Value Values(const Call& call) {
  const std::size_t size = call[0].size();
  const std::span<Value> values = call.arena.NewArray<Value>(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = call.Map(0)->all()[i].value;
  return AnySlice(values);
}

Value Pick(const Call& call) {
  auto* const picked = call.arena.New<MapData>();
  for (const Value& key : call.From(1)) {
    if (const Value* const value = Find(call, 0, key.AsString())) {
      picked->Set(key, *value, call.arena);
    }
  }
  return AnyMap(picked);
}

Value Omit(const Call& call) {
  auto* const kept = call.arena.New<MapData>();
  if (call.Map(0) == nullptr) return AnyMap(kept);
  std::vector<std::string_view> omitted;
  for (const Value& key : call.From(1)) omitted.push_back(key.AsString());
  std::sort(omitted.begin(), omitted.end());
  for (const MapEntry& entry : call.Map(0)->all()) {
    if (std::binary_search(omitted.begin(), omitted.end(), entry.key.AsString())) continue;
    kept->Set(entry.key, entry.value, call.arena);
  }
  return AnyMap(kept);
}

// Go's failed type assertion value.(type).
[[noreturn]] void ThrowConversion(const Value& value, const Type* type) {
  const std::string dynamic = value.IsValid() ? value.type()->name : "nil";
  throw FunctionError("interface conversion: interface {} is " + dynamic + ", not " + type->name);
}

MapData* AssertMap(const Value& value) {
  if (!value.IsValid() || value.type() != AnyMapType()) ThrowConversion(value, AnyMapType());
  return value.AsMap();
}

// dig "key" "key" ... default map
Value Dig(const Call& call) {
  constexpr std::size_t kLeastArguments = 3;
  if (call.size() < kLeastArguments) throw FunctionError("dig needs at least three arguments");
  const std::size_t keys = call.size() - 2;
  const MapData* map = AssertMap(call[keys + 1]);
  for (const Value& key : call.arguments.first(keys)) {
    if (!key.IsValid() || key.type() != StringType()) ThrowConversion(key, StringType());
  }
  for (std::size_t i = 0; i < keys; ++i) {
    const Value* const found = map == nullptr ? nullptr : map->Find(call.Text(i));
    if (found == nullptr) return call[keys];
    if (i + 1 == keys) return *found;
    map = AssertMap(*found);
  }
  return {};
}

Value MergeAll(const Call& call, bool overwrite) {
  const Value target = call.Map(0) == nullptr ? AnyMap(call.arena.New<MapData>()) : call[0];
  for (const Value& source : call.From(1)) Merge(target, source, overwrite, call.arena);
  return target;
}

Value MergeFill(const Call& call) {
  return MergeAll(call, false);
}

Value MergeOverwrite(const Call& call) {
  return MergeAll(call, true);
}

Value DeepCopyOf(const Call& call) {
  return DeepCopy(call[0], call.arena);
}

constexpr Definition kFunctions[] = {
    {"deepCopy", "(any) any", DeepCopyOf},
    {"dict", "(...any) map[string]any", Dict},
    {"dig", "(...any) any", Dig},
    {"get", "(map[string]any, string) any", Get},
    {"hasKey", "(map[string]any, string) bool", HasKey},
    {"keys", "(...map[string]any) []string", Keys},
    {"merge", "(map[string]any, ...map[string]any) any", MergeFill},
    {"mergeOverwrite", "(map[string]any, ...map[string]any) any", MergeOverwrite},
    {"mustDeepCopy", "(any) any", DeepCopyOf},
    {"mustMerge", "(map[string]any, ...map[string]any) any", MergeFill},
    {"mustMergeOverwrite", "(map[string]any, ...map[string]any) any", MergeOverwrite},
    {"omit", "(map[string]any, ...string) map[string]any", Omit},
    {"pick", "(map[string]any, ...string) map[string]any", Pick},
    {"pluck", "(string, ...map[string]any) []any", Pluck},
    {"set", "(map[string]any, string, any) map[string]any", Set},
    {"unset", "(map[string]any, string) map[string]any", Unset},
    {"values", "(map[string]any) []any", Values},
};

}  // namespace

Group DictFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
