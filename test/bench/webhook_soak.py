#!/usr/bin/env python3
"""Proves what takes long to prove of the injection endpoint: that it loses no request and does not
grow. Exit code 1 if it does.

Usage: webhook_soak.py BUILD_DIR [--only CHECK] [--seconds S] [--requests N]

Checks:
  swaps     500 requests a second on kept connections while certificate and configuration change
            every second, and while two instances take turns in being stopped with SIGTERM
  idle      connections that said nothing for two minutes
  million   memory after --requests requests
  growth    memory during --seconds of load
"""
import argparse
import http.client
import json
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import webhook_load  # noqa: E402

CLIENTS = 10
REQUESTS_PER_SECOND = 500
SWAP_SECONDS = 20
REVIEW = json.dumps({
    "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
    "request": {"uid": "u", "kind": {"kind": "Pod"}, "resource": {"resource": "pods"},
                "namespace": "shop", "operation": "CREATE",
                "object": {"metadata": {"name": "p", "labels": {"app": "web"}},
                           "spec": {"containers": [{"name": "app"}]}}}})


class Instance:
    """A running injector with files of its own, on a free port."""

    def __init__(self, bench):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=bench.folder))
        self.swap(0, bench)
        self.port, self.admin = webhook_load.free_port(), webhook_load.free_port()
        self.process = subprocess.Popen(
            [str(part) for part in (
                bench.bin / "sidecar-injector", "webhook", "--port", self.port,
                "--adminPort", self.admin, "--injectConfig", self.folder / "config",
                "--meshConfig", bench.folder / "mesh.yaml", "--tlsCertFile",
                self.folder / "cert.pem", "--tlsKeyFile", self.folder / "key.pem",
                "--drainDelay", "2s")], stderr=bench.log)
        while not self.is_ready():
            time.sleep(0.05)

    def swap(self, number, bench):
        """Another configuration and another certificate."""
        new = self.folder / "new"
        new.write_text((webhook_load.SOURCE / "config/injection/release.yaml").read_text() +
                       f"# {number}\n")
        new.rename(self.folder / "config")
        fresh = self.folder / "fresh"
        fresh.mkdir()
        webhook_load.make_certificate(fresh)
        for name in ("key.pem", "cert.pem"):
            (fresh / name).rename(self.folder / name)
        fresh.rmdir()

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def is_ready(self):
        return self.ask("/readyz")[0] == 200

    def generations(self):
        page = json.loads(self.ask("/configz")[1])
        return page["injection"]["generation"], page["certificate"]["generation"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=30) != 0:
            raise SystemExit(f"exit code {self.process.returncode} after SIGTERM")


class Clients:
    """Threads that ask the instances that are ready, as a Service sends them, on kept connections."""

    def __init__(self, instances):
        self.instances = instances  # Shared: whoever changes it replaces elements only.
        self.answered = self.failed = 0
        self.running = True
        self.ready = list(instances)
        self.lock = threading.Lock()
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.threads = [threading.Thread(target=self.watch)]
        self.threads += [threading.Thread(target=self.work, args=(i,)) for i in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def watch(self):
        while self.running:
            self.ready = [each for each in list(self.instances) if each.is_ready()] or self.ready
            time.sleep(0.1)

    def work(self, number):
        connection, pause = None, CLIENTS / REQUESTS_PER_SECOND
        due = time.monotonic()
        while self.running:
            due = max(due + pause, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))
            try:
                if connection is None:
                    ready = self.ready
                    port = ready[number % len(ready)].port
                    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30,
                                                             context=self.context)
                connection.request("POST", "/inject?timeout=10s", REVIEW,
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                fine = json.loads(answer.read())["response"]["allowed"] and answer.status == 200
                if answer.will_close:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                print(f"request failed: {error!r}", flush=True)
                fine, connection = False, None
            with self.lock:
                self.answered += fine
                self.failed += not fine

    def finish(self):
        self.running = False
        for thread in self.threads:
            thread.join()


def judge_loss(what, clients, least):
    lost = clients.failed > 0 or clients.answered < least
    print(f"{what:58} {clients.answered:7d} answered, {clients.failed} failed  "
          f"{'MISSED' if lost else 'met'}", flush=True)
    return not lost


def swaps(bench):
    one = Instance(bench)
    clients = Clients([one])
    until = time.monotonic() + SWAP_SECONDS
    number = 0
    while time.monotonic() < until:
        number += 1
        one.swap(number, bench)
        time.sleep(1)
    clients.finish()
    config, certificate = one.generations()
    fine = judge_loss(f"{config - 1} configurations and {certificate - 1} certificates swapped",
                      clients, REQUESTS_PER_SECOND)
    fine = fine and min(config, certificate) > SWAP_SECONDS / 4

    instances = [one, Instance(bench)]
    clients = Clients(instances)
    stops = 4
    for i in range(stops):
        time.sleep(1)
        old = instances[i % 2]
        old.stop()
        shutil.rmtree(old.folder)
        instances[i % 2] = Instance(bench)
    time.sleep(1)
    clients.finish()
    for each in instances:
        each.stop()
    return judge_loss(f"{stops} instances stopped with SIGTERM", clients,
                      REQUESTS_PER_SECOND) and fine


def idle(bench):
    return subprocess.run([sys.executable,
                           str(webhook_load.SOURCE / "test/tools/idle_connections.py"),
                           str(bench.bin / "sidecar-injector"), "120"]).returncode == 0


def million(bench, requests):
    webhook = bench.webhook()
    time.sleep(3)
    idle_rss = webhook.rss()
    done = bench.load(webhook, seconds=36_000, requests=requests)["requests"]
    rss = webhook.rss()
    webhook.stop()
    webhook_load.judge("RSS idle", idle_rss, 12, " MiB")
    webhook_load.judge(f"RSS after {done:,.0f} requests", rss, 20, " MiB")
    return rss <= 20


def growth(bench, seconds):
    """Pods that never render the same text twice, and new connections now and then."""
    webhook = bench.webhook()
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bench.load(webhook, seconds=min(20, seconds / 10), flags=("--fresh",))
        bench.load(webhook, seconds=1, flags=("--close",))
        samples.append(webhook.rss())
    webhook.stop()
    third = max(1, len(samples) // 3)
    first, last = max(samples[:third]), max(samples[-third:])
    print("RSS over time, MiB: " + " ".join(f"{rss:.1f}" for rss in samples))
    webhook_load.judge(f"RSS in the last third of {seconds:.0f} s, above the first's",
                       last - first, 0.5, " MiB")
    return last - first <= 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--only", choices=("swaps", "idle", "million", "growth"))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--requests", type=int, default=1_000_000)
    args = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        bench = webhook_load.Bench(args.build, pathlib.Path(folder))
        for name, check in (("swaps", lambda: swaps(bench)), ("idle", lambda: idle(bench)),
                            ("million", lambda: million(bench, args.requests)),
                            ("growth", lambda: growth(bench, args.seconds))):
            if args.only in (None, name):
                fine = check() and fine
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
