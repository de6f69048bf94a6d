#pragma once

#include "lib/diagnose/finding.h"

// The rules of CheckMesh.

namespace sidecar::diagnose::rules {

inline constexpr Rule kNoService = {
    "PodWithoutService", Severity::kWarning, "A pod of the mesh should belong to a Service.",
    "Add a Service whose selector matches the pod's labels, even if nobody calls it."};
inline constexpr Rule kSeveralServices = {
    "PodInSeveralServices", Severity::kWarning,
    "A pod of the mesh should belong to one Service only.",
    "Let the selectors of the Services differ, or give the workload one Service with all ports."};
inline constexpr Rule kProtocolConflict = {
    "PortProtocolConflict", Severity::kError,
    "Services of one workload must agree on the protocol of a port.",
    "Give the ports that lead to one container port names with the same protocol."};
inline constexpr Rule kUnnamedPort = {"UnnamedPort", Severity::kWarning,
                                      "Traffic of a port without a name is plain TCP to the mesh.",
                                      "Name the port <protocol>[-<suffix>], for example http-web."};
inline constexpr Rule kUnknownProtocol = {
    "UnknownPortProtocol", Severity::kWarning,
    "Traffic of a port whose name begins with no protocol is plain TCP to the mesh.",
    "Name the port <protocol>[-<suffix>], for example http-web, or tcp-web to say that TCP is "
    "meant."};
inline constexpr Rule kUdp = {"UdpPort", Severity::kError,
                              "UDP must be said by the port's protocol, not by its name alone.",
                              "Set protocol: UDP, or name the port after what it carries."};
inline constexpr Rule kUdpName = {"UdpPortName", Severity::kWarning,
                                  "A UDP port is named after a protocol that runs over TCP.",
                                  "Name the port udp[-<suffix>], or remove protocol: UDP."};
inline constexpr Rule kNoTarget = {
    "TargetPortNotFound", Severity::kError,
    "A Service's targetPort is the name of no container port of its pods.",
    "Name a container port so, or give the port's number."};
inline constexpr Rule kNoApp = {
    "MissingAppLabel", Severity::kWarning,
    "Pods of the mesh need the label app: telemetry and tracing name the workload by it.",
    "Add the label app to the pod template."};
inline constexpr Rule kSameApp = {
    "AppLabelNotDistinct", Severity::kWarning,
    "Two workloads of a namespace carry the same labels app and version.",
    "Give each workload its own app label, or the same app and different version labels."};
inline constexpr Rule kNoVersion = {
    "MissingVersionLabel", Severity::kInfo,
    "Without the label version, traffic cannot be routed by version.",
    "Add the label version to the pod template, for example v1."};
inline constexpr Rule kNoSidecar = {
    "MissingSidecar", Severity::kError, "A pod of an enabled namespace runs without the sidecar.",
    "Restart what owns the pod, for example: sidecar-injector restart --missing -n NAMESPACE."};
inline constexpr Rule kNotInjected = {
    "WillNotBeInjected", Severity::kInfo,
    "Pods of this workload are not given a sidecar although their namespace is enabled.",
    "If that is not meant, change what the message names."};
inline constexpr Rule kHostNetwork = {
    "HostNetwork", Severity::kWarning,
    "Pods that use the node's network cannot be part of the mesh.",
    "Remove hostNetwork: true, or keep the workload in a namespace without injection."};
inline constexpr Rule kProxyUser = {
    "ReservedUserId", Severity::kError,
    "A container runs as the sidecar's user, so that its traffic bypasses the sidecar.",
    "Use another runAsUser."};
inline constexpr Rule kReservedPort = {"ReservedPort", Severity::kError,
                                       "A container uses a port of the sidecar.",
                                       "Let the container listen on another port."};

inline constexpr const Rule* kAll[] = {
    &kNoService,    &kSeveralServices, &kProtocolConflict, &kUnnamedPort, &kUnknownProtocol,
    &kUdp,          &kUdpName,         &kNoTarget,         &kNoApp,       &kSameApp,
    &kNoVersion,    &kNoSidecar,       &kNotInjected,      &kHostNetwork, &kProxyUser,
    &kReservedPort,
};

}  // namespace sidecar::diagnose::rules
