#pragma once

#include <optional>
#include <string>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

namespace sidecar::kubetypes {

// Reads a proto3 JSON document into `message`, a struct of a type that proto_message.h describes:
// golang/protobuf's jsonpb. Fields that the document has not, or has as null, stay as they are; a
// message given anew replaces the old one whole.
//
// Names are lowerCamelCase or snake_case; durations texts ("1.5s"), enums names or numbers; an
// int32 may stand in quotes; wrappers (*v1alpha1.BoolValue) are bare values. A name that the
// message does not know is an error, as is a value of the wrong kind, with jsonpb's and
// encoding/json's texts.
// These do not say where: `place` does, "line 2: defaultConfig.drainDuration"; empty of what is no
// message at all.
//
// What is read lies in `arena`, texts included. Throws ArenaLimitExceeded.
std::optional<Error> ReadProtoJson(const yaml::Node& node, const gotemplate::Value& message,
                                   Arena& arena, std::string* place = nullptr);

// The proto3 JSON of `message`, a struct as above or a pointer to one: golang/protobuf's
// jsonpb.Marshaler. Compact; fields in the order of the message, those that are not set left out,
// and those that equal `defaults` (of the same type) as well, unless that is invalid.
//
// Nothing for nil, and for a duration that JSON cannot say (over 10000 years, or of mixed signs).
// What is made on the way lies in `arena`. Throws ArenaLimitExceeded, and FunctionError for what is
// nested too deeply.
std::optional<std::string> WriteProtoJson(const gotemplate::Value& message,
                                          const gotemplate::Value& defaults, Arena& arena);

}  // namespace sidecar::kubetypes
