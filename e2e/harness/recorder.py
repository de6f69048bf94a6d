"""An HTTPS hop between the API server and the injector that keeps what was said."""
import http.client
import http.server
import json
import ssl
import threading


class Exchange:
    """One admission request as the API server sent it, and the injector's answer."""

    def __init__(self, method, path, headers, body, status, reply):
        self.method, self.path, self.headers = method, path, dict(headers)
        self.body, self.status, self.reply_body = body, status, reply

    @property
    def review(self):
        return json.loads(self.body)

    @property
    def request(self):
        return self.review["request"]

    @property
    def reply(self):
        return json.loads(self.reply_body)


class Recorder:
    """Listens on 127.0.0.1:`port` with the same certificate; stop() ends it."""

    def __init__(self, leaf, target_port):
        self._exchanges, self._lock = [], threading.Lock()
        # SNI as the API server sent it; None for none.
        self.server_names = []
        upstream = ssl.create_default_context()
        upstream.check_hostname, upstream.verify_mode = False, ssl.CERT_NONE
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # A second write that waits for the acknowledgement of the first costs 40 ms.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                connection = http.client.HTTPSConnection("127.0.0.1", target_port, context=upstream,
                                                         timeout=60)
                connection.request("POST", self.path, body, dict(self.headers))
                reply = connection.getresponse()
                text = reply.read()
                connection.close()
                exchange = Exchange("POST", self.path, self.headers, body, reply.status, text)
                with recorder._lock:
                    recorder._exchanges.append(exchange)
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.headers.get("Content-Type", ""))
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

    def of(self, namespace):
        """What was asked about pods of that namespace, in order."""
        with self._lock:
            return [e for e in self._exchanges if e.request.get("namespace") == namespace]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
