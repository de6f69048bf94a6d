#pragma once

#include <string>
#include <string_view>

#include "lib/yaml/node.h"

// Values as fmt's %#v shows them; yaml.v2 and sigs.k8s.io/yaml do so in error texts. Pure.
namespace sidecar::yaml {

// As %#v of the value that yaml.v2 decoded into an interface{}: map[interface {}]interface {}{...}.
std::string GoSyntax(const Node& node);

// The same for a mapping's key of that kind and text.
std::string GoSyntaxOfKey(const Member& member);

// strconv.Quote. What is printable beyond ASCII is decided roughly: controls, formats, spaces and
// private use are escaped.
std::string GoQuote(std::string_view text);

}  // namespace sidecar::yaml
