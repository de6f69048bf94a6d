"""A Kubernetes cluster on loopback: etcd, kube-apiserver and kube-controller-manager, all real.

There is no kubelet, scheduler or kube-proxy: pods stay Pending, and ClusterIPs are loopback
addresses, which the API server dials directly; whoever listens there is the Service."""
import base64
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from . import assets, pki
from .api import Api
from .polling import wait_until
from .ports import free_ports
from .processes import Process

# What Kubernetes 1.22 no longer serves.
REMOVED_IN_1_22 = ",".join(f"{group}=false" for group in (
    "admissionregistration.k8s.io/v1beta1", "certificates.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1beta1", "apiextensions.k8s.io/v1beta1", "extensions/v1beta1"))


def data_folder():
    """etcd syncs to disk all the time: memory is kinder."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return pathlib.Path(tempfile.mkdtemp(prefix="sidecar-e2e.", dir=base))


class Cluster:
    """Started by the constructor, ended by stop(). Everything it writes is below `folder`."""

    def __init__(self, apiserver_args=(), without_removed_apis=False):
        self.folder = data_folder()
        try:
            self._start(list(apiserver_args), without_removed_apis)
        except BaseException:
            self.stop()
            raise

    def _start(self, apiserver_args, without_removed_apis):
        started = time.monotonic()
        if without_removed_apis:
            apiserver_args.append(f"--runtime-config={REMOVED_IN_1_22}")
        self._processes = {}
        self._etcd_port, peer_port, self.port, kcm_port = free_ports(4)
        # Of its own, so that clusters beside each other do not share addresses.
        self.service_prefix = f"127.{random.randint(64, 254)}"
        for name in ("log", "etcd", "pki"):
            (self.folder / name).mkdir(mode=0o700)
        self._make_pki()
        self.url = f"https://127.0.0.1:{self.port}"
        self.etcd_url = f"http://127.0.0.1:{self._etcd_port}"
        self.kubeconfig = self.write_kubeconfig("admin", certificate=self._admin)
        self._start_etcd(peer_port)
        self._start_apiserver(apiserver_args)
        self.api = Api(self.url, self.ca.certificate, self._admin.certificate, self._admin.key)
        self._wait_ready()
        self._start_controller_manager(kcm_port)
        self.kubectl_path = assets.require("kubectl", "install npm or kubernetes-client")
        wait_until(lambda: self.api.exists("ServiceAccount", "default", "default"), 30,
                   what="the controller manager's first service account")
        self.start_seconds = time.monotonic() - started

    def _make_pki(self):
        folder = self.folder / "pki"
        self.ca = pki.Authority(folder, "ca", "test-cluster-ca")
        names = ["IP:127.0.0.1", f"IP:{self.service_prefix}.0.1"] + [
            f"DNS:{name}" for name in ("localhost", "kubernetes", "kubernetes.default",
                                       "kubernetes.default.svc")]
        self._serving = self.ca.issue("apiserver", "/CN=kube-apiserver", "serverAuth", names)
        self._admin = self.ca.issue("admin", "/O=system:masters/CN=admin", "clientAuth")
        self._manager = self.ca.issue("kcm", "/CN=system:kube-controller-manager", "clientAuth")
        pki.make_rsa_key(folder / "sa.key", folder / "sa.pub")

    def write_kubeconfig(self, name, certificate=None, token=None):
        """A kubeconfig for one user; its path."""
        def inline(path):
            return base64.b64encode(pathlib.Path(path).read_bytes()).decode()
        if certificate:
            user = (f"    client-certificate-data: {inline(certificate.certificate)}\n"
                    f"    client-key-data: {inline(certificate.key)}\n")
        else:
            user = f"    token: {token}\n"
        path = self.folder / f"{name}.kubeconfig"
        path.write_text(
            "apiVersion: v1\nkind: Config\ncurrent-context: e2e\n"
            "clusters:\n- name: e2e\n  cluster:\n"
            f"    server: {self.url}\n    certificate-authority-data: {inline(self.ca.certificate)}\n"
            f"users:\n- name: {name}\n  user:\n{user}"
            f"contexts:\n- name: e2e\n  context: {{cluster: e2e, user: {name}, namespace: default}}\n")
        path.chmod(0o600)
        return str(path)

    def token(self, namespace, account):
        """A token of a service account, as a pod would have it."""
        path = f"{self.api.path('ServiceAccount', namespace, account)}/token"
        return self.api.call("POST", path, {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600}})["status"]["token"]

    def _launch(self, name, argv):
        self._processes[name] = Process(name, argv, self.folder / "log" / f"{name}.log")

    def _start_etcd(self, peer_port):
        peer = f"http://127.0.0.1:{peer_port}"
        self._launch("etcd", [
            assets.require("etcd", "install etcd-server"), "--name=e", f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={self.etcd_url}", f"--advertise-client-urls={self.etcd_url}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=e={peer}", "--logger=zap", "--log-outputs=stderr", "--log-level=warn"])

    def _start_apiserver(self, more):
        folder = self.folder / "pki"
        self._launch("apiserver", [
            assets.require("kube-apiserver", "run e2e/cluster/build_kube.sh"),
            f"--etcd-servers={self.etcd_url}", "--bind-address=127.0.0.1", f"--secure-port={self.port}",
            "--insecure-port=0",
            # A loopback address is no legal address of an Endpoints object: write none.
            "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
            f"--service-cluster-ip-range={self.service_prefix}.0.0/16",
            "--authorization-mode=Node,RBAC", "--allow-privileged=true",
            f"--client-ca-file={self.ca.certificate}", f"--tls-cert-file={self._serving.certificate}",
            f"--tls-private-key-file={self._serving.key}", f"--cert-dir={folder}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder}/sa.pub",
            f"--service-account-signing-key-file={folder}/sa.key", *more])

    def _start_controller_manager(self, port):
        kubeconfig = self.write_kubeconfig("kcm", certificate=self._manager)
        self._launch("kcm", [
            assets.require("kube-controller-manager", "run e2e/cluster/build_kube.sh"),
            f"--kubeconfig={kubeconfig}", f"--authentication-kubeconfig={kubeconfig}",
            f"--authorization-kubeconfig={kubeconfig}", "--bind-address=127.0.0.1",
            f"--secure-port={port}", "--port=0", "--leader-elect=false",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={self.folder}/pki/sa.key",
            f"--root-ca-file={self.ca.certificate}",
            f"--cluster-signing-cert-file={self.ca.certificate}",
            f"--cluster-signing-key-file={self.ca.key}", "--controllers=*,-nodeipam,-cloud-node-lifecycle",
            # Two hundred pods a second instead of twenty objects.
            "--kube-api-qps=500", "--kube-api-burst=1000", "--horizontal-pod-autoscaler-sync-period=1h"])

    def _wait_ready(self, timeout=180):
        def probe():
            for name, process in self._processes.items():
                if not process.is_running():
                    raise RuntimeError(f"{name} ended:\n{process.output()[-2000:]}")
            try:
                return self.api.raw("GET", "/readyz", timeout=3) == (200, "ok")
            except OSError:
                return False
        wait_until(probe, timeout, 0.05, "the API server is ready")

    # Outages, for the tests with a cluster of their own.
    def kill(self, name="apiserver"):
        self._processes[name].kill()

    def restart(self, name="apiserver"):
        self._processes[name].start()
        self._wait_ready()

    def hang(self, name="apiserver"):
        self._processes[name].signal(signal.SIGSTOP)

    def resume(self, name="apiserver"):
        self._processes[name].signal(signal.SIGCONT)

    def compact(self, version):
        """etcd forgets what was before that resourceVersion."""
        body = json.dumps({"revision": str(version), "physical": True}).encode()
        with urllib.request.urlopen(f"{self.etcd_url}/v3/kv/compaction", body, timeout=10) as reply:
            reply.read()

    def stop(self):
        """The API server would drain watches for a minute; nothing here is worth that wait."""
        for process in reversed(list(getattr(self, "_processes", {}).values())):
            process.stop(patience=0.5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kubectl(self, *arguments, stdin=None, check=True, kubeconfig=None):
        """Runs kubectl; the finished process, with stdout and stderr as text."""
        environment = dict(os.environ, KUBECONFIG=kubeconfig or self.kubeconfig)
        done = subprocess.run([self.kubectl_path, *arguments], input=stdin, env=environment, text=True,
                              capture_output=True, check=False, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done
