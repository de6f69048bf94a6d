#include "lib/kubetypes/defaults.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "lib/kubetypes/scalars.h"
#include "lib/kubetypes/type_builder.h"

namespace sidecar::kubetypes {

using gotemplate::Kind;
using gotemplate::Type;
using gotemplate::Value;

namespace {

// The variable behind a JSON key of a struct; null where its type has none.
Value* Slot(const Value& object, std::string_view key) {
  const JsonField* const field = AsStructType(object.type()).Find(key);
  if (field == nullptr) return nullptr;
  Value* owner = object.slots().data();
  for (const std::uint32_t inlined : field->inlined) owner = owner[inlined].slots().data();
  return &owner[field->slot];
}

// The struct that a pointer field points at; invalid where it is nil.
Value Target(const Value& object, std::string_view key) {
  const Value* const slot = Slot(object, key);
  return slot == nullptr || slot->IsNil() ? Value() : slot->Elem();
}

std::span<Value> Elements(const Value& object, std::string_view key) {
  const Value* const slot = Slot(object, key);
  return slot == nullptr || slot->IsNil() ? std::span<Value>() : slot->slots();
}

struct Default {
  std::string_view key;
  std::string_view text = {};  // For strings and pointers to them.
  std::int64_t number = 0;     // For integers, bools, and pointers to them.
};

Value DefaultValue(const Default& wanted, const Type* type) {
  if (type->kind == Kind::kString) return Value::String(wanted.text, type);
  if (type->kind == Kind::kBool) return Value::Bool(wanted.number != 0, type);
  return Value::Int(wanted.number, type);
}

void SetDefault(const Value& object, const Default& wanted, Arena& arena) {
  Value* const slot = Slot(object, wanted.key);
  if (slot == nullptr || gotemplate::IsTrue(*slot).value_or(true)) return;
  const Type* const type = slot->type();
  *slot = type->kind == Kind::kPointer
              ? Value::Pointer(arena.New<Value>(DefaultValue(wanted, type->element)), type)
              : DefaultValue(wanted, type);
}

template <std::size_t kSize>
void SetDefaults(const Value& object, const std::array<Default, kSize>& table, Arena& arena) {
  if (!object.IsValid()) return;
  for (const Default& wanted : table) SetDefault(object, wanted, arena);
}

constexpr std::int64_t kFileMode = 0644;

constexpr std::array kContainer = {
    Default{.key = "terminationMessagePath", .text = "/dev/termination-log"},
    Default{.key = "terminationMessagePolicy", .text = "File"}};
constexpr std::array kPort = {Default{.key = "protocol", .text = "TCP"}};
constexpr std::array kFieldRef = {Default{.key = "apiVersion", .text = "v1"}};
constexpr std::array kProbe = {Default{.key = "timeoutSeconds", .number = 1},
                               Default{.key = "periodSeconds", .number = 10},
                               Default{.key = "successThreshold", .number = 1},
                               Default{.key = "failureThreshold", .number = 3}};
constexpr std::array kHttpGet = {Default{.key = "path", .text = "/"},
                                 Default{.key = "scheme", .text = "HTTP"}};
constexpr std::array kMode = {Default{.key = "defaultMode", .number = kFileMode}};
constexpr std::array kToken = {Default{.key = "expirationSeconds", .number = 3600}};
constexpr std::array kHostPath = {Default{.key = "type"}};
constexpr std::array kIscsi = {Default{.key = "iscsiInterface", .text = "default"}};
constexpr std::array kRbd = {Default{.key = "pool", .text = "rbd"},
                             Default{.key = "user", .text = "admin"},
                             Default{.key = "keyring", .text = "/etc/ceph/keyring"}};
constexpr std::array kAzureDisk = {
    Default{.key = "cachingMode", .text = "ReadWrite"}, Default{.key = "kind", .text = "Shared"},
    Default{.key = "fsType", .text = "ext4"}, Default{.key = "readOnly", .number = 0}};
constexpr std::array kScaleIo = {Default{.key = "storageMode", .text = "ThinProvisioned"},
                                 Default{.key = "fsType", .text = "xfs"}};

// Whether all of a repository's name is as reference.Parse wants it, as far as its characters go.
// The first part, where it is a host, may be anything.
bool IsRepository(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789._-/";
  const std::size_t slash = name.find('/');
  const std::string_view first = name.substr(0, slash);
  const bool is_host =
      slash != std::string_view::npos &&
      (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  const std::string_view path = is_host ? name.substr(slash + 1) : name;
  return !path.empty() && path.find_first_not_of(kAllowed) == std::string_view::npos;
}

// parsers.ParseImageName's tag, as far as the pull policy needs it: `latest` where there is neither
// tag nor digest, empty for a digest alone and for what is no image name.
std::string_view TagOf(std::string_view image) {
  const std::size_t at = image.find('@');
  const std::string_view name = image.substr(0, at);
  const std::size_t colon = name.rfind(':');
  const bool tagged = colon != std::string_view::npos && name.find('/', colon) == name.npos;
  if (!IsRepository(tagged ? name.substr(0, colon) : name)) return "";
  if (tagged) return name.substr(colon + 1);
  return at == std::string_view::npos ? "latest" : "";
}

// SetDefaults_Container.
void SetPullPolicy(const Value& container, Arena& arena) {
  const Value* const image = Slot(container, "image");
  const bool latest = TagOf(image->AsString()) == "latest";
  SetDefault(container, {.key = "imagePullPolicy", .text = latest ? "Always" : "IfNotPresent"},
             arena);
}

// SetDefaults_ResourceList: milli is the least that the scheduler counts.
void RoundUpToMilli(const Value& list, Arena& arena) {
  constexpr std::int32_t kMilli = -3;
  if (list.IsNil()) return;
  for (gotemplate::MapEntry& entry : list.AsMap()->all()) {
    const Quantity quantity = QuantityOf(entry.value);
    const Quantity rounded = quantity.RoundedUp(kMilli);
    if (Compare(rounded, quantity) != 0) entry.value = ToValue(rounded, arena);
  }
}

// SetDefaults_Pod: what is limited but not requested is requested.
void SetRequests(const Value& container, Arena& arena) {
  const Value& resources = *Slot(container, "resources");
  const Value& limits = *Slot(resources, "limits");
  Value& requests = *Slot(resources, "requests");
  RoundUpToMilli(limits, arena);
  RoundUpToMilli(requests, arena);
  if (limits.IsNil()) return;
  auto* const merged = arena.New<gotemplate::MapData>();
  for (const gotemplate::MapEntry& limit : limits.AsMap()->all()) {
    merged->Set(limit.key, limit.value, arena);
  }
  if (!requests.IsNil()) {
    for (const gotemplate::MapEntry& request : requests.AsMap()->all()) {
      merged->Set(request.key, request.value, arena);
    }
  }
  requests = Value::Map(merged, requests.type());
}

void SetHandlerDefaults(const Value& handler, Arena& arena) {
  if (handler.IsValid()) SetDefaults(Target(handler, "httpGet"), kHttpGet, arena);
}

void SetOneContainer(const Value& container, Arena& arena) {
  SetPullPolicy(container, arena);
  SetDefaults(container, kContainer, arena);
  for (const Value& port : Elements(container, "ports")) SetDefaults(port, kPort, arena);
  for (const Value& variable : Elements(container, "env")) {
    const Value source = Target(variable, "valueFrom");
    if (source.IsValid()) SetDefaults(Target(source, "fieldRef"), kFieldRef, arena);
  }
  SetRequests(container, arena);
  for (const std::string_view key : {"livenessProbe", "readinessProbe"}) {
    const Value probe = Target(container, key);
    SetDefaults(probe, kProbe, arena);
    SetHandlerDefaults(probe, arena);
  }
  const Value lifecycle = Target(container, "lifecycle");
  if (!lifecycle.IsValid()) return;
  SetHandlerDefaults(Target(lifecycle, "postStart"), arena);
  SetHandlerDefaults(Target(lifecycle, "preStop"), arena);
}

void SetDownwardItems(const Value& source, Arena& arena) {
  for (const Value& item : Elements(source, "items")) {
    SetDefaults(Target(item, "fieldRef"), kFieldRef, arena);
  }
}

void SetProjectedDefaults(const Value& projected, Arena& arena) {
  SetDefaults(projected, kMode, arena);
  for (const Value& source : Elements(projected, "sources")) {
    if (const Value downward = Target(source, "downwardAPI"); downward.IsValid()) {
      SetDownwardItems(downward, arena);
    }
    SetDefaults(Target(source, "serviceAccountToken"), kToken, arena);
  }
}

// SetDefaults_Volume: a volume without any source is an emptyDir.
void SetVolumeSource(const Value& volume, Arena& arena) {
  const StructType& type = AsStructType(volume.type());
  for (const JsonField& field : type.json) {
    const Value* const slot = Slot(volume, field.name);
    if (slot->kind() == Kind::kPointer && !slot->IsNil()) return;
  }
  Value& empty_dir = *Slot(volume, "emptyDir");
  Value* const pointee = arena.New<Value>(ZeroOf(empty_dir.type()->element, arena));
  empty_dir = Value::Pointer(pointee, empty_dir.type());
}

void SetOneVolume(const Value& volume, Arena& arena) {
  SetVolumeSource(volume, arena);
  for (const std::string_view key : {"secret", "configMap", "downwardAPI"}) {
    SetDefaults(Target(volume, key), kMode, arena);
  }
  if (const Value downward = Target(volume, "downwardAPI"); downward.IsValid()) {
    SetDownwardItems(downward, arena);
  }
  if (const Value projected = Target(volume, "projected"); projected.IsValid()) {
    SetProjectedDefaults(projected, arena);
  }
  SetDefaults(Target(volume, "hostPath"), kHostPath, arena);
  SetDefaults(Target(volume, "iscsi"), kIscsi, arena);
  SetDefaults(Target(volume, "rbd"), kRbd, arena);
  SetDefaults(Target(volume, "azureDisk"), kAzureDisk, arena);
  SetDefaults(Target(volume, "scaleIO"), kScaleIo, arena);
}

}  // namespace

void SetContainerDefaults(std::span<Value> containers, Arena& arena) {
  for (const Value& container : containers) SetOneContainer(container, arena);
}

void SetVolumeDefaults(std::span<Value> volumes, Arena& arena) {
  for (const Value& volume : volumes) SetOneVolume(volume, arena);
}

void SetInjectionDefaults(const Value& spec, Arena& arena) {
  SetContainerDefaults(Elements(spec, "initContainers"), arena);
  SetContainerDefaults(Elements(spec, "containers"), arena);
  SetVolumeDefaults(Elements(spec, "volumes"), arena);
}

}  // namespace sidecar::kubetypes
