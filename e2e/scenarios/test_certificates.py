"""TLS between the API server and the injector."""
import base64
import socket
import ssl

from e2e.harness import pki
from e2e.harness.case import WebhookCase
from e2e.harness.cluster import Cluster
from e2e.harness.load import Load
from e2e.harness.polling import wait_until
from e2e.harness.recorder import Recorder


def served_certificate(port):
    return ssl.get_server_certificate(("127.0.0.1", port)).strip()


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Rotation(WebhookCase):
    runs_without_removed_apis = True

    def test_26_files_are_rotated(self):
        """The files are swapped for another pair: within 2 s new handshakes show the new certificate,
        a connection from before goes on, and no creation fails."""
        namespace = self.namespace()
        injector = self.start_injector()
        self.webhook_configuration(namespace, injector.port)
        self.wait_until_injected(namespace)
        load = Load(self.api, namespace, workers=4)
        wait_until(lambda: load.created > 20, what="some pods")
        opened = injector.metric("sidecar_injector_http_connections_accepted_total")
        for _ in range(3):
            leaf = self.new_leaf()
            injector.mount(leaf)
            wait_until(lambda leaf=leaf: served_certificate(injector.port) == leaf.pem().strip(), 2, 0.1,
                       "the new certificate")
            wait_until(lambda count=load.created: load.created > count + 20, what="more pods")
        load.stop().check(self)
        # The handshakes of this test apart, the API server needed no new connection.
        opened = injector.metric("sidecar_injector_http_connections_accepted_total") - opened
        self.note(f"{opened:.0f} connections while three pairs were swapped")
        self.assertEqual(injector.metric("sidecar_injector_config_reloads_total",
                                         source="certificate", outcome="failure"), 0)

    def test_27_the_ca_is_rotated(self):
        """While caBundle holds the old and the new CA, leaf after leaf works and no creation fails.
        With the old CA alone, a leaf of the new one is refused as x509 refuses it."""
        namespace = self.namespace()
        injector = self.start_injector()
        old = self.session.authority
        new = pki.Authority(self.folder / "pki", "ca", "new-ca")
        leaf = new.issue("leaf", "/CN=new", names=["IP:127.0.0.1"])
        name = self.webhook_configuration(namespace, injector.port)["metadata"]["name"]
        self.wait_until_injected(namespace)
        load = Load(self.api, namespace, workers=4)

        def publish(*authorities):
            entry = self.api.get("MutatingWebhookConfiguration", None, name)
            entry["webhooks"][0]["clientConfig"]["caBundle"] = encoded("".join(a.pem() for a in authorities))
            self.api.replace(entry)
            wait_until(lambda count=load.created: load.created > count + 20, what="more pods")

        def serve(pair):
            injector.mount(pair)
            wait_until(lambda: served_certificate(injector.port) == pair.pem().strip(), 5, 0.1,
                       "the other certificate")
            wait_until(lambda count=load.created: load.created > count + 20, what="more pods")
        publish(old, new)
        serve(leaf)
        publish(new)
        load.stop().check(self)
        # Not the bundle of before to the letter: for that one the API server has idle connections.
        entry = self.api.get("MutatingWebhookConfiguration", None, name)
        entry["webhooks"][0]["clientConfig"]["caBundle"] = encoded("\n" + old.pem())
        self.api.replace(entry)
        wait_until(lambda: "signed by unknown authority" in self.refusal(namespace), what="a refusal")
        self.assert_refused(namespace, "x509: certificate signed by unknown authority")

    def refusal(self, namespace):
        status, text = self.api.raw("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All",
                                    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"},
                                     "spec": {"containers": [{"name": "app", "image": "i"}]}})
        return text if status >= 300 else ""

    def test_28_the_services_name_is_verified(self):
        """By way of a Service, the API server asks for <service>.<namespace>.svc and accepts the
        certificate for it. A certificate for another name is refused as x509 refuses it."""
        namespace = self.namespace()
        good = Recorder(self.new_leaf([f"DNS:injector.{namespace}.svc"]), self.injector.port)
        self.addCleanup(good.stop)
        _, client = self.service(namespace, "injector", [good])
        self.webhook_configuration(namespace, client_config=client)
        self.wait_until_injected(namespace)
        self.assert_injected(self.create_pod(namespace))
        self.assertEqual(set(good.server_names), {f"injector.{namespace}.svc"})
        other = self.namespace("wrong")
        wrong = self.start_injector(self.new_leaf(["DNS:other.example.svc"]))
        _, client = self.service(other, "injector", [wrong])
        self.webhook_configuration(other, client_config=client, name=f"wrong-{self.suffix}")
        expected = f"x509: certificate is valid for other.example.svc, not injector.{other}.svc"
        wait_until(lambda: expected in self.refusal(other), what="a refusal")


class ClientCertificates(WebhookCase):
    private_cluster = True

    def test_43_the_api_server_shows_a_certificate(self):
        """With --clientCAFile the API server, set up to show a client certificate, is served; a client
        without one, and one of another CA, does not get past the handshake."""
        clients = pki.Authority(self.folder / "clients", "ca", "client-ca")
        shown = clients.issue("apiserver", "/CN=kube-apiserver", "clientAuth")
        stranger = pki.Authority(self.folder / "strangers", "ca", "x").issue(
            "stranger", "/CN=kube-apiserver", "clientAuth")
        other_name = clients.issue("other", "/CN=somebody", "clientAuth")
        injector = self.start_injector(more=[
            f"--clientCAFile={clients.certificate}", "--allowedClient=kube-apiserver"])
        self.use_cluster(Cluster([f"--admission-control-config-file={self.admission_config(injector, shown)}"]))
        namespace = self.namespace()
        self.webhook_configuration(namespace, injector.port)
        self.wait_until_injected(namespace)
        self.assert_injected(self.create_pod(namespace))
        self.assertEqual(self.greet(injector, shown), "answered")
        for pair in (None, stranger):
            self.assertEqual(self.greet(injector, pair), "refused")
        self.assertEqual(self.greet(injector, other_name), "refused")

    def admission_config(self, injector, pair):
        kubeconfig = self.folder / "webhooks.kubeconfig"
        kubeconfig.write_text(
            "apiVersion: v1\nkind: Config\nusers:\n"
            f"- name: '127.0.0.1:{injector.port}'\n  user:\n"
            f"    client-certificate: {pair.certificate}\n    client-key: {pair.key}\n")
        path = self.folder / "admission.yaml"
        path.write_text(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n"
            "- name: MutatingAdmissionWebhook\n  configuration:\n"
            "    apiVersion: apiserver.config.k8s.io/v1\n    kind: WebhookAdmissionConfiguration\n"
            f"    kubeConfigFile: {kubeconfig}\n")
        return path

    @staticmethod
    def greet(injector, pair):
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        if pair:
            tls.load_cert_chain(pair.certificate, pair.key)
        try:
            with socket.create_connection(("127.0.0.1", injector.port), timeout=5) as plain, \
                    tls.wrap_socket(plain) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return "answered" if client.recv(1000) else "refused"
        except (ssl.SSLError, ConnectionError):
            return "refused"
