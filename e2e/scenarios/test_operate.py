"""The commands with which somebody looks after an injector: what is wrong, and what is old."""
from e2e.harness.case import container, containers, deployment, random_suffix
from e2e.harness.controller_case import SERVICE, ControllerCase, config_with_image
from e2e.harness.fake_kubelet import FakeKubelet
from e2e.harness.polling import wait_until
from e2e.harness.program import require_command, run_program

# policy/v1 came with Kubernetes 1.21.
BUDGET = """\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: guard}
spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
"""


class OperateCase(ControllerCase):
    """An injector, and pods that a stand-in for the kubelet calls ready."""

    def start_kubelet(self):
        kubelet = FakeKubelet(self.api, self.target)
        self.addCleanup(kubelet.stop)

    def set_endpoints(self, ready=True):
        """What the endpoints controller would write if replicas were pods."""
        addresses = [{"ip": "10.254.0.1"}]
        subset = {"addresses" if ready else "notReadyAddresses": addresses,
                  "ports": [{"port": 9443}]}
        document = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": SERVICE},
                    "subsets": [subset]}
        if self.api.exists("Endpoints", self.control, SERVICE):
            self.api.replace(document, self.control)
        else:
            self.api.create(document, self.control)

    def run_here(self, command, *arguments):
        return run_program(command, "-n", self.target, "-i", self.control, *arguments,
                           kubeconfig=self.cluster.kubeconfig)

    def workload(self, name, kind="Deployment", **spec):
        document = deployment(name)
        document["kind"] = kind
        document["spec"]["selector"]["matchLabels"]["app"] = name
        document["spec"]["template"]["metadata"]["labels"]["app"] = name
        document["spec"].update(spec)
        if kind == "StatefulSet":
            document["spec"]["serviceName"] = name
        return self.api.create(document, self.target)

    def live_pods(self):
        return [p for p in self.api.list("Pod", self.target)
                if "deletionTimestamp" not in p["metadata"]]


class Restart(OperateCase):

    def setUp(self):
        super().setUp()
        require_command("restart")

    def test_40_what_is_stale_or_missing_is_made_anew(self):
        """Two workloads without sidecar and two with an old one. `restart` refuses while no replica is
        ready; then makes them all anew, but for the one whose budget forbids it; `status` agrees."""
        self.set_up_control(webhook=False)
        self.start_kubelet()
        self.kubectl("label", "namespace", self.target, "istio-injection=enabled")
        self.start_controller()
        self.workload("missing")
        self.workload("guarded", strategy={"type": "Recreate"})
        self.pods_of(self.target, 2)
        self.create_webhook()
        self.wait_until_injected(self.target)
        self.workload("stale")
        self.workload("set", "StatefulSet")
        self.pods_of(self.target, 4)
        image = f"example.test/proxy:{random_suffix()}"
        self.write_config(config_with_image(image))
        self.wait_for_image(image)
        self.kubectl("apply", "-n", self.target, "-f", "-", stdin=BUDGET)

        self.set_endpoints(ready=False)
        done = self.run_here("restart", "--stale", "--missing")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(f"no ready replica behind Service {self.control}/{SERVICE}", done.stderr)
        self.set_endpoints()
        done = self.run_here("restart", "--stale", "--missing", "--dry-run", "-o", "name")
        self.assertEqual(sorted(done.stdout.split()),
                         ["Deployment/missing", "Deployment/stale", "StatefulSet/set"], done.stderr)

        done = self.run_here("restart", "--stale", "--missing", "--poll-interval=100", "--timeout=60")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.note(done.stderr.strip())
        self.assertIn("Deployment/guarded: left out: PodDisruptionBudget guard allows 0", done.stdout)
        self.assertIn("3 restarted, 1 left out, 0 failed", done.stderr)
        self.kubectl("delete", "-n", self.target, "poddisruptionbudget", "guard")
        done = self.run_here("restart", "deploy/guarded", "--missing", "--poll-interval=100", "--timeout=60")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        pods = wait_until(lambda: found if len(found := self.live_pods()) == 4 else None, 10,
                          what="four pods are left")
        for pod in pods:
            self.assertEqual(containers(pod)[-1], "istio-proxy")
            self.assertEqual(container(pod, "istio-proxy")["image"], image)
        done = self.run_here("status")
        self.assertEqual(done.returncode, 0, done.stdout)
