#!/usr/bin/env python3
"""The whole story on a live API server: each command as a user would type it, and its real output.

    demo.py              on a cluster that it starts on loopback, with the injector beside it
    demo.py --cluster    on the cluster of $KUBECONFIG, after asking; installs the chart there with helm

Ctrl-C ends it at any time and leaves nothing behind."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from e2e.harness import assets, processes, session  # noqa: E402  (needs the path above)
from e2e.harness.injector import Controller  # noqa: E402
from e2e.harness.polling import wait_until  # noqa: E402
from e2e.harness.service_proxy import ServiceProxy  # noqa: E402

SYSTEM, NAME, NAMESPACE = "istio-system", "sidecar-injector", "sidecar-demo"
PODS = (f"kubectl -n {NAMESPACE} get pods -o custom-columns='POD:.metadata.name,"
        "INIT:.spec.initContainers[*].name,CONTAINERS:.spec.containers[*].name,"
        "IMAGES:.spec.containers[*].image'")
WEBHOOK = f"kubectl get mutatingwebhookconfiguration {NAME}"
AUTHORITY = (f"{WEBHOOK} -o jsonpath='{{.webhooks[0].clientConfig.caBundle}}' | base64 -d | "
             "openssl x509 -noout -serial -enddate")
LEAF = (f"kubectl -n {SYSTEM} get secret {NAME}-certs -o jsonpath='{{.data.tls\\.crt}}' | base64 -d | "
        "openssl x509 -noout -serial -enddate")


class Terminal:
    """Runs commands in a shell and shows them; colours only for people."""

    def __init__(self, environment):
        self._environment = environment
        coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._title, self._command, self._plain = (
            ("\033[1m", "\033[36m", "\033[0m") if coloured else ("", "", ""))

    def title(self, text):
        print(f"\n{self._title}# {text}{self._plain}", flush=True)

    def quiet(self, command):
        """Standard output; not shown."""
        done = subprocess.run(command, shell=True, env=self._environment, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{command}\n{done.stderr}")
        return done.stdout

    def run(self, command, until=None, timeout=15):
        """Shows a command and its output. With `until`, that of the first try whose output it likes,
        as a person would look again."""
        print(f"{self._command}$ {command}{self._plain}", flush=True)
        if until:
            def look():
                output = self.quiet(command)
                return output if until(output) else None
            output = wait_until(look, timeout, 0.1, command)
        else:
            output = self.quiet(command)
        print(output, end="", flush=True)
        return output


class Demo:

    def __init__(self, terminal):
        self.terminal = terminal
        self.run, self.title = terminal.run, terminal.title

    def install(self):
        """Puts the injector into the cluster."""
        raise NotImplementedError

    def next_pod(self, until):
        """Deletes the pod and shows its successor."""
        self.run(f"kubectl -n {NAMESPACE} delete pods -l app=sleep --wait=false")
        self.run(PODS, lambda text: "sleep-" in text and text.count("sleep-") == 1 and until(text), 90)

    def play(self):
        self.title("An application: its pod has one container")
        self.run(f"kubectl create namespace {NAMESPACE}")
        self.run(f"kubectl -n {NAMESPACE} apply -f config/samples/sleep.yaml")
        self.run(PODS, lambda text: "sleep-" in text)

        self.title("The injector makes its own certificate and puts its CA into the webhook's caBundle")
        self.install()
        self.run(AUTHORITY, lambda text: "serial" in text, 60)

        self.title("Label the namespace, and the next pod has a sidecar and an init container")
        self.run(f"kubectl label namespace {NAMESPACE} istio-injection=enabled")
        self.run("kubectl get events --field-selector "
                 f"involvedObject.kind=Namespace,involvedObject.name={NAMESPACE} "
                 "-o custom-columns='TYPE:.type,REASON:.reason,MESSAGE:.message'",
                 lambda text: len(text.splitlines()) > 1)
        self.next_pod(lambda text: "istio-proxy" in text and "istio-init" in text)

        self.title("Edit the template's ConfigMap, and the next pod follows")
        self.run(f"kubectl -n {SYSTEM} get configmap istio-inject -o yaml | "
                 "sed 's|istio/proxy:[0-9.]*|istio/proxy:demo|' | kubectl replace -f -")
        time.sleep(1)  # What a change may take.
        self.next_pod(lambda text: "istio/proxy:demo" in text)

        self.title("Wipe the caBundle: it comes back")
        self.run(f"kubectl patch mutatingwebhookconfiguration {NAME} --type=json -p "
                 "'[{\"op\": \"remove\", \"path\": \"/webhooks/0/clientConfig/caBundle\"}]'")
        self.run(AUTHORITY, lambda text: "serial" in text)

        self.title("Rotate the certificate: pods are injected as before")
        before = self.run(LEAF)
        self.run(f"kubectl -n {SYSTEM} annotate secret {NAME}-certs sidecar-injector.istio.io/rotate=leaf")
        self.run(LEAF, lambda text: "serial" in text and text != before, 30)
        self.next_pod(lambda text: "istio-proxy" in text)

        self.title("A pod opts out")
        self.run(f"kubectl -n {NAMESPACE} run loner --image=curlimages/curl "
                 "--annotations=sidecar.istio.io/inject=false -- sleep infinity")
        self.run(PODS.replace("get pods", "get pod loner"))

        self.title("Remove the label: the next pod is as it was written")
        self.run(f"kubectl label namespace {NAMESPACE} istio-injection-")
        self.run(f"kubectl -n {NAMESPACE} delete pod loner --wait=false")
        self.next_pod(lambda text: "istio-proxy" not in text)

    def clean_up(self):
        self.title("Clean up")
        self.run(f"kubectl delete namespace {NAMESPACE} --wait=false --ignore-not-found")


class LocalDemo(Demo):
    """On a cluster of our own. It has no nodes, so pods stay Pending, and the injector is a process
    beside it, with the rights of its ServiceAccount and behind the ClusterIP of its Service."""

    def __init__(self):
        cluster = session.current.cluster
        print(f"kube-apiserver {assets.KUBE_VERSION}, etcd and kube-controller-manager are up after "
              f"{cluster.start_seconds:.0f} s. There are no nodes: pods stay Pending.")
        super().__init__(Terminal(with_kubectl(cluster.kubectl_path, cluster.kubeconfig)))
        self._cluster = cluster

    def install(self):
        base = "config/base"
        files = " ".join(f"-f {base}/{name}.yaml" for name in (
            "namespace", "serviceaccount", "rbac", "service", "mesh", "webhook"))
        self.run(f"kubectl apply {files} -f config/release/istio-inject.yaml")
        api = self._cluster.api
        kubeconfig = self._cluster.write_kubeconfig("injector", token=self._cluster.token(SYSTEM, NAME))
        flags = [f"--webhookConfigName={NAME}", f"--service={NAME}"]
        print(f"$ sidecar-injector controller --namespace={SYSTEM} {' '.join(flags)} &   # as its account")
        controller = Controller(session.current.folder, "injector", kubeconfig, SYSTEM, flags)
        address = api.get("Service", SYSTEM, NAME)["spec"]["clusterIP"]
        ServiceProxy(address, 443, [controller])
        controller.wait_ready(30)


class ClusterDemo(Demo):
    """On somebody's cluster."""

    def __init__(self, helm):
        super().__init__(Terminal(with_kubectl(assets.require("kubectl", "install kubectl"),
                                               os.environ["KUBECONFIG"], helm)))
        if self.terminal.quiet(f"kubectl get namespace {SYSTEM} {NAMESPACE} --ignore-not-found"):
            raise assets.Unavailable(f"this cluster has a namespace {SYSTEM} or {NAMESPACE} already; "
                                     "the demo does not touch what others made")

    def install(self):
        self.run(f"helm install {NAME} charts/{NAME} -n {SYSTEM} --create-namespace --wait --timeout 3m")

    def clean_up(self):
        super().clean_up()
        self.run(f"helm uninstall {NAME} -n {SYSTEM} --ignore-not-found")
        self.run(f"kubectl delete namespace {SYSTEM} --wait=false --ignore-not-found")


