#include "controller/certs/secret_object.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "lib/yaml/base64.h"

namespace sidecar::controller {

namespace {

using kube::Json;

const Json* Member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::map<std::string, std::string> Strings(const Json* object) {
  std::map<std::string, std::string> all;
  if (object == nullptr || !object->is_object()) return all;
  for (const auto& [key, value] : object->items()) {
    if (value.is_string()) all[key] = value.get<std::string>();
  }
  return all;
}

Json Encoded(const std::map<std::string, std::string>& data) {
  Json all = Json::object();
  for (const auto& [key, value] : data) all[key] = yaml::EncodeBase64(value);
  return all;
}

}  // namespace

SecretContent ReadSecretContent(const Json& secret) {
  SecretContent content;
  content.data = Strings(Member(secret, "data"));
  for (auto& [key, value] : content.data) {
    if (auto decoded = yaml::DecodeBase64(value); decoded.has_value()) value = *std::move(decoded);
  }
  const Json* const metadata = Member(secret, "metadata");
  if (metadata != nullptr) content.annotations = Strings(Member(*metadata, "annotations"));
  return content;
}

std::string ResourceVersion(const Json& object) {
  const Json* const metadata = Member(object, "metadata");
  const Json* const version = metadata == nullptr ? nullptr : Member(*metadata, "resourceVersion");
  return version == nullptr || !version->is_string() ? std::string() : version->get<std::string>();
}

Json NewSecret(const std::string& namespace_name, const std::string& name,
               const SecretContent& content) {
  const Json secret = {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata",
       {{"namespace", namespace_name},
        {"name", name},
        {"labels", {{"app.kubernetes.io/managed-by", "sidecar-injector"}}}}},
      {"type", "Opaque"},
  };
  return WithContent(secret, content);
}

Json WithContent(const Json& secret, const SecretContent& content) {
  Json changed = secret;
  if (!changed.is_object()) changed = Json::object();
  changed["data"] = Encoded(content.data);
  Json& metadata = changed["metadata"];
  if (!metadata.is_object()) metadata = Json::object();
  if (content.annotations.empty()) {
    metadata.erase("annotations");
  } else {
    metadata["annotations"] = content.annotations;
  }
  return changed;
}

kube::ApiRequest StoreRequest(const std::string& namespace_name, const std::string& name,
                              const Json* old, const Material& material) {
  SecretContent content;
  if (old != nullptr) content = ReadSecretContent(*old);
  ToSecret(material, content);
  if (old == nullptr) {
    const Json secret = NewSecret(namespace_name, name, content);
    return kube::CreateRequest(kube::kSecrets, namespace_name, secret.dump());
  }
  return kube::UpdateRequest(kube::kSecrets, namespace_name, name,
                             WithContent(*old, content).dump());
}

}  // namespace sidecar::controller
