"""The Helm chart, its plain manifests and its custom resources, by the real helm and kubectl.

No pod runs here: the injector is a process of this machine behind the ClusterIP of the chart's Service,
and a stand-in for the kubelet marks pods ready where helm waits for them."""
import json
import re
import shutil
import subprocess

from e2e.harness import assets
from e2e.harness.case import containers, pod, random_suffix
from e2e.harness.chart_case import CHART, RELEASE, ChartCase
from e2e.harness.fake_kubelet import FakeKubelet
from e2e.harness.polling import wait_until
from e2e.harness.ports import free_ports
from e2e.harness.injector import MESH_CONFIG, RELEASE_CONFIG, Webhook


class Lifecycle(ChartCase):
    runs_without_removed_apis = True

    def test_40_install_upgrade_rollback_uninstall(self):
        """helm install --wait succeeds, a pod is injected; after an upgrade with other values and after
        a rollback the caBundle is still the injector's; after uninstall nothing of the release is left
        and pods are created as written."""
        target = self.target()
        fail = {"failurePolicy": "Fail"}
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.home}})
        kubelet = FakeKubelet(self.api, self.home)
        self.addCleanup(kubelet.stop)
        self.install(target, "--wait", "--timeout=60s", webhook=fail)
        self.assertIsNone(self.bundle())
        _, proxy = self.serve()
        self.wait_until_injected(target)
        self.assert_injected(self.create_pod(target))
        bundle = self.bundle()

        self.upgrade(target, "--wait", "--timeout=60s", webhook={**fail, "timeoutSeconds": 5},
                     injection={"preset": "debug"}, podAnnotations={"changed": "yes"})
        self.assertEqual((self.bundle(), self.webhook()["timeoutSeconds"]), (bundle, 5))
        config = self.api.get("ConfigMap", self.home, "istio-inject")["data"]["config"]
        self.assertEqual(config, (assets.ROOT / "config/injection/debug.yaml").read_text())
        self.assert_injected(self.create_pod(target, pod("after-upgrade")))

        self.helm("rollback", RELEASE, "1", "--wait", "--timeout=60s")
        self.assertEqual((self.bundle(), self.webhook()["timeoutSeconds"]), (bundle, 10))
        self.assert_injected(self.create_pod(target, pod("after-rollback")))

        self.helm("uninstall", RELEASE)
        self.assertEqual(self.leftovers(), [])
        proxy.stop()
        self.assert_not_injected(self.create_pod(target, pod("after-uninstall")))

    def test_uninstall_during_an_outage_leaves_no_webhook(self):
        """No pod of the release ever ran and nobody answers: pods are refused. helm uninstall still
        succeeds, and pods are created at once."""
        target = self.target()
        self.install(target, webhook={"failurePolicy": "Fail"})
        self.publish()
        wait_until(lambda: self.is_refused(target), 10, what="pods are refused")
        done = self.check(target, "--timeout=0s")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Hint: nobody listens at the Service", done.stderr)
        self.helm("uninstall", RELEASE, "--timeout=30s")
        self.assertFalse(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))
        self.assertEqual(self.leftovers(), [])
        self.create_pod(target)

    def test_helm_test_needs_no_more_than_it_is_given(self):
        """helm test succeeds; what its pod runs, run with the account that the pod has, comes back with
        the sidecar and, in a namespace of others, is forbidden."""
        target = self.target()
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.home}})
        kubelet = FakeKubelet(self.api, self.home)
        self.addCleanup(kubelet.stop)
        test_namespace = f"{self.config_name}-test"
        self.addCleanup(self.api.delete, "Namespace", None, test_namespace)
        self.install(target)
        self.serve()
        self.assertIn("Phase:          Succeeded", self.helm("test", RELEASE, "--timeout=60s").stdout)
        self.assertFalse(self.api.exists("Pod", self.home, f"{RELEASE}-test"))
        wait_until(lambda: not self.api.exists("Namespace", None, test_namespace), 60,
                   what="the test's namespace is gone")

        text = self.helm("template", RELEASE, CHART, "--show-only", "templates/tests/injection.yaml").stdout
        given = "---\n".join(part for part in text.split("---\n") if "kind: Pod" not in part)
        self.kubectl("apply", "-f", "-", stdin=given.replace(
            "istio-injection: enabled", f"istio-injection: enabled\n    inject-test: {target}"))
        token = self.kubectl("create", "token", "-n", self.home, f"{RELEASE}-test").stdout.strip()
        kubeconfig = self.cluster.write_kubeconfig(f"tester-{self.suffix}", token=token)
        done = self.check(test_namespace, "--timeout=20s", kubeconfig=kubeconfig)
        self.assertEqual((done.stdout, done.stderr), ("injected: istio-init, istio-proxy\n", ""))
        self.assertIn("is forbidden", self.check(target, kubeconfig=kubeconfig).stderr)

    def check(self, namespace, *arguments, kubeconfig=None):
        return subprocess.run([assets.program(), "selftest", f"--namespace={namespace}", "--kubeconfig",
                               kubeconfig or self.cluster.kubeconfig, *arguments],
                              capture_output=True, text=True, check=False, timeout=60)

    def is_refused(self, target):
        try:
            self.dry_run(target)
        except AssertionError as error:
            self.assertIn("failed calling webhook", str(error))
            return True
        return False

    def test_uninstall_removes_a_webhook_that_the_injector_made(self):
        """With managedBy=controller the chart has no webhook configuration; the one that was made at
        run time is removed all the same, and the permission to make it again before it."""
        target = self.target()
        self.helm("install", RELEASE, CHART, "--create-namespace",
                  f"--set=webhook.managedBy=controller,service.port={self.port}")
        self.assertFalse(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))
        self.webhook_configuration(target, free_ports(1)[0], name=self.config_name)
        wait_until(lambda: self.is_refused(target), 10, what="pods are refused")
        self.helm("uninstall", RELEASE, "--timeout=30s")
        self.assertFalse(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))
        self.assertFalse(self.api.exists("ClusterRoleBinding", None, self.config_name))
        self.create_pod(target)

    def test_41_the_injector_starts_without_the_injector(self):
        """Fail, nobody answers, and even the injector's own namespace is labelled for injection: its
        pods are created nevertheless, because the namespace is excluded by name."""
        target = self.target()
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": self.home, "labels": {
                # Kubernetes 1.21 and later set this one themselves.
                "kubernetes.io/metadata.name": self.home,
                "istio-injection": "enabled", "inject-test": target}}})
        self.wait_for_service_account(self.home)
        self.install(target, webhook={"failurePolicy": "Fail"})
        self.publish()
        wait_until(lambda: self.is_refused(target), 10, what="pods are refused")
        self.kubectl("delete", "pod", "-n", self.home, "--all", "--wait=false")
        self.pods_of(self.home, 2)


