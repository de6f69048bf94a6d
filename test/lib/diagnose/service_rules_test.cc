#include "lib/diagnose/service_rules.h"

#include <gmock/gmock.h>

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

using inject::Compat;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Lines(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    lines.push_back(std::to_string(finding.line) + ' ' + std::string(finding.rule->code) + ' ' +
                    finding.field + ": " + finding.message);
  }
  return lines;
}

std::vector<std::string> PortFindings(std::string_view text) {
  ObjectSet set;
  AddFile(set, text);
  std::vector<Finding> findings;
  CheckPortNames(*FindService(set.objects()[0]), Compat::k0_5_0, findings);
  return Lines(findings);
}

TEST(ServiceRulesTest, WellNamedPortsAreFine) {
  EXPECT_THAT(PortFindings(R"(apiVersion: v1
kind: Service
spec:
  ports:
  - {name: http-web, port: 80}
  - {name: tcp, port: 81}
  - {name: udp-dns, port: 53, protocol: UDP}
  - {name: dns, port: 53, protocol: UDP}
  - {name: x, port: 9, protocol: SCTP}
)"),
              IsEmpty());
}

TEST(ServiceRulesTest, TellsPortsWhoseNamesSayNoOrTheWrongProtocol) {
  EXPECT_THAT(PortFindings(R"(apiVersion: v1
kind: Service
spec:
  ports:
  - port: 80
  - name: web
    port: 81
  - name: udp-dns
    port: 53
  - name: http
    protocol: UDP
    port: 82
)"),
              ElementsAre("5 UnnamedPort spec.ports[0]: port 80 has no name: taken as plain TCP",
                          "6 UnknownPortProtocol spec.ports[1].name: the name \"web\" of port 81 "
                          "begins with none of http, http2, https, grpc, mongo, redis, tcp, udp: "
                          "taken as plain TCP",
                          "8 UdpPort spec.ports[2].name: port 53 is called \"udp-dns\" but its "
                          "protocol is TCP",
                          "10 UdpPortName spec.ports[3].name: port 82 is UDP, its name \"http\" "
                          "says HTTP"));
}

TEST(ServiceRulesTest, SelectsByLabelsWithinItsNamespace) {
  ObjectSet set;
  AddFile(set, R"({apiVersion: v1, kind: Service, spec: {selector: {app: a}}}
---
{apiVersion: v1, kind: Service, spec: {}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: other}, spec: {selector: {app: a}}}
---
{apiVersion: v1, kind: Pod, metadata: {labels: {app: a, b: c}}, spec: {}}
---
{apiVersion: v1, kind: Pod, metadata: {labels: {app: b}}, spec: {}}
)");
  const auto service = *FindService(set.objects()[0]);
  const auto pod = *FindPodTemplate(set.objects()[3]);
  EXPECT_TRUE(service.Selects(pod));
  EXPECT_FALSE(FindService(set.objects()[1])->Selects(pod));
  EXPECT_FALSE(FindService(set.objects()[2])->Selects(pod));
  EXPECT_FALSE(service.Selects(*FindPodTemplate(set.objects()[4])));
}

TEST(ServiceRulesTest, TellsServicesThatDisagreeOnAPort) {
  ObjectSet set;
  AddFile(set, R"(apiVersion: v1
kind: Service
metadata: {name: one}
spec:
  ports: [{name: http, port: 80, targetPort: web}, {name: http-2, port: 81, targetPort: nowhere}]
---
apiVersion: v1
kind: Service
metadata: {name: two}
spec:
  ports: [{name: tcp, port: 8080}, {name: udp, port: 8080, protocol: UDP}]
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, ports: [{name: web, containerPort: 8080}]}]}
)");
  const auto one = *FindService(set.objects()[0]);
  const auto two = *FindService(set.objects()[1]);
  std::vector<Finding> findings;
  CheckServicesOf(*FindPodTemplate(set.objects()[2]), {&one, &two}, Compat::k0_5_0, findings);
  EXPECT_THAT(Lines(findings),
              ElementsAre("5 TargetPortNotFound spec.ports[1].targetPort: no container of Pod/p "
                          "has a port named \"nowhere\"",
                          "11 PortProtocolConflict spec.ports[0].name: container port 8080 of "
                          "Pod/p is TCP here and HTTP in Service/one",
                          "13 PodInSeveralServices metadata.labels: selected by 2 Services: one, "
                          "two"));
}

}  // namespace
}  // namespace sidecar::diagnose
