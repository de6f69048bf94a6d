#!/usr/bin/env python3
"""Measures the injection endpoint under load: a running `sidecar-injector webhook` and, in turns
with it, the same HTTPS server returning a fixed body of the same size, and a bare loop over epoll
and OpenSSL that does.

Three kinds of pods: "same pod", of which each review differs from the others in its uid alone, as
those of one ReplicaSet's burst do where the API server adds nothing of its own (no volume of a
random name, which servers add from 1.21 on, and within one second where they write managedFields):
the endpoint knows the answer, unless the review or its answer has more than 16 KiB. "Other pod": the
review is read, and the template executed, which prints a known text. "Fresh": it prints a new one.
The table is of the same pod.

Usage: webhook_load.py BUILD_DIR [--seconds S] [--requests N] [--quick]

Prints a table, then the ratios with their goals. Needs the openssl program for a certificate.
Machines differ and are shared: the figures to quote are the ratios.
"""
import argparse
import contextlib
import json
import os
import pathlib
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SIZES = {"tiny": 0, "3.8 KB": 3_800, "200 KB": 200_000, "1.5 MB": 1_500_000}
USUAL = 3_800


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "1",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, stderr=subprocess.DEVNULL)


def make_client():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Server:
    """A process that answers on `port`."""

    def __init__(self, command, port, log):
        self.port = port
        self.client = make_client()  # Beforehand: its time is not the server's.
        started = time.monotonic()
        self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log)
        self.start_milliseconds = (self.first_answer() - started) * 1e3
        self.start_cpu = self.cpu_milliseconds()

    def first_answer(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.port)) as raw:
                    # The request would wait 40 ms for the server to acknowledge the handshake.
                    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    with self.client.wrap_socket(raw) as tls:
                        tls.sendall(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n")
                        if tls.recv(100).startswith(b"HTTP/1.1 "):
                            return time.monotonic()
            time.sleep(0.0002)
        raise SystemExit("server does not answer")

    def cpu_milliseconds(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def rss(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Bench:
    def __init__(self, build, folder):
        self.bin = pathlib.Path(build).resolve() / "bin"
        self.folder = folder
        # Not beside the certificate: the program watches that folder, and would be woken by every
        # line that it logs.
        (folder / "logs").mkdir()
        self.log = open(folder / "logs" / "log", "wb")
        (folder / "mesh.yaml").write_text("")
        make_certificate(folder)

    def webhook(self):
        port = free_port()
        return Server([self.bin / "sidecar-injector", "webhook", "--port", port, "--adminPort", 0,
                       "--injectConfig", SOURCE / "config/injection/release.yaml",
                       "--meshConfig", self.folder / "mesh.yaml",
                       "--tlsCertFile", self.folder / "cert.pem",
                       "--tlsKeyFile", self.folder / "key.pem", "--drainDelay", "0s"],
                      port, self.log)

    def fixed(self, body_bytes, program="fixed_server"):
        port = free_port()
        return Server([self.bin / program, port, self.folder / "cert.pem",
                       self.folder / "key.pem", body_bytes], port, self.log)

    def load(self, server, size=USUAL, connections=8, seconds=1.0, requests=None, flags=()):
        command = [self.bin / "load", "--port", server.port, "--pid", server.process.pid,
                   "--size", size, "--connections", connections, "--seconds", seconds, *flags]
        if requests:
            command += ["--requests", requests]
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout)
        if result["failures"]:
            raise SystemExit(f"{result['failures']} requests failed")
        return result


def table(bench, webhook, seconds):
    print(f"{'review':8} {'conns':>5} {'connection':>11} {'req/s':>8} {'p50 us':>8} {'p99 us':>8} "
          f"{'p99.9 us':>9} {'CPU us':>8} {'RSS MiB':>8}")
    for name, size in SIZES.items():
        for connections in (1, 8, 64, 200):
            for flags in ((), ("--close",)):
                row = bench.load(webhook, size, connections, seconds, flags=flags)
                print(f"{name:8} {connections:5} {'new' if flags else 'kept':>11} "
                      f"{row['perSecond']:8.0f} {row['p50']:8.0f} {row['p99']:8.0f} "
                      f"{row['p999']:9.0f} {row['cpu']:8.1f} {row['rss']:8.1f}", flush=True)


def judge(what, value, goal, unit=""):
    verdict = "met" if value <= goal else "MISSED"
    print(f"{what:58} {value:7.2f}{unit}  goal {goal:g}{unit}  {verdict}", flush=True)


def ratios(bench, webhook, seconds, rounds=7):
    body = bench.load(webhook, seconds=0.2)["answerBytes"]
    fixed = bench.fixed(body)
    bare = bench.fixed(body, "epoll_server")
    runs = {name: [] for name in ("bare", "fixed", "same", "other", "fresh", "fixed64", "same64")}
    for _ in range(rounds):
        runs["bare"].append(bench.load(bare, seconds=seconds))
        runs["fixed"].append(bench.load(fixed, seconds=seconds))
        runs["same"].append(bench.load(webhook, seconds=seconds))
        runs["other"].append(bench.load(webhook, seconds=seconds, flags=("--other-pods",)))
        runs["fresh"].append(bench.load(webhook, seconds=seconds, flags=("--fresh",)))
        runs["fixed64"].append(bench.load(fixed, connections=64, seconds=seconds))
        runs["same64"].append(bench.load(webhook, connections=64, seconds=seconds))
    fixed.stop()
    bare.stop()

    def least(name, key):
        return min(run[key] for run in runs[name])

    def median(name, key):
        return statistics.median(run[key] for run in runs[name])

    def cpu_ratio(name):
        return least(name, "cpu") / least("fixed", "cpu")

    for name in runs:
        print(f"{name:8} CPU {least(name, 'cpu'):6.1f} us a request, p99 {median(name, 'p99'):7.0f} us, "
              f"{median(name, 'perSecond'):6.0f} requests/s")
    judge("CPU a request, same pod again / fixed body", cpu_ratio("same"), 1.5)
    print(f"{'CPU a request, other pod, rendering known / fixed body':58} {cpu_ratio('other'):7.2f}")
    judge("CPU a request, rendering new / fixed body", cpu_ratio("fresh"), 4)
    judge("p99 at 64 connections / fixed body's",
          median("same64", "p99") / median("fixed64", "p99"), 2)


def memory(bench, requests):
    starts, cpu = [], []
    for _ in range(9):
        webhook = bench.webhook()
        starts.append(webhook.start_milliseconds)
        cpu.append(webhook.start_cpu)
        if len(starts) < 9:
            webhook.stop()
    judge("exec to first answer, least of 9", min(starts), 15, " ms")
    print(f"{'of that CPU time of the program':58} {min(cpu):7.2f} ms", flush=True)
    time.sleep(3)
    judge("RSS idle", webhook.rss(), 12, " MiB")
    done = bench.load(webhook, connections=8, seconds=3600, requests=requests,
                      flags=("--other-pods",))["requests"]
    judge(f"RSS after {done:,.0f} requests", webhook.rss(), 20, " MiB")
    for what in ("200 KB x 64 connections", "as much again"):
        bench.load(webhook, size=200_000, connections=64, seconds=5)
        print(f"{f'RSS at the end of {what}':58} {webhook.rss():7.2f} MiB", flush=True)
        time.sleep(3)
        judge(f"RSS 3 s after {what}", webhook.rss(), 20, " MiB")
    webhook.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run")
    parser.add_argument("--requests", type=int, default=1_000_000, help="before memory is read")
    parser.add_argument("--only", choices=("table", "ratios", "memory"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args.build, pathlib.Path(folder))
        webhook = bench.webhook()
        try:
            if args.only in (None, "ratios"):
                ratios(bench, webhook, args.seconds)
            if args.only in (None, "table"):
                table(bench, webhook, args.seconds)
        finally:
            webhook.stop()
        if args.only in (None, "memory"):
            memory(bench, args.requests)


if __name__ == "__main__":
    sys.exit(main())