class Controlled(ChartCase):
    """The program of the chart's Deployment, with its arguments and its ServiceAccount."""

    runs_without_removed_apis = True

    def test_the_charts_account_is_enough(self):
        """Nothing is forbidden to it; pods are injected; helm upgrade keeps the caBundle, and what it
        changes in the ConfigMap is in the next pod, without a restart; so it is after a rollback."""
        target = self.target()
        self.install(target, webhook={"failurePolicy": "Fail"})
        injector = self.start_controller()
        self.wait_until_injected(target)
        bundle = self.bundle()
        self.upgrade(target, webhook={"failurePolicy": "Fail"}, injection={
            "preset": "custom", "template": "containers:\n- name: custom\n  image: example.test/custom\n"})
        wait_until(lambda: "custom" in containers(self.dry_run(target)), 10, what="the next pod follows")
        self.assertEqual(self.bundle(), bundle)
        self.helm("rollback", RELEASE, "1")
        self.wait_until_injected(target)
        self.assertEqual(self.bundle(), bundle)
        self.assertNotIn("forbidden", injector.process.output())
        self.helm("uninstall", RELEASE)
        self.assert_not_injected(self.create_pod(target))
        self.assertFalse(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))

    def test_the_dashboard_shows_every_metric(self):
        """What /metrics of the running controller names, self-signed and csr, is what the dashboard and
        the alerts use: each metric has a panel, and no panel or alert waits for one that is not there."""
        target = self.target()
        self.install(target)
        exposed = self.exposed(self.start_controller())
        self.upgrade(target, certificate={"mode": "csr"})
        exposed |= self.exposed(self.start_controller(wait=False))
        dashboard = json.loads((CHART / "files/dashboard.json").read_text())
        panels = self.used("\n".join(target["expr"] for panel in dashboard["panels"]
                                     for target in panel.get("targets", [])))
        self.assertEqual(exposed - panels, set())
        self.assertEqual((panels | self.used((CHART / "files/alerts.yaml").read_text())) - exposed, set())

    def exposed(self, injector):
        text = wait_until(lambda: injector.page("/metrics")[1], 10, what="metrics")
        injector.stop()
        return set(re.findall(r"^# TYPE (\S+)", text, re.M))

    @staticmethod
    def used(text):
        names = re.findall(r"\b((?:sidecar_injector|process)_[a-z0-9_]+)", text)
        return {name.removesuffix("_bucket") for name in names}

    def test_a_webhook_of_the_controllers_does_not_come_back(self):
        """managedBy=controller: it makes the configuration; uninstalling while it runs removes it for
        good, because the permission to make it went first."""
        self.helm("install", RELEASE, CHART, "--create-namespace",
                  f"--set=webhook.managedBy=controller,service.port={self.port}")
        injector = self.start_controller()
        wait_until(self.bundle_or_none, 20, what="the controller made its webhook")
        self.helm("uninstall", RELEASE)
        injector.stop()
        self.assertFalse(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))

    def bundle_or_none(self):
        return (self.api.exists("MutatingWebhookConfiguration", None, self.config_name)
                and self.bundle())


