"""The program under test, as a command that ends."""
import os
import subprocess
import unittest

from . import assets


def run_program(*arguments, stdin=None, kubeconfig=None):
    """The finished process, with stdout and stderr as text."""
    environment = dict(os.environ)
    if kubeconfig:
        environment["KUBECONFIG"] = kubeconfig
    return subprocess.run([assets.program(), *map(str, arguments)], input=stdin, env=environment, text=True,
                          capture_output=True, check=False, timeout=120)


def has_command(name):
    return f"\n  {name} " in run_program("--help").stdout


def require_command(name):
    """Skips the test where this build has no such command."""
    if not has_command(name):
        raise unittest.SkipTest(f"this build has no command {name}")
