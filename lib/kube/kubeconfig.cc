// LoadKubeconfig: which files count, how they are merged, and what a context stands for.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/kube/client_config.h"
#include "lib/kube/json.h"
#include "lib/kube/kubeconfig_file.h"
#include "lib/kube/server_url.h"
#include "lib/yaml/base64.h"

namespace sidecar::kube {

namespace {

Error Unusable(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// clientcmd's ClientConfigLoadingRules: $KUBECONFIG is a list like $PATH.
std::vector<std::string> DefaultPaths(const ReadEnvironment& environment) {
  const std::string list = environment("KUBECONFIG");
  if (list.empty()) {
    const std::string home = environment("HOME");
    return home.empty() ? std::vector<std::string>() : std::vector{home + "/.kube/config"};
  }
  std::vector<std::string> paths;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) paths.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return paths;
}

std::string FolderOf(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

std::string Resolve(const std::string& path, const std::string& file) {
  return path.empty() || path.starts_with('/') ? path : FolderOf(file) + '/' + path;
}

// "a, b, c"
template <class T>
std::string Names(const std::map<std::string, T>& entries) {
  std::string names;
  for (const auto& [name, entry] : entries) names.append(names.empty() ? "" : ", ").append(name);
  return names.empty() ? "none" : names;
}

// Everything the files say together: the first one to say it counts.
struct Merged {
  KubeconfigFile config;
  std::string files;  // For messages.
};

Result<Merged> ReadFiles(const KubeconfigOptions& options) {
  const std::vector<std::string> paths =
      options.path.empty() ? DefaultPaths(options.environment) : std::vector{options.path};
  Merged merged;
  std::string missing;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::optional<std::string> text, options.read_file(path));
    if (!text.has_value()) {
      if (!options.path.empty()) {
        // As Istio's kube.ResolveConfig.
        return Error{ErrorCode::kNotFound,
                     "kubernetes configuration file \"" + path + "\" does not exist"};
      }
      missing.append(missing.empty() ? "" : ", ").append(path);
      continue;
    }
    ASSIGN_OR_RETURN(KubeconfigFile file, ParseKubeconfig(*text, path));
    merged.config.clusters.merge(file.clusters);
    merged.config.users.merge(file.users);
    merged.config.contexts.merge(file.contexts);
    if (merged.config.current_context.empty()) {
      merged.config.current_context = file.current_context;
    }
    merged.files.append(merged.files.empty() ? "" : ", ").append(path);
  }
  if (merged.config.IsEmpty()) {
    return Error{ErrorCode::kNotFound,
                 merged.files.empty()
                     ? "no Kubernetes configuration: " +
                           (missing.empty() ? "neither $KUBECONFIG nor $HOME is set"
                                            : missing + " does not exist")
                     : "kubeconfig " + merged.files + " is empty"};
  }
  return merged;
}

// Turns one context's entries into a configuration.
class Builder {
 public:
  Builder(const KubeconfigOptions& options, const Merged& merged)
      : options_(options), merged_(merged) {}

  Result<ClientConfig> Build() {
    ASSIGN_OR_RETURN(const KubeconfigContext context, FindContext());
    config_.namespace_name = context.namespace_name;
    const auto& clusters = merged_.config.clusters;
    const auto cluster = clusters.find(context.cluster);
    if (cluster == clusters.end()) {
      return Unusable(where_ + ": cluster \"" + context.cluster +
                      "\" does not exist (there are: " + Names(clusters) + ')');
    }
    const auto& users = merged_.config.users;
    const auto user = users.find(context.user);
    if (user == users.end() && !context.user.empty()) {
      return Unusable(where_ + ": user \"" + context.user +
                      "\" does not exist (there are: " + Names(users) + ')');
    }
    const std::string cluster_name =
        "kubeconfig " + cluster->second.file + ": cluster \"" + cluster->first + '"';
    if (auto done = SetCluster(cluster->second); !done.has_value()) {
      return std::move(done).error().Annotate(cluster_name);
    }
    if (user == users.end()) return std::move(config_);
    if (auto done = SetUser(user->second, cluster->second); !done.has_value()) {
      return std::move(done).error().Annotate("kubeconfig " + user->second.file + ": user \"" +
                                              user->first + '"');
    }
    config_.source += ", user \"" + user->first + '"';
    return std::move(config_);
  }

 private:
  Result<KubeconfigContext> FindContext() {
    const auto& contexts = merged_.config.contexts;
    const std::string& name =
        options_.context.empty() ? merged_.config.current_context : options_.context;
    const std::string files = "kubeconfig " + merged_.files;
    if (name.empty()) {
      return Unusable(files + ": no current-context: name a context with --context (there are: " +
                      Names(contexts) + ')');
    }
    const auto found = contexts.find(name);
    if (found == contexts.end()) {
      return Unusable(files + (options_.context.empty() ? ": current-context \"" : ": context \"") +
                      name + "\" does not exist (there are: " + Names(contexts) + ')');
    }
    config_.source = "kubeconfig " + found->second.file + ", context \"" + name + '"';
    where_ = "kubeconfig " + found->second.file + ": context \"" + name + '"';
    return found->second;
  }

