"""The program under test, as one replica of the injector."""
import os
import pathlib
import signal
import urllib.error
import urllib.request

from . import assets
from .polling import wait_until
from .ports import free_ports
from .processes import Process

RELEASE_CONFIG = assets.ROOT / "config" / "injection" / "release.yaml"
# Istio 0.5's ConfigMap `istio`, what matters of it here.
MESH_CONFIG = """\
enableTracing: true
defaultConfig:
  configPath: "/etc/istio/proxy"
  binaryPath: "/usr/local/bin/envoy"
  serviceCluster: istio-proxy
  discoveryAddress: istio-pilot.istio-system:15003
  zipkinAddress: zipkin.istio-system:9411
  statsdUdpAddress: istio-mixer.istio-system:9125
  proxyAdminPort: 15000
"""


class Replica:
    """A running `sidecar-injector`: its ports, its pages, its life."""

    def __init__(self, folder, name, arguments, port=None, env=None):
        ports = free_ports(2)
        self.port, self.admin_port = port or ports[0], ports[1]
        self._env = dict(os.environ, **(env or {}))
        self.process = Process(
            name,
            [assets.program(), *arguments, f"--port={self.port}", f"--adminPort={self.admin_port}",
             "--adminAddress=127.0.0.1", "--log_as_json"],
            pathlib.Path(folder) / f"{name}.log", self._env)

    def page(self, path):
        """Status and text of an admin page; status 0 while nobody listens."""
        try:
            url = f"http://127.0.0.1:{self.admin_port}{path}"
            with urllib.request.urlopen(url, timeout=5) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self):
        return self.page("/readyz")[0] == 200

    def wait_ready(self, timeout=15):
        def probe():
            assert self.process.is_running(), f"it ended: {self.process.output()[-2000:]}"
            status, text = self.page("/readyz")
            assert status == 200, f"{status} {text}"
            return True
        wait_until(probe, timeout, what=f"{self.process.name} is ready")
        return self

    def metric(self, name, **labels):
        """The sum of the series with that name and, at least, these labels."""
        total = 0.0
        for line in self.page("/metrics")[1].splitlines():
            series, _, value = line.rpartition(" ")
            base, _, rest = series.partition("{")
            if base == name and all(f'{key}="{value_}"' in rest for key, value_ in labels.items()):
                total += float(value)
        return total

    def stop(self):
        return self.process.stop(patience=30)

    def kill(self):
        return self.process.kill()

    def start_again(self):
        self.process.start()
        return self.wait_ready()

    def terminate(self):
        self.process.signal(signal.SIGTERM)


class Webhook(Replica):
    """`sidecar-injector webhook`, configured by files below `folder`."""

    def __init__(self, folder, name, leaf, config=None, mesh=MESH_CONFIG, more=(), port=None):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir(parents=True)
        self.config_file, self.mesh_file = self.folder / "config", self.folder / "mesh"
        self.config_file.write_text(config or RELEASE_CONFIG.read_text())
        self.mesh_file.write_text(mesh)
        self.certificates = self.folder / "certs"
        self.mount(leaf)
        super().__init__(self.folder, name, [
            "webhook", f"--injectConfig={self.config_file}", f"--meshConfig={self.mesh_file}",
            f"--tlsCertFile={self.certificates}/cert.pem", f"--tlsKeyFile={self.certificates}/key.pem",
            "--drainDelay=500ms", *more], port)
        self.wait_ready()

    def mount(self, leaf):
        """Puts certificate and key where the program looks, the way a kubelet does: both files
        appear at once, by the swap of one symbolic link."""
        version = self.folder / f"..{leaf.serial()}"
        version.mkdir(exist_ok=True)
        (version / "cert.pem").write_text(leaf.certificate.read_text())
        (version / "key.pem").write_text(leaf.key.read_text())
        self.certificates.mkdir(exist_ok=True)
        fresh = self.certificates / "..data_tmp"
        fresh.symlink_to(version)
        fresh.rename(self.certificates / "..data")
        for name in ("cert.pem", "key.pem"):
            link = self.certificates / name
            if not link.is_symlink():
                link.symlink_to(pathlib.Path("..data") / name)


class Controller(Replica):
    """`sidecar-injector controller`, configured by the cluster that `kubeconfig` leads to."""

    def __init__(self, folder, name, kubeconfig, namespace, more=(), env=None):
        super().__init__(folder, name, [
            "controller", f"--kubeconfig={kubeconfig}", f"--namespace={namespace}",
            "--drainDelay=2s", *more],
            env={"POD_NAME": name, "POD_NAMESPACE": namespace, **(env or {})})
