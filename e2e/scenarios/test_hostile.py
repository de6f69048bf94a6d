"""Clients that are no API server."""
import http.client
import json
import ssl

from e2e.harness.case import WebhookCase


class Hostile(WebhookCase):

    def ask(self, method, path, body, content_type="application/json"):
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.injector.port, context=tls, timeout=10)
        connection.request(method, path, body, {"Content-Type": content_type} if content_type else {})
        reply = connection.getresponse()
        text = reply.read().decode()
        connection.close()
        return reply.status, text

    def test_39_what_is_no_review_is_refused(self):
        """Malformed reviews are 400, another Content-Type 415, GET 405, another path 404; the process
        stays, and the next pod is injected."""
        namespace = self.injected_namespace()
        pid = self.injector.process.pid
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                  "request": {"uid": "u", "operation": "CREATE"}}
        for expected, arguments in (
                (400, ("POST", "/inject", "")),
                (400, ("POST", "/inject", "{")),
                (400, ("POST", "/inject", "[]")),
                (400, ("POST", "/inject", "null")),
                (400, ("POST", "/inject", "\x00\x01")),
                (400, ("POST", "/inject", "[" * 100_000)),
                (400, ("POST", "/inject", '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}')),
                (400, ("POST", "/inject", json.dumps({**review, "kind": "Status"}))),
                (400, ("POST", "/inject", json.dumps({**review, "apiVersion": "admission.k8s.io/v9"}))),
                (415, ("POST", "/inject", json.dumps(review), "text/plain")),
                (415, ("POST", "/inject", json.dumps(review), None)),
                (405, ("GET", "/inject", None)),
                (404, ("POST", "/", "{}")),
                (404, ("GET", "/metrics", None)),
                (413, ("POST", "/inject", "x" * 9_000_000))):
            with self.subTest(arguments=[a if a is None else a[:60] for a in arguments]):
                try:
                    status, text = self.ask(*arguments)
                except (BrokenPipeError, ConnectionResetError):
                    # Refused by its Content-Length, before the body was read.
                    self.assertEqual(expected, 413)
                    continue
                self.assertEqual(status, expected, text)
                if status != 413:  # For that, the HTTP server needs no webhook.
                    self.assertEqual(json.loads(text)["kind"], "Status")
        self.assertEqual(self.injector.process.pid, pid)
        self.assertTrue(self.injector.process.is_running())
        self.assert_injected(self.create_pod(namespace))
