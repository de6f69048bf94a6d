#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/deep.h"
#include "lib/gotemplate/funcs/duration.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/funcs/split.h"
#include "lib/gotemplate/funcs/structure.h"
#include "lib/gotemplate/funcs/text_case.h"
#include "lib/gotemplate/funcs/yaml_text.h"
#include "lib/gotemplate/unicode.h"
#include "lib/yaml/json.h"

// Istio's InjectionFuncmap (pkg/kube/inject/template.go), less what needs its protobufs. Fields of
// Kubernetes types are found by name, so any schema's types will do.
namespace sidecar::gotemplate::funcs {
namespace {

Value View(std::string_view part) {
  return Value::String(part);
}

// The field of a struct, seen through pointers; invalid where there is none.
Value FieldOf(Value object, std::string_view name) {
  while (object.kind() == Kind::kPointer) object = object.Elem().Dynamic();
  if (object.kind() != Kind::kStruct) return {};
  const FieldMatch* const match = FindField(object.type(), name);
  if (match == nullptr) return {};
  for (const std::uint32_t index : match->path) {
    while (object.kind() == Kind::kPointer && !object.IsNil()) object = object.Elem().Dynamic();
    if (object.kind() != Kind::kStruct) return {};
    object = object.Field(index).Dynamic();
  }
  return object;
}

std::string_view TextField(const Value& object, std::string_view name) {
  const Value field = FieldOf(object, name);
  return field.kind() == Kind::kString ? field.AsString() : std::string_view();
}

std::int64_t IntField(const Value& object, std::string_view name) {
  const Value field = FieldOf(object, name);
  return IsSigned(field.kind()) ? field.AsInt() : 0;
}

Value Annotation(const Call& call) {
  const Value annotations = FieldOf(call[0], "Annotations");
  if (annotations.kind() == Kind::kMap && !annotations.IsNil()) {
    if (const Value* const found = annotations.AsMap()->Find(call.Text(1))) return *found;
  }
  return View(PrintValue(call[2], call.arena));
}

Value IsSet(const Call& call) {
  return Value::Bool(call.Map(0) != nullptr && call.Map(0)->Find(call.Text(1)) != nullptr);
}

Value ValueOrDefault(const Call& call) {
  const bool empty =
      !call[0].IsValid() || (call[0].type() == StringType() && call[0].AsString().empty());
  return call[empty ? 1 : 0];
}

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && IsSpace(DecodeRune(text).rune)) {
    text.remove_prefix(DecodeRune(text).width);
  }
  while (!text.empty() && IsSpace(DecodeLastRune(text).rune)) {
    text.remove_suffix(DecodeLastRune(text).width);
  }
  return text;
}

// Adds a port to a list of them, unless it is there, "" or 0.
Value ExcludeInboundPort(const Call& call) {
  const std::string_view printed = PrintValue(call[0], call.arena);
  const std::string_view port = TrimSpace(printed);
  if (port.empty() || port == "0") return call[1];
  ArenaText out(call.arena);
  for (const std::string_view part : Split(call.Text(1), ",", kAllParts)) {
    if (part == port) return call[1];
    const std::string_view other = TrimSpace(part);
    if (other.empty()) continue;
    out.Append(other);
    out.Append(',');
  }
  out.Append(port);
  return View(out.text());
}

void AppendPorts(const Value& container, ArenaText& out) {
  const Value ports = FieldOf(container, "Ports");
  if (ports.kind() != Kind::kSlice) return;
  for (const Value& port : ports.slots()) {
    const std::string_view protocol = TextField(port, "Protocol");
    if (protocol == "UDP" || protocol == "SCTP") continue;
    if (out.size() > 0) out.Append(',');
    out.Append(std::to_string(IntField(port, "ContainerPort")));
  }
}

Value IncludeInboundPorts(const Call& call) {
  ArenaText out(call.arena);
  for (const Value& container : call[0].slots()) AppendPorts(container, out);
  return View(out.text());
}

Value ApplicationPorts(const Call& call) {
  ArenaText out(call.arena);
  for (const Value& container : call[0].slots()) {
    if (TextField(container, "Name") != "istio-proxy") AppendPorts(container, out);
  }
  return View(out.text());
}

Value Same(const Call& call) {
  return call[0];
}

std::string_view WriteStructure(const Value& value, Arena& arena) {
  const yaml::JsonStyle style = {.sort_keys = false, .escape_html = true, .indent = ""};
  std::string text;
  yaml::WriteJson(ToNode(value, arena), text, style);
  return arena.Copy(text);
}

