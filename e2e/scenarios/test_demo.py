"""`make demo`, from its start to its end."""
import os
import signal
import subprocess
import time

from e2e.harness import assets
from e2e.harness.case import ClusterCase


class Demonstration(ClusterCase):
    private_cluster = True

    def test_44_the_demo_tells_the_whole_story(self):
        """The demo ends with 0 in less than 90 s. Its pods had one container, two, the edited image,
        and one again."""
        started = time.monotonic()
        done = subprocess.run([assets.ROOT / "e2e" / "demo.py"], capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.note(f"{time.monotonic() - started:.0f} s")
        self.assertLess(time.monotonic() - started, 90)
        for text in ("istio-init", "sleep,istio-proxy", "istio/proxy:demo", "Clean up"):
            self.assertIn(text, done.stdout)

    def test_44_an_interrupted_demo_leaves_nothing(self):
        """SIGINT at the first sight of a pod: the demo ends, and with it every process that it began."""
        with subprocess.Popen([assets.ROOT / "e2e" / "demo.py"], stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, E2E_MARK=self.suffix)) as demo:
            for line in demo.stdout:
                if "sleep-" in line:
                    break
            demo.send_signal(signal.SIGINT)
            demo.stdout.read()
            self.assertEqual(demo.wait(30), 130)
        self.assertEqual(self.marked(), [])

    def marked(self):
        """Processes that have inherited the mark from the demo."""
        found = []
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/environ", "rb") as environment:
                    if f"E2E_MARK={self.suffix}".encode() in environment.read():
                        found.append(name)
            except OSError:
                continue  # Gone, or no process.
        return found
