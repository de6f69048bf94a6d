#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/funcs/groups.h"

// sprig's list.go. Lists are slices and arrays of any type; results are new lists. The functions
// that panic and those that return an error ("must...") read the same to a template.
namespace sidecar::gotemplate::funcs {
namespace {

// `value` if it is a list; throws "<complaint> <kind>" otherwise, or Go's panic for nil.
const Value& CheckList(const Value& value, std::string_view complaint,
                       std::string_view suffix = "") {
  if (!value.IsValid()) ThrowNilDereference();
  if (value.kind() != Kind::kSlice && value.kind() != Kind::kArray) {
    throw FunctionError(std::string(complaint) + " " + std::string(ToString(value.kind())) +
                        std::string(suffix));
  }
  return value;
}

Value NewList(const Call& call, std::span<const Value> elements) {
  const std::span<Value> copy = call.arena.NewArray<Value>(elements.size());
  std::copy(elements.begin(), elements.end(), copy.begin());
  return AnySlice(copy);
}

Value List(const Call& call) {
  return NewList(call, call.arguments);
}

Value Append(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot push on type");
  const std::span<Value> longer = call.arena.NewArray<Value>(list.size() + 1);
  std::copy_n(list.slots().begin(), list.size(), longer.begin());
  longer.back() = call[1];
  return AnySlice(longer);
}

Value Prepend(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot prepend on type");
  const std::span<Value> longer = call.arena.NewArray<Value>(list.size() + 1);
  std::copy_n(list.slots().begin(), list.size(), longer.begin() + 1);
  longer.front() = call[1];
  return AnySlice(longer);
}

Value First(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find first on type");
  return list.size() == 0 ? Value() : Slot(list, 0);
}

Value Last(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find last on type");
  return list.size() == 0 ? Value() : Slot(list, list.size() - 1);
}

Value Rest(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find rest on type");
  return list.size() == 0 ? NilAnyList(call.arena) : NewList(call, list.slots().subspan(1));
}

Value Initial(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find initial on type");
  return list.size() == 0 ? NilAnyList(call.arena)
                          : NewList(call, list.slots().first(list.size() - 1));
}

Value Reverse(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find reverse on type");
  const Value reversed = NewList(call, list.slots());
  std::reverse(reversed.slots().begin(), reversed.slots().end());
  return reversed;
}

template <class Keep>
Value Filter(const Call& call, const Value& list, Keep keep) {
  std::vector<Value> kept;
  for (const Value& element : list.slots()) {
    if (keep(element)) kept.push_back(element);
  }
  return NewList(call, kept);
}

Value Compact(const Call& call) {
  return Filter(call, CheckList(call[0], "Cannot compact on type"),
                [](const Value& element) { return !IsEmpty(element); });
}

Value Uniq(const Call& call) {
  const Value& list = CheckList(call[0], "Cannot find uniq on type");
  std::unordered_multimap<std::size_t, Value> seen;
  DeepComparer comparer(&call.arena);
  return Filter(call, list, [&seen, &comparer](const Value& element) {
    const std::size_t hash = DeepHash(element);
    const auto [begin, end] = seen.equal_range(hash);
    for (auto same = begin; same != end; ++same) {
      if (comparer.Equal(element, same->second)) return false;
    }
    seen.emplace(hash, element);
    return true;
  });
}

bool IsIn(std::span<const Value> list, const Value& element, DeepComparer& comparer) {
  return std::any_of(list.begin(), list.end(), [&element, &comparer](const Value& other) {
    return comparer.Equal(element, other);
  });
}

Value Without(const Call& call) {
  DeepComparer comparer(&call.arena);
  return Filter(
      call, CheckList(call[0], "Cannot find without on type"),
      [&call, &comparer](const Value& element) { return !IsIn(call.From(1), element, comparer); });
}

Value Has(const Call& call) {
  if (!call[1].IsValid()) return Value::Bool(false);
  DeepComparer comparer(&call.arena);
  const Value& list = CheckList(call[1], "Cannot find has on type");
  return Value::Bool(IsIn(list.slots(), call[0], comparer));
}

// reflect.Value.Slice: up to the capacity of a slice.
Value Slice(const Call& call) {
  const Value& list = CheckList(call[0], "list should be type of slice or array but");
  if (list.size() == 0) return {};
  const std::int64_t start = call.size() > 1 ? ToInt64(call[1]) : 0;
  const std::int64_t end =
      call.size() > 2 ? ToInt64(call[2]) : static_cast<std::int64_t>(list.size());
  if (list.kind() == Kind::kArray) {
    throw FunctionError("reflect.Value.Slice: slice of unaddressable array");
  }
  const std::size_t capacity = std::max(list.capacity(), list.size());
  if (start < 0 || end < start || static_cast<std::size_t>(end) > capacity) {
    throw FunctionError("reflect.Value.Slice: slice index out of bounds");
  }
  const std::span<Value> storage(list.slots().data() + start,
                                 capacity - static_cast<std::size_t>(start));
  return Value::SliceWithCapacity(storage, static_cast<std::size_t>(end - start), list.type());
}

Value Concat(const Call& call) {
  std::vector<Value> joined;
  for (const Value& list : call.arguments) {
    const std::span<Value> slots = CheckList(list, "Cannot concat type", " as list").slots();
    joined.insert(joined.end(), slots.begin(), slots.end());
  }
  return joined.empty() ? NilAnyList(call.arena) : NewList(call, joined);
}

// Chunks of `size`, the last one with what is left. Sizes below 1 end as sprig's arithmetic in
// floats does.
Value Chunk(const Call& call) {
  const std::int64_t size = call.Int(0);
  const Value& list = CheckList(call[1], "Cannot chunk type");
  const auto length = static_cast<double>(list.size());
  const double count = std::floor((length - 1) / static_cast<double>(size)) + 1;
  const double last = size == 0 ? 0 : std::floor(std::fmod(length, static_cast<double>(size)));
  if (size == 0 || count < 0 || (count > 0 && last == 0 && size < 0)) {
    throw FunctionError("runtime error: makeslice: len out of range");
  }
  const std::span<Value> chunks = call.arena.NewArray<Value>(static_cast<std::size_t>(count));
  std::span<const Value> rest = list.slots();
  for (Value& chunk : chunks) {
    const std::size_t part =
        size < 0 ? rest.size() : std::min(rest.size(), static_cast<std::size_t>(size));
    chunk = NewList(call, rest.first(part));
    rest = rest.subspan(part);
  }
  return Value::Slice(chunks, SliceOf(AnySliceType()));
}

constexpr Definition kFunctions[] = {
    {"append", "(any, any) []any", Append},
    {"chunk", "(int, any) [][]any", Chunk},
    {"compact", "(any) []any", Compact},
    {"concat", "(...any) any", Concat},
    {"first", "(any) any", First},
    {"has", "(any, any) bool", Has},
    {"initial", "(any) []any", Initial},
    {"last", "(any) any", Last},
    {"list", "(...any) []any", List},
    {"mustAppend", "(any, any) []any", Append},
    {"mustChunk", "(int, any) [][]any", Chunk},
    {"mustCompact", "(any) []any", Compact},
    {"mustFirst", "(any) any", First},
    {"mustHas", "(any, any) bool", Has},
    {"mustInitial", "(any) []any", Initial},
    {"mustLast", "(any) any", Last},
    {"mustPrepend", "(any, any) []any", Prepend},
    {"mustPush", "(any, any) []any", Append},
    {"mustRest", "(any) []any", Rest},
    {"mustReverse", "(any) []any", Reverse},
    {"mustSlice", "(any, ...any) any", Slice},
    {"mustUniq", "(any) []any", Uniq},
    {"mustWithout", "(any, ...any) []any", Without},
    {"prepend", "(any, any) []any", Prepend},
    {"push", "(any, any) []any", Append},
    {"rest", "(any) []any", Rest},
    {"reverse", "(any) []any", Reverse},
    {"slice", "(any, ...any) any", Slice},
    {"tuple", "(...any) []any", List},
    {"uniq", "(any) []any", Uniq},
    {"without", "(any, ...any) []any", Without},
};

}  // namespace

Group ListFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
