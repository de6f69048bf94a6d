"""The base of every scenario."""
import base64
import copy
import itertools
import json
import random
import string
import unittest

from . import session
from .api import ApiError
from .injector import Webhook
from .polling import wait_until
from .recorder import Recorder
from .service_proxy import ServiceProxy

_leaf_number = itertools.count(1)
# The pod as users write it: no labels, no annotations.
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app"},
       "spec": {"containers": [{"name": "app", "image": "example.test/app"}]}}
STATUS_ANNOTATION = "sidecar.istio.io/status"
INJECT_ANNOTATION = "sidecar.istio.io/inject"


def random_suffix():
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=6))


def pod(name="app", annotations=None, labels=None, **spec):
    document = copy.deepcopy(POD)
    document["metadata"]["name"] = name
    if annotations is not None:
        document["metadata"]["annotations"] = annotations
    if labels is not None:
        document["metadata"]["labels"] = labels
    document["spec"].update(spec)
    return document


def pod_template(**spec):
    return {"metadata": {"labels": {"app": "web"}}, "spec": pod(**spec)["spec"]}


def deployment(name="web", replicas=1, **spec):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
                     "template": pod_template(**spec)}}


def containers(document):
    return [c["name"] for c in document["spec"]["containers"]]


def init_containers(document):
    return [c["name"] for c in document["spec"].get("initContainers", [])]


def container(document, name):
    return next(c for c in document["spec"]["containers"] if c["name"] == name)


