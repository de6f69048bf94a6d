#include "lib/kube/kubeconfig_file.h"

#include <exception>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "lib/kube/json.h"

namespace sidecar::kube {

namespace {

// Extensions may hold anything; plugins get them as JSON.
constexpr int kMostExtensionLevels = 32;
constexpr std::size_t kMostExtensionNodes = 10'000;

// What is wrong with a field. Thrown while reading, caught in ParseKubeconfig.
struct BadField : std::exception {
  explicit BadField(std::string m) : message(std::move(m)) {}
  const char* what() const noexcept override { return message.c_str(); }
  std::string message;
};

// A mapping and where it stands in the file: "users[2].user.exec".
class Fields {
 public:
  Fields(const YAML::Node& node, std::string path) : node_(node), path_(std::move(path)) {
    if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) {
      throw BadField((path_.empty() ? "the file" : path_) + ": must be a mapping");
    }
  }

  bool Has(const char* key) const {
    return node_.IsMap() && node_[key].IsDefined() && !node_[key].IsNull();
  }
  std::string PathOf(const char* key) const { return path_.empty() ? key : path_ + '.' + key; }

  std::string Text(const char* key) const {
    if (!Has(key)) return "";
    return TextOf(node_[key], PathOf(key));
  }

  bool Flag(const char* key) const {
    bool flag = false;
    if (Has(key) && !YAML::convert<bool>::decode(node_[key], flag)) {
      throw BadField(PathOf(key) + ": must be true or false");
    }
    return flag;
  }

  Fields Below(const char* key) const {
    return {Has(key) ? YAML::Node(node_[key]) : YAML::Node(), PathOf(key)};
  }

  std::vector<std::string> Texts(const char* key) const {
    std::vector<std::string> texts;
    ForEach(key, [&](const YAML::Node& item, const std::string& path) {
      texts.push_back(TextOf(item, path));
    });
    return texts;
  }

  // Calls f(node, path) for each item of a list.
  template <class F>
  void ForEach(const char* key, F f) const {
    if (!Has(key)) return;
    const YAML::Node list = node_[key];
    if (!list.IsSequence()) throw BadField(PathOf(key) + ": must be a list");
    std::size_t index = 0;
    for (const auto& item : list) f(item, PathOf(key) + '[' + std::to_string(index++) + ']');
  }

  const YAML::Node& node() const { return node_; }

  static std::string TextOf(const YAML::Node& node, const std::string& path) {
    if (!node.IsScalar()) throw BadField(path + ": must be a string");
    return node.Scalar();
  }

 private:
  const YAML::Node node_;
  std::string path_;
};

// A YAML value as JSON, as far as the limits allow.
Json ToJson(const YAML::Node& node, int levels, std::size_t& nodes, const std::string& path) {
  if (levels == 0 || nodes == 0) throw BadField(path + ": is too large");
  --nodes;
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& entry : node) {
      object[Fields::TextOf(entry.first, path)] = ToJson(entry.second, levels - 1, nodes, path);
    }
    return object;
  }
  if (node.IsSequence()) {
    Json array = Json::array();
    for (const auto& item : node) array.push_back(ToJson(item, levels - 1, nodes, path));
    return array;
  }
  if (!node.IsScalar()) return nullptr;
  const bool is_quoted = node.Tag() == "!";
  bool flag = false;
  std::int64_t number = 0;
  if (!is_quoted && YAML::convert<std::int64_t>::decode(node, number)) return number;
  if (!is_quoted && YAML::convert<bool>::decode(node, flag)) return flag;
  return node.Scalar();
}

std::string ToJsonText(const YAML::Node& node, const std::string& path) {
  std::size_t nodes = kMostExtensionNodes;
  return ToJson(node, kMostExtensionLevels, nodes, path)
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

KubeconfigCluster ReadCluster(const Fields& fields, const std::string& file) {
  KubeconfigCluster cluster;
  cluster.file = file;
  cluster.server = fields.Text("server");
  cluster.tls_server_name = fields.Text("tls-server-name");
  cluster.insecure_skip_tls_verify = fields.Flag("insecure-skip-tls-verify");
  cluster.certificate_authority = fields.Text("certificate-authority");
  cluster.certificate_authority_data = fields.Text("certificate-authority-data");
  cluster.proxy_url = fields.Text("proxy-url");
  fields.ForEach("extensions", [&](const YAML::Node& item, const std::string& path) {
    const Fields extension(item, path);
    if (extension.Text("name") != "client.authentication.k8s.io/exec") return;
    if (!extension.Has("extension")) return;
    cluster.exec_config_json = ToJsonText(item["extension"], extension.PathOf("extension"));
  });
  return cluster;
}

InteractiveMode ReadInteractiveMode(const Fields& fields) {
  const std::string mode = fields.Text("interactiveMode");
  if (mode == "Never") return InteractiveMode::kNever;
  if (mode == "Always") return InteractiveMode::kAlways;
  if (mode.empty() || mode == "IfAvailable") return InteractiveMode::kIfAvailable;
  throw BadField(fields.PathOf("interactiveMode") + ": must be Never, IfAvailable or Always");
}

ExecPlugin ReadExec(const Fields& fields) {
  ExecPlugin plugin;
  plugin.api_version = fields.Text("apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    throw BadField(fields.PathOf("apiVersion") + ": \"" + plugin.api_version +
                   "\" is not supported: must be client.authentication.k8s.io/v1 or "
                   "client.authentication.k8s.io/v1beta1");
  }
  plugin.command = fields.Text("command");
  if (plugin.command.empty()) throw BadField(fields.PathOf("command") + ": must be set");
  plugin.arguments = fields.Texts("args");
  fields.ForEach("env", [&](const YAML::Node& item, const std::string& path) {
    const Fields variable(item, path);
    std::string name = variable.Text("name");
    if (name.empty() || name.find('=') != std::string::npos) {
      throw BadField(variable.PathOf("name") + ": must be the name of a variable");
    }
    plugin.environment.emplace_back(std::move(name), variable.Text("value"));
  });
  plugin.install_hint = fields.Text("installHint");
  plugin.interactive_mode = ReadInteractiveMode(fields);
  return plugin;
}

