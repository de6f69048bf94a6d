#include "lib/inject/status.h"

#include "lib/base/arena.h"
#include "lib/yaml/json.h"

namespace sidecar::inject {
namespace {

void AppendList(std::string_view key, const std::vector<std::string>& names, std::string& out) {
  out.append(",\"").append(key).append("\":");
  if (names.empty()) {
    out.append("null");
    return;
  }
  char separator = '[';
  for (const std::string& name : names) {
    out.push_back(separator);
    yaml::WriteJsonString(name, out);
    separator = ',';
  }
  out.push_back(']');
}

// False if the member is something other than null or a list of strings.
bool ReadList(const yaml::Node& status, std::string_view key, std::vector<std::string>& out) {
  const yaml::Node* const list = status.Find(key);
  if (list == nullptr || list->IsNull()) return true;
  if (!list->IsSequence()) return false;
  for (const yaml::Node& name : list->AsSequence()) {
    if (!name.IsString()) return false;
    out.emplace_back(name.AsString());
  }
  return true;
}

}  // namespace

std::string ToJson(const Status& status, Compat compat) {
  std::string json = "{\"version\":";
  yaml::WriteJsonString(status.version, json);
  AppendList("initContainers", status.init_containers, json);
  AppendList("containers", status.containers, json);
  AppendList("volumes", status.volumes, json);
  if (HasImagePullSecrets(compat)) AppendList("imagePullSecrets", status.image_pull_secrets, json);
  json.push_back('}');
  return json;
}

std::optional<Status> ParseStatus(std::string_view annotation) {
  constexpr yaml::JsonLimits kLimits = {.depth = 16, .bytes = std::size_t{256} << 10U};
  Arena arena;
  const Result<yaml::Node> root = yaml::ParseJson(annotation, arena, kLimits);
  if (!root.has_value() || !root->IsMapping()) return std::nullopt;
  Status status;
  if (!ReadList(*root, "initContainers", status.init_containers) ||
      !ReadList(*root, "containers", status.containers) ||
      !ReadList(*root, "volumes", status.volumes) ||
      !ReadList(*root, "imagePullSecrets", status.image_pull_secrets) || status.NamesNothing()) {
    return std::nullopt;
  }
  if (const yaml::Node* const version = root->Find("version")) {
    status.version = version->AsString();
  }
  return status;
}

Status LegacyStatus() {
  Status status;
  status.init_containers = {"istio-init", "enable-core-dump"};
  status.containers = {"istio-proxy"};
  status.volumes = {"istio-certs", "istio-envoy"};
  return status;
}

}  // namespace sidecar::inject
