#include "lib/diagnose/service_rules.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "lib/diagnose/mesh_rules.h"
#include "lib/diagnose/port_protocol.h"

namespace sidecar::diagnose {
namespace {

struct Port {
  const yaml::Node* node = nullptr;
  std::size_t index = 0;
  std::string_view name;
  std::string_view transport = "TCP";
};

std::vector<Port> PortsOf(const Service& service) {
  std::vector<Port> ports;
  const yaml::Node* const list = FindPath(service.object->node, {"spec", "ports"});
  if (list == nullptr) return ports;
  for (const yaml::Node& node : list->AsSequence()) {
    Port port{.node = &node, .index = ports.size(), .name = TextAt(node, {"name"})};
    if (const std::string_view transport = TextAt(node, {"protocol"}); !transport.empty()) {
      port.transport = transport;
    }
    ports.push_back(port);
  }
  return ports;
}

std::string NumberAt(const yaml::Node& node, std::string_view key) {
  const yaml::Node* const number = node.Find(key);
  return number == nullptr ? std::string() : number->NumberText();
}

std::string FieldOf(const Port& port, std::string_view member) {
  std::string field = "spec.ports[" + std::to_string(port.index) + ']';
  if (!member.empty()) field.append(".").append(member);
  return field;
}

Finding FindingAt(const Service& service, const Rule& rule, const Port& port,
                  std::string_view member, std::string message) {
  const yaml::Node* const part = port.node->Find(member);
  return {.rule = &rule,
          .object = service.object->Title(),
          .namespace_name = std::string(service.object->namespace_name),
          .field = FieldOf(port, part == nullptr ? std::string_view() : member),
          .file = service.object->source->file,
          .line = service.object->LineOf(part == nullptr ? *port.node : *part),
          .message = std::move(message)};
}

std::string Quote(std::string_view text) {
  return '"' + std::string(text) + '"';
}

// The container port that a Service port leads to, as text; empty where a name leads nowhere.
std::string TargetOf(const Port& port, const PodTemplate& pod) {
  const yaml::Node* const target = port.node->Find("targetPort");
  if (target == nullptr) return NumberAt(*port.node, "port");
  if (target->IsNumber()) return target->NumberText();
  const std::string_view name = target->AsString();
  const bool is_number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  if (is_number) return std::string(name);
  for (const ContainerRef& container : ContainersOf(pod)) {
    const yaml::Node* const ports = container.node->Find("ports");
    if (ports == nullptr) continue;
    for (const yaml::Node& candidate : ports->AsSequence()) {
      if (TextAt(candidate, {"name"}) == name) return NumberAt(candidate, "containerPort");
    }
  }
  return {};
}

std::string Names(const std::vector<const Service*>& services) {
  std::string names;
  for (const Service* const service : services) {
    if (!names.empty()) names += ", ";
    names += service->object->name;
  }
  return names;
}

}  // namespace

bool Service::Selects(const PodTemplate& pod) const {
  if (selector.empty() || pod.object->namespace_name != object->namespace_name) return false;
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const auto label = pod.labels.find(wanted.first);
    return label != pod.labels.end() && label->second == wanted.second;
  });
}

std::optional<Service> FindService(const Object& object) {
  if (object.kind != "Service" || object.api_version != "v1") return std::nullopt;
  Service service;
  service.object = &object;
  const yaml::Node* const selector = FindPath(object.node, {"spec", "selector"});
  if (selector != nullptr) {
    for (const yaml::Member& member : selector->AsMapping()) {
      service.selector.emplace(member.key, member.value.AsString());
    }
  }
  return service;
}

void CheckPortNames(const Service& service, inject::Compat compat, std::vector<Finding>& findings) {
  for (const Port& port : PortsOf(service)) {
    const std::optional<std::string_view> named = ProtocolNamedBy(port.name, compat);
    const std::string number = NumberAt(*port.node, "port");
    if (port.transport == "UDP") {
      if (named.has_value() && *named != "UDP") {
        findings.push_back(FindingAt(service, rules::kUdpName, port, "name",
                                     "port " + number + " is UDP, its name " + Quote(port.name) +
                                         " says " + std::string(*named)));
      }
      continue;
    }
    if (port.transport != "TCP") continue;
    if (port.name.empty()) {
      findings.push_back(FindingAt(service, rules::kUnnamedPort, port, "name",
                                   "port " + number + " has no name: taken as plain TCP"));
    } else if (!named.has_value()) {
      findings.push_back(FindingAt(
          service, rules::kUnknownProtocol, port, "name",
          "the name " + Quote(port.name) + " of port " + number + " begins with none of " +
              std::string(KnownProtocols(compat)) + ": taken as plain TCP"));
    } else if (*named == "UDP") {
      findings.push_back(FindingAt(
          service, rules::kUdp, port, "name",
          "port " + number + " is called " + Quote(port.name) + " but its protocol is TCP"));
    }
  }
}

void CheckServicesOf(const PodTemplate& pod, const std::vector<const Service*>& services,
                     inject::Compat compat, std::vector<Finding>& findings) {
  struct Use {
    std::string_view protocol;
    const Service* service;
  };
  std::map<std::string, Use> by_target;
  for (const Service* const service : services) {
    for (const Port& port : PortsOf(*service)) {
      const std::string target = TargetOf(port, pod);
      if (target.empty()) {
        findings.push_back(FindingAt(*service, rules::kNoTarget, port, "targetPort",
                                     "no container of " + pod.object->Title() +
                                         " has a port named " +
                                         Quote(TextAt(*port.node, {"targetPort"}))));
        continue;
      }
      const std::string_view protocol = ProtocolOfPort(port.name, port.transport, compat).name;
      // A UDP port and a TCP port of one number are two ports.
      const std::string key = target + (port.transport == "UDP" ? "/udp" : "");
      const auto [use, is_first] = by_target.try_emplace(key, Use{protocol, service});
      if (is_first || use->second.protocol == protocol) continue;
      findings.push_back(FindingAt(*service, rules::kProtocolConflict, port, "name",
                                   "container port " + target + " of " + pod.object->Title() +
                                       " is " + std::string(protocol) + " here and " +
                                       std::string(use->second.protocol) + " in " +
                                       use->second.service->object->Title()));
    }
  }
  if (services.size() > 1) {
    findings.push_back({.rule = &rules::kSeveralServices,
                        .object = pod.object->Title(),
                        .namespace_name = std::string(pod.object->namespace_name),
                        .field = std::string(pod.metadata_path) + ".labels",
                        .file = pod.object->source->file,
                        .line = pod.object->LineOf(pod.object->node),
                        .message = "selected by " + std::to_string(services.size()) +
                                   " Services: " + Names(services)});
  }
}

}  // namespace sidecar::diagnose
