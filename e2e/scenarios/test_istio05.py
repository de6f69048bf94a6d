"""The installation of Istio 0.5, with this program in the place of Istio's."""
import base64
import json
import subprocess

from e2e.harness import assets
from e2e.harness.case import ClusterCase, pod
from e2e.harness.injector import MESH_CONFIG, RELEASE_CONFIG, Webhook
from e2e.harness.pki import KeyPair
from e2e.harness.polling import wait_until

SYSTEM = "istio-system"
SERVICE = "istio-sidecar-injector"
# What install/kubernetes/istio-sidecar-injector.yaml of 0.5 asks for. Its Deployment is of
# apps/v1beta1, which 1.16 removed; there is nobody to run it here anyway.
MANIFEST = f"""\
apiVersion: v1
kind: Service
metadata:
  name: {SERVICE}
  namespace: {SYSTEM}
  labels: {{istio: sidecar-injector}}
spec:
  ports:
  - port: 443
  selector: {{istio: sidecar-injector}}
---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingWebhookConfiguration
metadata:
  name: {SERVICE}
  labels: {{app: {SERVICE}}}
webhooks:
- name: sidecar-injector.istio.io
  clientConfig:
    service:
      name: {SERVICE}
      namespace: {SYSTEM}
      path: "/inject"
    caBundle: ${{CA_BUNDLE}}
  rules:
  - operations: ["CREATE"]
    apiGroups: [""]
    apiVersions: ["v1"]
    resources: ["pods"]
  namespaceSelector:
    matchLabels:
      istio-injection: enabled
"""


class Istio05(ClusterCase):

    def setUp(self):
        super().setUp()
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SYSTEM}})
        self.addCleanup(self.remove_system)
        self.addCleanup(self.api.delete, "MutatingWebhookConfiguration", None, SERVICE)

    def remove_system(self):
        self.api.delete("Namespace", None, SYSTEM)
        wait_until(lambda: not self.api.exists("Namespace", None, SYSTEM), 60, what="istio-system is gone")

    def sign(self):
        """What webhook-create-signed-cert.sh does: a key, a request of v1beta1 without signer name,
        its approval, and a Secret of the result. The pair."""
        pair = KeyPair(self.folder, "server")
        names = [f"DNS:{SERVICE}", f"DNS:{SERVICE}.{SYSTEM}", f"DNS:{SERVICE}.{SYSTEM}.svc"]
        request = self.folder / "server.csr"
        subprocess.run(
            ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", pair.key, "-out", request,
             "-subj", f"/CN={SERVICE}.{SYSTEM}.svc", "-addext", "subjectAltName=" + ",".join(names)],
            check=True, capture_output=True)
        name = f"{SERVICE}.{SYSTEM}"
        version = "certificates.k8s.io/v1beta1"
        self.api.create({
            "apiVersion": version, "kind": "CertificateSigningRequest", "metadata": {"name": name},
            "spec": {"groups": ["system:authenticated"],
                     "request": base64.b64encode(request.read_bytes()).decode(),
                     "usages": ["digital signature", "key encipherment", "server auth"]}})
        self.addCleanup(self.api.delete, "CertificateSigningRequest", None, name)
        self.kubectl("certificate", "approve", name)
        issued = wait_until(
            lambda: self.api.get("CertificateSigningRequest", None, name)["status"].get("certificate"),
            what="the certificate")
        pair.certificate.write_bytes(base64.b64decode(issued))
        self.kubectl("create", "secret", "generic", "sidecar-injector-certs", "-n", SYSTEM,
                     f"--from-file=key.pem={pair.key}", f"--from-file=cert.pem={pair.certificate}")
        return pair

    def bundle(self):
        """What webhook-patch-ca-bundle.sh puts in the place of ${CA_BUNDLE}."""
        found = self.api.get("ConfigMap", "kube-system", "extension-apiserver-authentication")
        return base64.b64encode(found["data"]["client-ca-file"].encode()).decode()

    def test_38_the_installation_of_0_5_works(self):
        """Certificate by signing request, caBundle patched into the manifest, ConfigMaps mounted as
        files: the sleep sample of a labelled namespace gets its sidecar. A dry run is refused, as
        this configuration says nothing of side effects. With the injector gone, pods are created
        without sidecar."""
        pair = self.sign()
        self.kubectl("create", "configmap", "istio-inject", "-n", SYSTEM,
                     f"--from-file=config={RELEASE_CONFIG}")
        self.kubectl("apply", "-f", "-", stdin=MANIFEST.replace("${CA_BUNDLE}", self.bundle()))
        mounted = self.api.get("ConfigMap", SYSTEM, "istio-inject")["data"]["config"]
        injector = Webhook(self.folder, f"injector-{self.suffix}", pair, config=mounted, mesh=MESH_CONFIG)
        self.addCleanup(injector.stop)
        self.forward(self.api.get("Service", SYSTEM, SERVICE)["spec"]["clusterIP"], 443, [injector])
        namespace = self.namespace()
        self.kubectl("label", "namespace", namespace, "istio-injection=enabled")
        self.kubectl("apply", "-n", namespace, "-f", str(assets.ROOT / "config/samples/sleep.yaml"))
        self.assert_injected(self.pods_of(namespace)[0])
        done = self.kubectl("create", "--dry-run=server", "-n", namespace, "-f", "-",
                            stdin=json.dumps(pod()), check=False)
        self.assertIn('Error from server (BadRequest): admission webhook "sidecar-injector.istio.io" '
                      "does not support dry run", done.stderr.replace('error when creating "STDIN": ', ""))
        injector.stop()
        self.assert_not_injected(self.create_pod(namespace))
