#include "lib/diagnose/doctor/snapshot.h"

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kConfigurationKind = "MutatingWebhookConfiguration";
constexpr std::string_view kUsualWebhook = "sidecar-injector.istio.io";

void AddAddresses(const yaml::Node& subset, std::string_view field, bool is_ready,
                  std::vector<Address>& addresses) {
  const yaml::Node* const list = subset.Find(field);
  if (list == nullptr) return;
  std::string port;
  if (const yaml::Node* const ports = subset.Find("ports"); ports != nullptr) {
    // A Service of a webhook has one port; of several, the one for HTTPS is usually the first.
    for (const yaml::Node& entry : ports->AsSequence()) {
      const yaml::Node* const number = entry.Find("port");
      if (port.empty() && number != nullptr) port = number->NumberText();
    }
  }
  for (const yaml::Node& entry : list->AsSequence()) {
    const bool is_pod = TextAt(entry, {"targetRef", "kind"}) == "Pod";
    addresses.push_back({std::string(TextAt(entry, {"ip"})), port,
                         std::string(is_pod ? TextAt(entry, {"targetRef", "name"}) : ""),
                         is_ready});
  }
}

}  // namespace

std::string WebhookRef::Title() const {
  return configuration->Title();
}

std::vector<WebhookRef> AllWebhooks(const DoctorSnapshot& snapshot) {
  std::vector<WebhookRef> webhooks;
  for (const Object* const object : OfKind(snapshot, kConfigurationKind)) {
    auto views = ReadWebhooks(*object);
    const yaml::Node* const list = object->node.Find("webhooks");
    // No API server has stored what cannot be read.
    if (!views.has_value() || list == nullptr) continue;
    const auto nodes = list->AsSequence();
    for (std::size_t i = 0; i < nodes.size() && i < views->size(); ++i) {
      webhooks.push_back({object, &nodes[i], std::move((*views)[i])});
    }
  }
  return webhooks;
}

std::vector<WebhookRef> InjectorWebhooks(const DoctorSnapshot& snapshot) {
  std::vector<WebhookRef> named;
  std::vector<WebhookRef> called;
  std::vector<WebhookRef> usual;
  for (WebhookRef& webhook : AllWebhooks(snapshot)) {
    const WebhookView& view = webhook.view;
    if (!snapshot.webhook_configuration.empty()) {
      if (view.configuration == snapshot.webhook_configuration) named.push_back(std::move(webhook));
    } else if (view.service_namespace == snapshot.istio_namespace && view.sees_pod_creation) {
      called.push_back(std::move(webhook));
    } else if (view.name == kUsualWebhook) {
      usual.push_back(std::move(webhook));
    }
  }
  if (!named.empty()) return named;
  return called.empty() ? usual : called;
}

std::vector<const Object*> OfKind(const DoctorSnapshot& snapshot, std::string_view kind) {
  std::vector<const Object*> found;
  for (const Object& object : snapshot.objects.objects()) {
    if (object.kind == kind) found.push_back(&object);
  }
  return found;
}

const Object* FindObject(const DoctorSnapshot& snapshot, std::string_view kind,
                         std::string_view namespace_name, std::string_view name) {
  for (const Object& object : snapshot.objects.objects()) {
    const bool is_there = namespace_name.empty() || object.namespace_name == namespace_name;
    if (is_there && object.kind == kind && object.name == name) return &object;
  }
  return nullptr;
}

std::string_view WhyUnseen(const DoctorSnapshot& snapshot, std::string_view what) {
  const auto found = snapshot.unseen.find(what);
  return found == snapshot.unseen.end() ? std::string_view() : found->second;
}

std::vector<Address> AddressesOf(const Object& endpoints) {
  std::vector<Address> addresses;
  const yaml::Node* const subsets = endpoints.node.Find("subsets");
  if (subsets == nullptr) return addresses;
  for (const yaml::Node& subset : subsets->AsSequence()) {
    AddAddresses(subset, "addresses", true, addresses);
    AddAddresses(subset, "notReadyAddresses", false, addresses);
  }
  return addresses;
}

}  // namespace sidecar::diagnose
