#include "lib/inject/builtin_template.h"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace sidecar::inject {
namespace {

constexpr std::string_view kStandardPullPolicy = "IfNotPresent";

// The interception mode that applies to the pod, as an expression.
const char* const kInterceptionMode =
    R"(or (index .ObjectMeta.Annotations "sidecar.istio.io/interceptionMode") )"
    ".ProxyConfig.InterceptionMode.String";

// Collects the template's text, top to bottom. Actions are given without their delimiters.
class Writer {
 public:
  Writer(const Params& params, Compat compat)
      : params_(params), compat_(compat), delimiters_(TemplateDelimiters(compat)) {}

  std::string Write() {
    Line();
    InitContainer();
    if (params_.enable_core_dump) CoreDumpContainer();
    ProxyContainer();
    ProxyEnvironment();
    PullPolicy();
    ProxyResources();
    ProxySecurity();
    ProxyMounts();
    Volumes();
    return std::move(text_);
  }

 private:
  bool Is08() const { return compat_ >= Compat::k0_8; }

  template <class... Parts>
  void Line(const Parts&... parts) {
    (text_.append(parts), ...);
    text_.push_back('\n');
  }
  void Lines(std::initializer_list<std::string_view> lines) {
    for (const std::string_view line : lines) Line(line);
  }

  std::string Action(std::string_view expression) const {
    std::string action(delimiters_.first);
    return action.append(" ").append(expression).append(" ").append(delimiters_.second);
  }
  // One that also swallows the white space after it.
  std::string Trimming(std::string_view expression) const {
    std::string action(delimiters_.first);
    return action.append(" ").append(expression).append(" -").append(delimiters_.second);
  }

  void InitContainer();
  void CoreDumpContainer();
  void ProxyContainer();
  void ProxyEnvironment();
  void ProxyResources();
  void ProxySecurity();
  void ProxyMounts();
  void Volumes();

  void PullPolicy() {
    Line("  imagePullPolicy: ", params_.image_pull_policy.empty()
                                    ? kStandardPullPolicy
                                    : std::string_view(params_.image_pull_policy));
  }
  void Argument(std::string_view flag, std::string_view expression) {
    Line("  - ", flag);
    Line("  - ", Action(expression));
  }
  void Duration(std::string_view flag, std::string_view field, std::string_view fixed);
  void TrafficRules();
  void OverridableArgument(std::string_view flag, std::string_view annotation,
                           std::string_view value, std::string_view before_closing);
  void FieldReference(std::string_view name, std::string_view path);

