#include <string>
#include <utility>
#include <vector>

#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/semver.h"
#include "lib/gotemplate/funcs/work.h"

// sprig's semver.go: versions are values of the type *semver.Version.
namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::size_t kFields = 6;

const Type* VersionType();

Value VersionStruct(const Call& call, const Version& version) {
  const std::span<Value> slots = call.arena.NewArray<Value>(kFields);
  const Type* const number = BasicType("uint64");
  slots[0] = Value::Uint(version.major, number);
  slots[1] = Value::Uint(version.minor, number);
  slots[2] = Value::Uint(version.patch, number);
  slots[3] = Text(call, version.prerelease);
  slots[4] = Text(call, version.metadata);
  slots[5] = Text(call, version.original);
  return Value::Struct(slots.data(), VersionType());
}

Version VersionOf(const Value& value) {
  const Value plain = value.kind() == Kind::kPointer ? value.Elem() : value;
  if (!plain.IsValid()) ThrowNilDereference();
  const std::span<Value> slots = plain.slots();
  return {slots[0].AsUint(),
          slots[1].AsUint(),
          slots[2].AsUint(),
          std::string(slots[3].AsString()),
          std::string(slots[4].AsString()),
          std::string(slots[5].AsString())};
}

Version Self(const Call& call) {
  return VersionOf(call[0]);
}
int CompareBoth(const Call& call) {
  return funcs::Compare(Self(call), VersionOf(call[1]));
}

Value Number(std::uint64_t number) {
  return Value::Uint(number, BasicType("uint64"));
}

// A version made of this one keeps its "v".
Value Changed(const Call& call, Version version) {
  version.original = (Self(call).original.starts_with('v') ? "v" : "") + version.ToString();
  return VersionStruct(call, version);
}

Value IncPatch(const Call& call) {
  Version version = Self(call);
  if (version.prerelease.empty()) ++version.patch;
  version.prerelease.clear();
  version.metadata.clear();
  return Changed(call, version);
}

Value IncMinor(const Call& call) {
  const Version version = Self(call);
  return Changed(call, {.major = version.major, .minor = version.minor + 1});
}

Value IncMajor(const Call& call) {
  return Changed(call, {.major = Self(call).major + 1});
}

Value SetPrerelease(const Call& call) {
  Version version = Self(call);
  version.prerelease = call.Text(1);
  if (!version.prerelease.empty()) CheckPrerelease(version.prerelease);
  return Changed(call, version);
}

Value SetMetadata(const Call& call) {
  Version version = Self(call);
  version.metadata = call.Text(1);
  if (!version.metadata.empty()) CheckMetadata(version.metadata);
  return Changed(call, version);
}

struct MethodDefinition {
  Definition definition;
  bool pointer_receiver = false;
};

constexpr MethodDefinition kMethods[] = {
    {{"Compare", "(*Version) int", [](const Call& call) { return Int(CompareBoth(call)); }}, true},
    {{"Equal", "(*Version) bool",
      [](const Call& call) { return Value::Bool(CompareBoth(call) == 0); }},
     true},
    {{"GreaterThan", "(*Version) bool",
      [](const Call& call) { return Value::Bool(CompareBoth(call) > 0); }},
     true},
    {{"GreaterThanEqual", "(*Version) bool",
      [](const Call& call) { return Value::Bool(CompareBoth(call) >= 0); }},
     true},
    {{"IncMajor", "() Version", IncMajor}},
    {{"IncMinor", "() Version", IncMinor}},
    {{"IncPatch", "() Version", IncPatch}},
    {{"LessThan", "(*Version) bool",
      [](const Call& call) { return Value::Bool(CompareBoth(call) < 0); }},
     true},
    {{"LessThanEqual", "(*Version) bool",
      [](const Call& call) { return Value::Bool(CompareBoth(call) <= 0); }},
     true},
    {{"Major", "() uint64", [](const Call& call) { return Number(Self(call).major); }}},
    {{"MarshalJSON", "() string",
      [](const Call& call) { return Text(call, "\"" + Self(call).ToString() + "\""); }}},
    {{"Metadata", "() string", [](const Call& call) { return Text(call, Self(call).metadata); }}},
    {{"Minor", "() uint64", [](const Call& call) { return Number(Self(call).minor); }}},
    {{"Original", "() string", [](const Call& call) { return Text(call, Self(call).original); }},
     true},
    {{"Patch", "() uint64", [](const Call& call) { return Number(Self(call).patch); }}},
    {{"Prerelease", "() string",
      [](const Call& call) { return Text(call, Self(call).prerelease); }}},
    {{"SetMetadata", "(string) Version", SetMetadata}},
    {{"SetPrerelease", "(string) Version", SetPrerelease}},
    {{"String", "() string", [](const Call& call) { return Text(call, Self(call).ToString()); }}},
};

const Type* MakeVersionType() {
  auto* const type = new Type;  // Never destroyed, as types.
  type->kind = Kind::kStruct;
  type->name = "semver.Version";
  type->named = true;
  for (const char* const name : {"major", "minor", "patch"}) {
    type->fields.push_back({.name = name, .type = BasicType("uint64")});
  }
  for (const char* const name : {"pre", "metadata", "original"}) {
    type->fields.push_back({.name = name, .type = StringType()});
  }
  const std::vector<NamedType> names = {{"Version", type}};
  for (const MethodDefinition& method : kMethods) {
    type->methods.push_back({MakeFunction(method.definition, names), method.pointer_receiver});
  }
  return type;
}

const Type* VersionType() {
  static const Type* const type = MakeVersionType();
  return type;
}

Value Semver(const Call& call) {
  Value* const version = call.arena.New<Value>(VersionStruct(call, ParseVersion(call.Text(0))));
  return Value::Pointer(version, PointerTo(VersionType()));
}

Value SemverCompare(const Call& call) {
  constexpr std::size_t kPricePerByte = 256;
  PayForWork(&call.arena, (call.Text(0).size() + call.Text(1).size()) * kPricePerByte);
  const VersionConstraints constraints(call.Text(0));
  return Value::Bool(constraints.Allow(ParseVersion(call.Text(1))));
}

constexpr Definition kFunctions[] = {
    {"semver", "(string) *Version", Semver},
    {"semverCompare", "(string, string) bool", SemverCompare},
};

}  // namespace

Group VersionFunctions() {
  return {kFunctions, {{"Version", VersionType()}}};
}

}  // namespace sidecar::gotemplate::funcs
