#include "lib/kubetypes/defaults.h"

#include <gtest/gtest.h>

#include "test/lib/kubetypes/typed_document.h"

namespace sidecar::kubetypes {
namespace {

std::string WithDefaults(std::string_view list, std::string_view json) {
  TypedDocument document("inject.SidecarInjectionSpec",
                         "{\"" + std::string(list) + "\":[" + std::string(json) + "]}");
  SetInjectionDefaults(document.value, document.arena);
  const JsonField* const field = AsStructType(document.value.type()).Find(list);
  document.value = document.value.slots()[field->slot].slots()[0];
  return document.Json();
}

TEST(Defaults, FillInWhatTheApiServerWould) {
  EXPECT_EQ(WithDefaults("containers", R"({"name":"a","image":"example.com/proxy:latest"})"),
            R"({"image":"example.com/proxy:latest","imagePullPolicy":"Always","name":"a",)"
            R"("resources":{},"terminationMessagePath":"/dev/termination-log",)"
            R"("terminationMessagePolicy":"File"})");
  EXPECT_EQ(
      WithDefaults("initContainers",
                   R"({"image":"a:1","ports":[{"containerPort":1}],"env":[{"name":"x",)"
                   R"("valueFrom":{"fieldRef":{"fieldPath":"p"}}}],"readinessProbe":{"httpGet":)"
                   R"({"port":1}},"resources":{"limits":{"cpu":"1"}}})"),
      R"({"env":[{"name":"x","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"p"}}}],)"
      R"("image":"a:1","imagePullPolicy":"IfNotPresent","name":"","ports":[{"containerPort":1,)"
      R"("protocol":"TCP"}],"readinessProbe":{"failureThreshold":3,"httpGet":{"path":"/",)"
      R"("port":1,"scheme":"HTTP"},"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1},)"
      R"("resources":{"limits":{"cpu":"1"},"requests":{"cpu":"1"}},)"
      R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"})");
}

TEST(Defaults, KnowTheSourcesOfVolumes) {
  for (const auto& [json, filled] :
       {std::pair{R"({"name":"a"})", R"({"emptyDir":{},"name":"a"})"},
        {R"({"name":"a","secret":{}})", R"({"name":"a","secret":{"defaultMode":420}})"},
        {R"({"name":"a","secret":{"defaultMode":256}})",
         R"({"name":"a","secret":{"defaultMode":256}})"},
        {R"({"name":"a","hostPath":{"path":"/"}})",
         R"({"hostPath":{"path":"/","type":""},"name":"a"})"},
        {R"({"name":"a","csi":{"driver":"d"}})", R"({"csi":{"driver":"d"},"name":"a"})"},
        {R"({"name":"a","rbd":{"monitors":null,"image":"i"}})",
         R"({"name":"a","rbd":{"image":"i","keyring":"/etc/ceph/keyring","monitors":null,)"
         R"("pool":"rbd","user":"admin"}})"}}) {
    EXPECT_EQ(WithDefaults("volumes", json), filled);
  }
}

TEST(Defaults, ChooseThePullPolicyByTheTag) {
  for (const auto& [image, policy] : {std::pair{"a", "Always"},
                                      {"a:latest", "Always"},
                                      {"a:1", "IfNotPresent"},
                                      {"host:5000/a", "Always"},
                                      {"host:5000/a:1", "IfNotPresent"},
                                      {"a@sha256:00", "IfNotPresent"},
                                      {"a:latest@sha256:00", "Always"},
                                      {"Not/An/Image", "IfNotPresent"},
                                      {"", "IfNotPresent"}}) {
    const std::string json =
        WithDefaults("containers", R"({"image":")" + std::string(image) + "\"}");
    EXPECT_NE(json.find(R"("imagePullPolicy":")" + std::string(policy) + "\""), std::string::npos)
        << image << json;
  }
}

TEST(Defaults, RoundAmountsUpToMilli) {
  const std::string json =
      WithDefaults("containers", R"({"resources":{"requests":{"cpu":"0.0001","memory":"1Ki"}}})");
  EXPECT_NE(json.find(R"("requests":{"cpu":"1m","memory":"1Ki"})"), std::string::npos) << json;
}

}  // namespace
}  // namespace sidecar::kubetypes
