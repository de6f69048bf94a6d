"""Which pods get a sidecar, and what the API server makes of the patch."""
from e2e.harness.case import (INJECT_ANNOTATION, STATUS_ANNOTATION, WebhookCase, container, containers,
                              deployment, init_containers, pod, pod_template)
from e2e.harness.injector import RELEASE_CONFIG
from e2e.harness.polling import wait_until


class Decision(WebhookCase):
    runs_without_removed_apis = True

    def test_01_a_deployments_pod_is_injected(self):
        """The pod that a ReplicaSet makes has the containers app and istio-proxy, istio-init and the
        status annotation, although its review names neither pod nor, in the metadata, namespace."""
        namespace = self.injected_namespace(recorded=True)
        before = len(self.recorder.of(namespace))
        self.api.create(deployment(), namespace)
        found = self.pods_of(namespace)[0]
        self.assertEqual(containers(found), ["app", "istio-proxy"])
        self.assert_injected(found)
        request = self.recorder.of(namespace)[before].request
        self.assertNotIn("name", request)
        self.assertNotIn("namespace", request["object"]["metadata"])
        self.assertIn("generateName", request["object"]["metadata"])

    def test_01_each_pod_of_a_burst_is_injected(self):
        """Forty pods of one ReplicaSet: most of their reviews differ in the uid alone, so that their
        answers are remembered ones. Each has the uid of its review, and each pod is injected."""
        namespace = self.injected_namespace(recorded=True)
        before = len(self.recorder.of(namespace))
        self.api.create(deployment(replicas=40), namespace)
        stored = self.pods_of(namespace, 40)
        exchanges = self.recorder.of(namespace)[before:]
        uids = {exchange.request["uid"] for exchange in exchanges}
        self.assertEqual(len(uids), len(exchanges))
        for exchange in exchanges:
            self.assertEqual(exchange.reply["response"]["uid"], exchange.request["uid"])
        but_uid = {str(dict(exchange.request, uid="")) for exchange in exchanges}
        self.assertLess(len(but_uid), len(exchanges) / 2)
        for found in stored:
            self.assert_injected(found)

    def test_03_both_review_versions_are_answered_in_kind(self):
        """With the review versions [v1, v1beta1] and the reverse: the reply has the request's version,
        and the pod is injected."""
        for versions in (["v1", "v1beta1"], ["v1beta1", "v1"]):
            with self.subTest(versions):
                name = self.namespace(versions[0])
                self.webhook_configuration(name, self.recorder.port, name=f"{versions[0]}-{self.suffix}",
                                           admissionReviewVersions=versions)
                self.wait_until_injected(name)
                self.assert_injected(self.create_pod(name))
                exchange = self.recorder.of(name)[-1]
                self.assertEqual(exchange.review["apiVersion"], f"admission.k8s.io/{versions[0]}")
                self.assertEqual(exchange.reply["apiVersion"], exchange.review["apiVersion"])

    def test_04_an_unlabelled_namespace_is_left_alone(self):
        """A pod of a namespace that the selector does not match is stored as written, and the webhook
        is not asked."""
        self.injected_namespace(recorded=True)
        other = self.namespace("other")
        self.assert_not_injected(self.create_pod(other))
        self.assertEqual(self.recorder.of(other), [])

    def test_05_a_pod_opts_out(self):
        """Under policy `enabled`, the annotation inject: "false" keeps the pod as it is."""
        namespace = self.injected_namespace()
        written = pod(annotations={INJECT_ANNOTATION: "false"})
        stored = self.create_pod(namespace, written)
        self.assert_not_injected(stored)
        self.assertEqual(stored["metadata"]["annotations"], {INJECT_ANNOTATION: "false"})

    def test_06_a_pod_on_the_hosts_network_is_left_alone(self):
        """A pod with hostNetwork is created without a sidecar."""
        namespace = self.injected_namespace()
        self.assert_not_injected(self.create_pod(namespace, pod(hostNetwork=True)))

    def test_07_system_namespaces_are_left_alone(self):
        """A pod of kube-public and one of kube-system is created without a sidecar although the
        webhook is asked for them."""
        for namespace in ("kube-public", "kube-system"):
            with self.subTest(namespace):
                self.wait_for_service_account(namespace)
                label = f"{namespace}-{self.suffix}"
                self.api.patch("Namespace", None, namespace, {"metadata": {"labels": {"inject-test": label}}})
                self.addCleanup(self.api.patch, "Namespace", None, namespace,
                                {"metadata": {"labels": {"inject-test": None}}})
                self.webhook_configuration(label, self.recorder.port, name=f"{label}-{self.suffix}")
                wait_until(lambda name=namespace: self.dry_run(name) and self.recorder.of(name),
                           what="the webhook is asked")
                name = f"app-{self.suffix}"
                self.addCleanup(self.api.delete, "Pod", namespace, name)
                self.assert_not_injected(self.create_pod(namespace, pod(name)))

    def test_09_parents_of_the_patch_are_made(self):
        """Pods without labels and annotations, and with empty ones, are created and injected."""
        namespace = self.injected_namespace()
        self.assert_injected(self.create_pod(namespace, pod("bare")))
        self.assert_injected(self.create_pod(namespace, pod("empty", annotations={}, labels={},
                                                            initContainers=[], volumes=[])))

    def test_10_injected_once_is_enough(self):
        """A pod that has the sidecar already, re-created as it was stored, stays as it is."""
        namespace = self.injected_namespace()
        first = self.create_pod(namespace)
        again = {"apiVersion": "v1", "kind": "Pod", "spec": first["spec"], "metadata": {
            "name": "again", "annotations": first["metadata"]["annotations"]}}
        second = self.create_pod(namespace, again)
        self.assertEqual(second["spec"]["containers"], first["spec"]["containers"])
        self.assertEqual(second["spec"]["initContainers"], first["spec"]["initContainers"])
        self.assertEqual(second["metadata"]["annotations"], first["metadata"]["annotations"])


