#!/usr/bin/env python3
"""Checks the chart by rendering it with the real Helm. `make test-chart` runs this.

HELM and KUBECTL name the programs; without them, e2e/cluster/fetch_clients.sh fetches both. kubectl only
turns YAML into JSON here: no cluster is needed.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "charts/tools"))
import generate  # noqa: E402

CHART = ROOT / "charts/sidecar-injector"
HELM = generate.helm()
KUBECTL = os.environ.get("KUBECTL") or str(pathlib.Path(HELM).with_name("kubectl"))
NAMESPACE = "istio-system"
# Kubernetes releases that the chart renders for, and what differs between them.
RELEASES = {
    "1.15.0": {"webhook": "admissionregistration.k8s.io/v1beta1", "budget": "policy/v1beta1", "autoscaler": "autoscaling/v2beta2", "conditions": False},
    "1.20.2": {"webhook": "admissionregistration.k8s.io/v1", "budget": "policy/v1beta1", "autoscaler": "autoscaling/v2beta2", "conditions": False},
    "1.22.0": {"webhook": "admissionregistration.k8s.io/v1", "budget": "policy/v1", "autoscaler": "autoscaling/v2beta2", "conditions": False},
    "1.27.5-eks-1": {"webhook": "admissionregistration.k8s.io/v1", "budget": "policy/v1", "autoscaler": "autoscaling/v2", "conditions": False},
    "1.28.3-gke.100": {"webhook": "admissionregistration.k8s.io/v1", "budget": "policy/v1", "autoscaler": "autoscaling/v2", "conditions": True},
    "1.35.0": {"webhook": "admissionregistration.k8s.io/v1", "budget": "policy/v1", "autoscaler": "autoscaling/v2", "conditions": True},
}
EVERYTHING = (
    "autoscaling.enabled=true", "networkPolicy.enabled=true", "monitoring.podMonitor.enabled=true",
    "monitoring.prometheusRule.enabled=true", "monitoring.dashboard.enabled=true",
    "priorityClass.create=true", "priorityClass.name=injector", "image.pullSecrets[0].name=registry",
    "podLabels.team=mesh", "podAnnotations.note=x", "serviceAccount.annotations.a=b",
    "service.annotations.a=b", "commonLabels.owner=mesh", "webhook.annotations.a=b",
    "extraArgs[0]=--maxConnections=10", "extraEnv[0].name=A", "extraEnv[0].value=b",
    "tolerations[0].operator=Exists", "injection.keep=true", "ui.enabled=true",
)
# Fields of one webhook, as k8s.io/api/admissionregistration/v1 has them in 1.35.
WEBHOOK_FIELDS = {
    "name", "clientConfig", "rules", "failurePolicy", "matchPolicy", "namespaceSelector", "objectSelector",
    "sideEffects", "timeoutSeconds", "admissionReviewVersions", "reinvocationPolicy", "matchConditions",
}


def helm(*arguments, check=True):
    result = subprocess.run([HELM, *arguments], capture_output=True, text=True, check=False)
    if check and result.returncode:
        raise AssertionError(f"helm {' '.join(map(str, arguments))}\n{result.stderr}")
    return result


def settings(values):
    return [argument for value in values for argument in ("--set", value)]


def to_objects(text):
    """The YAML documents as dictionaries."""
    result = subprocess.run([KUBECTL, "annotate", "--local", "-f", "-", "-o", "json", "test/x=y"],
                            input=text, capture_output=True, text=True, check=True,
                            env={**os.environ, "KUBECONFIG": "/dev/null"})
    decoder, objects, rest = json.JSONDecoder(), [], result.stdout.strip()
    while rest:
        item, end = decoder.raw_decode(rest)
        del item["metadata"]["annotations"]["test/x"]
        if not item["metadata"]["annotations"]:
            del item["metadata"]["annotations"]
        objects.append(item)
        rest = rest[end:].strip()
    return objects


def is_hook(item):
    return "helm.sh/hook" in item["metadata"].get("annotations", {})


class Rendered:
    def __init__(self, *values, kube="1.35.0", namespace=NAMESPACE, release="sidecar-injector"):
        text = helm("template", release, CHART, "-n", namespace, "--kube-version", kube,
                    *settings(values)).stdout
        self.objects = to_objects(text)

    def all(self, kind, hooks=False):
        return [item for item in self.objects if item["kind"] == kind and is_hook(item) == hooks]

    def one(self, kind, name=None):
        found = [item for item in self.all(kind) if name in (None, item["metadata"]["name"])]
        assert len(found) == 1, f"{len(found)} of kind {kind}"
        return found[0]

    def pod(self):
        return self.one("Deployment")["spec"]["template"]

    def container(self):
        return self.pod()["spec"]["containers"][0]

    def webhook(self):
        return self.one("MutatingWebhookConfiguration")["webhooks"][0]


def refusal(*values):
    result = helm("template", "sidecar-injector", CHART, "-n", NAMESPACE, *settings(values), check=False)
    return result.stderr if result.returncode else ""


def rules(objects):
    """What the roles among them grant, where, as sorted texts."""
    return sorted(
        json.dumps([item["metadata"].get("namespace"), {key: sorted(rule[key]) for key in sorted(rule)}])
        for item in objects if "rules" in item for rule in item["rules"])


def seconds(text):
    return int(text.removesuffix("s"))


class Generated(unittest.TestCase):
    def test_nothing_derived_is_stale(self):
        result = subprocess.run([sys.executable, ROOT / "charts/tools/generate.py", "--check"],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.stdout + result.stderr, "")

    def test_the_overlays_hold_what_the_chart_renders(self):
        for folder, kube in (("", "1.35.0"), ("before-1.21", "1.20.2")):
            for preset in ("release", "debug"):
                with self.subTest(f"{folder} {preset}"):
                    self.compare(ROOT / "config" / folder / preset, preset, kube)

    def compare(self, overlay, preset, kube):
        text = subprocess.run([KUBECTL, "kustomize", overlay], capture_output=True, text=True,
                              check=True).stdout
        plain = {(o["kind"], o["metadata"]["name"]): o for o in to_objects(text)}
        chart = {(o["kind"], o["metadata"]["name"]): o for o in Rendered(
            f"injection.preset={preset}", "webhook.matchConditions=never", kube=kube).objects
            if not is_hook(o)}
        plain.pop(("Namespace", NAMESPACE))
        for item in chart.values():
            labels = [item["metadata"].get("labels", {}),
                      item.get("spec", {}).get("template", {}).get("metadata", {}).get("labels", {})]
            for each in labels:
                each.pop("helm.sh/chart", None)
                each.pop("app.kubernetes.io/managed-by", None)
        self.assertEqual(plain, chart)


class Defaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chart = Rendered()

    def test_a_replica_stops_only_when_another_answers(self):
        spec = self.chart.one("Deployment")["spec"]
        self.assertEqual(spec["replicas"], 2)
        self.assertEqual(spec["strategy"]["rollingUpdate"], {"maxSurge": 1, "maxUnavailable": 0})
        self.assertEqual(self.chart.one("PodDisruptionBudget")["spec"]["minAvailable"], 1)

    def test_there_is_time_to_drain(self):
        arguments = self.chart.container()["args"]
        drain = next(a for a in arguments if a.startswith("--drainDelay=")).split("=")[1]
        grace = self.chart.pod()["spec"]["terminationGracePeriodSeconds"]
        self.assertGreater(grace, seconds(drain) + self.chart.webhook()["timeoutSeconds"])

    def test_pods_meet_the_restricted_standard(self):
        pods = [self.chart.pod()["spec"], self.chart.all("Pod", hooks=True)[0]["spec"]]
        for spec in pods:
            self.assertTrue(spec["securityContext"]["runAsNonRoot"])
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            for container in spec["containers"]:
                self.assertEqual(container["securityContext"], {
                    "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]}})

    def test_no_volume_but_what_restricted_allows_and_no_host(self):
        spec = self.chart.pod()["spec"]
        self.assertFalse({"hostNetwork", "hostPID", "hostIPC", "volumes"} & set(spec))

    def test_the_service_leads_to_the_container(self):
        service = self.chart.one("Service")["spec"]
        ports = {port["name"]: port["containerPort"] for port in self.chart.container()["ports"]}
        self.assertEqual(service["ports"][0]["port"], 443)
        self.assertEqual(ports[service["ports"][0]["targetPort"]], 8443)
        labels = self.chart.pod()["metadata"]["labels"]
        self.assertLessEqual(service["selector"].items(), labels.items())
        self.assertEqual(self.chart.one("Deployment")["spec"]["selector"]["matchLabels"], service["selector"])

    def test_the_test_pod_gets_no_admissions(self):
        selector = self.chart.one("Service")["spec"]["selector"].items()
        for pod in self.chart.all("Pod", hooks=True):
            self.assertFalse(selector <= pod["metadata"]["labels"].items())

    def test_the_webhook_calls_the_service(self):
        self.assertEqual(self.chart.webhook()["clientConfig"], {"service": {
            "name": self.chart.one("Service")["metadata"]["name"], "namespace": NAMESPACE,
            "path": "/inject", "port": 443}})

    def test_namespaces_opt_in_and_the_cluster_s_own_cannot(self):
        self.assertEqual(self.chart.webhook()["namespaceSelector"]["matchExpressions"], [
            {"key": "istio-injection", "operator": "In", "values": ["enabled"]},
            {"key": "kubernetes.io/metadata.name", "operator": "NotIn",
             "values": ["kube-system", "kube-public", "kube-node-lease", NAMESPACE]}])

    def test_a_pod_may_opt_out_and_the_injector_does(self):
        expression = {"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]}
        self.assertEqual(self.chart.webhook()["objectSelector"]["matchExpressions"], [expression])
        self.assertEqual(self.chart.pod()["metadata"]["labels"]["sidecar.istio.io/inject"], "false")

    def test_dry_runs_are_allowed(self):
        self.assertEqual(self.chart.webhook()["sideEffects"], "None")

    def test_the_configuration_is_istio_s_release(self):
        self.assertEqual(self.chart.one("ConfigMap", "istio-inject")["data"],
                         {"config": (ROOT / "config/injection/release.yaml").read_text()})
        self.assertEqual(self.chart.one("ConfigMap", "istio")["data"], {"mesh": "{}\n"})

    def test_secrets_are_touched_in_one_namespace_only(self):
        for role in self.chart.all("ClusterRole"):
            for rule in role["rules"]:
                self.assertNotIn("secrets", rule["resources"])
                self.assertNotIn("configmaps", rule["resources"])

    def test_no_role_holds_a_wildcard(self):
        for role in self.chart.all("ClusterRole") + self.chart.all("Role"):
            for rule in role["rules"]:
                self.assertNotIn("*", rule["resources"] + rule["verbs"] + rule["apiGroups"])

    def test_all_but_creation_is_granted_by_name(self):
        for role in self.chart.all("Role"):
            for rule in role["rules"]:
                self.assertTrue("resourceNames" in rule or rule["verbs"] == ["create"]
                                or rule["resources"] == ["events"], rule)

    def test_the_roles_are_those_of_the_plain_manifests(self):
        # config/rbac is proven against what the program asks for.
        for values, files in ((("",), ("controller",)),
                              (("webhook.managedBy=controller",), ("controller", "manage-webhook")),
                              (("certificate.mode=csr",), ("controller", "csr"))):
            chart = Rendered("fullnameOverride=istio-sidecar-injector", *filter(None, values), kube="1.21.0")
            plain = [o for name in files for o in to_objects((ROOT / f"config/rbac/{name}.yaml").read_text())]
            self.assertEqual(rules(chart.all("ClusterRole") + chart.all("Role")), rules(plain))

    def test_uninstalling_takes_the_permission_first_and_the_webhook_next(self):
        hooks = sorted((item for item in self.chart.objects
                        if item["metadata"].get("annotations", {}).get("helm.sh/hook") == "pre-delete"),
                       key=lambda item: int(item["metadata"]["annotations"]["helm.sh/hook-weight"]))
        self.assertEqual([item["kind"] for item in hooks], ["ClusterRoleBinding", "MutatingWebhookConfiguration"])
        for hook in hooks:
            self.assertEqual(hook["metadata"]["name"], self.chart.one(hook["kind"])["metadata"]["name"])
            self.assertEqual(hook["metadata"]["annotations"]["helm.sh/hook-delete-policy"],
                             "before-hook-creation,hook-succeeded")
            self.assertFalse(hook.get("webhooks") or hook.get("subjects"))

    def test_two_releases_share_no_cluster_wide_name(self):
        def names(chart):
            # Pods' namespaces differ; "default" is shared by all.
            return {(item["kind"], item["metadata"]["name"]) for item in chart.objects
                    if item["metadata"].get("namespace", "default") == "default"}
        other = Rendered(namespace="elsewhere")
        self.assertFalse(names(self.chart) & names(other))
        excluded = other.webhook()["namespaceSelector"]["matchExpressions"][1]["values"]
        self.assertIn("elsewhere", excluded)


class Choices(unittest.TestCase):
    def test_ca_bundle_is_rendered_only_where_nobody_else_fills_it_in(self):
        for values in ((), ("certificate.mode=csr", "certificate.signerName=a.b/c"),
                       ("certificate.mode=cert-manager",), ("webhook.failurePolicy=Fail",)):
            self.assertNotIn("caBundle", Rendered(*values).webhook()["clientConfig"], values)
        files = Rendered("certificate.mode=files", "certificate.existingSecret=own", "webhook.caBundle=PEM")
        self.assertEqual(files.webhook()["clientConfig"]["caBundle"], "UEVN")

    def test_mounted_certificates_need_no_access_to_secrets(self):
        for values in (("certificate.mode=cert-manager",),
                       ("certificate.mode=files", "certificate.existingSecret=own", "webhook.caBundle=PEM")):
            chart = Rendered(*values)
            resources = [r for role in chart.all("Role") for rule in role["rules"] for r in rule["resources"]]
            self.assertNotIn("secrets", resources)
            self.assertEqual(chart.container()["volumeMounts"][0]["mountPath"], "/etc/istio/certs")

    def test_cert_manager_s_certificate_names_the_service(self):
        chart = Rendered("certificate.mode=cert-manager")
        self.assertIn(f"sidecar-injector.{NAMESPACE}.svc", chart.one("Certificate")["spec"]["dnsNames"])
        annotations = chart.one("MutatingWebhookConfiguration")["metadata"]["annotations"]
        self.assertEqual(annotations["cert-manager.io/inject-ca-from"], f"{NAMESPACE}/sidecar-injector")
        own = Rendered("certificate.mode=cert-manager", "certificate.certManager.issuerRef.name=ca")
        self.assertFalse(own.all("Issuer"))

    def test_the_controller_may_make_the_webhook_itself(self):
        chart = Rendered("webhook.managedBy=controller")
        self.assertFalse(chart.all("MutatingWebhookConfiguration"))
        self.assertIn("--manageWebhook", chart.container()["args"])
        self.assertTrue(chart.all("MutatingWebhookConfiguration", hooks=True))

    def test_a_foreign_webhook_is_left_alone(self):
        chart = Rendered("webhook.managedBy=none", "webhook.configName=istio-sidecar-injector")
        self.assertFalse([o for o in chart.objects if o["kind"] == "MutatingWebhookConfiguration"])
        self.assertIn("--webhookConfigName=istio-sidecar-injector", chart.container()["args"])

    def test_opt_out_selects_all_but_the_disabled(self):
        expressions = Rendered("webhook.scope=optOut").webhook()["namespaceSelector"]["matchExpressions"]
        self.assertEqual(expressions[0], {"key": "istio-injection", "operator": "NotIn", "values": ["disabled"]})
        self.assertIn("kube-system", expressions[1]["values"])

    def test_configurations_are_presets_or_the_user_s_or_exist(self):
        debug = Rendered("injection.preset=debug", "injection.policy=disabled").one("ConfigMap", "istio-inject")
        text = (ROOT / "config/injection/debug.yaml").read_text()
        self.assertEqual(debug["data"]["config"], text.replace("policy: enabled", "policy: disabled"))
        custom = Rendered("injection.preset=custom", "injection.template=containers:\n- name: {{ .Spec.NodeName }}\n")
        self.assertEqual(custom.one("ConfigMap", "istio-inject")["data"]["config"],
                         "policy: enabled\ntemplate: |\n  containers:\n  - name: {{ .Spec.NodeName }}\n")
        self.assertFalse(Rendered("injection.create=false", "mesh.create=false").all("ConfigMap"))

    def test_platforms_differ_where_they_must(self):
        gke = Rendered("platform=gke-private")
        self.assertIn("--port=10250", gke.container()["args"])
        self.assertEqual(gke.container()["ports"][0]["containerPort"], 10250)
        aks = Rendered("platform=aks").one("MutatingWebhookConfiguration")
        self.assertEqual(aks["metadata"]["annotations"]["admissions.enforcer/disabled"], "true")
        keys = [e["key"] for e in aks["webhooks"][0]["namespaceSelector"]["matchExpressions"]]
        self.assertIn("control-plane", keys)
        openshift = Rendered("platform=openshift").pod()["spec"]["securityContext"]
        self.assertFalse({"runAsUser", "runAsGroup", "fsGroup"} & set(openshift))

    def test_one_replica_needs_no_budget_and_an_autoscaler_no_number(self):
        self.assertFalse(Rendered("replicaCount=1").all("PodDisruptionBudget"))
        self.assertNotIn("replicas", Rendered("autoscaling.enabled=true").one("Deployment")["spec"])

    def test_a_digest_wins_over_a_tag(self):
        digest = "sha256:" + "0" * 64
        chart = Rendered("image.repository=r.example/i", f"image.digest={digest}", "image.tag=v1")
        self.assertEqual(chart.container()["image"], f"r.example/i@{digest}")

    def test_what_makes_no_sense_together_is_refused_with_the_reason(self):
        for values, message in [
            (("webhook.failurePolicy=Fail", "replicaCount=1"), "needs at least two replicas"),
            (("webhook.failurePolicy=Fail", "podDisruptionBudget.enabled=false"), "draining nodes may stop all"),
            (("webhook.failurePolicy=Fail", "autoscaling.enabled=true", "autoscaling.minReplicas=1"), "at least two replicas"),
            (("injection.preset=custom",), "injection.preset=custom needs injection.template"),
            (("injection.template=x",), "set injection.preset=custom"),
            (("certificate.mode=files",), "needs certificate.existingSecret"),
            (("certificate.mode=files", "certificate.existingSecret=x"), "needs webhook.caBundle"),
            (("certificate.mode=csr",), "needs certificate.signerName"),
            (("webhook.caBundle=x",), "must be empty with certificate.mode=self-signed"),
            (("certificate.mode=cert-manager", "webhook.managedBy=controller"), "needs webhook.managedBy=chart"),
            (("webhook.managedBy=controller", "webhook.scope=optOut"), "webhook.managedBy=chart"),
            (("autoscaling.enabled=true", "autoscaling.maxReplicas=1"), "maxReplicas is less than"),
            (("monitoring.serviceMonitor.enabled=true", "monitoring.podMonitor.enabled=true"), "scrape everything twice"),
            (("priorityClass.create=true", "priorityClass.name=system-x"), "does not begin with"),
            (("ports.webhook=15014",), "must differ"),
        ]:
            self.assertIn(message, refusal(*values), values)
        self.assertEqual(refusal("webhook.failurePolicy=Fail", "replicaCount=1", "webhook.allowUnsafeFail=true"), "")
        # The legacy signer is still there.
        Rendered("certificate.mode=csr", kube="1.21.0")

    def test_wrong_values_are_refused_by_the_schema(self):
        for value, place in [
            ("replicaCount=two", "/replicaCount"), ("replicas=3", "replicas"),
            ("webhook.failurePolicy=Maybe", "/webhook/failurePolicy"), ("webhook.timeoutSeconds=31", "/webhook/timeoutSeconds"),
            ("platform=windows", "/platform"), ("certificate.mode=selfsigned", "/certificate/mode"),
            ("webhook.name=injector", "/webhook/name"), ("image.digest=latest", "/image/digest"),
            ("injection.preset=prod", "/injection/preset"), ("drainDelay=soon", "/drainDelay"),
            ("webhook.extraMatchConditions[0].name=x", "/webhook/extraMatchConditions/0"),
        ]:
            self.assertIn(place, refusal(value), value)


class Releases(unittest.TestCase):
    def test_each_release_gets_what_it_knows(self):
        for kube, expected in RELEASES.items():
            with self.subTest(kube):
                chart = Rendered(*EVERYTHING, kube=kube)
                self.assertEqual(chart.one("MutatingWebhookConfiguration")["apiVersion"], expected["webhook"])
                self.assertEqual(chart.one("PodDisruptionBudget")["apiVersion"], expected["budget"])
                self.assertEqual(chart.one("HorizontalPodAutoscaler")["apiVersion"], expected["autoscaler"])
                self.assertEqual("matchConditions" in chart.webhook(), expected["conditions"])

    def test_lint_finds_nothing(self):
        for kube in ("1.20.2", "1.35.0"):
            for values in ((), EVERYTHING, ("platform=aks",), ("certificate.mode=cert-manager",)):
                result = helm("lint", CHART, "--strict", "--kube-version", kube, *settings(values), check=False)
                self.assertEqual(result.returncode, 0, result.stdout)

    def test_the_webhook_has_no_field_that_no_release_knows(self):
        self.assertLessEqual(set(Rendered("webhook.matchConditions=always").webhook()), WEBHOOK_FIELDS)

    def test_the_newest_types_lose_nothing_of_the_deployment(self):
        # kubectl decodes into its own release's Go types here, which drop what they do not know.
        deployment = Rendered(*EVERYTHING).one("Deployment")
        typed = subprocess.run([KUBECTL, "set", "env", "--local", "-f", "-", "-o", "json", "X=y"],
                               input=json.dumps(deployment), capture_output=True, text=True, check=True,
                               env={**os.environ, "KUBECONFIG": "/dev/null"}).stdout
        self.assertEqual(missing(deployment, json.loads(typed)), [])


def missing(wanted, found, path=""):
    """Paths of `wanted` that `found` lacks."""
    if isinstance(wanted, dict):
        return [p for key, value in wanted.items() for p in (
            missing(value, found[key], f"{path}/{key}") if isinstance(found, dict) and key in found else [f"{path}/{key}"])]
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) < len(wanted):
            return [path]
        return [p for i, value in enumerate(wanted) for p in missing(value, found[i], f"{path}/{i}")]
    return []


def metric_names():
    """Every metric that a source names. A literal that ends in "_" is a prefix of the file's others."""
    names = set()
    for folder in ("lib", "webhook", "controller", "cli"):
        for file in (ROOT / folder).rglob("*.cc"):
            text = file.read_text()
            literals = set(re.findall(r'"((?:sidecar_injector|process)_[a-z0-9_]+)"', text))
            for prefix in {name for name in literals if name.endswith("_")}:
                literals.remove(prefix)
                literals |= {prefix + name for name in re.findall(r'\b(?:add|count)\((?:Kind::\w+, )?"([a-z0-9_]+)"', text)}
            names |= literals
    return names


