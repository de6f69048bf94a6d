#include "lib/kubetypes/gogo_string.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "lib/gotemplate/format.h"
#include "lib/kubetypes/scalars.h"

namespace sidecar::kubetypes {

using gotemplate::Kind;
using gotemplate::Method;
using gotemplate::Type;
using gotemplate::Value;

namespace {

// The fields whose protobuf numbers are out of step with their place in the struct, and behind
// which field they come (empty: first). Moved one after the other.
struct Move {
  std::string_view type;
  std::string_view field;
  std::string_view after;
};
constexpr std::array kMoves = {
    Move{"v1.ObjectMeta", "Initializers", "ClusterName"},
    Move{"v1.OwnerReference", "APIVersion", "UID"},
    Move{"v1.PodSpec", "InitContainers", "SchedulerName"},
    Move{"v1.PodSpec", "AutomountServiceAccountToken", "InitContainers"},
    Move{"v1.PodSpec", "ShareProcessNamespace", "DNSConfig"},
    Move{"v1.PodSpec", "EphemeralContainers", "TopologySpreadConstraints"},
    Move{"v1.PodSpec", "SetHostnameAsFQDN", "EphemeralContainers"},
    Move{"v1.Container", "EnvFrom", "TTY"},
    Move{"v1.Container", "TerminationMessagePolicy", "EnvFrom"},
    Move{"v1.Container", "VolumeDevices", "TerminationMessagePolicy"},
    Move{"v1.Container", "StartupProbe", "VolumeDevices"},
    Move{"v1.EphemeralContainerCommon", "EnvFrom", "TTY"},
    Move{"v1.EphemeralContainerCommon", "TerminationMessagePolicy", "EnvFrom"},
    Move{"v1.EphemeralContainerCommon", "VolumeDevices", "TerminationMessagePolicy"},
    Move{"v1.EphemeralContainerCommon", "StartupProbe", "VolumeDevices"},
    Move{"v1.SecurityContext", "RunAsGroup", "AllowPrivilegeEscalation"},
    Move{"v1.SecurityContext", "ProcMount", "RunAsGroup"},
    Move{"v1.SecurityContext", "WindowsOptions", "ProcMount"},
    Move{"v1.PodSecurityContext", "RunAsGroup", "FSGroup"},
    Move{"v1.PodSecurityContext", "Sysctls", "RunAsGroup"},
    Move{"v1.PodSecurityContext", "WindowsOptions", "Sysctls"},
    Move{"v1.VolumeMount", "SubPathExpr", "MountPropagation"},
    Move{"v1.VolumeSource", "Projected", "ScaleIO"},
    Move{"v1.PersistentVolumeClaimSpec", "Selector", "VolumeName"},
    Move{"v1.ISCSIVolumeSource", "SecretRef", "DiscoveryCHAPAuth"},
    Move{"v1.DeploymentSpec", "MinReadySeconds", "Strategy"},
};

std::vector<std::uint16_t> PrintOrder(const StructType& type) {
  std::vector<std::uint16_t> order;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (!type.newer_fields[i] && type.fields[i].name != "TypeMeta") {
      order.push_back(static_cast<std::uint16_t>(i));
    }
  }
  const auto place = [&](std::string_view name) {
    return std::find_if(order.begin(), order.end(),
                        [&](std::uint16_t index) { return type.fields[index].name == name; });
  };
  for (const Move& move : kMoves) {
    if (move.type != type.name) continue;
    const auto from = place(move.field);
    if (from == order.end() || place(move.after) == order.end()) continue;
    const std::uint16_t index = *from;
    order.erase(from);
    order.insert(place(move.after) + 1, index);
  }
  return order;
}

std::string_view ShortName(const Type* type) {
  const std::string_view name = type->name;
  return name.substr(name.rfind('.') + 1);
}

// Writes values as the generated code does, which is in part with fmt's %v.
class Printer {
 public:
  explicit Printer(Arena& arena) : arena_(arena) {}

