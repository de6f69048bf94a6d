"""The commands that a person, or the script of an old installation, runs."""
import base64
import ssl

from e2e.harness import assets, pki
from e2e.harness.case import ClusterCase, STATUS_ANNOTATION
from e2e.harness.controller_case import config_with_image
from e2e.harness.program import run_program

SLEEP = assets.ROOT / "config" / "samples" / "sleep.yaml"
SECRET = "sidecar-injector-certs"


class SignedCertificate(ClusterCase):
    """`create-signed-cert`, which stands for webhook-create-signed-cert.sh."""

    def create(self, namespace, *more, kubeconfig=None):
        self.addCleanup(self.api.delete, "CertificateSigningRequest", None, f"injector.{namespace}")
        return run_program("create-signed-cert", "--service=injector", f"--namespace={namespace}",
                           f"--secret={SECRET}", *more, kubeconfig=kubeconfig or self.cluster.kubeconfig)

    def test_37_a_certificate_of_the_cluster(self):
        """The Secret has a key and a certificate that belong together, signed by the cluster's CA for
        the Service's three names; no file stays behind. Again: another pair, exit status 0."""
        namespace = self.namespace()
        serials = set()
        for _ in range(2):
            done = self.create(namespace)
            self.assertEqual(done.returncode, 0, done.stderr)
            data = self.api.get("Secret", namespace, SECRET)["data"]
            certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
            certificate.write_bytes(base64.b64decode(data["cert.pem"]))
            key.write_bytes(base64.b64decode(data["key.pem"]))
            # Refuses a pair that does not belong together.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
            text = pki.describe(certificate)
            for name in ("injector", f"injector.{namespace}", f"injector.{namespace}.svc"):
                self.assertRegex(text, rf"DNS:{name}(,|\n)")
            self.assertIn("Issuer: CN = test-cluster-ca", text)
            serials.add(data["cert.pem"])
        self.assertEqual(len(serials), 2)

    def test_37_a_refused_request_is_explained(self):
        """A signer that signs no such thing: exit status 1, and the condition's message."""
        done = self.create(self.namespace(), "--signerName=kubernetes.io/kubelet-serving")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("subject organization is not system:nodes", done.stderr)

    def test_37_a_missing_permission_is_named(self):
        """An account that may ask but not approve: exit status 1, and the message says what is
        missing."""
        namespace = self.namespace()
        name = f"asker-{self.suffix}"
        rules = [{"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"],
                  "verbs": ["create", "get", "delete", "list", "watch"]},
                 {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "create", "update", "patch"]}]
        self.api.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                         "metadata": {"name": name}, "rules": rules})
        self.addCleanup(self.api.delete, "ClusterRole", None, name)
        self.api.create({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": name}, "subjects": [
                {"kind": "ServiceAccount", "name": "default", "namespace": namespace}],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}})
        self.addCleanup(self.api.delete, "ClusterRoleBinding", None, name)
        account = self.cluster.write_kubeconfig(name, token=self.token(namespace, "default"))
        done = self.create(namespace, kubeconfig=account)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, "(?i)approv")
        self.assertFalse(self.api.exists("Secret", namespace, SECRET))


class WithoutLegacySigner(ClusterCase):
    runs_without_removed_apis = True

    def test_37_a_server_without_the_legacy_signer(self):
        """Where the API server no longer has certificates.k8s.io/v1beta1: exit status 1, and the
        message names the mode in which the injector signs for itself."""
        if not self.session.without_removed_apis:
            self.skipTest("this API server has the legacy signer")
        namespace = self.namespace()
        done = run_program("create-signed-cert", "--service=injector", f"--namespace={namespace}",
                           f"--secret={SECRET}", kubeconfig=self.cluster.kubeconfig)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("self-signed", done.stderr)


class PatchBundle(ClusterCase):
    """`patch-ca-bundle`, which stands for webhook-patch-ca-bundle.sh."""

    def test_37_the_bundle_is_put_into_the_manifest(self):
        """Of standard input, ${CA_BUNDLE} becomes the cluster's CA in base64, and nothing else
        changes."""
        manifest = "a: 1\n# ${CA_BUNDLE} or $CA_BUNDLE, but not $HOME\ncaBundle: ${CA_BUNDLE}\nb: '${OTHER}'\n"
        done = run_program("patch-ca-bundle", stdin=manifest, kubeconfig=self.cluster.kubeconfig)
        self.assertEqual(done.returncode, 0, done.stderr)
        bundle = base64.b64encode(self.cluster.ca.pem().encode()).decode()
        self.assertIn(f"\ncaBundle: {bundle}\n", done.stdout)
        self.assertIn("b: '${OTHER}'", done.stdout)


class KubeInject(ClusterCase):
    """`kube-inject` with the configuration of a cluster."""
    runs_without_removed_apis = True

    def inject(self, *arguments):
        return run_program("kube-inject", "-f", SLEEP, *arguments, kubeconfig=self.cluster.kubeconfig)

    def config_map(self, namespace, name, data):
        self.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data},
                        namespace)

    def test_45_the_clusters_configuration_is_used(self):
        """Without files, the mesh configuration of ConfigMap `istio` and the template of the ConfigMap
        that --injectConfigMapName names are used; the result can be applied."""
        namespace = self.namespace()
        self.config_map(namespace, "istio", {"mesh": "defaultConfig: {discoveryAddress: 'pilot.test:15003'}"})
        self.config_map(namespace, "istio-inject", {"config": config_with_image("example.test/proxy:map")})
        done = self.inject("--istioNamespace", namespace, "--injectConfigMapName=istio-inject")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("image: example.test/proxy:map", done.stdout)
        self.assertIn("- pilot.test:15003", done.stdout)
        self.kubectl("apply", "-n", namespace, "-f", "-", stdin=done.stdout)
        stored = self.pods_of(namespace)[0]
        self.assertIn(STATUS_ANNOTATION, stored["metadata"]["annotations"])

    def test_45_a_missing_mesh_configuration_is_an_error(self):
        """There is no ConfigMap `istio`: the text is istioctl's."""
        namespace = self.namespace()
        done = self.inject("--istioNamespace", namespace)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f'could not read valid configmap "istio" from namespace  "{namespace}": configmaps '
                      '"istio" not found - Use --meshConfigFile or re-run kube-inject with '
                      "`-i <istioSystemNamespace> and ensure valid MeshConfig exists", done.stderr)
