"""Webhooks that are not ours."""
import base64
import http.server
import json
import ssl
import threading


class TlsServer:
    """An HTTPS server on 127.0.0.1:`port` whose subclass answers POSTs; stop() ends it.
    `server_names` are those that clients asked for, None for none."""

    def __init__(self, leaf):
        self.server_names = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Else a second write waits 40 ms for the acknowledgement of the first.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, text = outer.answer(self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # The API server hangs up when it has seen enough.

        self._server = Server(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(leaf.certificate, leaf.key)
        tls.sni_callback = lambda _, name, __: self.server_names.append(name)
        # The handshake belongs to the connection's thread, not to the one that accepts.
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True,
                                              do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def answer(self, path, headers, body):
        """Status and body of the reply."""
        raise NotImplementedError

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class StandIn(TlsServer):
    """A webhook that allows everything and patches with what `make_patch(review)` returns, or with
    nothing."""

    def __init__(self, leaf, make_patch):
        self._make_patch = make_patch
        super().__init__(leaf)

    def answer(self, path, headers, body):
        review = json.loads(body)
        response = {"uid": review["request"]["uid"], "allowed": True}
        operations = self._make_patch(review)
        if operations:
            response.update(patchType="JSONPatch",
                            patch=base64.b64encode(json.dumps(operations).encode()).decode())
        return 200, json.dumps({"kind": "AdmissionReview", "apiVersion": review["apiVersion"],
                                "response": response}).encode()
