#include "lib/kubetypes/ip_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace sidecar::kubetypes {
namespace {

constexpr std::size_t kMaxLength = 64;  // Longer than any address.
using Ipv6Bytes = std::array<unsigned char, 16>;

bool ReadIpv4(std::string_view text) {
  in_addr address{};
  return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

std::optional<Ipv6Bytes> ReadIpv6(std::string_view text) {
  Ipv6Bytes bytes{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

bool IsMappedIpv4(const Ipv6Bytes& bytes) {
  static constexpr std::array<unsigned char, 12> kPrefix = {0, 0, 0, 0, 0,    0,
                                                            0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kPrefix.begin(), kPrefix.end(), bytes.begin());
}

bool IsPlausible(std::string_view text) {
  return text.size() <= kMaxLength && text.find('\0') == std::string_view::npos;
}

}  // namespace

std::optional<IpFamily> ParseIp(std::string_view text) {
  if (!IsPlausible(text)) return std::nullopt;
  if (ReadIpv4(text)) return IpFamily::kV4;
  const std::optional<Ipv6Bytes> bytes = ReadIpv6(text);
  if (!bytes) return std::nullopt;
  return IsMappedIpv4(*bytes) ? IpFamily::kV4 : IpFamily::kV6;
}

bool IsCidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash);
  const std::string_view prefix = text.substr(slash + 1);
  if (!IsPlausible(address)) return false;
  // A mapped v4 address written as v6 has 128 bits here.
  const bool v4 = ReadIpv4(address);
  if (!v4 && !ReadIpv6(address)) return false;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
  return error == std::errc() && end == prefix.data() + prefix.size() && bits <= (v4 ? 32 : 128);
}

}  // namespace sidecar::kubetypes
