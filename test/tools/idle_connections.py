#!/usr/bin/env python3
"""Proves that no request is lost on connections that idled: starts the injector, asks once on each of
25 connections (what kube-apiserver keeps), waits, asks again. Prints the counts; exit code 1 if any
request failed.

    test/tools/idle_connections.py build/release/bin/sidecar-injector [SECONDS=120]
"""

import http.client
import json
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import time

CONNECTIONS = 25
REVIEW = json.dumps({
    "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
    "request": {"uid": "u", "kind": {"kind": "Pod"}, "resource": {"resource": "pods"},
                "namespace": "default", "operation": "CREATE",
                "object": {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "app"}]}}}})


def start(program, folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "1", "-subj", "/CN=idle", "-keyout", folder / "key.pem",
                    "-out", folder / "cert.pem"], check=True, capture_output=True)
    (folder / "config").write_text("policy: enabled\ntemplate: 'containers: [{name: proxy}]'\n")
    (folder / "mesh").write_text("")
    process = subprocess.Popen(
        [program, "webhook", f"--injectConfig={folder}/config", f"--meshConfig={folder}/mesh",
         f"--tlsCertFile={folder}/cert.pem", f"--tlsKeyFile={folder}/key.pem", "--port=0",
         "--adminPort=0", "--drainDelay=0s", "--log_as_json"], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r'"msg":"serving","port":(\d+)', line)
        if found:
            return process, int(found[1])
    raise SystemExit("the injector does not serve")


def ask(connection):
    connection.request("POST", "/inject?timeout=10s", REVIEW, {"Content-Type": "application/json"})
    return json.load(connection.getresponse())["response"]["allowed"]


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 120
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    answered = failed = 0
    with tempfile.TemporaryDirectory() as name:
        process, port = start(sys.argv[1], pathlib.Path(name))
        connections = [http.client.HTTPSConnection("127.0.0.1", port, context=context)
                       for _ in range(CONNECTIONS)]
        for connection in connections:
            ask(connection)
            connection.auto_open = 0  # From now on the same connection, or none.
        time.sleep(seconds)
        for connection in connections:
            try:
                answered += ask(connection)
            except (OSError, http.client.HTTPException) as error:
                failed += 1
                print(error)
        process.terminate()
        process.wait()
    print(f"after {seconds:g} s: {answered} of {CONNECTIONS} requests answered, {failed} failed")
    return int(failed > 0 or answered != CONNECTIONS)


if __name__ == "__main__":
    sys.exit(main())