KubeconfigUser ReadUser(const Fields& fields, const std::string& file) {
  KubeconfigUser user;
  user.file = file;
  user.client_certificate = fields.Text("client-certificate");
  user.client_certificate_data = fields.Text("client-certificate-data");
  user.client_key = fields.Text("client-key");
  user.client_key_data = fields.Text("client-key-data");
  user.token = fields.Text("token");
  user.token_file = fields.Text("tokenFile");
  user.username = fields.Text("username");
  user.password = fields.Text("password");
  user.impersonation.user = fields.Text("as");
  user.impersonation.uid = fields.Text("as-uid");
  user.impersonation.groups = fields.Texts("as-groups");
  const Fields extra = fields.Below("as-user-extra");
  for (const auto& entry : extra.node()) {
    const std::string key = Fields::TextOf(entry.first, fields.PathOf("as-user-extra"));
    for (const std::string& value : extra.Texts(key.c_str())) {
      user.impersonation.extra.emplace_back(key, value);
    }
  }
  if (fields.Has("auth-provider")) {
    user.auth_provider = fields.Below("auth-provider").Text("name");
    if (user.auth_provider.empty()) user.auth_provider = "without a name";
  }
  if (fields.Has("exec")) {
    const Fields exec = fields.Below("exec");
    user.exec = ReadExec(exec);
    user.provide_cluster_info = exec.Flag("provideClusterInfo");
  }
  return user;
}

KubeconfigContext ReadContext(const Fields& fields, const std::string& file) {
  KubeconfigContext context;
  context.file = file;
  context.cluster = fields.Text("cluster");
  context.user = fields.Text("user");
  context.namespace_name = fields.Text("namespace");
  return context;
}

// Lists of {name, KEY: {...}}. Of two entries with one name the last counts, as in client-go.
template <class T>
void ReadEntries(const Fields& root, std::pair<const char*, const char*> keys,
                 T (*read)(const Fields&, const std::string&), const std::string& file,
                 std::map<std::string, T>& entries) {
  root.ForEach(keys.first, [&](const YAML::Node& item, const std::string& path) {
    const Fields entry(item, path);
    const std::string name = entry.Text("name");
    entries.insert_or_assign(name, read(entry.Below(keys.second), file));
  });
}

KubeconfigFile ReadRoot(const YAML::Node& node, const std::string& file) {
  KubeconfigFile config;
  const Fields root(node, "");
  if (const std::string kind = root.Text("kind"); !kind.empty() && kind != "Config") {
    throw BadField("kind: must be Config, not \"" + kind.substr(0, 64) + '"');
  }
  config.current_context = root.Text("current-context");
  ReadEntries(root, {"clusters", "cluster"}, &ReadCluster, file, config.clusters);
  ReadEntries(root, {"users", "user"}, &ReadUser, file, config.users);
  ReadEntries(root, {"contexts", "context"}, &ReadContext, file, config.contexts);
  return config;
}

Error Unusable(const std::string& file, const std::string& message) {
  return {ErrorCode::kInvalidArgument, "kubeconfig " + file + ": " + message};
}

}  // namespace

Result<KubeconfigFile> ParseKubeconfig(std::string_view text, const std::string& file) {
  try {
    return ReadRoot(YAML::Load(std::string(text)), file);
  } catch (const BadField& e) {
    return Unusable(file, e.message);
  } catch (const YAML::Exception& e) {
    const std::string line =
        e.mark.is_null() ? "" : "line " + std::to_string(e.mark.line + 1) + ": ";
    return Unusable(file, line + e.msg);
  } catch (const std::exception& e) {
    return Unusable(file, e.what());
  }
}

}  // namespace sidecar::kube
