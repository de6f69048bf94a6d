#!/usr/bin/env python3
"""Checks that the Dockerfile makes the same image as release/image.py, which `make image` runs, and that
its build stage does what `make image` did. Nobody needs Docker for it.

usage: dockerfile_test.py
"""
import json
import pathlib
import re
import shlex
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "release"))
import image  # noqa: E402

# What only one of the two can know.
ONLY_OCI = {"org.opencontainers.image.created"}


def stages():
    """Per stage: its base image, and the (instruction, argument) pairs after it."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M)
    text = re.sub(r"\\\n\s*", " ", text)
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        word, argument = line.split(None, 1)
        if word == "FROM":
            found.append((argument, []))
        else:
            found[-1][1].append((word, argument))
    return found


def assignments(instructions, word):
    return dict(item.split("=", 1) for kind, argument in instructions if kind == word
                for item in shlex.split(argument))


class Dockerfile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        (cls.base, cls.build), (cls.empty, cls.final) = stages()
        cls.config = image.config("VERSION", "1970-01-01T00:00:00Z")["config"]

    def one(self, word):
        found = [argument for kind, argument in self.final if kind == word]
        self.assertEqual(len(found), 1, word)
        return found[0]

    def test_both_start_from_nothing_and_hold_one_folder(self):
        self.assertEqual(self.empty, "scratch")
        self.assertEqual([a for w, a in self.final if w in ("COPY", "ADD", "RUN")],
                         ["--from=build /rootfs /"])

    def test_both_run_the_same_program_as_the_same_user(self):
        self.assertEqual(self.one("USER"), self.config["User"])
        self.assertEqual(json.loads(self.one("ENTRYPOINT")), self.config["Entrypoint"])
        self.assertEqual(json.loads(self.one("CMD")), self.config["Cmd"])
        self.assertEqual(assignments(self.final, "ENV"), dict(e.split("=", 1) for e in self.config["Env"]))
        self.assertEqual(self.one("WORKDIR"), self.config["WorkingDir"])

    def test_both_carry_the_same_labels(self):
        labels = {key: value.replace("${VERSION}", "VERSION")
                  for key, value in assignments(self.final, "LABEL").items()}
        expected = {key: value for key, value in self.config["Labels"].items() if key not in ONLY_OCI}
        self.assertEqual(labels, expected)

    def test_the_build_stage_is_debian_12_with_the_packages_of_make(self):
        self.assertEqual(self.base, "debian:12-slim AS build")
        runs = [argument for word, argument in self.build if word == "RUN"]
        self.assertEqual(runs[0], "test/tools/deps.sh")  # That of `make build`.
        self.assertIn("deps: ", (ROOT / "Makefile").read_text())

    def test_the_build_stage_builds_as_make_does_and_makes_the_same_folder(self):
        commands = [c.strip() for c in [a for w, a in self.build if w == "RUN"][1].split("&&")]
        makefile = (ROOT / "Makefile").read_text()
        self.assertTrue(commands[0].startswith("cmake --preset release "), commands[0])
        self.assertEqual(commands[1], "cmake --build --preset release --target sidecar-injector")
        self.assertIn("\t" + commands[1] + "\n", makefile)
        program = re.search(r"^BINARY  := (\S+)$", makefile, re.M)[1]
        self.assertEqual(commands[2], f"release/rootfs.sh {program} /rootfs")
        self.assertEqual(len(commands), 3)

    def test_what_is_copied_in_is_not_left_out(self):
        ignored = (ROOT / ".dockerignore").read_text().split()
        for word, argument in self.build:
            if word == "COPY":
                source = argument.split()[0]
                self.assertTrue((ROOT / source).exists(), source)
                self.assertNotIn(source, ignored)
        # The version comes as an argument, for without .git nobody knows it.
        self.assertIn(".git", ignored)
        self.assertIn("-DSIDECAR_VERSION=${VERSION}", [a for w, a in self.build if w == "RUN"][1])


if __name__ == "__main__":
    unittest.main()
