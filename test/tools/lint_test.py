#!/usr/bin/env python3
"""Shows that lint.py finds what it is there to find, and lets pass what is right."""
import pathlib
import tempfile
import unittest

import lint

OWN_TEST = "test/lib/yaml/a_test.cc"


def problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return list(lint.check(root))


class LintTest(unittest.TestCase):
    def test_lower_layers_may_not_include_higher_ones(self):
        found = problems({"lib/yaml/a.cc": '#include "lib/inject/plan.h"\n', OWN_TEST: ""})
        self.assertEqual(found, ["lib/yaml/a.cc:1: lib/yaml may not include lib/inject"])

    def test_base_is_open_to_all(self):
        self.assertEqual(problems({"lib/yaml/a.cc": '#include "lib/base/arena.h"\n', OWN_TEST: ""}), [])

    def test_third_party_headers_stay_where_they_belong(self):
        found = problems({"lib/yaml/a.cc": "#include <boost/beast/http.hpp>\n", OWN_TEST: ""})
        self.assertEqual(len(found), 1)
        self.assertIn("is confined to", found[0])

    def test_every_source_has_a_test(self):
        self.assertEqual(problems({"lib/yaml/a.cc": "\n"}),
                         ["lib/yaml/a.cc:1: no test/lib/yaml/a_test.cc"])

    def test_the_manual_has_every_reason(self):
        found = problems({
            "lib/inject/decision.cc": 'case Reason::kA: return "Told";\ncase Reason::kB: return "Untold";\n',
            "test/lib/inject/decision_test.cc": "",
            "docs/OPERATIONS.md": "| `Told`, `More` | the pod |\nUntold, `Untold`\n"})
        self.assertEqual(found, ["docs/OPERATIONS.md:1: no line about the reason Untold"])

    def test_headers_say_pragma_once(self):
        self.assertEqual(problems({"lib/yaml/a.h": "\n"}), ["lib/yaml/a.h:1: no #pragma once"])

    def test_a_temporary_beside_co_await_is_found(self):
        for line in ("co_await f(Opts{1});", "co_await f([x] {});",
                     "int a = b ? co_await c() : 0;", "T t{co_await c()};"):
            found = problems({"lib/yaml/a.cc": f"void g() {{\n  {line}\n}}\n", OWN_TEST: ""})
            self.assertEqual(len(found), 1, line)
            self.assertIn("GCC 12", found[0])

    def test_a_named_operand_of_co_await_is_fine(self):
        code = "void g() {\n  auto it = Opts{1};\n  co_await f(std::move(it));\n}\n"
        self.assertEqual(problems({"lib/yaml/a.cc": code, OWN_TEST: ""}), [])


if __name__ == "__main__":
    unittest.main(verbosity=0)
