#include "lib/kubetypes/mesh_validation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "lib/gotemplate/strconv.h"
#include "lib/kubetypes/duration.h"
#include "lib/kubetypes/error_list.h"
#include "lib/kubetypes/ip_address.h"
#include "lib/kubetypes/proto_message.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Quote;
using gotemplate::Value;
using Fault = std::optional<std::string>;

constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxDomain = 255;

struct Range {
  Nanoseconds min;
  Nanoseconds max;
};
constexpr Range kRefreshDelays = {kSecond, 10 * kMinute};
constexpr Range kConnectTimeouts = {kMillisecond, 30 * kSecond};
constexpr Nanoseconds kMaxShutdown = kHour;  // Of drainDuration and parentShutdownDuration.

bool IsLetterOrDigit(char c, bool upper_case) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (upper_case && c >= 'A' && c <= 'Z');
}

bool IsLabel(std::string_view label, bool upper_case) {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (!IsLetterOrDigit(label.front(), upper_case) || !IsLetterOrDigit(label.back(), upper_case)) {
    return false;
  }
  return std::all_of(label.begin(), label.end(),
                     [&](char c) { return c == '-' || IsLetterOrDigit(c, upper_case); });
}

bool IsDomain(std::string_view name, bool upper_case) {
  if (name.empty() || name.size() > kMaxDomain) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot), upper_case)) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

Fault PortFault(std::int64_t port) {
  if (port >= 1 && port <= 65535) return std::nullopt;
  return "port number " + std::to_string(port) + " must be in the range 1..65535";
}

struct HostPort {
  std::string_view host;
  std::string_view port;
  std::string_view fault = {};  // Go's word for why it could not be split.
};

// net.SplitHostPort.
HostPort SplitHostPort(std::string_view address) {
  static constexpr std::string_view kMissingPort = "missing port in address";
  static constexpr std::string_view kTooManyColons = "too many colons in address";
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return {{}, {}, kMissingPort};
  std::string_view host = address.substr(0, colon);
  std::size_t opening_from = 0;  // Brackets are not expected from here on.
  std::size_t closing_from = 0;
  if (address.starts_with('[')) {
    const std::size_t end = address.find(']');
    if (end == std::string_view::npos) return {{}, {}, "missing ']' in address"};
    if (end + 1 == address.size()) return {{}, {}, kMissingPort};
    if (end + 1 != colon) {
      return {{}, {}, address[end + 1] == ':' ? kTooManyColons : kMissingPort};
    }
    host = address.substr(1, end - 1);
    opening_from = 1;
    closing_from = end + 1;
  } else if (host.find(':') != std::string_view::npos) {
    return {{}, {}, kTooManyColons};
  }
  if (address.find('[', opening_from) != std::string_view::npos) {
    return {{}, {}, "unexpected '[' in address"};
  }
  if (address.find(']', closing_from) != std::string_view::npos) {
    return {{}, {}, "unexpected ']' in address"};
  }
  return {host, address.substr(colon + 1)};
}

Fault OldAddressFault(std::string_view address) {
  const std::size_t colon = address.find(':');
  if (colon == std::string_view::npos) {
    return "':' separator not found in " + Quote(address) +
           ", host address must be of the form <DNS name>:<port> or <IP>:<port>";
  }
  const std::string_view port_text = address.substr(colon + 1);
  const auto port = gotemplate::Atoi(port_text);
  if (!port.ok()) return gotemplate::NumberErrorText("Atoi", port_text, port.error);
  if (Fault fault = PortFault(port.value)) return fault;
  const std::string_view host = address.substr(0, colon);
  if (IsDomain(host, false) || ParseIp(host) == IpFamily::kV4) return std::nullopt;
  return Quote(host) + " is not a valid hostname or an IPv4 address";
}

Fault NewAddressFault(std::string_view address) {
  const HostPort parts = SplitHostPort(address);
  if (!parts.fault.empty()) {
    return "unable to split " + Quote(address) + ": address " + std::string(address) + ": " +
           std::string(parts.fault);
  }
  const auto port = gotemplate::Atoi(parts.port);
  if (!port.ok()) {
    return "port (" + std::string(parts.port) +
           ") is not a number: " + gotemplate::NumberErrorText("Atoi", parts.port, port.error);
  }
  if (Fault fault = PortFault(port.value)) return fault;
  if (IsDomain(parts.host, true) || ParseIp(parts.host)) return std::nullopt;
  return Quote(parts.host) + " is not a valid hostname or an IP address";
}

// A *duration.Duration, checked as model.ValidateDuration does.
struct CheckedDuration {
  Nanoseconds value = 0;
  Fault fault;
};

CheckedDuration CheckDuration(const Value& pointer) {
  if (!pointer.IsValid() || pointer.IsNil()) return {0, "duration: nil Duration"};
  const Value message = pointer.Elem();
  const std::span<const Value> parts = message.slots();
  const Result<Nanoseconds> value =
      FromProto({parts[0].AsInt(), static_cast<std::int32_t>(parts[1].AsInt())});
  if (!value.has_value()) return {0, value.error().message};
  if (*value < kMillisecond) return {*value, "duration must be greater than 1ms"};
  if (*value % kMillisecond != 0) return {*value, "only durations to ms precision are supported"};
  return {*value, std::nullopt};
}

Fault RangeFault(const Value& duration, Range range) {
  const CheckedDuration checked = CheckDuration(duration);
  if (checked.fault) return checked.fault;
  if (checked.value >= range.min && checked.value <= range.max) return std::nullopt;
  return "time " + DurationString(checked.value) + " must be >" + DurationString(range.min) +
         " and <" + DurationString(range.max);
}

