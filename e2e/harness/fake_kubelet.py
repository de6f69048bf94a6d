"""Stands in for the kubelet: pods become Ready, those of Jobs Succeeded. Nothing runs."""
import threading
import time

from .api import ApiError


def status_of(spec):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    ends = spec["restartPolicy"] != "Always"
    state = ({"terminated": {"exitCode": 0, "reason": "Completed"}} if ends
             else {"running": {"startedAt": now}})
    return {
        "phase": "Succeeded" if ends else "Running", "startTime": now, "podIP": "127.0.0.1",
        "conditions": [
            {"type": kind, "lastTransitionTime": now,
             "status": "False" if ends and "Ready" in kind else "True"}
            for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")],
        "containerStatuses": [
            {"name": c["name"], "image": c["image"], "imageID": "none", "ready": not ends,
             "started": not ends, "restartCount": 0, "state": state} for c in spec["containers"]],
    }


class FakeKubelet:
    """Looks after the pods of one namespace until stop()."""

    def __init__(self, api, namespace):
        self._api, self._namespace, self._stopping = api, namespace, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stopping.wait(0.1):
            try:
                for pod in self._api.list("Pod", self._namespace):
                    if pod["status"].get("phase") == "Pending" and "deletionTimestamp" not in pod["metadata"]:
                        self._api.patch("Pod", self._namespace, pod["metadata"]["name"],
                                        {"status": status_of(pod["spec"])}, subresource="/status")
            except (ApiError, OSError):
                pass  # Gone meanwhile, or the API server is; the next round will tell.

    def stop(self):
        self._stopping.set()
        self._thread.join()
