#include "lib/inject/builtin_template.h"

#include <string_view>

#include <gtest/gtest.h>

#include "lib/base/sha256.h"

namespace sidecar::inject {
namespace {

struct Case {
  std::string_view name;
  Compat compat;
  bool debug;
  bool core_dump;
  std::string_view pull_policy;
  std::string_view include_ip_ranges;
  std::string_view exclude_ip_ranges;
  std::string_view exclude_inbound_ports;
  std::string_view sha256;
};

std::string NameOf(const testing::TestParamInfo<Case>& test) {
  return std::string(test.param.name);
}

class BuiltinTemplateTest : public testing::TestWithParam<Case> {};

// The hashes are the versions in the status annotations of Istio's own golden files.
TEST_P(BuiltinTemplateTest, HashIsTheVersionThatIstioWrites) {
  const Case& test = GetParam();
  Params params;
  params.init_image = InitImageName("docker.io/istio", "unittest");
  params.proxy_image = ProxyImageName("docker.io/istio", "unittest", test.debug, test.compat);
  params.enable_core_dump = test.core_dump;
  params.debug_mode = test.debug;
  params.image_pull_policy = test.pull_policy;
  params.include_ip_ranges = test.include_ip_ranges;
  params.exclude_ip_ranges = test.exclude_ip_ranges;
  params.exclude_inbound_ports = test.exclude_inbound_ports;
  const std::string text = BuiltinTemplate(params, test.compat);
  EXPECT_EQ(Sha256Hex(text), test.sha256) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Istio, BuiltinTemplateTest,
    testing::Values(
        Case{"V050DebugIfNotPresent", Compat::k0_5_0, true, false, "IfNotPresent", "", "", "",
             "4fc0ad1de57c7d57839db1e26a49e01f05909a2e21ab187658dfdc9bbcbf765d"},
        Case{"V050IfNotPresent", Compat::k0_5_0, false, false, "IfNotPresent", "", "", "",
             "1fe88e0ad06b206965e8b023485f4408d44bb99846832fc78733e5e8e989932e"},
        Case{"V050Always", Compat::k0_5_0, false, false, "Always", "", "", "",
             "e756760ea38065cfe42a7865c7e780f1060cab0a8b7a8448b57392172581f6ff"},
        Case{"V050Never", Compat::k0_5_0, false, false, "Never", "", "", "",
             "2c407274826c5503579c754c2759254492c904e1e1efe2a2d78d693d57a9df25"},
        Case{"V050CoreDumpIfNotPresent", Compat::k0_5_0, false, true, "IfNotPresent", "", "", "",
             "584bd5b45df79592194900b189319226d5aaa9dcc549846859844b35ff19d718"},
        Case{"V060DebugIfNotPresent", Compat::k0_6, true, false, "IfNotPresent", "", "", "",
             "4a0d7e2d9d8613a6385098b0f0bf9fa25a85a23c29c876f05baa6731086cd356"},
        Case{"V060IfNotPresent", Compat::k0_6, false, false, "IfNotPresent", "", "", "",
             "0fd4ba601a8387ce4a6317d83dd1d8af037d3a5f59512824113a5a0fce04e9b8"},
        Case{"V060Always", Compat::k0_6, false, false, "Always", "", "", "",
             "e30df2d2e39539e99b157bccd4b26fd5c62a4e290e36480b56af53d71a3507bf"},
        Case{"V060Never", Compat::k0_6, false, false, "Never", "", "", "",
             "f28aff3e90d1fdcd31901bd59ce8bb370d9806d7588c869545362c3b5536d1a7"},
        Case{"V060CoreDumpIfNotPresent", Compat::k0_6, false, true, "IfNotPresent", "", "", "",
             "25deea1217623062e710353911374f1ffeb8da83b918662b426fe87016d57dcd"},
        Case{"V080DebugIfNotPresentAll", Compat::k0_8, true, false, "IfNotPresent", "*", "", "",
             "24eff92be8de34ec6504c2eea2a6a9d2c810e4881a230539058528e3ea3e24c4"},
        Case{"V080IfNotPresentNone", Compat::k0_8, false, false, "IfNotPresent", "", "", "",
             "f7e89554e86054aed6fffbd341730284ed196c0b5e8c208fdc6fc7fbe0760232"},
        Case{"V080DebugIfNotPresentNone", Compat::k0_8, true, false, "IfNotPresent", "", "", "",
             "ef45c669244a3eabff6c390b4c0e67d63a4a74013cab0abbbac12f963c94c468"},
        Case{"V080IfNotPresentAll", Compat::k0_8, false, false, "IfNotPresent", "*", "", "",
             "e41a84c97d37eb1bb0b91969c7768a5e471309c1c396d949a64e24348e6dd0c0"},
        Case{"V080AlwaysAll", Compat::k0_8, false, false, "Always", "*", "", "",
             "ab25226ff3647221d80c173f1ad8070ce7a0aba533235c991a38842068048174"},
        Case{"V080NeverAll", Compat::k0_8, false, false, "Never", "*", "", "",
             "a53c54ded39344e8a192d8587e85793b7183d62a048073eeee2cab4409175c57"},
        Case{"V080CoreDumpIfNotPresentAll", Compat::k0_8, false, true, "IfNotPresent", "*", "", "",
             "37d846f72016e55038b25d12ae7d84bca11c40644ea0efe5891680ad7a6d26e7"},
        Case{"V080IfNotPresentRanges", Compat::k0_8, false, false, "IfNotPresent",
             "127.0.0.1/24,10.96.0.1/24", "10.96.0.2/24,10.96.0.3/24", "4,5,6",
             "18b508cbe6e9dcd4282067407e48cb4ba9c8343503bdd4f78c7c4dcad5653e1b"}),
    NameOf);

TEST(BuiltinTemplateTextTest, Istio051MakesInitPrivilegedOnlyForDebugging) {
  Params params;
  const auto count_privileged = [&](Compat compat) {
    const std::string text = BuiltinTemplate(params, compat);
    int count = 0;
    for (std::size_t at = 0; (at = text.find("privileged: true", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  };
  params.enable_core_dump = false;
  EXPECT_EQ(count_privileged(Compat::k0_5_0), 1);
  EXPECT_EQ(count_privileged(Compat::k0_5_1), 0);
  params.debug_mode = true;
  EXPECT_EQ(count_privileged(Compat::k0_5_1), 2);
}

TEST(BuiltinTemplateTextTest, EmptyPullPolicyMeansIfNotPresent) {
  Params standard;
  Params empty;
  empty.image_pull_policy = "";
  EXPECT_EQ(BuiltinTemplate(empty, Compat::k0_5_0), BuiltinTemplate(standard, Compat::k0_5_0));
}

TEST(BuiltinTemplateTextTest, IncludedRangesAreAnArgumentOnlyIfGiven) {
  Params params;
  EXPECT_EQ(BuiltinTemplate(params, Compat::k0_5_0).find("- \"-i\""), std::string::npos);
  params.include_ip_ranges = "10.0.0.0/8";
  EXPECT_NE(BuiltinTemplate(params, Compat::k0_5_0).find("  - \"-i\"\n  - 10.0.0.0/8\n"),
            std::string::npos);
}

TEST(BuiltinTemplateTextTest, Istio10RenamedTheProxyImage) {
  EXPECT_EQ(ProxyImageName("h", "t", false, Compat::k0_8), "h/proxy:t");
  EXPECT_EQ(ProxyImageName("h", "t", false, Compat::k1_0), "h/proxyv2:t");
  EXPECT_EQ(ProxyImageName("h", "t", true, Compat::k1_0), "h/proxy_debug:t");
  EXPECT_EQ(InitImageName("h", "t"), "h/proxy_init:t");
}

}  // namespace
}  // namespace sidecar::inject
