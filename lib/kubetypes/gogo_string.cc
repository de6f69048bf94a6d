#include "lib/kubetypes/gogo_string.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "lib/gotemplate/strconv.h"
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
    return type->kind == Kind::kStruct && AsStructType(type).codec == Codec::kStruct &&
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
    Plain(value, 0);
  }

  void Pointer(const Value& value, const StructType& owner) {
    const Type* const element = value.type()->element;
    if (element->kind != Kind::kStruct) {  // valueToStringGenerated
      out_ += value.IsNil() ? "nil" : "*";
      if (!value.IsNil()) Plain(value.Elem(), 0);
    } else if (AsStructType(element).codec != Codec::kStruct) {
      Plain(value, 0);
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
        Plain(entry.key, 0);
        out_ += ": ";
        Plain(entry.value, 0);
        out_ += ',';
      }
    }
    out_ += '}';
  }

  void Slice(const Value& value, const StructType& owner) {
    const Type* const element = value.type()->element;
    if (element->kind == Kind::kUint8) {
      out_ += value.IsNil() ? "nil" : "*";
      if (!value.IsNil()) Plain(value, 0);
      return;
    }
    if (element->kind != Kind::kStruct) {
      Plain(value, 0);
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
        Plain(each.Dynamic(), 0);
      }
      out_ += ',';
    }
    out_ += '}';
  }

  // fmt's %v, of what API types are made of.
  void Plain(const Value& value, int depth) {
    if (CallString(value)) return;
    const Kind kind = value.kind();
    if (gotemplate::IsInteger(kind)) {
      if (gotemplate::IsSigned(kind)) {
        gotemplate::AppendInt(out_, value.AsInt());
      } else {
        gotemplate::AppendUint(out_, value.AsUint());
      }
      return;
    }
    switch (kind) {
      case Kind::kBool: out_ += value.AsBool() ? "true" : "false"; return;
      case Kind::kString: out_ += value.AsString(); return;
      case Kind::kFloat32:
      case Kind::kFloat64: gotemplate::AppendFloat(out_, value.AsFloat(), {}); return;
      case Kind::kPointer: PlainPointer(value, depth); return;
      case Kind::kSlice: PlainList(value, "[", "]", depth); return;
      case Kind::kStruct: PlainList(value, "{", "}", depth); return;
      case Kind::kMap: PlainMap(value, depth); return;
      default: out_ += "<nil>"; return;
    }
  }

  bool CallString(const Value& value) {
    const bool pointer = value.kind() == Kind::kPointer;
    const Type* const type = pointer ? value.type()->element : value.type();
    if (type == nullptr) return false;
    const gotemplate::MethodMatch* const match = gotemplate::FindMethod(type, "String");
    if (match == nullptr || match->method == nullptr || (match->needs_address && !pointer)) {
      return false;
    }
    if (pointer && value.IsNil()) {
      if (match->method->pointer_receiver && AsStructType(type).codec == Codec::kStruct) {
        out_ += "nil";
      } else {
        out_ += "<nil>";  // The method panics, and fmt writes this.
      }
      return true;
    }
    Value receiver = match->method->pointer_receiver ? value : (pointer ? value.Elem() : value);
    for (const std::uint32_t index : match->path) receiver = receiver.Field(index);
    const std::array arguments = {receiver};
    out_ += match->method->function.body(arena_, arguments).AsString();
    return true;
  }

  void PlainPointer(const Value& value, int depth) {
    if (value.IsNil()) {
      out_ += "<nil>";
    } else if (depth == 0) {
      out_ += '&';
      Plain(value.Elem(), depth + 1);
    } else {
      out_ += "0x";
      gotemplate::AppendUint(out_, reinterpret_cast<std::uintptr_t>(value.slots().data()), 16);
    }
  }

  void PlainList(const Value& value, std::string_view open, std::string_view close, int depth) {
    out_ += open;
    const bool fields = value.kind() == Kind::kStruct;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out_ += ' ';
      Plain((fields ? value.Field(i) : value.Index(i)).Dynamic(), depth + 1);
    }
    out_ += close;
  }

  void PlainMap(const Value& value, int depth) {
    out_ += "map[";
    bool first = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const gotemplate::MapEntry& entry = value.AsMap()->all()[i];
      if (!std::exchange(first, false)) out_ += ' ';
      Plain(entry.key, depth + 1);
      out_ += ':';
      Plain(entry.value, depth + 1);
    }
    out_ += ']';
  }

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
