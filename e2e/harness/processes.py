"""Processes that this run started. Each is ended by its pid, whatever becomes of the run."""
import atexit
import os
import signal
import subprocess
import threading

_running = {}
_lock = threading.Lock()
_ended = threading.Event()


class Process:
    """A program in a session of its own, so that Ctrl-C at the terminal reaches only the runner,
    which then ends what it started in the right order. Output goes to the file `log`."""

    def __init__(self, name, argv, log, env=None, cwd=None):
        self.name, self.argv, self.log, self._env, self._cwd = name, argv, log, env, cwd
        self._popen = None
        self.start()

    def start(self):
        with open(self.log, "ab") as log, _lock:
            if _ended.is_set():
                raise RuntimeError("the run has ended")
            self._popen = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self._env, cwd=self._cwd, start_new_session=True)
            _running[self._popen.pid] = self

    @property
    def pid(self):
        return self._popen.pid

    def is_running(self):
        return self._popen.poll() is None

    def signal(self, number):
        self._popen.send_signal(number)

    def wait(self, timeout):
        """The exit status; negative is the signal that ended it."""
        status = self._popen.wait(timeout)
        with _lock:
            _running.pop(self._popen.pid, None)
        return status

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.wait(10)

    def stop(self, patience=3.0):
        """SIGTERM, and SIGKILL after `patience` seconds. A process that hangs in SIGSTOP ends too."""
        if not self.is_running():
            return self.wait(1)
        self.signal(signal.SIGTERM)
        try:
            return self.wait(patience)
        except subprocess.TimeoutExpired:
            return self.kill()

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def rss_mib(self, peak=False):
        """Resident memory now, or the most that it ever was."""
        field = "VmHWM:" if peak else "VmRSS:"
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith(field))

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stop_all():
    """Ends whatever still runs, the youngest first; from then on nothing starts."""
    with _lock:
        _ended.set()
        left = list(_running.values())[::-1]
    for process in left:
        if process.is_running():
            process.kill()


atexit.register(stop_all)
