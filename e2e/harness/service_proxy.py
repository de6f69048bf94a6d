"""Stands in for kube-proxy and the endpoints controller for one Service: forwards connections to its
ClusterIP to the replicas whose readiness page says yes, in turn."""
import selectors
import socket
import threading
import time


class ServiceProxy:
    """Forwards `address`:`port` to 127.0.0.1 at the port of each ready backend. A backend is
    anything with `port` and `is_ready()`; stop() ends it."""

    PROBE_INTERVAL = 0.05  # A kubelet would take seconds; the shorter, the harder on the program.

    def __init__(self, address, port, backends):
        self._backends, self._ready, self._turn = list(backends), [], 0
        self._ready = [b for b in self._backends if b.is_ready()]
        self.connections = {}  # Backend's port -> connections forwarded to it.
        self._stopping = threading.Event()
        self._listener = socket.create_server((address, port), backlog=256, reuse_port=False)
        self._listener.settimeout(0.2)
        self._threads = [threading.Thread(target=self._accept, daemon=True),
                         threading.Thread(target=self._probe, daemon=True)]
        for thread in self._threads:
            thread.start()

    def set_backends(self, backends):
        self._backends = list(backends)

    def ready(self):
        return list(self._ready)

    def _probe(self):
        while not self._stopping.is_set():
            self._ready = [b for b in self._backends if b.is_ready()]
            time.sleep(self.PROBE_INTERVAL)

    def _accept(self):
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                continue
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _connect(self):
        ready = self.ready()
        for attempt in range(len(ready)):
            backend = ready[(self._turn + attempt) % len(ready)]
            try:
                server = socket.create_connection(("127.0.0.1", backend.port), timeout=5)
            except OSError:
                continue  # It died since the last probe.
            self._turn += attempt + 1
            self.connections[backend.port] = self.connections.get(backend.port, 0) + 1
            return server
        return None

    def _forward(self, client):
        server = self._connect()
        with client:
            if server is None:
                return
            with server:
                for one in (client, server):
                    one.settimeout(None)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pump(client, server)

    def _pump(self, client, server):
        """Until either side ends; then both are closed, as when packets are forwarded."""
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while not self._stopping.is_set():
                for key, _ in selector.select(0.5):
                    try:
                        data = key.fileobj.recv(65536)
                        if not data:
                            return
                        key.data.sendall(data)
                    except OSError:
                        return

    def stop(self):
        self._stopping.set()
        self._listener.close()
        for thread in self._threads:
            thread.join()
