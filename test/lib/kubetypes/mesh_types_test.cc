#include "lib/kubetypes/mesh_types.h"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/proto_message.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Type;
using gotemplate::Value;

std::string FieldNames(const Type* type) {
  std::string names;
  for (const gotemplate::Field& field : type->fields) names += std::string(field.name) + ' ';
  return names;
}

TEST(MeshTypesTest, HaveTheNamesThatGoPrints) {
  const MeshTypes& types = MeshTypesOf(MeshRelease::k0_5_0);
  EXPECT_EQ(types.mesh_config->name, "v1alpha1.MeshConfig");
  EXPECT_EQ(gotemplate::PointerTo(types.proxy_config)->name, "*v1alpha1.ProxyConfig");
  EXPECT_EQ(gotemplate::FindField(types.proxy_config, "DrainDuration")->field->type->name,
            "*duration.Duration");
  EXPECT_EQ(gotemplate::FindField(types.mesh_config, "MtlsExcludedServices")->field->type->name,
            "[]string");
}

TEST(MeshTypesTest, ListFieldsInTheOrderOfTheRelease) {
  EXPECT_EQ(FieldNames(MeshTypesOf(MeshRelease::k0_5_0).mesh_config),
            "EgressProxyAddress MixerAddress DisablePolicyChecks ProxyListenPort ProxyHttpPort "
            "ConnectTimeout IngressClass IngressService IngressControllerMode AuthPolicy "
            "RdsRefreshDelay EnableTracing AccessLogFile DefaultConfig MtlsExcludedServices ");
  EXPECT_EQ(FieldNames(MeshTypesOf(MeshRelease::k1_0).mesh_config),
            "MixerCheckServer MixerReportServer DisablePolicyChecks ProxyListenPort ProxyHttpPort "
            "ConnectTimeout IngressClass IngressService IngressControllerMode AuthPolicy "
            "RdsRefreshDelay EnableTracing AccessLogFile DefaultConfig MixerAddress "
            "OutboundTrafficPolicy EnableClientSidePolicyCheck SdsUdsPath SdsRefreshDelay ");
}

TEST(MeshTypesTest, TheDefaultConfigIsOfTheSameProxyConfig) {
  const MeshTypes& types = MeshTypesOf(MeshRelease::k0_8);
  EXPECT_EQ(gotemplate::FindField(types.mesh_config, "DefaultConfig")->field->type,
            gotemplate::PointerTo(types.proxy_config));
}

TEST(MeshTypesTest, EnumsPrintTheirNames) {
  const Type* const policy =
      gotemplate::FindField(MeshTypesOf(MeshRelease::k0_5_0).proxy_config, "ControlPlaneAuthPolicy")
          ->field->type;
  EXPECT_TRUE(IsEnum(policy));
  EXPECT_FALSE(IsEnum(gotemplate::Int32Type()));
  EXPECT_EQ(EnumText(Value::Int(1, policy)), "MUTUAL_TLS");
  EXPECT_EQ(EnumText(Value::Int(77, policy)), "77");
  Arena arena;
  const gotemplate::MethodMatch* method = gotemplate::FindMethod(policy, "String");
  ASSERT_NE(method, nullptr);
  EXPECT_FALSE(method->needs_address);
  EXPECT_EQ(method->method->function.body(arena, std::array{Value::Int(1, policy)}).AsString(),
            "MUTUAL_TLS");
}

TEST(MeshTypesTest, ManyThreadsGetTheSameTypes) {
  std::vector<const Type*> seen(8);
  std::vector<std::thread> threads;
  threads.reserve(seen.size());
  for (const Type*& type : seen) {
    threads.emplace_back([&type] { type = MeshTypesOf(MeshRelease::k0_7).mesh_config; });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Type* type : seen) EXPECT_EQ(type, seen.front());
}

}  // namespace
}  // namespace sidecar::kubetypes