// toJSON: "{}" for no map at all.
Value ToJsonObject(const Call& call) {
  return View(call[0].IsNil() ? "{}" : WriteStructure(call[0], call.arena));
}

Value StructToJson(const Call& call) {
  if (!call[0].IsValid()) return View("{}");
  try {
    return View(WriteStructure(call[0], call.arena));
  } catch (const FunctionError&) {
    return View("{}");
  }
}

Value FromJsonText(const Call& call) {
  const auto node = ReadJsonText(call.Text(0), call.arena);
  return node ? FromNode(*node, call.arena) : View("{}");
}

Value ToYaml(const Call& call) {
  try {
    return View(WriteYamlText(call[0], call.arena));
  } catch (const FunctionError&) {
    return View("");
  }
}

// Unlike sprig's, it leaves the first line alone.
Value Indent(const Call& call) {
  const std::int64_t spaces = call.Int(0);
  std::string_view text = call.Text(1);
  ArenaText out(call.arena, text.size());
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out.Append(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    for (std::int64_t i = 0; i < spaces; ++i) out.Append(' ');
  }
  out.Append(text);
  return View(out.text());
}

// path.Split's directory.
Value Directory(const Call& call) {
  return View(call.Text(0).substr(0, call.Text(0).rfind('/') + 1));
}

Value Contains(const Call& call) {
  return Value::Bool(call.Text(1).find(call.Text(0)) != std::string_view::npos);
}

Value ToLowerCase(const Call& call) {
  return View(MapRunes(call.Text(0), ToLower, call.arena));
}

// durationpb's AsDuration, which stops at the ends of time.Duration.
Value FormatDurationField(const Call& call) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const std::int64_t seconds = IntField(call[0], "Seconds");
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, IntField(call[0], "Nanos"), &nanos)) {
    nanos = seconds < 0 ? std::numeric_limits<std::int64_t>::min()
                        : std::numeric_limits<std::int64_t>::max();
  }
  return Text(call, FormatDuration(nanos));
}

Value StringMap(MapData* map) {
  return Value::Map(map, StringMapType());
}

Value StringDict(const Call& call) {
  auto* const map = call.arena.New<MapData>();
  for (std::size_t i = 0; i < call.size(); i += 2) {
    map->Set(call[i], i + 1 < call.size() ? call[i + 1] : View(""), call.arena);
  }
  return StringMap(map);
}

MapData* MergedMaps(const Call& call) {
  auto* const merged = call.arena.New<MapData>();
  for (const Value& map : call.arguments) {
    if (map.IsNil()) continue;
    for (const MapEntry& entry : map.AsMap()->all())
      merged->Set(entry.key, entry.value, call.arena);
  }
  return merged;
}

Value MergeMaps(const Call& call) {
  return StringMap(MergedMaps(call));
}

Value ToJsonMap(const Call& call) {
  return View(WriteStructure(StringMap(MergedMaps(call)), call.arena));
}

Value Omit(const Call& call) {
  if (call[0].IsNil()) return StringMap(call.arena.New<MapData>());
  auto* const kept = call.arena.New<MapData>();
  for (const MapEntry& entry : call.Map(0)->all()) {
    const bool omitted =
        std::any_of(call.From(1).begin(), call.From(1).end(),
                    [&](const Value& key) { return key.AsString() == entry.key.AsString(); });
    if (!omitted) kept->Set(entry.key, entry.value, call.arena);
  }
  return StringMap(kept);
}

// The value without nils, and without the maps and lists that this leaves empty; nil if nothing
// remains. Maps and lists of other types stay as they are.
Value WithoutNils(const Value& value, Arena& arena, int depth) {
  if (depth > kDeepestValue) throw FunctionError("value is nested too deeply, or contains itself");
  if (value.IsValid() && value.type() == AnyMapType()) {
    if (value.IsNil()) return {};
    auto* const kept = arena.New<MapData>();
    for (const MapEntry& entry : value.AsMap()->all()) {
      const Value rest = WithoutNils(entry.value, arena, depth + 1);
      if (rest.IsValid()) kept->Set(entry.key, rest, arena);
    }
    return kept->size == 0 ? Value() : AnyMap(kept);
  }
  if (value.IsValid() && value.type() == AnySliceType()) {
    const std::span<Value> kept = arena.NewArray<Value>(value.size());
    std::size_t size = 0;
    for (const Value& element : value.slots()) {
      const Value rest = WithoutNils(element, arena, depth + 1);
      if (rest.IsValid()) kept[size++] = rest;
    }
    return size == 0 ? Value() : AnySlice(kept.first(size));
  }
  return value;
}

