"""InjectionReport and InjectorStatus, as the controller writes them on a real API server."""
import json
import subprocess

from e2e.harness import assets
from e2e.harness.case import deployment, pod
from e2e.harness.chart_case import ChartCase
from e2e.harness.polling import wait_until

# Fails for pods that are annotated `break`.
TEMPLATE = """{{ if index .ObjectMeta.Annotations "break" }}{{ index .ObjectMeta "x" }}{{ end -}}
initContainers:
- name: istio-init
  image: example.test/init
containers:
- name: istio-proxy
  image: example.test/proxy
"""
# Two looks are 36 s apart at most.
ROUND = 50


class Reports(ChartCase):
    private_cluster = True  # The definitions must not be there at first.
    slow = True

    def status(self):
        code, text = self.api.raw("GET", "/apis/sidecar-injector.istio.io/v1alpha1/injectorstatuses/"
                                  + self.config_name)
        return json.loads(text).get("status") if code == 200 else None

    def report(self, namespace):
        code, text = self.api.raw("GET", "/apis/sidecar-injector.istio.io/v1alpha1/namespaces/"
                                  f"{namespace}/injectionreports/injection")
        return json.loads(text).get("status") if code == 200 else None

    def conditions(self):
        status = self.status() or {"conditions": []}
        return {c["type"]: c["status"] for c in status["conditions"]}

    def summary(self, namespace):
        report = self.report(namespace)
        return {k: n for k, n in report["summary"].items() if n} if report else None

    def table(self, *arguments):
        """Column -> cell of the one object that kubectl shows."""
        lines = self.kubectl("get", *arguments).stdout.rstrip("\n").splitlines()
        self.assertEqual(len(lines), 2, lines)
        return dict(zip(lines[0].split(), lines[1].split()))

    def write_template(self, template):
        indented = "".join(f"  {line}\n" for line in template.splitlines())
        self.api.patch("ConfigMap", self.home, "istio-inject",
                       {"data": {"config": f"policy: enabled\ntemplate: |\n{indented}"}})

    def test_reports_appear_with_their_types_and_follow(self):
        """With the chart's account and none of the types installed, pods are injected. The types are
        installed while the controller runs: both objects appear and follow changes of pods, of the
        configuration and of the Deployment; kubectl shows them in columns; nothing is forbidden."""
        target = self.namespace(labels={"istio-injection": "enabled"})
        self.create_pod(target, pod("before"))
        self.install(target, "--skip-crds", webhook={"failurePolicy": "Fail"})
        self.write_template(TEMPLATE)
        injector = self.start_controller()
        self.wait_until_injected(target)
        self.create_pod(target, pod("good"))
        self.api.create({**deployment(name="broken"), "spec": {
            **deployment()["spec"], "template": {
                "metadata": {"labels": {"app": "web"}, "annotations": {"break": "yes"}},
                "spec": pod()["spec"]}}}, target)
        wait_until(lambda: "is not installed" in injector.process.output(), ROUND, what="a log line")

        text = subprocess.run([assets.program(), "crds"], capture_output=True, text=True, check=True).stdout
        self.kubectl("apply", "--server-side", "-f", "-", stdin=text)
        wait_until(self.status, ROUND, what="an InjectorStatus")
        wait_until(lambda: self.report(target), ROUND, what="an InjectionReport")
        # The API server may have shown the object before its status followed: a round more at most.
        wait_until(lambda: self.summary(target) == {"injected": 1, "missing": 1, "failed": 1}, ROUND,
                   what=f"counts, not {self.summary(target)}")
        owners = {o["name"]: o for o in self.report(target)["owners"]}
        self.assertEqual((owners["before"]["kind"], owners["before"]["state"]), ("Pod", "Missing"))
        self.assertEqual((owners["broken"]["kind"], owners["broken"]["reason"]), ("Deployment", "TemplateError"))
        row = self.table("injrep", "-n", target)
        self.assertEqual([row[c] for c in ("INJECTED", "STALE", "MISSING", "FAILED")], ["1", "0", "1", "1"])

        # The Deployment's pods do not run here: nought of two are ready.
        self.assertEqual(self.conditions(), {
            "ConfigLoaded": "True", "CertificateReady": "True", "CABundleInSync": "True",
            "WebhookConfigured": "True", "Degraded": "True"})
        status = self.status()
        self.assertEqual(status["replicas"]["desired"], 2)
        self.assertEqual(status["certificate"]["mode"], "self-signed")
        self.assertLess(status["certificate"]["nextRotation"], status["certificate"]["leafNotAfter"])
        self.assertEqual(status["config"]["configMap"], f"{self.home}/istio-inject")
        row = self.table("injstat")
        self.assertEqual([row[c] for c in ("CONFIG", "CERTIFICATE", "CABUNDLE", "WEBHOOK", "DEGRADED", "REPLICAS")],
                         ["True", "True", "True", "True", "True", "0"])

        self.write_template(TEMPLATE.replace("test/proxy", "test/proxy:2"))
        self.api.delete("Deployment", target, "broken")
        self.api.patch("Deployment", self.home, "sidecar-injector", {"spec": {"replicas": 0}})
        wait_until(lambda: (self.summary(target) or {}).get("stale") == 1, ROUND, what="a stale pod")
        wait_until(lambda: self.conditions().get("Degraded") == "False", ROUND, what="not degraded")
        self.write_template("{{ end }}")
        wait_until(lambda: self.conditions().get("ConfigLoaded") == "False", ROUND, what="a bad template")
        self.assertIn("template", self.status()["config"]["lastError"])
        self.assertNotRegex(injector.process.output(), "(?i)forbidden|cannot report")
        managers = self.kubectl("get", "injrep", "-n", target, "-o",
                                "jsonpath={.items[0].metadata.managedFields[*].operation}",
                                "--show-managed-fields").stdout
        self.assertEqual(set(managers.split()), {"Apply"})

        self.kubectl("delete", "-f", "-", stdin=text)
        self.assert_injected_again(target)

    def assert_injected_again(self, target):
        """Without the types again, nothing is amiss."""
        made = self.create_pod(target, pod("after"))
        self.assertIn("istio-proxy", [c["name"] for c in made["spec"]["containers"]])
