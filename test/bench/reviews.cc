#include "test/bench/reviews.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace sidecar::bench {
namespace {

constexpr std::size_t kSerialDigits = 10;
constexpr std::string_view kSerialLabel = R"("app":"web-)";
constexpr std::string_view kUid = R"("uid":")";
constexpr std::size_t kUidBytes = 36;
constexpr std::string_view kOwners = R"("ownerReferences":)";

constexpr std::string_view kStart =
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"e62272a7-287c-4b7b-bfc5-c578ae589881","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1","resource":"pods"},"namespace":"shop","operation":"CREATE",)";
constexpr std::string_view kUser =
    R"("userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller","uid":"166594c5-8b57-4444-a692-d61d930f45d3","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]},)";
constexpr std::string_view kMetadata =
    R"("object":{"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-96d5df5c8-","creationTimestamp":null,"labels":{"app":"web-0000000000","pod-template-hash":"96d5df5c8"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-96d5df5c8","uid":"5afa4c19-14d1-43ce-99af-9ec5c71f344b","controller":true,"blockOwnerDeletion":true}])";
constexpr std::string_view kManaged =
    R"(,"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-11-23T02:03:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"5afa4c19-14d1-43ce-99af-9ec5c71f344b\"}":{".":{},"f:apiVersion":{},"f:blockOwnerDeletion":{},"f:controller":{},"f:kind":{},"f:name":{},"f:uid":{}}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}])";
constexpr std::string_view kSpec =
    R"(},"spec":{"volumes":[{"name":"default-token-4bbxm","secret":{"secretName":"default-token-4bbxm"}}],"containers":[)";
constexpr std::string_view kEnd =
    R"(],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","serviceAccount":"default","securityContext":{},"schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":{}},"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}})";
constexpr std::string_view kTiny =
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"e62272a7-287c-4b7b-bfc5-c578ae589881","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"shop","operation":"CREATE","userInfo":{"username":"admin"},"object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","labels":{"app":"web-0000000000"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"5afa4c19-14d1-43ce-99af-9ec5c71f344b"}]},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}})";

constexpr std::size_t kBytesOfOneContainer = 5000;

void AppendContainer(std::size_t index, std::size_t bytes, std::string& out) {
  const std::size_t end = out.size() + bytes;
  const std::string number = std::to_string(index);
  out += R"({"name":"web-)" + number + R"(","image":"registry.example/shop/web:1.)" + number;
  out +=
      R"(","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"resources":{"limits":{"memory":"128Mi"},"requests":{"cpu":"100m","memory":"64Mi"}},"volumeMounts":[{"name":"default-token-4bbxm","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"readinessProbe":{"httpGet":{"path":"/healthz","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent")";
  out +=
      R"(,"env":[{"name":"POD","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}})";
  for (std::size_t i = 0; out.size() < end; ++i) {
    out += R"(,{"name":"SETTING_)" + std::to_string(i);
    out += R"(","value":"the value of a setting, number )" + std::to_string(i) + R"("})";
  }
  out += "]}";
}

// Where the first `text` that follows `from` ends.
std::size_t Behind(const std::string& review, std::string_view text, std::size_t from) {
  const std::size_t at = review.find(text, from);
  if (at == std::string::npos) std::abort();
  return at + text.size();
}

}  // namespace

std::string MakeReview(std::size_t bytes) {
  std::string review;
  if (bytes <= kTiny.size()) return std::string(kTiny);
  review.append(kStart).append(kUser).append(kMetadata).append(kManaged).append(kSpec);
  const std::size_t end = bytes - std::min(bytes, kEnd.size());
  std::size_t index = 0;
  do {
    if (index > 0) review += ',';
    const std::size_t left = end - std::min(end, review.size());
    AppendContainer(index++, std::min(left, kBytesOfOneContainer), review);
  } while (review.size() < end);
  return review.append(kEnd);
}

const std::vector<ReviewSize>& ReviewSizes() {
  static const auto& sizes = *new std::vector<ReviewSize>{
      {"tiny", 0}, {"3.8 KB", 3'800}, {"200 KB", 200'000}, {"1.5 MB", 1'500'000}};
  return sizes;
}

std::size_t FindUid(const std::string& review) {
  return Behind(review, kUid, 0) + kUidBytes - kSerialDigits;
}

std::size_t FindOwner(const std::string& review) {
  return Behind(review, kUid, Behind(review, kOwners, 0)) + kUidBytes - kSerialDigits;
}

std::size_t FindSerial(const std::string& review) {
  return Behind(review, kSerialLabel, 0);
}

void SetSerial(std::string& review, std::size_t at, std::uint64_t number) {
  for (std::size_t i = kSerialDigits; i-- > 0; number /= 10) {
    review[at + i] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace sidecar::bench