class Migration(ChartCase):
    def test_from_istio_0_5_without_a_gap(self):
        """The steps of docs/OPERATIONS.md: Istio's webhook (v1beta1, by its own names) and the chart's
        beside it, with Istio's ConfigMaps: a pod gets one sidecar. Istio's removed: still one."""
        target = self.target()
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.home}})
        for name, key, text in (("istio-inject", "config", RELEASE_CONFIG.read_text()),
                                ("istio", "mesh", MESH_CONFIG)):
            self.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
                             "data": {key: text}}, self.home)
        istio = Webhook(self.folder, f"istio-{self.suffix}", self.new_leaf())
        self.addCleanup(istio.stop)
        old = f"istio-sidecar-injector-{self.suffix}"
        self.webhook_configuration(target, istio.port, version="v1beta1", name=old)
        self.wait_for_sidecar(target)

        self.install(target, injection={"create": False}, mesh={"create": False})
        injector, _ = self.serve()
        wait_until(lambda: self.create_pod(target, pod(f"p-{random_suffix()}")) and
                   injector.metric("sidecar_injector_admission_decisions_total",
                                   reason="AlreadyInjected"), 10,
                   what="the second injector finds the first one's sidecar")
        self.assert_injected(self.create_pod(target, pod("both")))

        self.kubectl("delete", "mutatingwebhookconfiguration", old)
        istio.stop()
        self.wait_for_sidecar(target)
        self.assert_injected(self.create_pod(target, pod("alone")))

        self.helm("uninstall", RELEASE)
        self.assertTrue(self.api.exists("ConfigMap", self.home, "istio-inject"))

    def wait_for_sidecar(self, target):
        # Istio's configuration refuses dry runs.
        wait_until(lambda: "istio-proxy" in containers(
            self.create_pod(target, pod(f"p-{random_suffix()}"))), 10, what="pods are injected")


class Ownership(ChartCase):
    runs_without_removed_apis = True

    def rendered(self, *arguments):
        return self.helm("template", RELEASE, CHART, "--dry-run=server", "--show-only",
                         "templates/webhook.yaml", *arguments).stdout

    def apply(self, text, check=True):
        return self.kubectl("apply", "--server-side", "--field-manager=gitops", "-f", "-", stdin=text,
                            check=check)

    def test_a_gitops_tool_and_the_injector_do_not_fight(self):
        """Server-side apply of the rendered webhook, again and again, neither conflicts with the
        injector's caBundle nor removes it. A rendering that held the field would conflict."""
        target = self.target()
        text = self.rendered(*self.values(target))
        self.apply(text)
        bundle = self.publish()
        for _ in range(3):
            self.apply(text)
            self.assertEqual(self.bundle(), bundle)
        wrong = text.replace("    service:", "    caBundle: AAAA\n    service:")
        conflict = self.apply(wrong, check=False)
        self.assertNotEqual(conflict.returncode, 0)
        self.assertIn(".clientConfig.caBundle", conflict.stderr)
        self.assertEqual(self.bundle(), bundle)

    def test_a_second_release_is_no_conflict(self):
        """Two releases in two namespaces are installed side by side."""
        self.install(self.target())
        other = f"other-{self.suffix}"
        self.addCleanup(self.api.delete, "Namespace", None, other)
        self.helm("install", RELEASE, CHART, "--create-namespace", "-n", other)
        self.assertTrue(self.api.exists("MutatingWebhookConfiguration", None, f"{RELEASE}-{other}"))
        self.helm("uninstall", RELEASE, "-n", other)
        self.assertTrue(self.api.exists("MutatingWebhookConfiguration", None, self.config_name))
        self.helm("uninstall", RELEASE)


