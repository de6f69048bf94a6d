"""No creation of a pod may fail for the injector's sake."""
import random
import socket
import ssl
import time

from e2e.harness.case import WebhookCase, deployment
from e2e.harness.load import Load
from e2e.harness.polling import wait_until


class Outage(WebhookCase):

    def test_21_down_with_ignore_creates_bare_pods(self):
        """The injector is down, failurePolicy Ignore: pods are created without a sidecar."""
        namespace = self.namespace()
        injector = self.start_injector()
        self.webhook_configuration(namespace, injector.port, failurePolicy="Ignore")
        self.wait_until_injected(namespace)
        injector.stop()
        self.assert_not_injected(self.create_pod(namespace))

    def test_21_down_with_fail_refuses_until_it_is_back(self):
        """The injector is down, failurePolicy Fail: `connection refused`, and the ReplicaSet has an
        event FailedCreate. The injector is back: the pod appears and is injected."""
        namespace = self.namespace()
        injector = self.start_injector()
        self.webhook_configuration(namespace, injector.port)
        self.wait_until_injected(namespace)
        injector.stop()
        self.assert_refused(
            namespace,
            'failed calling webhook "sidecar-injector.istio.io": Post '
            f'"https://127.0.0.1:{injector.port}/inject?timeout=10s": dial tcp '
            f'127.0.0.1:{injector.port}: connect: connection refused')
        self.api.create(deployment(), namespace)

        def event():
            return [e for e in self.api.list("Event", namespace) if e["reason"] == "FailedCreate"
                    and "connection refused" in e["message"]]
        wait_until(event, what="the event FailedCreate")
        injector.start_again()
        self.assert_injected(self.pods_of(namespace, timeout=60)[0])

    def test_25_slow_and_silent_clients_are_in_nobodys_way(self):
        """Fifty clients that send a byte now and then, and fifty that say nothing after the handshake
        or before it: pods are created and injected meanwhile."""
        namespace = self.injected_namespace()
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        slow = []
        for number in range(100):
            client = socket.create_connection(("127.0.0.1", self.injector.port))
            self.addCleanup(client.close)
            if number % 4:
                client = tls.wrap_socket(client)
                self.addCleanup(client.close)
            if number % 4 > 1:
                client.sendall(b"POST /inject HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n")
                slow.append(client)
        load = Load(self.api, namespace, workers=2)
        for byte in b"Content-Type: app":
            for client in slow:
                client.sendall(bytes([byte]))
            wait_until(lambda count=load.created: load.created > count + 5, what="more pods")
        load.stop().check(self)


class Draining(WebhookCase):
    alone = True

    def test_22_a_stop_under_load_loses_nothing(self):
        """Two replicas behind a Service; one after the other is stopped by SIGTERM and started again
        under 50 parallel creations with failurePolicy Fail: none fails."""
        namespace = self.namespace()
        leaf = self.new_leaf([f"DNS:injector.{namespace}.svc"])
        replicas = [self.start_injector(leaf, more=["--drainDelay=1s"]) for _ in range(2)]
        _, client = self.service(namespace, "injector", replicas)
        self.webhook_configuration(namespace, client_config=client)
        self.wait_until_injected(namespace)
        load = Load(self.api, namespace, workers=50)
        for replica in replicas:
            replica.stop()
            replica.start_again()
            wait_until(lambda count=load.created: load.created > count + 100, 30, what="more pods")
        load.stop().check(self)


class Concurrency(WebhookCase):
    alone = True

    def test_24_fifty_at_a_time(self):
        """500 pods stored by 50 clients at a time: all are created and injected, over at most 50
        connections at a time, of which the API server keeps 25."""
        namespace = self.injected_namespace()
        opened = self.injector.metric("sidecar_injector_http_connections_accepted_total")
        load = Load(self.api, namespace, workers=50, total=500, stored=True).wait()
        load.check(self)
        self.assertEqual(load.created, 500)
        names = [p["metadata"]["name"] for p in self.api.list("Pod", namespace)]
        self.assertEqual(len(names), 500)
        opened = self.injector.metric("sidecar_injector_http_connections_accepted_total") - opened
        wait_until(lambda: self.injector.metric("sidecar_injector_http_connections_open") <= 26,
                   what="25 idle connections")
        self.note(f"{opened:.0f} connections")

    def test_24_fifty_at_a_time_five_hundred_times(self):
        """50 clients create 500 pods each, failurePolicy Fail: 25000 creations, none fails."""
        namespace = self.injected_namespace()
        load = Load(self.api, namespace, workers=50, total=25_000).wait()
        load.check(self)
        self.assertEqual(load.created, 25_000)
        self.note(f"resident memory: {self.injector.process.rss_mib(peak=True)} MiB at most")


class KeepAlive(WebhookCase):
    slow = True

    def test_23_idle_connections_are_not_pulled_away(self):
        """600 creations at random gaps of up to 100 ms, then one after more than the 90 s for which
        the API server keeps an idle connection: no `EOF`."""
        namespace = self.injected_namespace()
        gaps = random.Random(23)
        for _ in range(600):
            self.assert_injected(self.dry_run(namespace))
            time.sleep(gaps.uniform(0, 0.1))  # The gap is what is tested.
        time.sleep(91)
        self.assert_injected(self.dry_run(namespace))
