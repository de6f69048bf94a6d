"""The API server goes away, hangs, forgets; the endpoint goes on with what it knows."""
import time

from e2e.harness.cluster import Cluster
from e2e.harness.controller_case import ControllerCase, config_with_image
from e2e.harness.review import ask_to_inject
from e2e.harness.polling import wait_until

# More requests than this are a hot loop, not patience.
MOST_LISTS_PER_SECOND = 1.5


class Outages(ControllerCase):
    private_cluster = True

    def setUp(self):
        super().setUp()
        self.use_cluster(Cluster())

    def requests_of_us(self):
        """Lists and watches of ConfigMaps that the API server has counted."""
        text = self.api.call("GET", "/metrics")
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines()
                   if line.startswith("apiserver_request_total{") and 'resource="configmaps"' in line
                   and ('verb="LIST"' in line or 'verb="WATCH"' in line))

    def test_34_the_api_server_is_killed(self):
        """SIGKILL and a start again: the endpoint answers throughout, the watch is back within 10 s of
        the start, and a change made then is effective. Nothing is asked in a hot loop."""
        controller = self.start_injecting()[0]
        self.cluster.kill()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.assertEqual(ask_to_inject(controller.port, self.target), "Injected")
            time.sleep(0.1)
        used = controller.process.cpu_seconds()
        time.sleep(2)
        used = controller.process.cpu_seconds() - used
        self.note(f"{1000 * used:.0f} ms of CPU in 2 s without API server")
        self.assertLess(used, 0.5)
        self.cluster.restart()
        self.write_config(config_with_image("example.test/proxy:after"))
        self.wait_for_image("example.test/proxy:after", 15)
        self.assertTrue(controller.is_ready())

    def test_35_the_api_server_hangs(self):
        """SIGSTOP for 40 s: the endpoint answers throughout; after SIGCONT a change is effective within
        30 s, and the lease is held by one replica."""
        controller = self.start_injecting()[0]
        self.cluster.hang()
        end = time.monotonic() + 40
        try:
            while time.monotonic() < end:
                self.assertEqual(ask_to_inject(controller.port, self.target), "Injected")
                time.sleep(0.5)
        finally:
            self.cluster.resume()
        self.write_config(config_with_image("example.test/proxy:after"))
        self.wait_for_image("example.test/proxy:after", 30)
        self.wait_for_leader()

    def test_33_history_is_forgotten(self):
        """The API server restarts with its watch cache empty and etcd compacted, so that the version
        the watch was at is too old: the controller lists again, misses nothing, and asks less than
        twice a second."""
        self.start_injecting()
        self.cluster.kill()
        self.cluster.restart()
        for number in range(5):
            self.put_config_map(f"noise-{number}", {"a": "b"})
        self.compact()
        self.cluster.kill()
        self.cluster.restart()
        self.write_config(config_with_image("example.test/proxy:after"))
        self.wait_for_image("example.test/proxy:after", 15)
        before, started = self.requests_of_us(), time.monotonic()
        time.sleep(5)
        rate = (self.requests_of_us() - before) / (time.monotonic() - started)
        self.note(f"{rate:.1f} lists and watches of ConfigMaps a second, by everybody")
        self.assertLess(rate, 2 * MOST_LISTS_PER_SECOND)

    def compact(self):
        version = self.api.get("ConfigMap", self.control, "noise-4")["metadata"]["resourceVersion"]
        self.cluster.compact(version)
