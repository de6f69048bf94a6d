"""An HTTPS hop between the API server and the injector that keeps what was said."""
import http.client
import json
import ssl
import threading

from .stand_in import TlsServer


class Exchange:
    """One admission request as the API server sent it, and the injector's answer."""

    def __init__(self, path, headers, body, status, reply):
        self.path, self.headers = path, dict(headers)
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


class Recorder(TlsServer):
    """Listens on 127.0.0.1:`port` and forwards to 127.0.0.1:`target_port`; stop() ends it."""

    def __init__(self, leaf, target_port):
        self._exchanges, self._lock, self._target_port = [], threading.Lock(), target_port
        self._upstream = ssl.create_default_context()
        self._upstream.check_hostname, self._upstream.verify_mode = False, ssl.CERT_NONE
        super().__init__(leaf)

    def answer(self, path, headers, body):
        connection = http.client.HTTPSConnection("127.0.0.1", self._target_port,
                                                 context=self._upstream, timeout=60)
        connection.request("POST", path, body, dict(headers))
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        with self._lock:
            self._exchanges.append(Exchange(path, headers, body, reply.status, text))
        return reply.status, text

    def of(self, namespace):
        """What was asked about pods of that namespace, in order."""
        with self._lock:
            return [e for e in self._exchanges if e.request.get("namespace") == namespace]

    @staticmethod
    def is_ready():
        return True
