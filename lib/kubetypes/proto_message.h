#pragma once

#include <string>
#include <string_view>

#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"

// What protoc-gen-go of 2018 generates for messages and enums, for types that templates see:
// methods and text. A message is a struct type whose fields carry their lowerCamelCase JSON names;
// an enum is a named int32 type that mesh_schema.h knows by name.
namespace sidecar::kubetypes {

bool IsEnum(const gotemplate::Type* type);

// Whether a field with this value counts as not set: "", 0, false, no elements, or a nil message.
bool IsUnset(const gotemplate::Value& value);

// Adds GetX for every field X; on a nil message it gives the zero value.
void AddGetters(gotemplate::Type& message);

// Adds what makes it a proto.Message: String, which gives CompactText, and ProtoMessage, which does
// nothing.
void AddMessageMethods(gotemplate::Type& message);

// proto.Message: an interface that messages implement.
const gotemplate::Type* ProtoMessageType();

// Adds String, which gives a value's name, or its number if it has none.
void AddEnumMethods(gotemplate::Type& enumeration);

// What generated code would add to `type`, going by its name: AddEnumMethods for an enum,
// AddGetters and AddMessageMethods for a message ("v1alpha1.ProxyConfig", "duration.Duration").
// False if it is neither. For types that are described elsewhere than in mesh_schema.h.
bool AddProtoMethods(gotemplate::Type& type);

// The name of an enum value, or its number if it has none.
std::string EnumText(const gotemplate::Value& value);

// golang/protobuf's proto.CompactTextString: `name:"value" message:<seconds:1 > `, unset fields
// left out, fields in struct order. `message` is the struct or a pointer to it; nil is "<nil>".
std::string CompactText(const gotemplate::Value& message);

// "statsdUdpAddress" -> "statsd_udp_address".
std::string ProtoName(std::string_view json_name);

}  // namespace sidecar::kubetypes
