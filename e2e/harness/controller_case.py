"""The base of the scenarios of `sidecar-injector controller`."""
import base64
import itertools

from .case import ClusterCase, container, pod, random_suffix
from .injector import MESH_CONFIG, RELEASE_CONFIG, Controller
from .polling import wait_until

_numbers = itertools.count(1)
SERVICE = "sidecar-injector"
SECRET = "sidecar-injector-certs"


class ControllerCase(ClusterCase):
    """A control namespace with the two ConfigMaps and the Service, a webhook configuration without
    caBundle for one more namespace, and replicas as a test starts them."""

    failure_policy = "Fail"

    def set_up_control(self, config=None, webhook=True):
        self.control = self.namespace("control")
        self.target = self.namespace("target")
        self.webhook_name = f"injector-{self.suffix}"
        self.write_config(config or RELEASE_CONFIG.read_text())
        self.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"},
                         "data": {"mesh": MESH_CONFIG}}, self.control)
        self.replicas = []
        self.proxy, self.client_config = self.service(self.control, SERVICE, [])
        if webhook:
            self.create_webhook()

    def create_webhook(self, **fields):
        fields.setdefault("failurePolicy", self.failure_policy)
        return self.webhook_configuration(self.target, client_config=self.client_config, ca="",
                                          name=self.webhook_name, **fields)

    def arguments(self):
        return [f"--webhookConfigName={self.webhook_name}", "--webhookName=sidecar-injector.istio.io",
                f"--service={SERVICE}", f"--secret={SECRET}"]

    def start_controller(self, *more, kubeconfig=None, env=None, wait=True):
        name = f"replica-{next(_numbers)}-{self.suffix}"
        replica = Controller(self.folder, name, kubeconfig or self.cluster.kubeconfig, self.control,
                             [*self.arguments(), *more], env)
        self.addCleanup(replica.process.stop, 5)
        self.replicas.append(replica)
        self.proxy.set_backends(self.replicas)
        if wait:
            replica.wait_ready(30)
        return replica

    def start_injecting(self, replicas=1, **more):
        """Control namespace, replicas, and the first pod injected."""
        self.set_up_control(**more)
        started = [self.start_controller() for _ in range(replicas)]
        self.wait_until_injected(self.target)
        return started

    def write_config(self, text, key="config"):
        self.put_config_map("istio-inject", {key: text})

    def put_config_map(self, name, data):
        document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
        if self.api.exists("ConfigMap", self.control, name):
            self.api.replace(document, self.control)
        else:
            self.api.create(document, self.control)

    def webhook(self):
        return self.api.get("MutatingWebhookConfiguration", None, self.webhook_name)

    def bundle(self):
        """The caBundle as PEM; empty for none."""
        encoded = self.webhook()["webhooks"][0]["clientConfig"].get("caBundle", "")
        return base64.b64decode(encoded).decode()

    def wipe_bundle(self):
        self.api.patch("MutatingWebhookConfiguration", None, self.webhook_name, [
            {"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}], "json")

    def wait_for_bundle(self, timeout=5):
        return wait_until(self.bundle, timeout, what="a caBundle")

    def image_of_next_pod(self):
        return container(self.dry_run(self.target), "istio-proxy")["image"]

    def wait_for_image(self, image, timeout=2):
        wait_until(lambda: self.image_of_next_pod() == image, timeout, 0.02, f"the next pod has {image}")

    def events(self, namespace, name):
        """What this test's controllers said of the object. Those of tests that run beside it see the
        cluster's namespaces, too, and say that their webhooks do not select them."""
        return [e for e in self.api.list("Event", namespace) if e["involvedObject"].get("name") == name
                and f"-{self.suffix}_" in e.get("reportingInstance", "")]

    def leader(self):
        """The replica that holds the Lease; None for none."""
        holders = [x["spec"].get("holderIdentity", "") for x in self.api.list("Lease", self.control)]
        for replica in self.replicas:
            if any(holder and holder.startswith(replica.process.name) for holder in holders):
                return replica
        return None

    def wait_for_leader(self, other_than=None, timeout=30):
        return wait_until(lambda: found if (found := self.leader()) is not other_than else None,
                          timeout, 0.05, "a leader")

    def probe(self, namespace=None):
        """Status and text of the creation of a pod, as a dry run."""
        path = f"/api/v1/namespaces/{namespace or self.target}/pods?dryRun=All"
        return self.api.raw("POST", path, pod(f"probe-{random_suffix()}"))


def config_with_image(image):
    return RELEASE_CONFIG.read_text().replace("docker.io/istio/proxy:0.5.1", image)
