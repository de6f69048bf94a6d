"""Pods created all the time, to find out whether any creation fails."""
import itertools
import threading
import time

from .api import ApiError
from .case import containers, pod


class Load:
    """`workers` threads create pods in `namespace` until stop(), or `total` of them. With `pause`
    seconds between a thread's creations. Dry runs unless `stored`: to the webhook there is no
    difference, and etcd stays small. Counts, and keeps what failed."""

    def __init__(self, api, namespace, workers=1, total=None, pause=0.0, stored=False):
        self._api, self._namespace, self._pause = api, namespace, pause
        self._query = "" if stored else "?dryRun=All"
        self._numbers = itertools.count() if total is None else iter(range(total))
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self.created, self.failures, self.not_injected, self.seconds = 0, [], 0, []
        self.failed_from = []  # When each of the failures was begun.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def _work(self):
        while not self._stopping.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            started = time.monotonic()
            try:
                made = self._api.create(pod(f"load-{number}"), self._namespace, self._query)
                failure = None
            except (ApiError, OSError) as error:
                failure = str(error)
            with self._lock:
                self.seconds.append(time.monotonic() - started)
                if failure:
                    self.failures.append(failure)
                    self.failed_from.append(started)
                else:
                    self.created += 1
                    self.not_injected += "istio-proxy" not in containers(made)
            if self._pause:
                self._stopping.wait(self._pause)

    def wait(self):
        for thread in self._threads:
            thread.join()
        return self

    def stop(self):
        self._stopping.set()
        return self.wait()

    def percentile(self, percent):
        """Milliseconds that so many percent of the creations took at most."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def summary(self):
        return (f"{self.created} pods created, {len(self.failures)} failed, "
                f"{self.not_injected} without sidecar; p50 {self.percentile(50):.0f} ms, "
                f"p99 {self.percentile(99):.0f} ms")

    def check(self, test, injected=True):
        """Nothing failed and, if `injected`, no pod was left without its sidecar."""
        test.note(self.summary())
        test.assertEqual(self.failures[:3], [], f"{len(self.failures)} of the creations failed")
        test.assertGreater(self.created, 0)
        if injected:
            test.assertEqual(self.not_injected, 0)
