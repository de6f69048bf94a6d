#include "lib/kubetypes/gogo_string.h"

#include <array>

#include <gtest/gtest.h>

#include "test/lib/kubetypes/typed_document.h"

namespace sidecar::kubetypes {
namespace {

std::string StringOf(std::string_view type, std::string_view json) {
  TypedDocument document(type, json);
  const std::array arguments = {
      gotemplate::Value::Pointer(&document.value, gotemplate::PointerTo(document.value.type()))};
  const auto* const match = gotemplate::FindMethod(document.value.type(), "String");
  return std::string(match->method->function.body(document.arena, arguments).AsString());
}

TEST(GogoString, PrintsWhatKubernetesPrints) {
  EXPECT_EQ(StringOf("core/v1.ContainerPort", R"({"containerPort":53,"protocol":"UDP"})"),
            "&ContainerPort{Name:,HostPort:0,ContainerPort:53,Protocol:UDP,HostIP:,}");
  EXPECT_EQ(StringOf("core/v1.HTTPGetAction", R"({"port":"http"})"),
            "&HTTPGetAction{Path:,Port:{1 0 http},Host:,Scheme:,HTTPHeaders:[]HTTPHeader{},}");
  EXPECT_EQ(StringOf("core/v1.EmptyDirVolumeSource", R"({"sizeLimit":"1Gi"})"),
            "&EmptyDirVolumeSource{Medium:,SizeLimit:1Gi,}");
  EXPECT_EQ(StringOf("core/v1.ResourceRequirements", R"({"limits":{"cpu":"500m"}})"),
            "&ResourceRequirements{Limits:ResourceList{cpu: {{500 -3} {<nil>} 500m DecimalSI},},"
            "Requests:ResourceList{},}");
}

TEST(GogoString, FollowsProtobufNumbers) {
  EXPECT_EQ(StringOf("meta/v1.OwnerReference", R"({"kind":"K","apiVersion":"v1"})"),
            "&OwnerReference{Kind:K,Name:,UID:,APIVersion:v1,Controller:nil,"
            "BlockOwnerDeletion:nil,}");
}

TEST(GogoString, PrintsNilPointers) {
  Arena arena;
  const gotemplate::Type* const type = SchemaType("core/v1.Probe");
  const std::array arguments = {gotemplate::Value::Pointer(nullptr, gotemplate::PointerTo(type))};
  const auto* const match = gotemplate::FindMethod(type, "String");
  EXPECT_EQ(match->method->function.body(arena, arguments).AsString(), "nil");
}

}  // namespace
}  // namespace sidecar::kubetypes