class Monitoring(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dashboard = json.loads((CHART / "files/dashboard.json").read_text())
        cls.expressions = "\n".join(target["expr"] for panel in cls.dashboard["panels"]
                                    for target in panel.get("targets", []))

    def used(self, text):
        found = set(re.findall(r"\b((?:sidecar_injector|process)_[a-z0-9_]+)", text))
        return {name.removesuffix("_bucket") for name in found}

    def test_every_metric_has_a_panel(self):
        names = metric_names()
        self.assertGreater(len(names), 20)
        self.assertEqual(names - self.used(self.expressions), set())

    def test_no_panel_and_no_alert_uses_a_metric_that_does_not_exist(self):
        alerts = (CHART / "files/alerts.yaml").read_text()
        self.assertEqual(self.used(self.expressions + alerts) - metric_names(), set())

    def test_panels_do_not_overlap(self):
        places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in self.dashboard["panels"]]
        self.assertEqual(len(places), len(set(places)))

    def test_alerts_name_this_installation(self):
        chart = Rendered("monitoring.prometheusRule.enabled=true", "webhook.name=a.b.c", namespace="here")
        rules = chart.one("PrometheusRule")["spec"]["groups"][0]["rules"]
        self.assertGreaterEqual(len(rules), 8)
        for rule in rules:
            self.assertTrue('"here"' in rule["expr"] or '"a.b.c"' in rule["expr"], rule)
            self.assertNotIn("$NAMESPACE", rule["expr"] + rule["annotations"]["description"])

    def test_every_alert_is_explained(self):
        operations = (ROOT / "docs/OPERATIONS.md").read_text()
        for alert in re.findall(r"alert: (\w+)", (CHART / "files/alerts.yaml").read_text()):
            self.assertIn(alert, operations)