class Renderings(ChartCase):
    runs_without_removed_apis = True

    def test_an_old_server_accepts_every_object(self):
        """Rendered for the server that is there (1.20), with every option that needs no other
        operator: each object passes the server's schema and validation."""
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.home}})
        options = ["--set", "autoscaling.enabled=true,networkPolicy.enabled=true,tests.enabled=false,"
                   "monitoring.dashboard.enabled=true,priorityClass.create=true,priorityClass.name=i-"
                   + self.suffix]
        for more in ("", ",certificate.mode=csr", ",platform=aks", ",webhook.managedBy=controller",
                     ",webhook.failurePolicy=Fail,webhook.scope=optOut,webhook.excludedNamespaces={a}"):
            with self.subTest(more):
                text = self.helm("template", RELEASE, CHART, "--dry-run=server", "--no-hooks",
                                 options[0], options[1] + more).stdout
                self.assertIn("policy/v1beta1", text)
                self.assertNotIn("matchConditions", text)
                done = self.kubectl("apply", "--dry-run=server", "--validate=true", "-f", "-", stdin=text)
                self.assertIn("deployment.apps/sidecar-injector created (server dry run)", done.stdout)

    def test_plain_manifests_are_accepted(self):
        """kubectl apply -k of both overlays for servers before 1.21, in which only the names are those
        of this test, creates everything; ConfigMap istio-inject holds Istio's configuration."""
        folder = self.folder / "config"
        shutil.copytree(assets.ROOT / "config", folder)
        for file in folder.rglob("*.yaml"):
            text = file.read_text().replace("istio-system", self.home)
            file.write_text(text.replace("name: sidecar-injector\n", f"name: {self.config_name}\n"))
        for preset in ("release", "debug"):
            overlay = str(folder / "before-1.21" / preset)
            self.kubectl("apply", "-k", overlay)
            config = self.api.get("ConfigMap", self.home, "istio-inject")["data"]["config"]
            self.assertEqual(config, (assets.ROOT / f"config/injection/{preset}.yaml").read_text())
        self.assertTrue(self.api.exists("Deployment", self.home, self.config_name))
        budgets = self.kubectl("get", "poddisruptionbudgets", "-n", self.home, "-o", "name").stdout
        self.assertEqual(budgets.split(), [f"poddisruptionbudget.policy/{self.config_name}"])
        self.kubectl("delete", "--wait=false", "-k", overlay)


class CustomResources(ChartCase):
    runs_without_removed_apis = True

    GROUP = "sidecar-injector.istio.io"

    def definitions(self):
        return (assets.ROOT / "crds/injectionreports.yaml").read_text() + "---\n" + (
            assets.ROOT / "crds/injectorstatuses.yaml").read_text()

    def test_definitions_are_upgraded_by_server_side_apply(self):
        """`sidecar-injector crds | kubectl apply --server-side -f -`, twice, also after Helm installed
        them; reports are shown in columns; a state that does not exist is refused."""
        text = subprocess.run([assets.program(), "crds"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(text, self.definitions())
        for _ in range(2):
            self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=text)
        wait_until(lambda: self.kubectl("get", "sidecar-injector", "-A", check=False).returncode == 0, 20,
                   what="the category is served")
        namespace = self.namespace()
        self.kubectl("create", "-f", "-", stdin=json.dumps({
            "apiVersion": f"{self.GROUP}/v1alpha1", "kind": "InjectionReport",
            "metadata": {"name": "injection", "namespace": namespace}}))
        path = f"/apis/{self.GROUP}/v1alpha1/namespaces/{namespace}/injectionreports/injection/status"
        self.api.call("PATCH", path, {"status": {
            "summary": {"injected": 7, "stale": 2, "missing": 1}, "observedAt": "2018-01-31T00:00:00Z",
            "owners": [{"kind": "Deployment", "name": "web", "state": "Stale", "pods": 2}]}},
            "application/merge-patch+json")
        table = self.kubectl("get", "injrep", "-n", namespace).stdout.split()
        self.assertEqual(table[:5], ["NAME", "INJECTED", "STALE", "MISSING", "FAILED"])
        self.assertEqual(table[table.index("injection"):][:4], ["injection", "7", "2", "1"])
        status, body = self.api.raw("PATCH", path, {"status": {"owners": [
            {"kind": "Deployment", "name": "web", "state": "Odd"}]}}, "application/merge-patch+json")
        self.assertEqual(status, 422)
        self.assertIn('supported values: "Stale", "Missing", "Failed"', json.loads(body)["message"])

    def test_installing_without_them_changes_nothing_else(self):
        """helm install --skip-crds: the release is complete without definitions."""
        self.install(self.target(), "--skip-crds")
        self.assertTrue(self.api.exists("Deployment", self.home, RELEASE))
        self.helm("uninstall", RELEASE)
