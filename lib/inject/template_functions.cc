#include "lib/inject/template_functions.h"

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
  return gotemplate::MakeIstioFunctions(IstioTemplateTypes(), policy);
}

const gotemplate::FunctionMap& TemplateFunctions() {
  static const gotemplate::FunctionMap& functions =
      *new gotemplate::FunctionMap(MakeTemplateFunctions({}));
  return functions;
}

}  // namespace sidecar::inject
