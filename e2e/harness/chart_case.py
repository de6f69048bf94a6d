"""The base of the scenarios of the Helm chart.

No pod runs here: the injector is a process of this machine behind the ClusterIP of the chart's Service."""
import base64
import itertools
import json
import subprocess

from . import assets
from .api import KINDS
from .case import ClusterCase
from .cluster import Cluster
from .injector import Replica, Webhook
from .ports import free_ports
from .service_proxy import ServiceProxy

CHART = assets.ROOT / "charts" / "sidecar-injector"
RELEASE = "sidecar-injector"
_numbers = itertools.count(1)


class ChartCase(ClusterCase):
    """A release of the chart in a namespace of its own, whose webhook looks at one more namespace."""

    def setUp(self):
        super().setUp()
        if self.private_cluster:
            self.use_cluster(Cluster(without_removed_apis=self.session.without_removed_apis))
        self.helm_path = assets.find("helm")
        if not self.helm_path:
            self.skipTest("no helm: install npm")
        self.home = f"home-{self.suffix}"
        self.config_name = f"{RELEASE}-{self.home}"
        self.port = free_ports(1)[0]  # 443 would take root, and somebody else may have it.
        self.addCleanup(self.api.delete, "Namespace", None, self.home)
        for kind in ("MutatingWebhookConfiguration", "ClusterRole", "ClusterRoleBinding"):
            self.addCleanup(self.api.delete, kind, None, self.config_name)

    def helm(self, *arguments, check=True):
        done = subprocess.run(
            [self.helm_path, "-n", self.home, "--kubeconfig", self.cluster.kubeconfig, *arguments],
            capture_output=True, text=True, check=False, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"helm {' '.join(map(str, arguments))}: {done.stderr}")
        return done

    def values(self, target, **more):
        """--set for a webhook that selects `target` only, whatever else runs on this cluster."""
        path = self.folder / f"values-{len(list(self.folder.glob('values-*')))}.json"
        document = {"service": {"port": self.port}, "webhook": {"extraNamespaceExpressions": [
            {"key": "inject-test", "operator": "In", "values": [target]}]}}
        for key, value in more.items():
            document[key] = {**document.get(key, {}), **value} if isinstance(value, dict) else value
        path.write_text(json.dumps(document))
        return ["-f", str(path)]

    def install(self, target, *arguments, **more):
        return self.helm("install", RELEASE, CHART, "--create-namespace", *self.values(target, **more),
                         *arguments)

    def upgrade(self, target, *arguments, **more):
        return self.helm("upgrade", RELEASE, CHART, *self.values(target, **more), *arguments)

    def webhook(self):
        return self.api.get("MutatingWebhookConfiguration", None, self.config_name)["webhooks"][0]

    def bundle(self):
        return self.webhook()["clientConfig"].get("caBundle")

    def serve(self):
        """The injector behind the Service, and the patch by which it makes itself trusted."""
        name = f"{RELEASE}.{self.home}.svc"
        injector = Webhook(self.folder, f"injector-{self.suffix}", self.new_leaf([f"DNS:{name}"]))
        self.addCleanup(injector.stop)
        service = self.api.get("Service", self.home, RELEASE)["spec"]
        proxy = ServiceProxy(service["clusterIP"], service["ports"][0]["port"], [injector])
        self.addCleanup(proxy.stop)
        self.publish()
        return injector, proxy

    def publish(self):
        bundle = base64.b64encode(self.session.authority.pem().encode()).decode()
        self.api.patch("MutatingWebhookConfiguration", None, self.config_name, {"webhooks": [
            {"name": "sidecar-injector.istio.io", "clientConfig": {"caBundle": bundle}}]}, "strategic")
        return bundle

    def target(self):
        return self.namespace(labels={"istio-injection": "enabled"})

    def leftovers(self):
        """What carries the release's label anywhere, but for what the chart says it leaves."""
        found = []
        for kind, (_, _, namespaced) in KINDS.items():
            if kind in ("Pod", "ReplicaSet", "Event", "Job", "CronJob"):
                continue
            for item in self.api.list(kind, self.home if namespaced else None,
                                      f"?labelSelector=app.kubernetes.io/instance={RELEASE}"):
                name = item["metadata"]["name"]
                if namespaced or self.home in name:
                    found.append(f"{kind}/{name}")
        return found

    def start_controller(self, *more, wait=True):
        """The program of the chart's Deployment, with its arguments and its ServiceAccount."""
        token = self.kubectl("create", "token", "-n", self.home, RELEASE).stdout.strip()
        kubeconfig = self.cluster.write_kubeconfig(f"injector-{self.suffix}", token=token)
        deployment = self.api.get("Deployment", self.home, RELEASE)
        arguments = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
        own = ("--port=", "--adminPort=", "--drainDelay=", "--log_as_json")
        injector = Replica(
            self.folder, f"controller-{next(_numbers)}-{self.suffix}",
            [*(a for a in arguments if not a.startswith(own)), f"--kubeconfig={kubeconfig}",
             "--drainDelay=500ms", *more],
            env={"POD_NAMESPACE": self.home, "POD_NAME": f"injector-{self.suffix}"})
        self.addCleanup(injector.stop)
        if not wait:
            return injector
        injector.wait_ready(30)
        service = self.api.get("Service", self.home, RELEASE)["spec"]
        proxy = ServiceProxy(service["clusterIP"], service["ports"][0]["port"], [injector])
        self.addCleanup(proxy.stop)
        return injector