class Documents(unittest.TestCase):
    def test_every_reason_is_explained(self):
        source = (ROOT / "lib/inject/decision.cc").read_text()
        operations = (ROOT / "docs/OPERATIONS.md").read_text()
        reasons = re.findall(r'case Reason::k\w+:\s+return "(\w+)"', source)
        self.assertGreater(len(reasons), 10)
        for reason in reasons:
            self.assertIn(f"`{reason}`", operations)


class Definitions(unittest.TestCase):
    def test_custom_resources_have_what_kubectl_shows(self):
        for file, scope in (("injectionreports", "Namespaced"), ("injectorstatuses", "Cluster")):
            spec = to_objects((ROOT / f"crds/{file}.yaml").read_text())[0]["spec"]
            version = spec["versions"][0]
            self.assertEqual(spec["scope"], scope)
            self.assertTrue(spec["names"]["shortNames"] and spec["names"]["categories"])
            self.assertIn("status", version["subresources"])
            self.assertTrue(version["additionalPrinterColumns"])
            # Kubernetes 1.20 knows no CEL.
            self.assertNotIn("x-kubernetes-validations", json.dumps(version["schema"]))


def program():
    """The built program, the newest first; None if there is none."""
    if os.environ.get("SIDECAR_INJECTOR"):
        return os.environ["SIDECAR_INJECTOR"]
    built = sorted(ROOT.glob("build/*/bin/sidecar-injector"), key=lambda file: -file.stat().st_mtime)
    return str(built[0]) if built else shutil.which("sidecar-injector")


class Arguments(unittest.TestCase):
    MODES = [(), ("webhook.managedBy=controller",), ("certificate.mode=csr", "certificate.signerName=a.b/c"),
             ("certificate.mode=cert-manager",)]

    def check(self, command, arguments):
        binary = program()
        if not binary:
            self.skipTest("no program was built: make build")
        result = subprocess.run([binary, command, "--help"], capture_output=True, text=True, check=False)
        if result.returncode:
            self.skipTest(f"the program has no command {command!r} yet")
        known = set(re.findall(r"--[A-Za-z_]+", result.stdout))
        self.assertEqual({a.split("=")[0] for a in arguments} - known, set())

    def test_the_controller_has_every_flag_that_is_rendered(self):
        arguments = [a for mode in self.MODES for a in Rendered(*mode).container()["args"][1:]]
        self.check("controller", arguments)

    def test_the_self_test_has_every_flag_that_is_rendered(self):
        self.check("selftest", Rendered().all("Pod", hooks=True)[0]["spec"]["containers"][0]["args"][1:])


if __name__ == "__main__":
    unittest.main()
