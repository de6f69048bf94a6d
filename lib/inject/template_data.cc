#include "lib/inject/template_data.h"

#include <map>
#include <mutex>

namespace sidecar::inject {
namespace {

using gotemplate::Type;
using gotemplate::Value;

// One type for each release's mesh types. They live as long as the program, as all types do.
const Type* DataType(const PodParts& pod, const kubetypes::MeshConfig& mesh) {
  static std::mutex& mutex = *new std::mutex;
  static std::map<const Type*, const Type*>& types = *new std::map<const Type*, const Type*>;
  const std::lock_guard lock(mutex);
  const Type*& type = types[mesh.mesh_config().type()];
  if (type == nullptr) {
    auto* const made = new Type();
    made->kind = gotemplate::Kind::kStruct;
    made->name = "inject.SidecarTemplateData";
    made->named = true;
    made->fields = {
        {.name = "ObjectMeta", .type = gotemplate::PointerTo(pod.metadata.type())},
        {.name = "Spec", .type = gotemplate::PointerTo(pod.spec.type())},
        {.name = "ProxyConfig", .type = mesh.proxy_config().type()},
        {.name = "MeshConfig", .type = mesh.mesh_config().type()},
    };
    type = made;
  }
  return type;
}

Value PointTo(const Value& object, const Type* pointer_type, Arena& arena) {
  return Value::Pointer(arena.New<Value>(object), pointer_type);
}

}  // namespace

Value MakeTemplateData(const PodParts& pod, const kubetypes::MeshConfig& mesh, Arena& arena) {
  const Type* const type = DataType(pod, mesh);
  const std::span<Value> slots = arena.NewArray<Value>(type->fields.size());
  slots[0] = PointTo(pod.metadata, type->fields[0].type, arena);
  slots[1] = PointTo(pod.spec, type->fields[1].type, arena);
  slots[2] = mesh.proxy_config();
  slots[3] = mesh.mesh_config();
  return PointTo(Value::Struct(slots.data(), type), gotemplate::PointerTo(type), arena);
}

}  // namespace sidecar::inject
