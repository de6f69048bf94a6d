"""Asks an injector directly, without an API server."""
import http.client
import json
import ssl

from .case import pod


def post(port, body, path="/inject", content_type="application/json"):
    """Status and text."""
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=tls, timeout=10)
    try:
        connection.request("POST", path, body, {"Content-Type": content_type})
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def ask_to_inject(port, namespace):
    """The reason in the answer to a review of a plain pod: "Injected"."""
    status, text = post(port, json.dumps({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "1", "operation": "CREATE", "namespace": namespace,
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "object": pod()}}))
    if status != 200:
        return f"{status} {text}"
    response = json.loads(text)["response"]
    return "Injected" if response.get("patch") else json.dumps(response)
