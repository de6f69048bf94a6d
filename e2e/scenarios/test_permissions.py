"""What the controller must be allowed to do: exactly what config/ grants."""
import copy
import functools
import json

from e2e.harness import assets
from e2e.harness.case import pod
from e2e.harness.chart_case import CHART, RELEASE, ChartCase
from e2e.harness.controller_case import SECRET, ControllerCase, config_with_image
from e2e.harness.polling import wait_until

CSR = assets.ROOT / "config" / "rbac" / "csr.yaml"
RBAC = assets.ROOT / "config" / "base" / "rbac.yaml"
ACCOUNT = "sidecar-injector"


class Permissions(ControllerCase):
    runs_without_removed_apis = True

    def set_up_account(self, *more):
        """The control namespace, and the ServiceAccount with the rules of config/, whose names are
        those of this test; its kubeconfig."""
        self.set_up_control()
        self.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT}},
                        self.control)
        self.rules = []
        for document in [d for file in (RBAC, *more) for d in self.rbac_documents(file)]:
            namespace = document["metadata"].get("namespace")
            if document["kind"] in ("Role", "ClusterRole"):
                self.rules.append((document["kind"], namespace, document["metadata"]["name"],
                                   document["rules"]))
            self.api.create(document, namespace)
            self.addCleanup(self.api.delete, document["kind"], namespace, document["metadata"]["name"])
        return self.cluster.write_kubeconfig(f"account-{self.suffix}", token=self.token(self.control, ACCOUNT))

    def rbac_documents(self, file):
        text = self.kubectl("create", "--dry-run=client", "-o", "json", "-f", str(file)).stdout
        decoder, documents, text = json.JSONDecoder(), [], text.strip()
        while text:
            document, end = decoder.raw_decode(text)
            documents += document.get("items", [document])
            text = text[end:].strip()
        for document in documents:
            metadata = document["metadata"]
            namespace = metadata.get("namespace")
            cluster_wide = namespace != "istio-system"
            document["metadata"] = {"name": metadata["name"] + (f"-{self.suffix}" if cluster_wide else "")}
            if namespace:
                document["metadata"]["namespace"] = self.control if namespace == "istio-system" else namespace
            for rule in document.get("rules", []):
                named_as_webhook = ("mutatingwebhookconfigurations", "injectorstatuses", "injectorstatuses/status")
                if rule["resources"][0] in named_as_webhook and "resourceNames" in rule:
                    rule["resourceNames"] = [self.webhook_name]
            if "roleRef" in document:
                document["roleRef"]["name"] += f"-{self.suffix}" if cluster_wide else ""
                for subject in document["subjects"]:
                    subject.update(name=ACCOUNT, namespace=self.control)
        return documents

    def test_42_what_is_granted_is_enough(self):
        """With a ServiceAccount that has what config/ grants and nothing else: the controller is ready,
        fills in the caBundle, follows the ConfigMap, reports a bad one in an Event, holds the Lease,
        and complains of no permission."""
        controller = self.start_controller(kubeconfig=self.set_up_account())
        self.wait_for_bundle()
        self.wait_until_injected(self.target)
        self.assertTrue(self.api.exists("Secret", self.control, SECRET))
        self.write_config("{{{")
        wait_until(lambda: self.events(self.control, "istio-inject"), what="an Event")
        self.write_config(config_with_image("example.test/proxy:granted"))
        self.wait_for_image("example.test/proxy:granted")
        self.wait_for_leader()
        name = self.namespace("enabled")
        self.create_pod(name, pod())
        self.kubectl("label", "namespace", name, "istio-injection=enabled")
        wait_until(lambda: self.events("default", name), what="an Event")
        self.wipe_bundle()
        self.wait_for_bundle()
        self.assertNotRegex(controller.process.output(), "(?i)forbidden|may not|not allowed")

    def test_42_what_is_granted_is_enough_to_have_it_signed(self):
        """--certMode=csr, with what config/rbac/csr.yaml grants besides: the cluster's signer makes the
        certificate, the cluster's authority is in caBundle, a pod is injected with failurePolicy Fail,
        and no permission is missing. Without a signer for v1, the log and the readiness page say which
        mode needs none."""
        kubeconfig = self.set_up_account(CSR)
        if self.session.without_removed_apis:
            controller = self.start_controller("--certMode=csr", kubeconfig=kubeconfig, wait=False)
            wait_until(lambda: "self-signed certificates" in controller.page("/readyz")[1], 30,
                       what="the reason why there is no certificate")
            return
        controller = self.start_controller("--certMode=csr", kubeconfig=kubeconfig)
        self.wait_for_bundle()
        self.wait_until_injected(self.target)
        self.assert_injected(self.create_pod(self.target))
        self.assertEqual(self.bundle().strip(), self.cluster.ca.pem().strip())
        self.assertNotRegex(controller.process.output(), "(?i)forbidden|may not|not allowed")
        self.assertNotIn("missing:", controller.page("/readyz?verbose")[1])

    def test_42_each_verb_is_needed(self):
        """Each verb of each rule is removed in turn, also of what --certMode=csr takes: within 20 s of
        its start, the controller's log names verb and resource."""
        kubeconfig = self.set_up_account(CSR)

        def start(*more):
            controller = self.start_controller(*more, kubeconfig=kubeconfig, wait=False)
            self.replicas.remove(controller)
            return controller
        for kind, namespace, name, rules in self.rules:
            more = ["--certMode=csr"] if "csr" in name else []
            check_each_verb(self, (kind, namespace, name), rules, functools.partial(start, *more))


