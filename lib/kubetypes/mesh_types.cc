#include "lib/kubetypes/mesh_types.h"

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/kubetypes/proto_message.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Kind;
using gotemplate::Type;

constexpr std::string_view kPackage = "v1alpha1.";
constexpr std::size_t kReleases = static_cast<std::size_t>(MeshRelease::k1_0) + 1;

const Type* MakeEnum(std::string_view name) {
  auto* const type = new Type();
  type->kind = Kind::kInt32;
  type->name = name;
  type->named = true;
  AddEnumMethods(*type);
  return type;
}

const Type* MakeDuration() {
  auto* const type = new Type();
  type->kind = Kind::kStruct;
  type->name = "duration.Duration";
  type->named = true;
  type->fields = {
      {.name = "Seconds", .type = gotemplate::Int64Type(), .json_name = "seconds"},
      {.name = "Nanos", .type = gotemplate::Int32Type(), .json_name = "nanos"},
  };
  AddGetters(*type);
  AddMessageMethods(*type);
  return type;
}

// Makes the types of one release; they live as long as the program.
class Builder {
 public:
  explicit Builder(MeshRelease release) : release_(release) {}

  const Type* Resolve(std::string_view text) {
    if (text.starts_with('*')) return gotemplate::PointerTo(Resolve(text.substr(1)));
    if (text.starts_with("[]")) return gotemplate::SliceOf(Resolve(text.substr(2)));
    if (text == "duration.Duration") return DurationMessageType();
    if (!text.starts_with(kPackage)) return gotemplate::BasicType(text);
    const Type*& made = made_[text];
    if (made == nullptr) {
      made = IsMeshEnum(text) ? MakeEnum(text) : Message(text.substr(kPackage.size()));
    }
    return made;
  }

 private:
  const Type* Message(std::string_view message) {
    auto* const type = new Type();
    type->kind = Kind::kStruct;
    type->name = std::string(kPackage) + std::string(message);
    type->named = true;
    for (const MeshField& field : MeshFields()) {
      if (field.message != message || !field.IsKnownTo(release_)) continue;
      type->fields.push_back(
          {.name = field.name, .type = Resolve(field.type), .json_name = field.json_name});
    }
    AddGetters(*type);
    AddMessageMethods(*type);
    return type;
  }

  MeshRelease release_;
  std::map<std::string_view, const Type*> made_;
};

}  // namespace

const MeshTypes& MeshTypesOf(MeshRelease release) {
  static std::array<std::once_flag, kReleases> once;
  static std::array<MeshTypes, kReleases> types;
  const auto index = static_cast<std::size_t>(release);
  std::call_once(once[index], [&] {
    Builder builder(release);
    types[index] = {.mesh_config = builder.Resolve("v1alpha1.MeshConfig"),
                    .proxy_config = builder.Resolve("v1alpha1.ProxyConfig")};
  });
  return types[index];
}

const Type* DurationMessageType() {
  static const Type* const type = MakeDuration();
  return type;
}

}  // namespace sidecar::kubetypes
