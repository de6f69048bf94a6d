#include "lib/inject/template_functions.h"

#include <array>

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

}  // namespace sidecar::inject
