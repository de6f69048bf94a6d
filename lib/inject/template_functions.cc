#include "lib/inject/template_functions.h"

#include "lib/gotemplate/funcs/registry.h"
#include "lib/kubetypes/mesh_types.h"
#include "lib/kubetypes/schema.h"

namespace sidecar::inject {

const gotemplate::FunctionMap& TemplateFunctions() {
  static const gotemplate::FunctionMap& functions =
      *new gotemplate::FunctionMap(gotemplate::MakeIstioFunctions({
          .object_meta = kubetypes::SchemaType("meta/v1.ObjectMeta"),
          .container = kubetypes::SchemaType("core/v1.Container"),
          .duration = gotemplate::PointerTo(kubetypes::DurationMessageType()),
      }));
  return functions;
}

}  // namespace sidecar::inject
