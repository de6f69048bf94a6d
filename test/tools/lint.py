#!/usr/bin/env python3
"""Checks the rules of docs/ARCHITECTURE.md that a compiler cannot: who may
include whom, which header may be seen where, that every source has a test, and that the manual has
every reason.

Usage: lint.py [ROOT]. Prints one line per violation; exit status 1 if any."""
import pathlib
import re
import sys

# Module -> modules whose headers it may include, besides itself and lib/base.
MAY_INCLUDE = {
    "lib/base": [],
    "lib/yaml": [],
    "lib/gotemplate": ["lib/yaml"],
    "lib/kubetypes": ["lib/yaml", "lib/gotemplate"],
    "lib/inject": ["lib/yaml", "lib/gotemplate", "lib/kubetypes"],
    "lib/diagnose": ["lib/yaml", "lib/gotemplate", "lib/kubetypes", "lib/inject"],
    "lib/observe": [],
    "lib/pki": [],
    "lib/ui": [],
    "lib/http": ["lib/observe", "lib/pki"],
    "lib/kube": ["lib/yaml", "lib/http", "lib/observe", "lib/pki"],
    "webhook": ["lib/yaml", "lib/gotemplate", "lib/kubetypes", "lib/inject", "lib/diagnose",
                "lib/observe", "lib/pki", "lib/ui", "lib/http"],
    "controller": ["lib/yaml", "lib/gotemplate", "lib/kubetypes", "lib/inject", "lib/diagnose",
                   "lib/observe", "lib/pki", "lib/ui", "lib/http", "lib/kube", "webhook"],
    "cli": ["lib/yaml", "lib/gotemplate", "lib/kubetypes", "lib/inject", "lib/diagnose",
            "lib/observe", "lib/pki", "lib/http", "lib/kube", "webhook", "controller"],
}
# Third-party include prefix -> the only places that may name it.
CONFINED = {
    "boost/beast": ["lib/http/", "lib/base/asio_impl.cc"],
    "crypt.h": ["lib/gotemplate/funcs/crypto.cc"],
    "openssl/": ["lib/pki/", "lib/http/", "lib/base/sha256.cc", "lib/gotemplate/funcs/crypto.cc",
                 "lib/gotemplate/funcs/x509.cc"],
    "yaml.h": ["lib/yaml/"],
    "yaml-cpp/": ["lib/kube/"],
    "simdjson": ["lib/yaml/"],
    "CLI/": ["cli/"],
    "re2/": ["lib/gotemplate/funcs/go_regexp.cc"],
    "spdlog/": ["lib/base/log.cc"],
    "nlohmann/json.hpp": [".cc"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)

CONTROL = {"if", "for", "while", "switch"}
BEFORE_BLOCK = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable"}


def module_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "lib" else parts[0]


def strip(text):
    """Drops comments and string contents, keeps line numbers."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def word_before(code, index):
    match = re.search(r"(\w+|\S)\s*$", code[:index])
    return match.group(1) if match else ""


def await_hazards(code):
    """GCC 12 destroys an aggregate or lambda temporary twice when it shares a
    full expression with co_await, and miscompiles co_await as an operand of ?:
    or inside a braced initialiser (seen with 12.2, with and without -O2; PR 107288).
    clang 14 is right in all of these cases."""
    stack, statement = [], 0  # Open brackets; where the current statement began.
    for token in re.finditer(r"[(){}\[\];]|\bco_await\b", code):
        char, at = token.group(0), token.start()
        if char in "([{":
            word = word_before(code, at)
            block = char == "{" and (word in BEFORE_BLOCK or not re.match(r"[\w=,(]", word))
            stack.append((char, word, block))
            statement = at + 1 if block else statement
        elif char in ")]}":
            if stack and stack.pop()[2]:
                statement = at + 1
        elif char == ";":
            statement = at + 1
        else:
            line = code.count("\n", 0, at) + 1
            inner = [entry for entry in stack if entry[0] == "{"]
            if inner and not inner[-1][2]:
                yield line, "no co_await inside a braced initialiser (GCC 12)"
            elif "?" in code[statement:at]:
                yield line, "no co_await inside ?: (GCC 12)"
            elif temporary_follows(code, at, stack):
                yield line, "name the aggregate or lambda before co_await (GCC 12)"


def temporary_follows(code, at, stack):
    open_brackets = [(char, word) for char, word, _ in stack]
    for token in re.finditer(r"[(){};\[\]]", code[at:]):
        char = token.group(0)
        if char == ";" or (char in ")]" and not open_brackets):
            return False
        if char == "{":
            return True
        if char in "([":
            open_brackets.append((char, ""))
        elif open_brackets.pop()[1] in CONTROL or char == "}":
            return False
    return False


def check(root):
    sources = [p for d in ("lib", "controller", "webhook", "cli")
               for p in sorted((root / d).rglob("*")) if p.suffix in (".h", ".cc")]
    for file in sources:
        path = file.relative_to(root).as_posix()
        text = file.read_text()
        module = module_of(path)
        for match in INCLUDE.finditer(text):
            header, line = match.group(1), text.count("\n", 0, match.start()) + 1
            target = module_of(header)
            if target in MAY_INCLUDE and target not in (module, "lib/base") \
                    and target not in MAY_INCLUDE[module]:
                yield f"{path}:{line}: {module} may not include {target}"
            for prefix, places in CONFINED.items():
                if header.startswith(prefix) and not any(
                        path.startswith(p) or path.endswith(p) for p in places):
                    yield f"{path}:{line}: <{header}> is confined to {', '.join(places)}"
        code = strip(text)
        for line, message in await_hazards(code):
            yield f"{path}:{line}: {message}"
        if file.suffix == ".cc" and file.name not in ("main.cc", "asio_impl.cc") and not (
                root / "test" / path).with_name(file.stem + "_test.cc").exists():
            yield f"{path}:1: no test/{path[:-3]}_test.cc"
        if file.suffix == ".h" and "#pragma once" not in text:
            yield f"{path}:1: no #pragma once"
    yield from check_manual(root)


REASON = re.compile(r'case Reason::k\w+: return "(\w+)";')


def check_manual(root):
    """Whoever meets a reason looks it up in the manual."""
    reasons, manual = root / "lib/inject/decision.cc", root / "docs/OPERATIONS.md"
    if not reasons.exists():
        return
    table = [row.split("|")[1] for row in manual.read_text().splitlines() if row.startswith("| `")]
    for reason in REASON.findall(reasons.read_text()):
        if not any(f"`{reason}`" in names for names in table):
            yield f"docs/OPERATIONS.md:1: no line about the reason {reason}"


def main():
    problems = list(check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(problems) or "lint: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