  // "Name{Field:value,...,}".
  void Struct(const Value& value) {
    const StructType& type = AsStructType(value.type());
    out_ += ShortName(&type);
    out_ += '{';
    for (const std::uint16_t index : PrintOrder(type)) {
      out_ += type.fields[index].name;
      out_ += ':';
      Field(value.Field(index), type);
      out_ += ',';
    }
    out_ += '}';
  }

  std::string Take() { return std::move(out_); }

 private:
  // Whether the type prints itself with its bare name: a message of the same package.
  static bool IsLocal(const Type* type, const StructType& owner) {
    return type->kind == Kind::kStruct && CodecOf(type) == Codec::kStruct &&
           AsStructType(type).package == owner.package;
  }

  void Field(const Value& value, const StructType& owner) {
    const Type* const type = value.type();
    switch (value.kind()) {
      case Kind::kPointer: Pointer(value, owner); return;
      case Kind::kMap: Map(value); return;
      case Kind::kSlice: Slice(value, owner); return;
      case Kind::kStruct:
        if (IsLocal(type, owner)) {
          Struct(value);
          return;
        }
        break;
      default: break;
    }
    Plain(value);
  }

  void Pointer(const Value& value, const StructType& owner) {
    const Type* const element = value.type()->element;
    if (element->kind != Kind::kStruct) {  // valueToStringGenerated
      out_ += value.IsNil() ? "nil" : "*";
      if (!value.IsNil()) Plain(value.Elem());
    } else if (CodecOf(element) != Codec::kStruct) {
      Plain(value);
    } else if (value.IsNil()) {
      out_ += "nil";
    } else {
      out_ += '&';
      if (!IsLocal(element, owner)) {
        out_ += std::string_view(element->name).substr(0, element->name.rfind('.') + 1);
      }
      Struct(value.Elem());
    }
  }

  void Map(const Value& value) {
    const Type* const type = value.type();
    out_ += type->named ? ShortName(type) : std::string_view(type->name);
    out_ += '{';
    if (!value.IsNil()) {
      for (const gotemplate::MapEntry& entry : value.AsMap()->all()) {
        Plain(entry.key);
        out_ += ": ";
        Plain(entry.value);
        out_ += ',';
      }
    }
    out_ += '}';
  }

  void Slice(const Value& value, const StructType& owner) {
    const Type* const element = value.type()->element;
    if (element->kind == Kind::kUint8) {
      out_ += value.IsNil() ? "nil" : "*";
      if (!value.IsNil()) Plain(value);
      return;
    }
    if (element->kind != Kind::kStruct) {
      Plain(value);
      return;
    }
    out_ += "[]";
    out_ += IsLocal(element, owner) ? ShortName(element) : std::string_view(element->name);
    out_ += '{';
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Value each = value.Index(i);
      if (IsLocal(element, owner)) {
        Struct(each);
      } else {
        Plain(each);
      }
      out_ += ',';
    }
    out_ += '}';
  }

  // fmt's %v, which gets a copy that has no address.
  void Plain(const Value& value) { gotemplate::AppendValue(arena_, out_, value.Dynamic()); }

  Arena& arena_;
  std::string out_;
};

Value GogoString(Arena& arena, std::span<const Value> arguments) {
  if (arguments[0].IsNil()) return Value::String("nil");
  Printer printer(arena);
  printer.Struct(arguments[0].Elem());
  return Value::String(arena.Copy("&" + printer.Take()));
}

}  // namespace

void AddGogoString(StructType& type) {
  Method method;
  method.function.name = "String";
  method.function.result = gotemplate::StringType();
  method.function.body = GogoString;
  method.pointer_receiver = true;
  const auto place = std::find_if(type.methods.begin(), type.methods.end(),
                                  [](const Method& each) { return each.function.name > "String"; });
  type.methods.insert(place, std::move(method));
}

}  // namespace sidecar::kubetypes
