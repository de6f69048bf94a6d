"""The commands with which somebody looks after an injector: what is wrong, and what is old."""
import json
import socket

from e2e.harness.case import container, containers, deployment, random_suffix
from e2e.harness.controller_case import SERVICE, ControllerCase, config_with_image
from e2e.harness.fake_kubelet import FakeKubelet
from e2e.harness.polling import wait_until
from e2e.harness.program import run_program

# policy/v1 came with Kubernetes 1.21.
BUDGET = """\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: guard}
spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
"""


def own_address():
    """An address of this machine that is none of its own loopback; None where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # Sends nothing.
        except OSError:
            return None
        return probe.getsockname()[0]


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

        done = self.run_here("explain", "deployment/missing")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("1 of 1 running pods have no sidecar, though new ones would get one", done.stdout)
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
        for command in (["status"], ["explain", "deployment/missing"]):
            done = self.run_here(*command)
            self.assertEqual(done.returncode, 0, done.stdout)


class Doctor(OperateCase):
    # What other scenarios leave on a shared cluster, and what no cluster without nodes can show.
    NOT_OURS = {"OrphanedWebhook", "WebhookReinvocation"}
    NOT_HERE = {"AdmissionPlugin", "EnabledNotSelected", "AksAdmissionEnforcer", "GkePrivateCluster"}

    def examine(self, *arguments):
        """The checks by their code, and the exit status."""
        done = run_program("doctor", "-i", self.control, "-n", self.target, "-o", "json", *arguments,
                           kubeconfig=self.cluster.kubeconfig)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        checks = json.loads(done.stdout)["checks"]
        return {check["code"]: check for check in checks}, done.returncode

    def bad(self, checks):
        return {code for code, check in checks.items()
                if check["status"] in ("error", "warning")} - self.NOT_OURS

    def publish(self, address):
        """Endpoints with both replicas, and a pod that says how they were started."""
        self.api.create({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "replica"},
            "spec": {"containers": [{"name": "a", "image": "example.test/a",
                                     "args": ["controller", *self.arguments()]}]}}, self.control)
        target = {"kind": "Pod", "name": "replica", "namespace": self.control}
        self.api.create({
            "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": SERVICE},
            "subsets": [{"addresses": [{"ip": address, "targetRef": target}],
                         "ports": [{"port": replica.port}]} for replica in self.replicas]}, self.control)

    def allow_everything(self):
        self.api.create({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": self.webhook_name},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": self.control}],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                        "name": "cluster-admin"}})
        self.addCleanup(self.api.delete, "ClusterRoleBinding", None, self.webhook_name)

    def patch_webhook(self, field, value):
        self.api.patch("MutatingWebhookConfiguration", None, self.webhook_name, [
            {"op": "add", "path": f"/webhooks/0/{field}", "value": value}], "json")

    def test_41_what_is_broken_is_named(self):
        """A healthy installation has no errors; then things are broken in turn, and each time the right
        check names it. Certificates are those that the replicas serve."""
        self.start_injecting(replicas=2)
        address = own_address()
        self.publish(address or "10.254.0.1")
        self.allow_everything()
        self.wait_for_leader()

        checks, status = self.examine()
        self.assertEqual(self.bad(checks) - {"InjectionConfigDoubtful"}, set(), checks)
        self.assertEqual(status, 0)
        skipped = {code for code, check in checks.items() if check["status"] == "skipped"}
        certificates = {"CaBundleMismatch", "CertificateNames", "CertificateExpired", "CertificateExpiring"}
        self.assertEqual(skipped - self.NOT_HERE, set() if address else certificates, checks)
        self.note(checks["ProbeNotInjected"]["detail"])

        def expect(code, *arguments):
            found, code_of_exit = self.examine(*arguments)
            self.assertIn(code, self.bad(found), found[code])
            self.assertEqual(code_of_exit, 1 if found[code]["severity"] == "error" else status)

        if address:
            other = f"other-{self.suffix}"
            self.webhook_configuration("nobody", client_config=self.client_config, name=other,
                                       webhook="other.example.com")
            expect("CaBundleMismatch", "--webhookConfigName", other)
        self.patch_webhook("timeoutSeconds", 30)
        expect("WebhookTimeout")
        self.patch_webhook("clientConfig/service/path", "/mutate")
        expect("WebhookPath")
        self.patch_webhook("clientConfig/service/path", "/inject")
        self.api.delete("ClusterRoleBinding", None, self.webhook_name)
        expect("PermissionMissing")
        self.kubectl("label", "namespace", self.target, "pod-security.kubernetes.io/enforce=baseline")
        expect("PodSecurityClash")
        self.write_config("policy: enabled\ntemplate: '{{ .Nothing'\n")
        expect("InjectionConfigInvalid")
        self.set_endpoints(ready=False)
        expect("NoReadyReplica")
        self.api.delete("Service", self.control, SERVICE)
        expect("ServiceMissing")
        for replica in self.replicas:
            replica.kill()
        expect("ProbeNotInjected")
        self.api.delete("MutatingWebhookConfiguration", None, self.webhook_name)
        expect("WebhookMissing", "--webhookConfigName", self.webhook_name)
