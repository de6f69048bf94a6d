#pragma once

#include "lib/kube/protocol/request.h"

// The resource types this program talks about.

namespace sidecar::kube {

inline constexpr Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap", true};
inline constexpr Resource kSecrets{"", "v1", "secrets", "Secret", true};
inline constexpr Resource kServices{"", "v1", "services", "Service", true};
inline constexpr Resource kEndpoints{"", "v1", "endpoints", "Endpoints", true};
inline constexpr Resource kServiceAccounts{"", "v1", "serviceaccounts", "ServiceAccount", true};
inline constexpr Resource kPods{"", "v1", "pods", "Pod", true};
inline constexpr Resource kReplicationControllers{"", "v1", "replicationcontrollers",
                                                  "ReplicationController", true};
inline constexpr Resource kNodes{"", "v1", "nodes", "Node", false};
inline constexpr Resource kEvents{"", "v1", "events", "Event", true};

inline constexpr Resource kDeployments{"apps", "v1", "deployments", "Deployment", true};
inline constexpr Resource kReplicaSets{"apps", "v1", "replicasets", "ReplicaSet", true};
inline constexpr Resource kStatefulSets{"apps", "v1", "statefulsets", "StatefulSet", true};
inline constexpr Resource kDaemonSets{"apps", "v1", "daemonsets", "DaemonSet", true};
inline constexpr Resource kJobs{"batch", "v1", "jobs", "Job", true};
inline constexpr Resource kCronJobs{"batch", "v1", "cronjobs", "CronJob", true};
inline constexpr Resource kCronJobsV1Beta1{"batch", "v1beta1", "cronjobs", "CronJob", true};

inline constexpr Resource kPodDisruptionBudgets{"policy", "v1", "poddisruptionbudgets",
                                                "PodDisruptionBudget", true};
// Gone since Kubernetes 1.25; v1 came with 1.21.
inline constexpr Resource kPodDisruptionBudgetsV1Beta1{"policy", "v1beta1", "poddisruptionbudgets",
                                                       "PodDisruptionBudget", true};

inline constexpr Resource kLeases{"coordination.k8s.io", "v1", "leases", "Lease", true};

inline constexpr Resource kMutatingWebhooks{"admissionregistration.k8s.io", "v1",
                                            "mutatingwebhookconfigurations",
                                            "MutatingWebhookConfiguration", false};
// Gone since Kubernetes 1.22; v1 came with 1.16.
inline constexpr Resource kMutatingWebhooksV1Beta1{"admissionregistration.k8s.io", "v1beta1",
                                                   "mutatingwebhookconfigurations",
                                                   "MutatingWebhookConfiguration", false};

inline constexpr Resource kCertificateSigningRequests{
    "certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", false};
// Gone since Kubernetes 1.22; v1 came with 1.19.
inline constexpr Resource kCertificateSigningRequestsV1Beta1{"certificates.k8s.io", "v1beta1",
                                                             "certificatesigningrequests",
                                                             "CertificateSigningRequest", false};

inline constexpr Resource kSelfSubjectAccessReviews{
    "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false};

inline constexpr Resource kSubjectAccessReviews{
    "authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", false};

}  // namespace sidecar::kube
