"""How the API server asks, and what it makes of the answers."""
import base64
import copy
import json

from e2e.harness.api import ApiError
from e2e.harness.case import WebhookCase, container, containers, deployment, pod
from e2e.harness.json_patch import apply_patch
from e2e.harness.polling import wait_until
from e2e.harness.recorder import Recorder
from e2e.harness.stand_in import StandIn


class Protocol(WebhookCase):

    def test_11_reinvocation_adds_nothing(self):
        """With reinvocationPolicy IfNeeded the API server asks twice, the second time with the
        sidecar in place, and there is one sidecar."""
        namespace = self.injected_namespace(recorded=True, reinvocationPolicy="IfNeeded")
        before = len(self.recorder.of(namespace))
        self.assert_injected(self.create_pod(namespace))
        asked = self.recorder.of(namespace)[before:]
        self.assertEqual(len(asked), 2)
        self.assertNotIn("istio-proxy", containers(asked[0].request["object"]))
        self.assertIn("istio-proxy", containers(asked[1].request["object"]))
        self.assertNotIn("patch", asked[1].reply["response"])

    def test_12_two_injectors_share_a_pod(self):
        """A webhook before ours that adds a container: the pod has both, each once."""
        other = StandIn(self.new_leaf(), lambda review: [
            {"op": "add", "path": "/spec/containers/-", "value": {"name": "log-shipper", "image": "i"}}])
        self.addCleanup(other.stop)
        namespace = self.namespace()
        self.webhook_configuration(namespace, other.port, name=f"a-{self.suffix}")
        self.webhook_configuration(namespace, self.injector.port, name=f"b-{self.suffix}",
                                   reinvocationPolicy="IfNeeded")
        self.wait_until_injected(namespace)
        self.assertEqual(containers(self.create_pod(namespace)), ["app", "log-shipper", "istio-proxy"])

    def test_15_dry_runs_are_injected_and_not_stored(self):
        """`kubectl create --dry-run=server` prints the injected pod; the request said dryRun; nothing
        is stored."""
        namespace = self.injected_namespace(recorded=True)
        done = self.kubectl("create", "--dry-run=server", "-o", "json", "-n", namespace, "-f", "-",
                            stdin=json.dumps(pod("dry")))
        self.assert_injected(json.loads(done.stdout))
        self.assertIs(self.recorder.of(namespace)[-1].request["dryRun"], True)
        self.assertEqual(self.api.list("Pod", namespace), [])

    def test_18_large_pods(self):
        """Pods of 1 and 1.6 MB are injected. One of 2.9 MB is answered, and then too large for etcd.
        The program never takes 64 MiB more for it."""
        namespace = self.injected_namespace()
        before = self.injector.process.rss_mib()

        def large(name, size):
            # No single annotation may exceed 256 KiB together, so the bulk is in variables.
            chunk = 50_000
            env = [{"name": f"V{i}", "value": "x" * chunk} for i in range(size // chunk)]
            return pod(name, containers=[{"name": "app", "image": "i", "env": env}])
        # managedFields name every variable, not its value.
        for name, size in (("one", 1_000_000), ("more", 1_450_000)):
            self.assert_injected(self.create_pod(namespace, large(name, size)))
        answered = self.injector.metric("sidecar_injector_admission_decisions_total", reason="Injected")
        error = self.assert_refused(namespace, "", large("too-large", 2_900_000))
        self.assertEqual(error.status, 500)
        self.assertRegex(error.message, "etcdserver: request is too large|ResourceExhausted")
        self.assertEqual(
            self.injector.metric("sidecar_injector_admission_decisions_total", reason="Injected"),
            answered + 1)
        peak = self.injector.process.rss_mib(peak=True)
        self.note(f"resident memory: {before} MiB before, {peak} MiB at most")
        self.assertLess(peak - before, 64)

    def test_20_every_answer_applies(self):
        """The answers to all requests of this test are applied by a JSON Patch of our own: the result
        has what the API server then stored."""
        namespace = self.injected_namespace(recorded=True)
        documents = [
            pod("bare"), pod("labelled", labels={"app": "x"}, annotations={"a": "b"}),
            pod("empty", annotations={}, initContainers=[]),
            pod("rich", initContainers=[{"name": "first", "image": "i"}],
                volumes=[{"name": "data", "emptyDir": {}}], imagePullSecrets=[{"name": "p"}],
                securityContext={"fsGroup": 1}),
            pod("own-status", annotations={"sidecar.istio.io/status": "{}"})]
        before = len(self.recorder.of(namespace))
        stored = [self.create_pod(namespace, document) for document in documents]
        self.api.create(deployment(), namespace)
        stored.append(next(p for p in self.pods_of(namespace, len(documents) + 1)
                           if p["metadata"]["name"].startswith("web-")))
        exchanges = self.recorder.of(namespace)[before:]
        self.assertEqual(len(exchanges), len(stored))
        for exchange, result in zip(exchanges, stored):
            response = exchange.reply["response"]
            self.assertIs(response["allowed"], True)
            self.assertEqual(response["uid"], exchange.request["uid"])
            patched = copy.deepcopy(exchange.request["object"])
            if "patch" in response:
                self.assertEqual(response["patchType"], "JSONPatch")
                patched = apply_patch(patched, json.loads(base64.b64decode(response["patch"])))
            self.assertEqual(containers(patched), containers(result))
            self.assertEqual(patched["metadata"].get("annotations"), result["metadata"].get("annotations"))
            if "istio-proxy" in containers(patched):
                ours, theirs = container(patched, "istio-proxy"), container(result, "istio-proxy")
                token = [m for m in theirs["volumeMounts"] if "token" in m["name"]]
                self.assertEqual({**theirs, "resources": {}, "volumeMounts": [
                    m for m in theirs["volumeMounts"] if m not in token]}, {**ours, "resources": {}})


class OldConfigurations(WebhookCase):
    """Webhook configurations of admissionregistration.k8s.io/v1beta1."""

    def old_configuration(self, namespace, client_config, **fields):
        return self.webhook_configuration(
            namespace, client_config=client_config, version="v1beta1", **fields)

    def test_02_a_configuration_as_istio_wrote_it(self):
        """By v1beta1's defaults (Ignore, 30 s, reviews of v1beta1), through a Service: the pod is that
        of scenario 1, and the path asked is /inject?timeout=30s."""
        namespace = self.namespace()
        recorder = self.recorder_for(namespace)
        _, client = self.service(namespace, "injector", [recorder])
        del client["service"]["port"]
        made = self.old_configuration(namespace, client)
        self.assertEqual(made["webhooks"][0]["failurePolicy"], "Ignore")
        self.wait_until_asked(namespace, recorder)
        self.api.create(deployment(), namespace)
        self.assert_injected(self.pods_of(namespace)[0])
        exchange = recorder.of(namespace)[-1]
        self.assertEqual(exchange.path, "/inject?timeout=30s")
        self.assertEqual(exchange.review["apiVersion"], "admission.k8s.io/v1beta1")

    def recorder_for(self, namespace):
        leaf = self.new_leaf([f"DNS:injector.{namespace}.svc"])
        recorder = Recorder(leaf, self.injector.port)
        self.addCleanup(recorder.stop)
        return recorder

    def wait_until_asked(self, namespace, recorder):
        # These configurations refuse dry runs, so the probe is a pod that is stored.
        numbers = iter(range(1000))
        wait_until(lambda: self.create_pod(namespace, pod(f"probe-{next(numbers)}"))
                   and recorder.of(namespace), what="the webhook is asked")
        for found in self.api.list("Pod", namespace):
            self.api.delete("Pod", namespace, found["metadata"]["name"], query="?gracePeriodSeconds=0")

    def test_16_without_side_effects_no_dry_run(self):
        """A configuration that says nothing of side effects: a dry run is refused with 400 and the
        webhook's name."""
        namespace = self.namespace()
        self.old_configuration(namespace, {"url": f"https://127.0.0.1:{self.injector.port}/inject"})

        def refused():
            try:
                self.dry_run(namespace)
            except ApiError as error:
                return error
            return None
        error = wait_until(refused, what="dry runs are refused")
        self.assertEqual(error.status, 400)
        self.assertIn('admission webhook "sidecar-injector.istio.io" does not support dry run',
                      error.message)
