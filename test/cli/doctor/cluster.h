#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/cluster_client.h"
#include "lib/kube/protocol/resources.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {

// A fake API server with an injector that is installed but not there, and its kubeconfig.
class DoctorCluster {
 public:
  DoctorCluster() {
    using nlohmann::json;
    config_ = folder_ / "config";
    WriteFile(config_, KubeconfigText(server.port()));
    server.SetIntercept([](const testing_support::FakeApiServer::Request& request)
                            -> std::optional<testing_support::FakeApiServer::Answer> {
      using Answer = testing_support::FakeApiServer::Answer;
      if (request.target == "/version") return Answer{200, R"({"gitVersion":"v1.20.2"})"};
      if (request.target == "/") {
        return Answer{401, "{}", {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}};
      }
      if (request.target == "/apis/admissionregistration.k8s.io") {
        return Answer{200, R"({"versions":[{"version":"v1"},{"version":"v1beta1"}]})"};
      }
      return std::nullopt;
    });
    server.Put(kube::kMutatingWebhooks, json::parse(R"({
        "apiVersion":"admissionregistration.k8s.io/v1","metadata":{"name":"injector"},
        "webhooks":[{"name":"w","clientConfig":{"caBundle":"bm8=","service":{
        "namespace":"istio-system","name":"injector","path":"/inject"}},"sideEffects":"None",
        "admissionReviewVersions":["v1"],"rules":[{"operations":["CREATE"],"apiGroups":[""],
        "apiVersions":["v1"],"resources":["pods"]}],
        "namespaceSelector":{"matchLabels":{"istio-injection":"enabled"}}}]})"));
    server.Put(kube::kNamespaces, {{"metadata", {{"name", "istio-system"}}}});
    server.Put(kube::kNamespaces,
               {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
    server.Put(kube::kServices, json::parse(R"({"metadata":{"name":"injector",
        "namespace":"istio-system"},"spec":{"ports":[{"port":443}]}})"));
    server.Put(kube::kEndpoints, json::parse(R"({"metadata":{"name":"injector",
        "namespace":"istio-system"},"subsets":[{"addresses":[{"ip":"127.0.0.1",
        "targetRef":{"kind":"Pod","name":"injector-x"}}],"ports":[{"port":1}]}]})"));
    server.Put(kube::kPods, json::parse(R"({"metadata":{"name":"injector-x",
        "namespace":"istio-system"},"spec":{"serviceAccountName":"robot","containers":[{"args":[
        "controller","--webhookConfigName=injector","--service","injector",
        "--leaseName=chief"]}]}})"));
    server.Put(kube::kLeases, json::parse(R"({"metadata":{"name":"chief",
        "namespace":"istio-system"},"spec":{"holderIdentity":"a"}})"));
    server.Put(kube::kConfigMaps, json::parse(R"({"metadata":{"name":"istio-inject",
        "namespace":"istio-system"},"data":{"config":"policy: enabled\ntemplate: ''\n"}})"));
  }

  ClusterClient Connect() {
    KubeFlags flags;
    flags.kubeconfig = config_;
    return *ClusterClient::Connect(flags);
  }

  const std::string& config() const { return config_; }

  testing_support::FakeApiServer server;

 private:
  Folder folder_;
  std::string config_;
};

}  // namespace sidecar::cli
