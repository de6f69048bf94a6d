#!/usr/bin/env python3
"""Runs the scenarios against a real API server.

    run.py                  all of them: on one cluster, then those that need a cluster of their own
    run.py 5 26 drain       scenarios 5 and 26, and those with `drain` in their name
    run.py --list           what there is
    run.py --as-of-1.22     those that matter on an API server without what Kubernetes 1.22 removed
    run.py --isolated       in a network namespace of its own: nothing but loopback can be reached
    run.py --shell          no scenario: a cluster and a shell that has KUBECONFIG, kubectl, helm and the
                            program, until it ends

Exit status 0 if none failed. Where the API server cannot be had, all are skipped and a line says why.
SIDECAR_INJECTOR names the program under test; by default, the newest build of this tree."""
import argparse
import contextlib
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from e2e.harness import assets, processes, session  # noqa: E402  (needs the path above)

FOLDER = pathlib.Path(__file__).resolve().parent
# On two cores, more make each other slow and nothing faster.
WORKERS = 2


def number_of(test):
    """26 of test_26_rotation_of_files; None where a test belongs to no numbered scenario."""
    parts = test._testMethodName.split("_")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None


def label(test):
    return f"{type(test).__module__.rsplit('.', 1)[-1]}.{test._testMethodName}"


def all_tests():
    def flatten(suite):
        for item in suite:
            if isinstance(item, unittest.TestSuite):
                yield from flatten(item)
            else:
                yield item
    loader = unittest.TestLoader()
    return list(flatten(loader.discover(str(FOLDER / "scenarios"), top_level_dir=str(FOLDER.parent))))


def selected(tests, patterns):
    def wanted(test):
        return not patterns or any(
            number_of(test) == int(p) if p.isdigit() else p in label(test) for p in patterns)
    return [test for test in tests if wanted(test)]


class Outcome(unittest.TestResult):
    """Prints a line a test, and remembers why tests failed. Any thread."""

    _print_lock = threading.Lock()

    def __init__(self, totals, stopping):
        super().__init__()
        self._totals, self._stopping, self._started = totals, stopping, 0.0

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()

    def _report(self, word, test, more=""):
        if self._stopping.is_set():
            return  # The cluster went away below the test.
        with self._print_lock:
            self._totals[word] = self._totals.get(word, 0) + 1
            name = label(test) if hasattr(test, "_testMethodName") else str(test)
            seconds = time.monotonic() - self._started if self._started else 0.0
            print(f"{word:7} {seconds:6.1f} s  {name}{more}", flush=True)

    def addSuccess(self, test):
        notes = "".join(f"\n{'':17} {note}" for note in getattr(test, "notes", []))
        self._report("passed", test, notes)

    def addSkip(self, test, reason):
        self._report("skipped", test, f": {reason}")

    def addFailure(self, test, err):
        self._report("failed", test, "\n" + self._exc_info_to_string(err, test))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        # A failed part fails the test, once; unittest reports no success after it.
        if err is not None:
            self._report("failed", test, f" {subtest._subDescription()}\n"
                         + self._exc_info_to_string(err, test))


def run_classes(tests, workers, totals, stopping):
    """The classes of `tests`, `workers` at a time; the tests of a class one after the other."""
    classes = {}
    for test in tests:
        classes.setdefault(type(test), []).append(test)
    waiting = queue.SimpleQueue()
    # The longest first, so that none is left alone at the end.
    for group in sorted(classes.values(), key=lambda g: (not g[0].slow, -len(g))):
        waiting.put(group)

    def work():
        while not stopping.is_set():
            try:
                group = waiting.get_nowait()
            except queue.Empty:
                return
            outcome = Outcome(totals, stopping)
            unittest.TestSuite(group).run(outcome)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.2)  # In short waits, or Ctrl-C would not be heard.


def run(tests, without_removed_apis, totals):
    session.current = session.Session(without_removed_apis)
    stopping = threading.Event()
    try:
        shared = [t for t in tests if not t.private_cluster and not t.alone]
        alone = [t for t in tests if not t.private_cluster and t.alone]
        private = [t for t in tests if t.private_cluster]
        if shared or alone:
            started = session.current.cluster.start_seconds
            print(f"cluster of {assets.KUBE_VERSION} started in {started:.1f} s", flush=True)
        run_classes(shared, WORKERS, totals, stopping)
        run_classes(alone, 1, totals, stopping)
        session.current.stop_cluster()  # Half a gigabyte, before the next one starts.
        run_classes(private, 1, totals, stopping)
    finally:
        stopping.set()
        session.current.stop()
        processes.stop_all()


def shell():
    cluster = session.current.cluster
    print(f"KUBECONFIG={cluster.kubeconfig}\nThe cluster ends with this shell.")
    try:
        found = [assets.find("kubectl"), assets.find("helm"), assets.program()]
        folders = [str(pathlib.Path(path).parent) for path in found if path]
        environment = dict(os.environ, KUBECONFIG=cluster.kubeconfig,
                           PATH=os.pathsep.join([*dict.fromkeys(folders), os.environ["PATH"]]))
        # Ctrl-C is for what runs in the shell.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        subprocess.run([os.environ.get("SHELL", "/bin/sh")], env=environment, check=False)
    finally:
        session.current.stop()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="SCENARIO", help="a number, or a part of a name")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--as-of-1.22", action="store_true", dest="as_of_1_22")
    parser.add_argument("--isolated", action="store_true")
    parser.add_argument("--shell", action="store_true")
    return parser.parse_args()


def isolate():
    """Begins again in a network namespace of its own. Where that is not allowed, goes on in this one."""
    if os.environ.get("E2E_ISOLATED"):
        return
    allowed = subprocess.run(["unshare", "--net", "ip", "link", "set", "lo", "up"], check=False,
                             stderr=subprocess.DEVNULL)
    if allowed.returncode != 0:
        print("not isolated: a network namespace needs root, unshare and ip")
        return
    os.environ["E2E_ISOLATED"] = "1"
    os.execvp("unshare", ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh",
                          sys.executable, *sys.argv])


def main():
    options = parse_arguments()
    if options.isolated:
        with contextlib.suppress(assets.Unavailable):  # Reported below.
            assets.prepare()  # What is missing comes from the network.
        isolate()
    # A runner that is told to end, ends what it started.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    tests = selected(all_tests(), options.patterns)
    if options.as_of_1_22:
        tests = [test for test in tests if test.runs_without_removed_apis]
    tests.sort(key=lambda test: (number_of(test) or 99, label(test)))
    if options.list:
        for test in tests:
            print(f"{label(test)}\n    {' '.join((test._testMethodDoc or '').split())}")
        return 0
    totals = {}
    try:
        assets.prepare()
        if options.shell:
            shell()
            return 0
        assets.program()
        run(tests, options.as_of_1_22, totals)
    except assets.Unavailable as reason:
        print(f"skipped: {reason}", flush=True)
        totals["skipped"] = len(tests)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    print(" ".join(f"{totals.get(word, 0)} {word}," for word in ("passed", "failed", "skipped"))[:-1])
    return 1 if totals.get("failed") else 0


if __name__ == "__main__":
    sys.exit(main())