Value OmitNil(const Call& call) {
  return WithoutNils(call[0], call.arena, 0);
}

bool NamesNetwork(const yaml::Node& network, std::string_view name) {
  const yaml::Node* const found = network.IsMapping() ? network.Find("name") : nullptr;
  return found != nullptr && found->IsString() && found->AsString() == name;
}

// Adds to Multus' annotation, which is a JSON list of objects or a list of names, unless it is
// there. JSON that is something else stays as it is.
Value AppendMultusNetwork(const Call& call) {
  const std::string_view existing = call.Text(0);
  const std::string_view name = call.Text(1);
  if (existing.empty()) return call[1];
  ArenaText out(call.arena, existing.size());
  const std::size_t end = existing.rfind(']');
  if (end == std::string_view::npos) {
    for (const std::string_view part : Split(existing, ",", kAllParts)) {
      if (TrimSpace(part) == name) return call[0];
    }
    out.Append(existing);
    out.Append(", ");
    out.Append(name);
    return View(out.text());
  }
  const auto networks = ReadJsonText(existing, call.arena);
  if (!networks.has_value() || !networks->IsSequence()) return call[0];
  for (const yaml::Node& network : networks->AsSequence()) {
    if (!network.IsMapping() && !network.IsNull()) return call[0];
    if (NamesNetwork(network, name)) return call[0];
  }
  out.Append(existing.substr(0, end));
  out.Append(R"(, {"name": ")");
  out.Append(name);
  out.Append(R"("})");
  out.Append(existing.substr(end));
  return View(out.text());
}

// Istio's, of which sprig's is the call without a default: both kinds of templates work.
Value EnvironmentOr(const Call& call) {
  if (call.size() > 2) throw FunctionError("takes a name and a default, nothing else");
  const std::string value = call.policy.environment ? call.policy.environment(call.Text(0)) : "";
  if (!value.empty()) return Text(call, value);
  return call.size() == 2 ? call[1] : View("");
}

constexpr Definition kFunctions[] = {
    {"appendMultusNetwork", "(string, string) string", AppendMultusNetwork},
    {"contains", "(string, string) bool", Contains},
    {"directory", "(string) string", Directory},
    {"env", "(string, ...string) string", EnvironmentOr},
    {"excludeInboundPort", "(any, string) string", ExcludeInboundPort},
    {"excludeInterfaces", "(string) string", Same},
    {"fromJSON", "(string) any", FromJsonText},
    {"indent", "(int, string) string", Indent, true},
    {"isset", "(map[string]string, string) bool", IsSet},
    {"kubevirtInterfaces", "(string) string", Same},
    {"mergeMaps", "(...map[string]string) map[string]string", MergeMaps},
    {"omit", "(map[string]string, ...string) map[string]string", Omit},
    {"omitNil", "(any) any", OmitNil},
    {"strdict", "(...string) map[string]string", StringDict},
    {"structToJSON", "(any) string", StructToJson, true},
    {"toJSON", "(map[string]string) string", ToJsonObject, true},
    {"toJsonMap", "(...map[string]string) string", ToJsonMap, true},
    {"toLower", "(string) string", ToLowerCase},
    {"toYaml", "(any) string", ToYaml, true},
    {"valueOrDefault", "(any, any) any", ValueOrDefault},
};

constexpr Definition kOfObjectMeta[] = {
    {"annotation", "(v1.ObjectMeta, string, any) string", Annotation},
};

constexpr Definition kOfContainers[] = {
    {"applicationPorts", "([]v1.Container) string", ApplicationPorts},
    {"includeInboundPorts", "([]v1.Container) string", IncludeInboundPorts},
};

constexpr Definition kOfDuration[] = {
    {"formatDuration", "(duration) string", FormatDurationField},
};

}  // namespace

std::vector<Group> IstioFunctions(const IstioTypes& types) {
  std::vector<Group> groups = {{kFunctions, {}}};
  if (types.object_meta != nullptr) {
    groups.push_back({kOfObjectMeta, {{"v1.ObjectMeta", types.object_meta}}});
  }
  if (types.container != nullptr) {
    groups.push_back({kOfContainers, {{"v1.Container", types.container}}});
  }
  if (types.duration != nullptr) groups.push_back({kOfDuration, {{"duration", types.duration}}});
  return groups;
}

}  // namespace sidecar::gotemplate::funcs
