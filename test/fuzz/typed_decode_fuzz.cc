// What is decoded as a Kubernetes object, encoded and decoded again, encodes to the same tree; in
// whatever mode it is decoded.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/defaults.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"

namespace {

using sidecar::Arena;
using sidecar::Result;
using sidecar::gotemplate::Type;
using sidecar::gotemplate::Value;
using sidecar::kubetypes::Decode;
using sidecar::kubetypes::Encode;
using sidecar::yaml::Node;

constexpr std::size_t kArenaBytes = std::size_t{256} << 20U;
constexpr std::size_t kTextBytes = std::size_t{64} << 10U;

void Require(bool condition, std::string_view what, const std::string& one,
             const std::string& other) {
  if (condition) return;
  std::fprintf(stderr, "%.*s:\n%s\n%s\n", static_cast<int>(what.size()), what.data(), one.c_str(),
               other.c_str());
  std::abort();
}

std::string ToJson(const Node& node) {
  std::string out;
  sidecar::yaml::WriteJson(node, out);
  return out;
}

void Check(const Node& node, const Type* type, bool legacy) {
  Arena arena(kArenaBytes);
  sidecar::kubetypes::UnknownMembers unknown;
  std::vector<sidecar::kubetypes::Warning> warnings;
  const Result<Value> value =
      Decode(node, type, arena,
             {.legacy = legacy, .unknown = legacy ? nullptr : &unknown, .warnings = &warnings});
  if (!value.has_value()) return;
  const Node first = Encode(*value, arena, {.unknown = &unknown});

  sidecar::kubetypes::UnknownMembers unknown_again;
  const Result<Value> again = Decode(first, type, arena, {.unknown = &unknown_again});
  if (!again.has_value()) {
    // A time zone may move a time out of the years that the format has.
    const std::string& message = again.error().message;
    Require(message.starts_with("parsing time"), "what was encoded is not decoded", ToJson(first),
            message);
    return;
  }
  const std::string one = ToJson(first);
  const std::string other = ToJson(Encode(*again, arena, {.unknown = &unknown_again}));
  Require(one == other, "not the same tree", one, other);
  if (legacy) sidecar::kubetypes::SetInjectionDefaults(*value, arena);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kTextBytes) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    Arena arena(kArenaBytes);
    const Result<Node> node = sidecar::yaml::ParseYaml(text, arena);
    if (!node.has_value()) return 0;
    Check(*node, sidecar::kubetypes::SchemaType("extensions/v1beta1.Deployment"), false);
    Check(*node, sidecar::kubetypes::SchemaType("inject.SidecarInjectionSpec"), true);
  } catch (const sidecar::ArenaLimitExceeded&) {
    return 0;
  }
  return 0;
}
