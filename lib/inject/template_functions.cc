#include "lib/inject/template_functions.h"

#include <array>

#include "lib/gotemplate/funcs/builtin.h"
#include "lib/inject/mesh_functions.h"
#include "lib/kubetypes/mesh_types.h"
#include "lib/kubetypes/schema.h"

namespace sidecar::inject {

gotemplate::IstioTypes IstioTemplateTypes() {
  return {
      .object_meta = kubetypes::SchemaType("meta/v1.ObjectMeta"),
      .container = kubetypes::SchemaType("core/v1.Container"),
      .duration = gotemplate::PointerTo(kubetypes::DurationMessageType()),
  };
}

gotemplate::FunctionMap MakeTemplateFunctions(const gotemplate::Policy& policy) {
  gotemplate::FunctionMap functions = gotemplate::MakeIstioFunctions(IstioTemplateTypes(), policy);
  functions.merge(gotemplate::MakeFunctions(std::array{MeshFunctions()}, policy));
  return functions;
}

const gotemplate::FunctionMap& TemplateFunctions() {
  static const gotemplate::FunctionMap& functions =
      *new gotemplate::FunctionMap(MakeTemplateFunctions({}));
  return functions;
}

bool WasOffered(std::string_view function, Compat release) {
  if (function == "formatDuration") return release >= Compat::k0_6;
  if (function == "isset") return release >= Compat::k0_8;
  // 1.0 got its own over its patch releases, and sprig came later still: it stands for all.
  return release >= Compat::k1_0 || gotemplate::FindBuiltin(function) != nullptr;
}

}  // namespace sidecar::inject