  // What is given inline, or else by a path. An Error names the field.
  Result<std::string> DataOrFile(const std::string& data, const std::string& path,
                                 const std::string& file, const std::string& field) const {
    if (!data.empty()) {
      std::optional<std::string> bytes = yaml::DecodeBase64(data);
      if (!bytes.has_value()) return Unusable(field + "-data: invalid base64");
      return *std::move(bytes);
    }
    if (path.empty()) return std::string();
    const std::string resolved = Resolve(path, file);
    auto text = options_.read_file(resolved);
    if (!text.has_value()) return std::move(text).error().Annotate(field);
    if (!text->has_value()) return Unusable(field + ": " + resolved + " does not exist");
    if ((*text)->empty()) return Unusable(field + ": " + resolved + " is empty");
    return **std::move(text);
  }

  Result<void> SetCluster(const KubeconfigCluster& cluster) {
    if (cluster.server.empty()) return Unusable("server: must be set");
    ASSIGN_OR_RETURN(config_.ca_pem,
                     DataOrFile(cluster.certificate_authority_data, cluster.certificate_authority,
                                cluster.file, "certificate-authority"));
    config_.insecure_skip_verify = cluster.insecure_skip_tls_verify;
    if (config_.insecure_skip_verify && !config_.ca_pem.empty()) {
      // As transport.TLSConfigFor.
      return Unusable("specifying a root certificates file with the insecure flag is not allowed");
    }
    auto url =
        ParseServerUrl(cluster.server, !config_.ca_pem.empty() || cluster.insecure_skip_tls_verify);
    if (!url.has_value()) return std::move(url).error().Annotate("server");
    config_.endpoint = url->endpoint;
    config_.endpoint.server_name = cluster.tls_server_name;
    config_.path_prefix = url->path_prefix;
    if (config_.insecure_skip_verify && config_.endpoint.tls) {
      config_.warnings.push_back("the certificate of " + cluster.server +
                                 " is not verified (insecure-skip-tls-verify)");
    }
    return CheckProxy(cluster);
  }

  Result<void> CheckProxy(const KubeconfigCluster& cluster) const {
    if (!cluster.proxy_url.empty()) return Unusable("proxy-url: proxies are not supported");
    const std::string variable = ProxyVariable(config_.endpoint, options_.environment);
    if (variable.empty()) return {};
    return Unusable("server: environment variable " + variable +
                    " asks for a proxy, which is not supported; except " + config_.endpoint.host +
                    " from it in NO_PROXY");
  }

  Result<void> SetUser(const KubeconfigUser& user, const KubeconfigCluster& cluster) {
    if (auto checked = CheckMethods(user); !checked.has_value()) return checked;
    ASSIGN_OR_RETURN(config_.certificate_pem,
                     DataOrFile(user.client_certificate_data, user.client_certificate, user.file,
                                "client-certificate"));
    ASSIGN_OR_RETURN(config_.key_pem,
                     DataOrFile(user.client_key_data, user.client_key, user.file, "client-key"));
    if (config_.certificate_pem.empty() != config_.key_pem.empty()) {
      return Unusable(config_.key_pem.empty() ? "client-certificate without client-key"
                                              : "client-key without client-certificate");
    }
    config_.token = user.token;
    config_.token_file = Resolve(user.token_file, user.file);
    config_.username = user.username;
    config_.password = user.password;
    config_.impersonation = user.impersonation;
    config_.exec = user.exec;
    if (!config_.exec.has_value()) return {};
    // A bare name is looked up in PATH.
    std::string& command = config_.exec->command;
    if (command.find('/') != std::string::npos) command = Resolve(command, user.file);
    if (user.provide_cluster_info) config_.exec->cluster_json = ClusterJson(cluster);
    return {};
  }

  static Result<void> CheckMethods(const KubeconfigUser& user) {
    if (!user.auth_provider.empty()) {
      return Unusable("auth-provider \"" + user.auth_provider +
                      "\" is not supported: use an exec credential plugin");
    }
    std::string methods;
    const auto add = [&](bool is_used, const char* name) {
      if (is_used) methods.append(methods.empty() ? "" : ", ").append(name);
    };
    add(!user.token.empty() || !user.token_file.empty(), "token");
    add(!user.username.empty() || !user.password.empty(), "basicAuth");
    add(user.exec.has_value(), "exec");
    if (methods.find(',') != std::string::npos) {
      // As clientcmd's validateAuthInfo.
      return Unusable("more than one authentication method found; found [" + methods +
                      "], only one is allowed");
    }
    const auto& who = user.impersonation;
    if (who.user.empty() && !(who.uid.empty() && who.groups.empty() && who.extra.empty())) {
      return Unusable("as-uid, as-groups and as-user-extra need as");
    }
    return {};
  }

  // ExecCredential's spec.cluster.
  std::string ClusterJson(const KubeconfigCluster& cluster) const {
    Json json = {{"server", cluster.server}};
    if (!cluster.tls_server_name.empty()) json["tls-server-name"] = cluster.tls_server_name;
    if (cluster.insecure_skip_tls_verify) json["insecure-skip-tls-verify"] = true;
    if (!config_.ca_pem.empty()) {
      json["certificate-authority-data"] = yaml::EncodeBase64(config_.ca_pem);
    }
    if (!cluster.exec_config_json.empty()) {
      json["config"] = Json::parse(cluster.exec_config_json, nullptr, false);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  const KubeconfigOptions& options_;
  const Merged& merged_;
  ClientConfig config_;
  std::string where_;
};

}  // namespace

Result<ClientConfig> LoadKubeconfig(const KubeconfigOptions& options) {
  ASSIGN_OR_RETURN(const Merged merged, ReadFiles(options));
  return Builder(options, merged).Build();
}

}  // namespace sidecar::kube
