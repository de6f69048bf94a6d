"""The program under test, as a command that ends."""
import os
import subprocess

from . import assets


def run_program(*arguments, stdin=None, kubeconfig=None):
    """The finished process, with stdout and stderr as text."""
    environment = dict(os.environ)
    if kubeconfig:
        environment["KUBECONFIG"] = kubeconfig
    return subprocess.run([assets.program(), *map(str, arguments)], input=stdin, env=environment, text=True,
                          capture_output=True, check=False, timeout=120)
