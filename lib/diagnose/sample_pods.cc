#include "lib/diagnose/sample_pods.h"

#include <array>

namespace sidecar::diagnose {
namespace {

constexpr std::array<SamplePod, 4> kSamplePods = {{
    {"a pod of a Deployment", R"(
apiVersion: v1
kind: Pod
metadata:
  generateName: sample-96d5df5c8-
  namespace: default
  labels: {app: sample, version: v1, pod-template-hash: 96d5df5c8}
  ownerReferences:
  - {apiVersion: apps/v1, kind: ReplicaSet, name: sample-96d5df5c8, uid: "1", controller: true}
spec:
  containers:
  - name: app
    image: app:1
    ports: [{containerPort: 80, protocol: TCP}, {containerPort: 9090, protocol: TCP, name: metrics}]
    env: [{name: A, value: b}]
    resources: {requests: {cpu: 100m, memory: 64Mi}}
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, emptyDir: {}}]
  serviceAccountName: sample
  restartPolicy: Always
)"},
    {"a pod with nothing but a container", R"(
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  containers: [{name: app, image: app:1}]
)"},
    {"a pod with annotations", R"(
apiVersion: v1
kind: Pod
metadata:
  name: annotated
  namespace: default
  labels: {app: sample}
  annotations:
    sidecar.istio.io/inject: "true"
    traffic.sidecar.istio.io/includeOutboundIPRanges: "10.0.0.0/8,172.16.0.0/12"
    traffic.sidecar.istio.io/excludeOutboundIPRanges: "10.96.0.0/16"
    traffic.sidecar.istio.io/includeInboundPorts: "80,443"
    traffic.sidecar.istio.io/excludeInboundPorts: "9090"
spec:
  containers: [{name: app, image: app:1, ports: [{containerPort: 80}]}]
)"},
    {"a pod of a Job, with init containers and several containers", R"(
apiVersion: v1
kind: Pod
metadata:
  generateName: job-
  namespace: batch
  labels: {job-name: job}
  ownerReferences: [{apiVersion: batch/v1, kind: Job, name: job, uid: "1", controller: true}]
spec:
  initContainers: [{name: prepare, image: app:1}]
  containers: [{name: one, image: app:1}, {name: two, image: app:1, securityContext: {runAsUser: 0}}]
  securityContext: {fsGroup: 1000}
  imagePullSecrets: [{name: registry}]
  restartPolicy: Never
)"},
}};

}  // namespace

std::span<const SamplePod> SamplePods() {
  return kSamplePods;
}

}  // namespace sidecar::diagnose
