#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/quantity.h"
#include "lib/yaml/node.h"

// The Go struct types whose JSON form is their own: resource.Quantity, intstr.IntOrString, v1.Time,
// v1.MicroTime, runtime.RawExtension, v1.FieldsV1, and time.Time (which is that of template
// functions: funcs/time_value.h). Their Values have Go's fields, so
// that templates print them as Go does. Pure, any thread.
namespace sidecar::kubetypes {

// By its name as %T prints it; null where there is no such type here.
const gotemplate::Type* ScalarType(std::string_view name);

// Values of ScalarType("resource.Quantity"), texts copied to `arena`; and back.
gotemplate::Value ToValue(const Quantity& quantity, Arena& arena);
Quantity QuantityOf(const gotemplate::Value& value);

// Of "v1.Time" and "v1.MicroTime".
gotemplate::Value ToValue(const gotemplate::funcs::Time& time, const gotemplate::Type* type,
                          Arena& arena);
gotemplate::funcs::Time TimeIn(const gotemplate::Value& value);

// Of "intstr.IntOrString": a string, or a number.
gotemplate::Value IntOrStringValue(std::string_view text, Arena& arena);
gotemplate::Value IntOrStringValue(std::int32_t number, Arena& arena);
bool IsString(const gotemplate::Value& int_or_string);
std::string_view StringOf(const gotemplate::Value& int_or_string);
std::int32_t NumberOf(const gotemplate::Value& int_or_string);

// Of "runtime.RawExtension" and "v1.FieldsV1": any JSON value. Its Go field Raw is not filled in.
gotemplate::Value RawValue(const yaml::Node& node, const gotemplate::Type* type, Arena& arena);
const yaml::Node* NodeOf(const gotemplate::Value& raw);  // Null where the extension is empty.

}  // namespace sidecar::kubetypes
