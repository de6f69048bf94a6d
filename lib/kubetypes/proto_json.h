#pragma once

#include <optional>

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
//
// What is read lies in `arena`, texts included. Throws ArenaLimitExceeded.
std::optional<Error> ReadProtoJson(const yaml::Node& node, const gotemplate::Value& message,
                                   Arena& arena);

}  // namespace sidecar::kubetypes
