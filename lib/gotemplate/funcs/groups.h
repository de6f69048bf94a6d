#pragma once

#include <vector>

#include "lib/gotemplate/funcs/define.h"

// The groups of functions that registry.cc makes sets of. Each is in the file of its name.
namespace sidecar::gotemplate {
struct IstioTypes;
}

namespace sidecar::gotemplate::funcs {

// sprig's, by subject.
Group CertificateFunctions();
Group DateFunctions();
Group DictFunctions();
Group EncodingFunctions();
Group EnvironmentFunctions();
Group HashFunctions();
Group IdentifierFunctions();
Group JsonFunctions();
Group ListFunctions();
Group LogicFunctions();
Group MathFunctions();
Group NetworkFunctions();
Group PathFunctions();
Group RandomFunctions();
Group RegexFunctions();
Group StringFunctions();
Group UrlFunctions();
Group VersionFunctions();
Group WordFunctions();

Group HelmFunctions();
// Less those of which a type is null.
std::vector<Group> IstioFunctions(const IstioTypes& types);

}  // namespace sidecar::gotemplate::funcs
