#pragma once

#include <string>

#include "controller/certs/material.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

// The Secret as the API server's JSON. Pure.

namespace sidecar::controller {

// Its data decoded and its annotations. A value that is no base64 is taken as it is, so that what
// reads it can say what is wrong. Never fails: what is not there is empty.
SecretContent ReadSecretContent(const kube::Json& secret);

// metadata.resourceVersion; empty if there is none.
std::string ResourceVersion(const kube::Json& object);

// A new Secret of type Opaque.
kube::Json NewSecret(const std::string& namespace_name, const std::string& name,
                     const SecretContent& content);

// The same Secret with other content; what is not content stays, with the resourceVersion that
// makes a write fail if somebody else was first.
kube::Json WithContent(const kube::Json& secret, const SecretContent& content);

// Creates the Secret, or updates the one that was read, so that it holds the material.
kube::ApiRequest StoreRequest(const std::string& namespace_name, const std::string& name,
                              const kube::Json* old, const Material& material);

}  // namespace sidecar::controller