def with_kubectl(kubectl, kubeconfig, helm=None):
    """An environment in which the commands find their programs."""
    folders = {str(pathlib.Path(p).parent) for p in (kubectl, helm) if p}
    return dict(os.environ, KUBECONFIG=kubeconfig,
                PATH=os.pathsep.join([*folders, os.environ["PATH"]]))


def agreed():
    context = subprocess.run([assets.require("kubectl", "install kubectl"), "config", "current-context"],
                             capture_output=True, text=True, check=False).stdout.strip()
    answer = input(f"Install the injector into the cluster of context {context!r}, try it in the "
                   f"namespace {NAMESPACE}, and remove both again? [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def make_demo(options):
    if not options.cluster:
        return LocalDemo()
    if not os.environ.get("KUBECONFIG"):
        raise assets.Unavailable("CLUSTER=1 needs KUBECONFIG")
    helm = assets.require("helm", "install helm")
    return ClusterDemo(helm) if agreed() else None


def check(options):
    """Nothing is built or fetched for a demo: that would be a surprise of six minutes."""
    needed = ["kubectl"] if options.cluster else [
        "kubectl", "etcd", "kube-apiserver", "kube-controller-manager", "openssl"]
    missing = [name for name in needed if not assets.find(name)]
    if missing:
        print(f"Without an API server, as there is no {', no '.join(missing)} (`make e2e` gets them, "
              "once, in about 6 minutes):\n")
    return 1 if missing else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cluster", action="store_true")
    parser.add_argument("--check", action="store_true", help="only say whether all programs are there")
    options = parser.parse_args()
    os.chdir(assets.ROOT)
    if options.check:
        return check(options)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    demo, started = None, time.monotonic()
    try:
        demo = make_demo(options)
        if demo:
            try:
                demo.play()
            finally:
                demo.clean_up()
            print(f"\nDone in {time.monotonic() - started:.0f} s.")
        return 0
    except KeyboardInterrupt:
        print("\ninterrupted")
        return 130
    except (AssertionError, assets.Unavailable) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    finally:
        session.current.stop()
        processes.stop_all()


if __name__ == "__main__":
    sys.exit(main())
