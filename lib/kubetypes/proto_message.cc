#include "lib/kubetypes/proto_message.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "lib/base/arena.h"
#include "lib/kubetypes/mesh_schema.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Field;
using gotemplate::Function;
using gotemplate::Kind;
using gotemplate::MapEntry;
using gotemplate::Method;
using gotemplate::Type;
using gotemplate::Value;

constexpr std::string_view kMessageMarker = "ProtoMessage";

// Names of methods, which outlive every type.
std::string_view Intern(std::string text) {
  static std::mutex mutex;
  static auto* const names = new std::set<std::string>();
  const std::lock_guard lock(mutex);
  return *names->insert(std::move(text)).first;
}

void AddMethod(Type& type, Method method) {
  const auto place = std::lower_bound(type.methods.begin(), type.methods.end(), method,
                                      [](const Method& one, const Method& other) {
                                        return one.function.name < other.function.name;
                                      });
  type.methods.insert(place, std::move(method));
}

// As golang/protobuf's writeString: bytes, not runes; octal escapes; apostrophes stay.
void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default:
        if (byte >= 0x20 && byte < 0x7f) {
          out += c;
        } else {
          out += '\\';
          for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((byte >> shift) & 7));
        }
    }
  }
  out += '"';
}

void AppendMessage(const Value& message, std::string& out);

void AppendValue(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kString: AppendQuoted(value.AsString(), out); break;
    case Kind::kBool: out += value.AsBool() ? "true" : "false"; break;
    case Kind::kPointer:
      out += '<';
      if (!value.IsNil()) AppendMessage(value.Elem(), out);
      out += '>';
      break;
    default:
      if (gotemplate::IsSigned(value.kind())) {
        out += EnumText(value);
      } else if (gotemplate::IsUnsigned(value.kind())) {
        out += std::to_string(value.AsUint());
      }
  }
}

void AppendField(std::string_view name, const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kSlice:
      for (const Value& element : value.slots()) AppendField(name, element, out);
      break;
    case Kind::kMap:
      for (const MapEntry& entry : value.AsMap()->all()) {
        out.append(name) += ":<key:";
        AppendValue(entry.key, out);
        out += " value:";
        AppendValue(entry.value, out);
        out += " > ";
      }
      break;
    default:
      out.append(name) += ':';
      AppendValue(value, out);
      out += ' ';
  }
}

void AppendMessage(const Value& message, std::string& out) {
  if (message.kind() != Kind::kStruct) return;
  const std::span<const Value> slots = message.slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!IsUnset(slots[i]))
      AppendField(ProtoName(message.type()->fields[i].json_name), slots[i], out);
  }
}

}  // namespace

bool IsUnset(const Value& value) {
  switch (value.kind()) {
    case Kind::kString: return value.AsString().empty();
    case Kind::kBool: return !value.AsBool();
    case Kind::kPointer: return value.IsNil();
    case Kind::kSlice:
    case Kind::kMap: return value.size() == 0;
    default:
      if (gotemplate::IsSigned(value.kind())) return value.AsInt() == 0;
      return !gotemplate::IsUnsigned(value.kind()) || value.AsUint() == 0;
  }
}

bool IsEnum(const Type* type) {
  return type->kind == Kind::kInt32 && IsMeshEnum(type->name);
}

void AddGetters(Type& message) {
  for (std::size_t i = 0; i < message.fields.size(); ++i) {
    const Field& field = message.fields[i];
    Function getter;
    getter.name = Intern("Get" + std::string(field.name));
    getter.result = field.type;
    getter.body = [i, type = field.type](Arena& arena, std::span<const Value> arguments) {
      const Value receiver = arguments[0];
      return receiver.IsNil() ? Value::Zero(type, arena) : receiver.Elem().slots()[i];
    };
    AddMethod(message, {.function = std::move(getter), .pointer_receiver = true});
  }
}

void AddMessageMethods(Type& message) {
  Function method;
  method.name = "String";
  method.result = gotemplate::StringType();
  method.body = [](Arena& arena, std::span<const Value> arguments) {
    return Value::String(arena.Copy(CompactText(arguments[0])));
  };
  AddMethod(message, {.function = std::move(method), .pointer_receiver = true});
  Function marker;  // It has no result, so that templates cannot call it.
  marker.name = kMessageMarker;
  AddMethod(message, {.function = std::move(marker), .pointer_receiver = true});
}

const Type* ProtoMessageType() {
  static const Type& type = *[] {
    auto* const made = new Type();
    made->kind = Kind::kInterface;
    made->name = "protoreflect.ProtoMessage";
    made->named = true;
    made->required_methods = {kMessageMarker};
    return made;
  }();
  return &type;
}

void AddEnumMethods(Type& enumeration) {
  Function method;
  method.name = "String";
  method.result = gotemplate::StringType();
  method.body = [](Arena& arena, std::span<const Value> arguments) {
    return Value::String(arena.Copy(EnumText(arguments[0])));
  };
  AddMethod(enumeration, {.function = std::move(method)});
}

bool AddProtoMethods(Type& type) {
  if (IsEnum(&type)) {
    AddEnumMethods(type);
    return true;
  }
  static constexpr std::string_view kPackages[] = {"v1alpha1.", "duration.", "durationpb."};
  const bool is_message =
      type.kind == Kind::kStruct &&
      std::any_of(std::begin(kPackages), std::end(kPackages),
                  [&](std::string_view package) { return type.name.starts_with(package); });
  if (!is_message) return false;
  AddGetters(type);
  AddMessageMethods(type);
  return true;
}

std::string EnumText(const Value& value) {
  if (value.kind() == Kind::kInt32) {
    const auto name = MeshEnumName(value.type()->name, static_cast<std::int32_t>(value.AsInt()));
    if (name) return std::string(*name);
  }
  return std::to_string(value.AsInt());
}

std::string CompactText(const Value& message) {
  std::string out;
  if (message.kind() == Kind::kPointer) {
    if (message.IsNil()) return "<nil>";
    AppendMessage(message.Elem(), out);
  } else {
    AppendMessage(message, out);
  }
  return out;
}

std::string ProtoName(std::string_view json_name) {
  std::string out;
  for (const char c : json_name) {
    if (c >= 'A' && c <= 'Z') {
      out += '_';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace sidecar::kubetypes
