#!/usr/bin/env python3
"""Measures `kube-inject` as a whole process: CPU against libyaml's bare parse of the same bytes,
peak memory against the number of documents, and one document from exec to exit.

Usage: kube_inject.py BUILD_DIR [--runs N]

Machines differ and are shared: the figures to quote are the ratios, measured in turns in one run.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{n}
  namespace: shop-{m}
  labels:
    app: web-{n}
    tier: frontend
    release: stable
  annotations:
    owner: "team-{m}"
    description: >-
      Serves the pages of the shop number {n}, behind the load
      balancer, with a warm cache.
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web-{n}
  template:
    metadata:
      labels:
        app: web-{n}
        version: v{m}
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: registry.example/shop/web:1.{m}.{n}
        args: ["--port", "8080", "--verbose"]
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: SHOP
          value: "{n}"
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: 5
        volumeMounts:
        - name: config
          mountPath: /etc/web
      volumes:
      - name: config
        configMap:
          name: web-{n}
---
"""
SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: web-{n}
  namespace: shop-{m}
  labels:
    app: web-{n}
spec:
  selector:
    app: web-{n}
  ports:
  - name: http
    port: 80
    targetPort: http
---
"""
# What the project promises; see docs/performance.md.
MOST_CPU_RATIO = 5.0
MOST_RSS_MIB = 12.0
MOST_START_MS = 8.0


def generate(path, count):
    with open(path, "w", encoding="utf-8") as file:
        for n in range(count):
            file.write(DEPLOYMENT.format(n=n, m=n % 97))
            file.write(SERVICE.format(n=n, m=n % 97))


def run(usage, command):
    """CPU seconds, peak memory in MiB and wall seconds of one run."""
    done = subprocess.run([usage, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: status {done.returncode}")
    cpu, peak, wall = map(float, done.stdout.split())
    return cpu, peak / 1024, wall


def in_turns(usage, commands, runs):
    """Medians of (CPU, memory, wall) of each command, the commands run in turns."""
    measured = [[] for _ in commands]
    for turn in range(runs + 1):
        for results, command in zip(measured, commands):
            result = run(usage, command)
            if turn > 0:  # The first warms the page cache.
                results.append(result)
    return [tuple(statistics.median(column) for column in zip(*results)) for results in measured]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    program = str(options.build / "bin/sidecar-injector")
    libyaml = str(options.build / "bin/libyaml_parse")
    usage = str(options.build / "bin/usage")

    with tempfile.TemporaryDirectory() as folder:
        large, small, one = (os.path.join(folder, name) for name in ("large", "small", "one"))
        generate(large, 10_000)
        generate(small, 1_000)
        generate(one, 1)
        inject = [program, "kube-inject", "--quiet", "-f"]
        (ours, ours_small, floor) = in_turns(
            usage, [inject + [large], inject + [small], [libyaml, large]], options.runs)
        (start, nothing) = in_turns(usage, [inject + [one], ["/bin/true"]], options.runs * 10)
        size = os.path.getsize(large) / 1e6

    ratio = ours[0] / floor[0]
    print(f"kube-inject, 10,000 Deployments + 10,000 Services ({size:.1f} MB)")
    print(f"  CPU          {ours[0]:6.2f} s   {ratio:5.2f} x libyaml's bare parse ({floor[0]:.2f} s);"
          f" goal <= {MOST_CPU_RATIO:g} x")
    print(f"  peak memory  {ours[1]:6.1f} MiB {ours_small[1]:6.1f} MiB for 1,000 + 1,000;"
          f" goal <= {MOST_RSS_MIB:g} MiB, equal")
    print(f"one document, exec to exit: {start[2] * 1e3:.1f} ms ({nothing[2] * 1e3:.1f} ms for /bin/true);"
          f" goal <= {MOST_START_MS:g} ms")


if __name__ == "__main__":
    main()
