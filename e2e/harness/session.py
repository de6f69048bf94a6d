"""What all tests of a run share: one cluster, one CA for webhooks, one folder."""
import shutil
import threading

from . import pki
from .cluster import Cluster, data_folder


class Session:
    """Lazy: the cluster starts when the first test asks. Any thread."""

    def __init__(self, without_removed_apis=False):
        self.without_removed_apis = without_removed_apis
        self._lock = threading.RLock()
        self._cluster = self._authority = self._folder = None
        self._ended = False

    @property
    def folder(self):
        with self._lock:
            self._check()
            if not self._folder:
                self._folder = data_folder()
            return self._folder

    @property
    def cluster(self):
        with self._lock:
            self._check()
            if not self._cluster:
                self._cluster = Cluster(without_removed_apis=self.without_removed_apis)
            return self._cluster

    @property
    def authority(self):
        """The CA that signed the webhooks' certificates."""
        with self._lock:
            if not self._authority:
                self._authority = pki.Authority(self.folder / "pki", "webhook-ca", "webhook-ca")
            return self._authority

    def leaf(self, name, names=("IP:127.0.0.1",), **more):
        with self._lock:
            return self.authority.issue(name, f"/CN={name}", names=names, **more)

    def _check(self):
        if self._ended:  # By Ctrl-C, say, while a test still runs.
            raise RuntimeError("the run has ended")

    def stop_cluster(self):
        with self._lock:
            if self._cluster:
                self._cluster.stop()
                self._cluster = None

    def stop(self):
        with self._lock:
            self._ended = True
        self.stop_cluster()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


# Set by the runner before any test runs.
current = Session()