class PolicyDisabled(WebhookCase):
    config = RELEASE_CONFIG.read_text().replace("policy: enabled", "policy: disabled")

    def test_05_a_pod_opts_in(self):
        """Under policy `disabled`, a pod is injected with the annotation inject: "true" only."""
        namespace = self.namespace()
        self.webhook_configuration(namespace, self.injector.port)
        asks = pod("asks", annotations={INJECT_ANNOTATION: "true"})
        wait_until(lambda: "istio-proxy" in containers(self.dry_run(namespace, asks)))
        self.assert_injected(self.create_pod(namespace, asks))
        self.assert_not_injected(self.create_pod(namespace, pod("silent")))


class Workloads(WebhookCase):
    slow = True
    runs_without_removed_apis = True

    def test_08_pods_of_every_workload_are_injected(self):
        """A bare pod and one with generateName, and those of a StatefulSet, Job, CronJob,
        ReplicationController and DaemonSet get the sidecar. The request's namespace is right for
        each, POD_NAMESPACE comes from the pod, and the certificate is that of its service account."""
        namespace = self.injected_namespace(recorded=True)
        # The CronJob first: it may take a minute.
        job = {"template": pod_template(restartPolicy="Never")}
        self.api.create({"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "cron"},
                         "spec": {"schedule": "* * * * *",
                                  "jobTemplate": {"spec": job}}}, namespace)
        self.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}},
                        namespace)
        self.wait_for_service_account(namespace, "robot")
        # Without a node there is no pod for a DaemonSet.
        node = f"node-{self.suffix}"
        self.api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}})
        self.addCleanup(self.api.delete, "Node", None, node)
        selector = {"selector": {"matchLabels": {"app": "web"}}, "template": pod_template()}
        generated = pod()
        generated["metadata"] = {"generateName": "generated-"}
        for document in (
                pod("bare"), generated, pod("robotic", serviceAccountName="robot"),
                {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "ss"},
                 "spec": {**selector, "serviceName": "ss"}},
                {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": job},
                {"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "rc"},
                 "spec": {"selector": {"app": "rc"}, "template": {
                     "metadata": {"labels": {"app": "rc"}}, "spec": pod()["spec"]}}},
                {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "ds"},
                 "spec": selector}):
            self.api.create(document, namespace)
        prefixes = {"bare", "generated-", "robotic", "ss-0", "job-", "rc-", "ds-", "cron-"}

        def all_there():
            pods = self.api.list("Pod", namespace)
            missing = [p for p in prefixes if not any(x["metadata"]["name"].startswith(p) for x in pods)]
            assert not missing, f"no pod of {missing}"
            return pods
        for found in wait_until(all_there, 75, 0.2, "a pod of every workload"):
            with self.subTest(found["metadata"]["name"]):
                self.assert_injected(found)
                variables = {e["name"]: e for e in container(found, "istio-proxy")["env"]}
                self.assertEqual(variables["POD_NAMESPACE"]["valueFrom"]["fieldRef"]["fieldPath"],
                                 "metadata.namespace")
                account = found["spec"]["serviceAccountName"]
                self.assertEqual(account, "robot" if found["metadata"]["name"] == "robotic" else "default")
                secrets = [v["secret"]["secretName"] for v in found["spec"]["volumes"]
                           if v["name"] == "istio-certs"]
                self.assertEqual(secrets, [f"istio.{account}"])

    def test_13_numbers_of_the_template_become_strings(self):
        """`- 1337` and `- 15001` of the template are the strings "1337" and "15001" in the pod."""
        namespace = self.injected_namespace()
        init = self.create_pod(namespace)["spec"]["initContainers"][-1]
        self.assertEqual(init["args"], ["-p", "15001", "-u", "1337"])

    def test_14_the_sidecar_mounts_the_token_once(self):
        """The API server mounts the service account's token into the sidecar; it is there once."""
        namespace = self.injected_namespace()
        proxy = container(self.create_pod(namespace), "istio-proxy")
        tokens = [m for m in proxy["volumeMounts"]
                  if m["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"]
        self.assertEqual(len(tokens), 1)

    def test_17_texts_arrive_as_written(self):
        """Annotations, labels and variables with quotes, angle brackets, backslashes and characters
        of all planes are in the stored pod as they were written."""
        namespace = self.injected_namespace()
        text = "äöü \U0001f600 <a href=\"x\">&amp;</a> 'q' \\n \t \u2028 {{ .Nope }} $(HOME)"
        stored = self.create_pod(namespace, pod(
            annotations={"text": text},
            containers=[{"name": "app", "image": "i", "env": [{"name": "TEXT", "value": text}],
                         "command": ["sh", "-c", text]}]))
        self.assert_injected(stored)
        self.assertEqual(stored["metadata"]["annotations"]["text"], text)
        app = container(stored, "app")
        self.assertEqual([app["env"][0]["value"], app["command"][2]], [text, text])

    def test_19_a_rich_pod_keeps_what_it_has(self):
        """Of a pod with probes, volumes, init containers, pull secrets and fsGroup, injection adds
        to four lists and nothing else."""
        namespace = self.injected_namespace()
        plain_namespace = self.namespace("plain")
        probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 7}
        rich = pod(
            annotations={"a": "b"}, labels={"app": "rich"}, terminationGracePeriodSeconds=7,
            initContainers=[{"name": "first", "image": "i", "args": ["1"]}],
            imagePullSecrets=[{"name": "pull"}],
            securityContext={"fsGroup": 12, "supplementalGroups": [1, 2]},
            volumes=[{"name": "data", "emptyDir": {"sizeLimit": "1Gi"}},
                     {"name": "down", "downwardAPI": {"items": [
                         {"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}}],
            nodeSelector={"disk": "ssd"}, hostAliases=[{"ip": "1.2.3.4", "hostnames": ["h"]}],
            containers=[{"name": "app", "image": "i", "livenessProbe": probe, "readinessProbe": probe,
                         "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
                         "resources": {"limits": {"cpu": "100m", "memory": "1.5Gi"}},
                         "volumeMounts": [{"name": "data", "mountPath": "/d", "subPath": "s"}]},
                        {"name": "second", "image": "i", "tty": True}])
        injected = self.dry_run(namespace, rich)
        plain = self.dry_run(plain_namespace, rich)
        self.assert_injected(injected)
        token = {v["name"] for v in plain["spec"]["volumes"]} - {"data", "down"}
        added = {"containers": ["istio-proxy"], "initContainers": ["istio-init"],
                 "volumes": ["istio-certs", "istio-envoy"]}
        for field, names in added.items():
            known = {x["name"] for x in plain["spec"][field]} | token
            extra = [x["name"] for x in injected["spec"][field] if x["name"] not in known]
            # Another namespace, another name of the token.
            extra = [name for name in extra if not name.startswith("default-token")]
            self.assertEqual(sorted(extra), names, field)
        for field in set(plain["spec"]) | set(injected["spec"]):
            if field == "volumes":
                ours = [v for v in injected["spec"]["volumes"] if v["name"] in ("data", "down")]
                self.assertEqual(ours, [v for v in plain["spec"]["volumes"] if v["name"] in ("data", "down")])
            elif field in ("containers", "initContainers"):
                for before, after in zip(plain["spec"][field], injected["spec"][field]):
                    for one in (before, after):
                        one["volumeMounts"] = [m for m in one.get("volumeMounts", [])
                                               if "token" not in m["name"]]
                    self.assertEqual(after, before)
            else:
                self.assertEqual(injected["spec"].get(field), plain["spec"].get(field), field)
        annotations = injected["metadata"]["annotations"]
        self.assertEqual(set(annotations), {"a", STATUS_ANNOTATION})
        self.assertEqual(injected["metadata"]["labels"], {"app": "rich"})
        self.assertEqual(init_containers(injected), ["first", "istio-init"])
