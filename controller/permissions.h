#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/json_field.h"

// What the controller must be allowed to do, and how to ask the API server whether it is. Pure, any
// thread. config/rbac grants exactly this.

namespace sidecar::controller {

// One verb on one resource; `name` empty: on all of them, `namespace_name` empty: everywhere.
struct Permission {
  std::string verb{};
  std::string group{};  // Empty: core.
  std::string resource{};
  std::string subresource{};
  std::string namespace_name{};
  std::string name{};
  std::string purpose{};  // What fails without it: "follow the injection configuration".

  bool operator==(const Permission&) const = default;
};

// Which certificates the controller looks after itself.
enum class CertificateMode : std::uint8_t {
  kSelfSigned,  // Own authority, in a Secret.
  kCsr,         // Signed through the API CertificateSigningRequest, in a Secret.
  kFiles,       // Somebody else's, mounted.
};

// "self-signed", "csr", "files": as --certMode has it.
std::string_view ToString(CertificateMode mode);

// The objects that the controller deals with.
struct PermissionScope {
  std::string control_namespace;
  std::string inject_config_map;
  std::string mesh_config_map;
  std::string webhook_configuration;
  bool manage_webhook = false;
  bool elects_leader = true;
  std::string lease;
  CertificateMode certificates = CertificateMode::kSelfSigned;
  std::string secret;
  std::string signer;  // Of CertificateMode::kCsr.
  std::string deployment;
};

std::vector<Permission> RequiredPermissions(const PermissionScope& scope);

// "patch mutatingwebhookconfigurations.admissionregistration.k8s.io \"a\"", as kubectl names it.
std::string Describe(const Permission& permission);

// The body of a SelfSubjectAccessReview.
Json MakeAccessReview(const Permission& permission);

// What the API server's answer says; nothing where it is no such answer.
std::optional<bool> IsAllowed(const Json& review);

}  // namespace sidecar::controller