class ClusterCase(unittest.TestCase):
    """A scenario on the run's cluster. What it makes carries a random suffix and is removed.

    `private_cluster`: has one for itself, because it breaks or configures the API server.
    `alone`: nothing else may run beside it, because it measures or loads the machine.
    `slow`: mostly waits, and is therefore begun first.
    `runs_without_removed_apis`: belongs to the second pass, on an API server as of 1.22."""

    private_cluster = False
    alone = False
    slow = False
    runs_without_removed_apis = False

    def setUp(self):
        self.suffix = random_suffix()
        self.session = session.current
        self.folder = self.session.folder / f"{type(self).__name__}-{self.suffix}"
        self.folder.mkdir()
        self._cluster = None
        self.notes = []

    @property
    def cluster(self):
        return self._cluster or self.session.cluster

    @property
    def api(self):
        return self.cluster.api

    def kubectl(self, *arguments, **more):
        return self.cluster.kubectl(*arguments, **more)

    def use_cluster(self, cluster):
        self._cluster = cluster
        self.addCleanup(cluster.stop)

    def namespace(self, name="t", labels=None):
        """A new namespace that is ready for pods; its label `inject-test` is its name."""
        name = f"{name}-{self.suffix}"
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": name, "labels": {"inject-test": name, **(labels or {})}}})
        self.addCleanup(self.api.delete, "Namespace", None, name)
        self.wait_for_service_account(name)
        return name

    def wait_for_service_account(self, namespace, name="default"):
        # Without its token, the API server refuses pods.
        def probe():
            try:
                return self.api.get("ServiceAccount", namespace, name).get("secrets")
            except ApiError:
                return False
        wait_until(probe, 30, what=f"service account {namespace}/{name} has its token")

    def token(self, namespace, account):
        """A token of a service account, as a pod would have it."""
        return self.cluster.token(namespace, account)

    def webhook_configuration(self, namespace, port=None, *, client_config=None, ca=None, version="v1",
                              name=None, webhook="sidecar-injector.istio.io", **fields):
        """Creates a MutatingWebhookConfiguration for the pods of `namespace` and returns it.
        Without `client_config`, by URL to 127.0.0.1:`port`."""
        name = name or f"injector-{self.suffix}"
        client = dict(client_config or {"url": f"https://127.0.0.1:{port}/inject"})
        bundle = ca if ca is not None else self.session.authority.pem()
        if bundle:
            client["caBundle"] = base64.b64encode(bundle.encode()).decode()
        entry = {
            "name": webhook, "clientConfig": client,
            "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"],
                       "resources": ["pods"]}],
            "namespaceSelector": {"matchLabels": {"inject-test": namespace}}}
        if version == "v1":
            entry.update(failurePolicy="Fail", sideEffects="None", timeoutSeconds=10,
                         admissionReviewVersions=["v1", "v1beta1"])
        entry.update(fields)
        self.addCleanup(self.api.delete, "MutatingWebhookConfiguration", None, name)
        return self.api.create({
            "apiVersion": f"admissionregistration.k8s.io/{version}",
            "kind": "MutatingWebhookConfiguration", "metadata": {"name": name}, "webhooks": [entry]})

    def service(self, namespace, name, backends, port=443):
        """A Service whose ClusterIP forwards to the ready ones of `backends`; the proxy and, for a
        webhook configuration, the client config."""
        made = self.api.create({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
                                "spec": {"ports": [{"port": port}]}}, namespace)
        proxy = self.forward(made["spec"]["clusterIP"], port, backends)
        return proxy, {"service": {"namespace": namespace, "name": name, "path": "/inject", "port": port}}

    def forward(self, address, port, backends):
        """From a ClusterIP to the ready ones of `backends`."""
        try:
            proxy = ServiceProxy(address, port, backends)
        except PermissionError:
            self.skipTest(f"port {port} needs root")
        self.addCleanup(proxy.stop)
        return proxy

    def note(self, text):
        """A measured value, printed beside the test's line."""
        self.notes.append(text)

    def wait_until_injected(self, namespace):
        """Until the API server calls the webhook for that namespace, which takes a few ms."""
        wait_until(lambda: "istio-proxy" in containers(self.dry_run(namespace)), 10,
                   what=f"pods of {namespace} are injected")

    def dry_run(self, namespace, document=None):
        return self.api.create(document or pod(f"probe-{random_suffix()}"), namespace, "?dryRun=All")

    def create_pod(self, namespace, document=None):
        return self.api.create(document or pod(), namespace)

    def pods_of(self, namespace, count=1, timeout=30):
        return wait_until(
            lambda: found if len(found := self.api.list("Pod", namespace)) >= count else None,
            timeout, 0.05, f"{count} pods in {namespace}")

    def new_leaf(self, names=("IP:127.0.0.1",), **more):
        return self.session.leaf(f"leaf-{next(_leaf_number)}", names, **more)

    def assert_injected(self, document):
        self.assertEqual(containers(document)[-1], "istio-proxy", containers(document))
        self.assertEqual(containers(document).count("istio-proxy"), 1)
        self.assertEqual(init_containers(document)[-1:], ["istio-init"])
        status = json.loads(document["metadata"]["annotations"][STATUS_ANNOTATION])
        self.assertEqual(status["containers"], ["istio-proxy"])

    def assert_not_injected(self, document):
        self.assertNotIn("istio-proxy", containers(document))
        self.assertNotIn(STATUS_ANNOTATION, document["metadata"].get("annotations", {}))

    def assert_refused(self, namespace, text, document=None):
        """Creating a pod fails with `text` in the message; the error."""
        with self.assertRaises(ApiError) as caught:
            self.create_pod(namespace, document)
        self.assertIn(text, caught.exception.message)
        return caught.exception


class WebhookCase(ClusterCase):
    """Scenarios of `sidecar-injector webhook`: one replica for the class, with a recorder before it
    for the tests that look at requests."""

    arguments = ()
    config = None

    @classmethod
    def setUpClass(cls):
        leaf = session.current.leaf(f"leaf-{next(_leaf_number)}")
        name = f"{cls.__name__.lower()}-{random_suffix()}"
        cls.injector = Webhook(session.current.folder, name, leaf, config=cls.config,
                               more=cls.arguments)
        cls.addClassCleanup(cls.injector.stop)
        cls.recorder = Recorder(leaf, cls.injector.port)
        cls.addClassCleanup(cls.recorder.stop)

    def injected_namespace(self, recorded=False, **fields):
        """A namespace whose pods are sent to the injector, directly or by way of the recorder."""
        name = self.namespace()
        self.webhook_configuration(name, (self.recorder if recorded else self.injector).port, **fields)
        if fields.get("version", "v1") == "v1":
            self.wait_until_injected(name)
        return name

    def start_injector(self, leaf=None, **more):
        """Another replica, for tests that stop it or give it other files."""
        injector = Webhook(self.folder, f"injector-{random_suffix()}", leaf or self.new_leaf(), **more)
        self.addCleanup(injector.stop)
        return injector