ErrorList ParentAndDrainFaults(const Value& drain_time, const Value& parent_shutdown) {
  ErrorList faults;
  const CheckedDuration drain = CheckDuration(drain_time);
  const CheckedDuration parent = CheckDuration(parent_shutdown);
  if (drain.fault) faults.Add("invalid drain duration: " + *drain.fault);
  if (parent.fault) faults.Add("invalid parent shutdown duration: " + *parent.fault);
  if (!faults.empty()) return faults;

  if (drain.value % kSecond != 0) {
    faults.Add("drain time only supports durations to seconds precision");
  }
  if (parent.value % kSecond != 0) {
    faults.Add("parent shutdown time only supports durations to seconds precision");
  }
  if (parent.value <= drain.value) {
    faults.Add("parent shutdown time " + DurationString(parent.value) +
               " must be greater than drain time " + DurationString(drain.value));
  }
  if (drain.value > kMaxShutdown) {
    faults.Add("drain time " + DurationString(drain.value) + " must be <" +
               DurationString(kMaxShutdown));
  }
  if (parent.value > kMaxShutdown) {
    faults.Add("parent shutdown time " + DurationString(parent.value) + " must be <" +
               DurationString(kMaxShutdown));
  }
  return faults;
}

// One message and what is wrong with it. Fields that its release does not know are not checked.
class Checker {
 public:
  Checker(const Value& message, MeshRelease release) : message_(message), release_(release) {}

  const ErrorList& faults() const { return faults_; }

  Value Get(std::string_view name) const {
    const std::vector<gotemplate::Field>& fields = message_.type()->fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].name == name) return message_.slots()[i];
    }
    return {};
  }

  void Note(std::string_view prefix, const Fault& fault) {
    if (fault) faults_.Add(std::string(prefix) + ' ' + *fault);
  }
  void Note(const ErrorList& faults, std::string_view prefix = {}) { faults_.Add(faults, prefix); }

  void Address(std::string_view name, std::string_view prefix) {
    const Value value = Get(name);
    if (!value.IsValid() || value.AsString().empty()) return;
    Note(prefix, ProxyAddressFault(value.AsString(), release_));
  }
  void Port(std::string_view name, std::string_view prefix) {
    Note(prefix, PortFault(Get(name).AsInt()));
  }
  void Duration(std::string_view name, std::string_view prefix, Range range) {
    Note(prefix, RangeFault(Get(name), range));
  }
  void Text(std::string_view name, std::string_view complaint) {
    if (Get(name).AsString().empty()) faults_.Add(std::string(complaint));
  }
  // An enum of which only 0 and 1 (NONE and MUTUAL_TLS) are recognised.
  void Policy(std::string_view name, std::string_view what) {
    const Value value = Get(name);
    if (value.AsInt() == 0 || value.AsInt() == 1) return;
    faults_.Add("unrecognized " + std::string(what) + ' ' + Quote(EnumText(value)));
  }

 private:
  Value message_;
  MeshRelease release_;
  ErrorList faults_;
};

// model.ValidateProxyConfig.
ErrorList ProxyConfigFaults(const Value& config, MeshRelease release) {
  Checker check(config, release);
  check.Text("ConfigPath", "config path must be set");
  check.Text("BinaryPath", "binary path must be set");
  check.Text("ServiceCluster", "service cluster must be set");
  check.Note(ParentAndDrainFaults(check.Get("DrainDuration"), check.Get("ParentShutdownDuration")),
             "invalid parent and drain time combination");
  check.Duration("DiscoveryRefreshDelay", "invalid refresh delay:", kRefreshDelays);
  check.Text("DiscoveryAddress", "discovery address must be set to the proxy discovery service");
  check.Address("DiscoveryAddress", "invalid discovery address:");
  check.Address("ZipkinAddress", "invalid zipkin address:");
  check.Duration("ConnectTimeout", "invalid connect timeout:", kConnectTimeouts);
  std::string statsd = "invalid statsd udp address";
  if (release >= MeshRelease::k1_0) statsd += ' ' + Quote(check.Get("StatsdUdpAddress").AsString());
  check.Address("StatsdUdpAddress", statsd + ':');
  check.Port("ProxyAdminPort", "invalid proxy admin port:");
  check.Policy("ControlPlaneAuthPolicy", "control plane auth policy");
  return check.faults();
}

}  // namespace

std::optional<std::string> ProxyAddressFault(std::string_view address, MeshRelease release) {
  return release >= MeshRelease::k1_0 ? NewAddressFault(address) : OldAddressFault(address);
}

std::optional<Error> ValidateMeshConfig(const Value& mesh_config, MeshRelease release) {
  Checker check(mesh_config.Elem(), release);
  check.Address("EgressProxyAddress", "invalid egress proxy address:");
  if (release <= MeshRelease::k0_5_1) check.Address("MixerAddress", "invalid Mixer address:");
  check.Address("MixerCheckServer", "invalid Policy Check Server address:");
  check.Address("MixerReportServer", "invalid Telemetry Server address:");
  check.Port("ProxyListenPort", "invalid proxy listen port:");
  check.Duration("ConnectTimeout", "invalid connect timeout:", kConnectTimeouts);
  check.Policy("AuthPolicy", "auth policy");
  const bool sds = release >= MeshRelease::k1_0;
  check.Duration("RdsRefreshDelay",
                 sds ? "invalid rds refresh delay:" : "invalid refresh delay:", kRefreshDelays);
  if (sds) check.Duration("SdsRefreshDelay", "invalid sds refresh delay:", kRefreshDelays);
  const Value config = check.Get("DefaultConfig");
  if (config.IsNil()) {
    ErrorList missing;
    missing.Add("missing default config");
    check.Note(missing);
  } else {
    check.Note(ProxyConfigFaults(config.Elem(), release));
  }
  return check.faults().ToError();
}

}  // namespace sidecar::kubetypes
