#include "lib/kubetypes/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/lib/kubetypes/typed_document.h"

namespace sidecar::kubetypes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kSpec = "inject.SidecarInjectionSpec";

TEST(Decode, MakesStringsOfScalarsWhereTheTargetIsOne) {
  EXPECT_EQ(
      DecodeAndEncode("core/v1.Container",
                      R"({"name":"a","args":[15001,true,1.5,1e3,null,"x",1e21,123456789.5]})"),
      R"({"args":["15001","true","1.5","1000","","x","1e+21","1.234567895e+08"],)"
      R"("name":"a","resources":{}})");
  EXPECT_EQ(DecodeAndEncode("meta/v1.ObjectMeta", R"({"labels":{"a":1,"b":false}})"),
            R"({"creationTimestamp":null,"labels":{"a":"1","b":"false"}})");
}

TEST(Decode, DoesNotCoerceThroughInlinedStructsNorFromJson) {
  EXPECT_EQ(DecodeAndEncode("core/v1.Volume", R"({"name":1,"secret":{"secretName":5}})"),
            "json: cannot unmarshal number into Go struct field "
            "SecretVolumeSource.secret.secretName of type string");
  EXPECT_EQ(DecodeAndEncode("core/v1.Container", R"({"name":1})", {.yaml = false}),
            "json: cannot unmarshal number into Go struct field Container.name of type string");
}

TEST(Decode, MatchesKeysWhateverTheirCase) {
  EXPECT_EQ(DecodeAndEncode("core/v1.EnvVar", R"({"NAME":"a","vAlue":"b"})"),
            R"({"name":"a","value":"b"})");
  // Go reads them in the order of their bytes.
  EXPECT_EQ(DecodeAndEncode("core/v1.EnvVar", R"({"name":"last","NAME":"first"})"),
            R"({"name":"last"})");
  EXPECT_EQ(DecodeAndEncode(kSpec, R"({"containers":[{"name":"a"}]})"),
            R"({"Containers":[{"name":"a","resources":{}}],"ImagePullSecrets":null,)"
            R"("InitContainers":null,"Volumes":null})");
}

TEST(Decode, SaysWhatDidNotFitAsGoDoes) {
  struct Case {
    const char* type;
    const char* json;
    const char* message;
  };
  for (const Case& each : {
           Case{kSpec, R"({"containers":[{"args":["a",{"a":"b"}]}]})",
                "json: cannot unmarshal object into Go struct field "
                "Container.Containers.args of type string"},
           Case{"core/v1.Container", "[]",
                "json: cannot unmarshal array into Go value of type v1.Container"},
           Case{"core/v1.ContainerPort", R"({"containerPort":"80"})",
                "json: cannot unmarshal string into Go struct field "
                "ContainerPort.containerPort of type int32"},
           Case{"core/v1.ContainerPort", R"({"containerPort":99999999999})",
                "json: cannot unmarshal number 99999999999 into Go struct field "
                "ContainerPort.containerPort of type int32"},
           Case{"core/v1.ContainerPort", R"({"containerPort":80.5})",
                "json: cannot unmarshal number 80.5 into Go struct field "
                "ContainerPort.containerPort of type int32"},
           Case{"core/v1.TCPSocketAction", R"({"port":true})",
                "json: cannot unmarshal bool into Go struct field "
                "TCPSocketAction.port of type int32"},
           Case{"core/v1.ResourceRequirements", R"({"limits":{"cpu":"a"}})",
                "quantities must match the regular expression "
                "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
           Case{"core/v1.PodSpec", R"({"hostNetwork":"true"})",
                "json: cannot unmarshal string into Go struct field "
                "PodSpec.hostNetwork of type bool"},
           Case{"core/v1.PodSpec", R"({"nodeSelector":["a"]})",
                "json: cannot unmarshal array into Go struct field "
                "PodSpec.nodeSelector of type map[string]string"},
       }) {
    EXPECT_EQ(TypedDocument(each.type, each.json).error, each.message) << each.json;
  }
}

TEST(Decode, TellsWhereItFailed) {
  const TypedDocument document(kSpec, "{\"containers\":[\n{},\n{\"args\":[\"a\",[]]}]}");
  EXPECT_EQ(document.failure.path, "Containers[1].args[1]");
}

TEST(Decode, ReportsOfSeveralErrorsTheOneGoMeetsFirst) {
  EXPECT_THAT(TypedDocument("core/v1.Container", R"({"name":[],"image":[]})").error,
              HasSubstr("Container.image"));
}

TEST(Decode, LeavesNewerFieldsOutOfLegacyTemplates) {
  TypedDocument document(
      kSpec,
      R"({"initContainers":[{"name":"a","restartPolicy":"Always","securityContext":)"
      R"({"restartPolicy":"Always"}}]})",
      {.legacy = true});
  ASSERT_EQ(document.warnings.size(), 2U);
  EXPECT_EQ(document.warnings[0].path, "InitContainers[0].restartPolicy");
  EXPECT_EQ(document.warnings[0].kind, WarningKind::kLegacyDropped);
  EXPECT_EQ(document.warnings[1].path, "InitContainers[0].securityContext.restartPolicy");
  EXPECT_EQ(document.warnings[1].kind, WarningKind::kUnknown);
  EXPECT_THAT(document.Json(), Not(HasSubstr("Always")));
}

TEST(Decode, KeepsUnknownMembersWhereAsked) {
  UnknownMembers unknown;
  TypedDocument document(
      "core/v1.PodSpec",
      R"({"containers":[{"name":"a","zz":{"x":1},"aa":null}],"restartPolicyRules":5})",
      {.unknown = &unknown});
  EXPECT_TRUE(document.warnings.empty());
  EXPECT_EQ(document.Json({.unknown = &unknown}),
            R"({"containers":[{"aa":null,"name":"a","resources":{},"zz":{"x":1}}],)"
            R"("restartPolicyRules":5})");
}

TEST(Decode, FollowsGosRulesForNull) {
  EXPECT_EQ(DecodeAndEncode("core/v1.Container",
                            R"({"name":null,"args":null,"livenessProbe":null,"resources":null,)"
                            R"("ports":[null]})"),
            R"({"name":"","ports":[{"containerPort":0}],"resources":{}})");
}

TEST(Decode, BoundsItsDepth) {
  std::string deep = "1";
  for (int i = 0; i < 900; ++i) deep = "[" + deep + "]";
  EXPECT_THAT(TypedDocument("core/v1.Container", "{\"args\":" + deep + "}").error,
              HasSubstr("cannot unmarshal array"));
}

}  // namespace
}  // namespace sidecar::kubetypes