def check_each_verb(case, role, rules, start):
    """Removes each verb of a role in turn, and waits for the log of what `start` starts to name it.
    `role` is kind, namespace and name."""
    for number, rule in enumerate(rules):
        for verb in rule["verbs"]:
            with case.subTest(f"{verb} {rule['resources'][0]} in {role[0]} {role[2]}"):
                fewer = copy.deepcopy(rules)
                fewer[number]["verbs"].remove(verb)
                if not fewer[number]["verbs"]:
                    del fewer[number]
                case.api.patch(*role, {"rules": fewer})
                wait_until(lambda: (case.api.get(*role).get("rules") or []) == fewer, what="the rules")
                controller = start()
                try:
                    wait_until(lambda: names(controller, verb, rule["resources"][0]), 20, 0.05,
                               "a log line about it")
                finally:
                    controller.process.kill()
            case.api.patch(*role, {"rules": rules})


def names(controller, verb, resource):
    """The lines of its log that complain about a verb on a resource."""
    return [line for line in controller.process.output().splitlines()
            if verb in line and resource in line
            and json.loads(line)["level"] in ("warning", "error", "critical")]


class ChartPermissions(ChartCase):
    """The chart's own roles, as rendered for this release."""

    runs_without_removed_apis = True

    def test_42_each_verb_of_the_chart_is_needed(self):
        """helm install with the values that grant most; each verb of each role that it made is removed in
        turn: the controller, with the chart's ServiceAccount and arguments, names verb and resource in its
        log within 20 s. With all of them, test_the_charts_account_is_enough finds nothing forbidden."""
        choices = f"webhook.managedBy=controller,certificate.mode=csr,service.port={self.port}"
        self.helm("install", RELEASE, CHART, "--create-namespace", "--set", choices)
        roles = [("ClusterRole", None, self.config_name), ("Role", self.home, RELEASE),
                 ("Role", "default", f"{self.config_name}-events"),
                 ("Role", "kube-system", f"{self.config_name}-csr")]
        text = self.helm("template", RELEASE, CHART, "--dry-run=server", "--show-only",
                         "templates/rbac.yaml", "--set", choices).stdout
        self.assertEqual(text.count("\nrules:"), len(roles))
        for role in roles:
            rules = self.api.get(*role)["rules"]
            check_each_verb(self, role, rules, lambda: self.start_controller(wait=False))
