#include "lib/inject/annotations.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

using testing::HasSubstr;

Result<void> Validate(const std::map<std::string_view, std::string_view>& annotations) {
  return ValidateAnnotations([&](std::string_view name) -> std::optional<std::string_view> {
    const auto it = annotations.find(name);
    if (it == annotations.end()) return std::nullopt;
    return it->second;
  });
}

TEST(AnnotationsTest, AcceptsWhatIstioAccepts) {
  EXPECT_TRUE(Validate({}).has_value());
  EXPECT_TRUE(
      Validate({{"unrelated", "a: b"},
                {"sidecar.istio.io/interceptionMode", "TPROXY"},
                {"traffic.sidecar.istio.io/includeOutboundIPRanges", "*"},
                {"traffic.sidecar.istio.io/excludeOutboundIPRanges", "10.96.0.2/24,fd00::/8"},
                {"traffic.sidecar.istio.io/includeInboundPorts", " 80, 443 "},
                {"traffic.sidecar.istio.io/excludeInboundPorts", ""}})
          .has_value());
}

TEST(AnnotationsTest, ErrorNamesAnnotationValueAndRule) {
  EXPECT_EQ(Validate({{"traffic.sidecar.istio.io/excludeOutboundIPRanges", "*"}}).error().message,
            "injection failed. Invalid value for annotation "
            "traffic.sidecar.istio.io/excludeOutboundIPRanges: *. Error: excludeIPRanges invalid: "
            "failed parsing cidr '*': invalid CIDR address: *");
  EXPECT_THAT(Validate({{"traffic.sidecar.istio.io/includeInboundPorts", "bad"}}).error().message,
              HasSubstr("includeInboundPorts invalid: failed parsing port 'bad': invalid syntax"));
}

TEST(AnnotationsTest, ReportsTheFirstOfSeveralMistakes) {
  EXPECT_THAT(Validate({{"traffic.sidecar.istio.io/excludeInboundPorts", "x"},
                        {"sidecar.istio.io/interceptionMode", "NONE"}})
                  .error()
                  .message,
              HasSubstr("interceptionMode invalid: NONE"));
}

TEST(AnnotationsTest, CidrsNeedAnAddressAndALengthThatFits) {
  for (const std::string_view bad :
       {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/x", "fd00::/129", "/8",
        "10.0.0.0/8,", "*,10.0.0.0/8", "10.0.0.0/8 "}) {
    EXPECT_FALSE(ValidateIncludeIPRanges(bad).has_value()) << bad;
  }
  EXPECT_TRUE(ValidateIncludeIPRanges("127.0.0.1/24,10.96.0.1/24").has_value());
  EXPECT_FALSE(ValidateIncludeIPRanges(std::string_view("10.0.0.0\0/8", 11)).has_value());
}

TEST(AnnotationsTest, PortsRunFromZeroTo65535) {
  EXPECT_TRUE(ValidateExcludeInboundPorts("0,65535").has_value());
  for (const std::string_view bad : {"65536", "-1", "+1", "1,,2", "99999999999999999999", "*"}) {
    EXPECT_FALSE(ValidateExcludeInboundPorts(bad).has_value()) << bad;
  }
  EXPECT_TRUE(ValidateIncludeInboundPorts("*").has_value());
}

}  // namespace
}  // namespace sidecar::inject
