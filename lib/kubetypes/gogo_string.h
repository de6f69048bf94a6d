#pragma once

#include "lib/kubetypes/type_builder.h"

namespace sidecar::kubetypes {

// Gives a struct type the String method that gogo/protobuf generates for Kubernetes API types, on
// its pointer: "&Container{Name:a,Ports:[]ContainerPort{},LivenessProbe:nil,...,}", and "nil" for a
// nil pointer. Fields come in the order of their protobuf numbers. Those that are newer than the
// schema's base version are not shown.
void AddGogoString(StructType& type);

}  // namespace sidecar::kubetypes
