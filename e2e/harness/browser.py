"""A headless Chromium, driven through the DevTools protocol over two pipes."""
import base64
import json
import os
import select
import shutil
import time

from .processes import Process

# https://chromedevtools.github.io/devtools-protocol/; messages are JSON and end with a NUL.
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
          "--no-first-run", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--disable-default-apps", "--force-color-profile=srgb"]


def find_chromium():
    return shutil.which("chromium")


class Browser:
    """One page of a browser that has no profile, and whatever is wrong with what it loads."""

    def __init__(self, folder, name="chromium"):
        folder.mkdir(parents=True, exist_ok=True)
        to_browser, from_browser = folder / "to-browser", folder / "from-browser"
        for path in (to_browser, from_browser):
            os.mkfifo(path)
        # Read and write, so that neither waits for the other side.
        self._out = os.open(to_browser, os.O_RDWR)
        self._in = os.open(from_browser, os.O_RDWR)
        # It speaks through descriptors 3 and 4.
        script = 'exec "$@" 3<"$TO_BROWSER" 4>"$FROM_BROWSER"'
        env = dict(os.environ, HOME=str(folder), TO_BROWSER=str(to_browser),
                   FROM_BROWSER=str(from_browser))
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        self.process = Process(name, ["bash", "-c", script, "bash", find_chromium(), *_FLAGS,
                                      "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}",
                                      "about:blank"], folder / "chromium.log", env)
        self._unread = b""
        self._last_id = 0
        self._session = None
        self._loads = 0
        self.problems = []  # Texts of the console, blocked loads and violations of policies.
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Security"):
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self.process.stop()
        finally:
            os.close(self._out)
            os.close(self._in)

    def _message(self, deadline):
        while b"\0" not in self._unread:
            if time.monotonic() > deadline or not self.process.is_running():
                raise TimeoutError("the browser says nothing: " + self.process.output()[-2000:])
            if select.select([self._in], [], [], 0.2)[0]:
                self._unread += os.read(self._in, 1 << 20)
        text, self._unread = self._unread.split(b"\0", 1)
        return json.loads(text)

    def _note(self, message):
        method, details = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self._loads += 1
        elif method == "Log.entryAdded":
            entry = details["entry"]
            self.problems.append(f"{entry['level']}: {entry['text']} {entry.get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            self.problems.append(details["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.problems.append(" ".join(str(a.get("value")) for a in details["args"]))
        elif method == "Network.loadingFailed" and not details.get("canceled"):
            self.problems.append(f"{details['errorText']} {details.get('blockedReason', '')}")

    def call(self, method, **parameters):
        self._last_id += 1
        request = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._out, json.dumps(request).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            message = self._message(deadline)
            if message.get("id") != self._last_id:
                self._note(message)
                continue
            if "error" in message:
                raise RuntimeError(f"{method}: {message['error']}")
            return message["result"]

    def _await_load(self, loads):
        deadline = time.monotonic() + 60
        while self._loads == loads:
            self._note(self._message(deadline))

    def open(self, url):
        loads = self._loads
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed:
            raise RuntimeError(f"{url}: {failed}")
        self._await_load(loads)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def click(self, selector):
        """With the mouse, on something that leads to another page."""
        loads = self._loads
        box = self.evaluate(f"(e => {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
                            " const r = e.getBoundingClientRect();"
                            " return [r.x + r.width / 2, r.y + r.height / 2]; })"
                            f"(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left",
                      clickCount=1)
        self._await_load(loads)

    def fill(self, selector, text):
        """Types over what is there."""
        self.evaluate(f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(selector)}))")
        self.call("Input.insertText", text=text)

    def look(self, width, height, dark=False):
        """The size of the window, as of a screen or a phone, and the colour scheme."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def screenshot(self, path):
        """Of what the window shows."""
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(picture))