  const Params& params_;
  const Compat compat_;
  const std::pair<std::string_view, std::string_view> delimiters_;
  std::string text_;
};

void Writer::InitContainer() {
  Lines({"initContainers:", "- name: istio-init"});
  Line("  image: ", params_.init_image);
  Line("  args:");
  Argument("\"-p\"", ".MeshConfig.ProxyListenPort");
  Line("  - \"-u\"");
  Line("  - ", std::to_string(params_.sidecar_proxy_uid));
  if (Is08()) {
    TrafficRules();
  } else if (!params_.include_ip_ranges.empty()) {
    Line("  - \"-i\"");
    Line("  - ", params_.include_ip_ranges);
  }
  PullPolicy();
  Lines({"  securityContext:", "    capabilities:", "      add:", "      - NET_ADMIN"});
  if (compat_ == Compat::k0_5_0 || params_.debug_mode) Line("    privileged: true");
  // From 0.5.1 on, trimming moved this line one level too deep. No Kubernetes of that time knew the
  // field in either place.
  Line(compat_ == Compat::k0_5_0 ? "  " : "    ", "restartPolicy: Always");
}

// An argument of istio-init that a pod annotation may override.
void Writer::OverridableArgument(std::string_view flag, std::string_view annotation,
                                 std::string_view value, std::string_view before_closing) {
  const std::string name = "\"traffic.sidecar.istio.io/" + std::string(annotation) + '"';
  Line("  - ", flag);
  Line("  ", Trimming("if (isset .ObjectMeta.Annotations " + name + ")"));
  Line("  - \"", delimiters_.first, " index .ObjectMeta.Annotations ", name, before_closing,
       delimiters_.second, "\"");
  Line("  ", Trimming("else"));
  if (flag == "\"-b\"") {  // The ports of all containers, each with a comma after it.
    Line("  - ", Trimming("range .Spec.Containers"));
    Line("      ", Trimming("range .Ports"));
    Line("        ", Trimming(".ContainerPort"), ",");
    Line("      ", Trimming("end"));
    Line("    ", Trimming("end"));
    Line("  ", Action("end"));
  } else {
    Line("  - \"", value, "\"");
    Line("  ", Trimming("end"));
  }
}

void Writer::TrafficRules() {
  Argument("\"-m\"", kInterceptionMode);
  OverridableArgument("\"-i\"", "includeOutboundIPRanges", params_.include_ip_ranges, "");
  OverridableArgument("\"-x\"", "excludeOutboundIPRanges", params_.exclude_ip_ranges, " ");
  OverridableArgument("\"-b\"", "includeInboundPorts", "", " ");
  OverridableArgument("\"-d\"", "excludeInboundPorts", params_.exclude_inbound_ports, " ");
}

void Writer::CoreDumpContainer() {
  Lines({"- args:", "  - -c"});
  Line("  - sysctl -w kernel.core_pattern=/etc/istio/proxy/core.%e.%p.%t && ulimit -c",
       Is08() ? " " : "\n    ", "unlimited");
  Lines({"  command:", "  - /bin/sh"});
  Line("  image: ", Is08() ? std::string_view(params_.init_image) : "alpine");
  Line("  imagePullPolicy: ", kStandardPullPolicy);
  Lines({"  name: enable-core-dump", "  resources: {}",
         "  securityContext:", "    privileged: true"});
}

void Writer::Duration(std::string_view flag, std::string_view field, std::string_view fixed) {
  Line("  - ", flag);
  if (compat_ < Compat::k0_6) {
    Line("  - ", fixed);
  } else {
    Line("  - ", Action("formatDuration .ProxyConfig." + std::string(field)));
  }
}

void Writer::ProxyContainer() {
  Lines({"containers:", "- name: istio-proxy"});
  if (Is08()) {
    const std::string annotation = R"(.ObjectMeta.Annotations "sidecar.istio.io/proxyImage")";
    Line("  image: ", Trimming("if (isset " + annotation + ")"));
    Line("  \"", Action("index " + annotation), "\"");
    Line("  ", Trimming("else"));
    Line("  ", params_.proxy_image);
    Line("  ", Trimming("end"));
  } else {
    Line("  image: ", params_.proxy_image);
  }
  Lines({"  args:", "  - proxy", "  - sidecar"});
  Argument("--configPath", ".ProxyConfig.ConfigPath");
  Argument("--binaryPath", ".ProxyConfig.BinaryPath");
  Line("  - --serviceCluster");
  const std::string app = R"(index .ObjectMeta.Labels "app")";
  Line("  ", Trimming("if ne \"\" (" + app + ")"));
  Line("  - ", Action(app));
  Line("  ", Trimming("else"));
  Line("  - \"istio-proxy\"");
  Line("  ", Trimming("end"));
  Duration("--drainDuration", "DrainDuration", "2s");
  Duration("--parentShutdownDuration", "ParentShutdownDuration", "3s");
  Argument("--discoveryAddress", ".ProxyConfig.DiscoveryAddress");
  Duration("--discoveryRefreshDelay", "DiscoveryRefreshDelay", "1s");
  Argument("--zipkinAddress", ".ProxyConfig.ZipkinAddress");
  Duration("--connectTimeout", "ConnectTimeout", "1s");
  Argument("--statsdUdpAddress", ".ProxyConfig.StatsdUdpAddress");
  Argument("--proxyAdminPort", ".ProxyConfig.ProxyAdminPort");
  Argument("--controlPlaneAuthPolicy", ".ProxyConfig.ControlPlaneAuthPolicy");
}

void Writer::FieldReference(std::string_view name, std::string_view path) {
  Line("  - name: ", name);
  Lines({"    valueFrom:", "      fieldRef:"});
  Line("        fieldPath: ", path);
}

void Writer::ProxyEnvironment() {
  Line("  env:");
  FieldReference("POD_NAME", "metadata.name");
  FieldReference("POD_NAMESPACE", "metadata.namespace");
  FieldReference("INSTANCE_IP", "status.podIP");
  if (!Is08()) return;
  FieldReference("ISTIO_META_POD_NAME", "metadata.name");
  Line("  - name: ISTIO_META_INTERCEPTION_MODE");
  Line("    value: ", Action(kInterceptionMode));
}

void Writer::ProxyResources() {
  if (!Is08()) return;
  Lines({"  resources:", "    requests:"});
  if (compat_ == Compat::k0_8) {
    Lines({"      cpu: 100m", "      memory: 128Mi"});
  } else {
    Line("      cpu: 10m");
  }
}

void Writer::ProxySecurity() {
  const std::string_view indent = Is08() ? "    " : "      ";
  const bool debug = params_.debug_mode;
  Line("  securityContext:");
  Line(indent, "privileged: ", debug ? "true" : "false");
  Line(indent, "readOnlyRootFilesystem: ", debug ? "false" : "true");
  if (!Is08()) {
    Line(indent, "runAsUser: 1337");
  } else {
    const std::string mode = '(' + std::string(kInterceptionMode) + ") \"TPROXY\"";
    if (!debug) {
      Line(indent, Trimming("if eq " + mode));
      Lines({"    capabilities:", "      add:", "      - NET_ADMIN"});
      Line(indent, Trimming("end"));
    }
    Line(indent, Trimming("if ne " + mode));
    Line(indent, "runAsUser: 1337");
    Line(indent, Trimming("end"));
  }
  Line("  restartPolicy: Always");
}

void Writer::ProxyMounts() {
  Lines({"  volumeMounts:", "  - mountPath: /etc/istio/proxy", "    name: istio-envoy",
         "  - mountPath: /etc/certs/", "    name: istio-certs", "    readOnly: true"});
}

void Writer::Volumes() {
  const std::string account = ".Spec.ServiceAccountName";
  Lines({"volumes:", "- emptyDir:", "    medium: Memory", "  name: istio-envoy",
         "- name: istio-certs", "  secret:", "    optional: true"});
  Line("    ", Trimming("if eq " + account + " \"\""));
  Line("    secretName: istio.default");
  Line("    ", Trimming("else"));
  Line("    secretName: ", Action("printf \"istio.%s\" " + account));
  Line("    ", Trimming("end"));
}

}  // namespace

std::string InitImageName(const std::string& hub, const std::string& tag) {
  return hub + "/proxy_init:" + tag;
}

std::string ProxyImageName(const std::string& hub, const std::string& tag, bool debug,
                           Compat compat) {
  if (debug) return hub + "/proxy_debug:" + tag;
  return hub + (compat >= Compat::k1_0 ? "/proxyv2:" : "/proxy:") + tag;
}

std::string BuiltinTemplate(const Params& params, Compat compat) {
  return Writer(params, compat).Write();
}

}  // namespace sidecar::inject
