#include "webhook/injection_snapshot.h"

#include <utility>

#include "lib/base/arena.h"
#include "lib/base/sha256.h"
#include "lib/inject/config.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/mesh_config.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"

namespace sidecar::webhook {

namespace {

// A pod of a Deployment as kube-apiserver sends it.
constexpr std::string_view kSamplePod = R"({
  "apiVersion": "v1", "kind": "Pod",
  "metadata": {"generateName": "sample-96d5df5c8-", "namespace": "default",
               "labels": {"app": "sample", "version": "v1", "pod-template-hash": "96d5df5c8"},
               "annotations": {"sidecar.istio.io/inject": "true"},
               "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet",
                                    "name": "sample-96d5df5c8", "uid": "1", "controller": true,
                                    "blockOwnerDeletion": true}]},
  "spec": {"containers": [{"name": "app", "image": "app:1",
                           "ports": [{"containerPort": 80, "protocol": "TCP"}],
                           "env": [{"name": "A", "value": "b"}], "resources": {},
                           "volumeMounts": [{"name": "token", "readOnly": true, "mountPath":
                             "/var/run/secrets/kubernetes.io/serviceaccount"}],
                           "imagePullPolicy": "IfNotPresent"}],
           "volumes": [{"name": "token", "secret": {"secretName": "token"}}],
           "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
           "dnsPolicy": "ClusterFirst", "serviceAccountName": "default",
           "serviceAccount": "default", "securityContext": {}, "schedulerName": "default-scheduler"}
})";

}  // namespace

Result<std::shared_ptr<const InjectionSnapshot>> MakeInjectionSnapshot(const InjectionTexts& texts,
                                                                       inject::Compat compat,
                                                                       std::uint64_t generation) {
  auto parsed = inject::ParseConfig(texts.config);
  if (!parsed.has_value()) return std::move(parsed).error().Annotate("injection configuration");
  auto config = inject::Config::Compile(*parsed, compat);
  if (!config.has_value()) return std::move(config).error().Annotate("injection configuration");
  kubetypes::MeshConfigOptions mesh_options;
  mesh_options.release = inject::MeshReleaseOf(compat);
  auto mesh = kubetypes::LoadMeshConfig(texts.mesh, mesh_options);
  if (!mesh.has_value()) return std::move(mesh).error().Annotate("mesh configuration");

  auto snapshot = std::make_shared<InjectionSnapshot>();
  snapshot->generation = generation;
  snapshot->config_hash = Sha256Hex(texts.config);
  snapshot->mesh_hash = Sha256Hex(texts.mesh);
  snapshot->warnings = parsed->warnings;
  if ((*config)->policy() == inject::Policy::kUnknown) {
    snapshot->warnings.push_back("policy \"" + parsed->policy +
                                 "\" is neither enabled nor disabled: nothing is injected");
  }
  snapshot->renderer = std::make_shared<inject::Renderer>(
      *std::move(config), std::make_shared<const kubetypes::MeshConfig>(*std::move(mesh)),
      inject::Rendered::Use::kPatch);
  return std::shared_ptr<const InjectionSnapshot>(std::move(snapshot));
}

std::optional<SampleFailure> TrySampleInjection(const InjectionSnapshot& snapshot,
                                                const std::function<bool()>& is_late) {
  Arena arena;
  const Result<yaml::Node> document = yaml::ParseJson(kSamplePod, arena);
  const Result<gotemplate::Value> pod =
      kubetypes::Decode(*document, kubetypes::WorkloadType("Pod"), arena);
  const Result<inject::PodParts> parts = inject::FindPod(*pod, "Pod");
  bool depends_on_pod = false;
  const auto rendered = snapshot.renderer->Render(
      *parts, arena, {.is_late = is_late, .depends_on_pod = &depends_on_pod});
  if (rendered.has_value()) return std::nullopt;
  return SampleFailure{rendered.error().message, !depends_on_pod};
}

}  // namespace sidecar::webhook
