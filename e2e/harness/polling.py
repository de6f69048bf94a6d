"""Waiting for something to become true, with an end."""
import time


class TimedOut(AssertionError):
    """What was waited for did not happen."""


def wait_until(probe, timeout=10.0, interval=0.02, what="the condition"):
    """Calls `probe` until it returns something true, and returns that. An assertion that fails in
    `probe` counts as false, and its text is the reason when time is up."""
    end = time.monotonic() + timeout
    while True:
        reason = ""
        try:
            value = probe()
            if value:
                return value
        except AssertionError as failure:
            reason = f": {failure}"
        if time.monotonic() > end:
            raise TimedOut(f"after {timeout:g} s, not yet: {what}{reason}")
        time.sleep(interval)
