#!/usr/bin/env python3
"""Which Debian packages a built program is made of, and the SBOM that lists them.

usage: packages.py PROGRAM --names            one package a line
       packages.py PROGRAM --sbom VERSION     SPDX 2.3 as JSON, on standard output

PROGRAM is below its build folder, which Ninja filled: the static libraries it was linked with and the
headers that went into its objects name the packages. To these come what the image adds as files.
SOURCE_DATE_EPOCH is the date of creation; without it, that of the commit.
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

# Sources of the program; tests and benchmarks are not part of it.
SOURCES = ("lib/", "webhook/", "controller/", "cli/")
IN_THE_IMAGE = ("ca-certificates", "tzdata")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def build_folder(program):
    for folder in program.resolve().parents:
        if (folder / "build.ninja").exists():
            return folder
    sys.exit(f"packages: {program} is not below a build folder")


def files_of(program):
    """Absolute paths of libraries and headers outside the tree that the program is made of."""
    folder = build_folder(program)
    target = program.resolve().relative_to(folder)
    commands = run("ninja", "-C", folder, "-t", "commands", "-s", target)
    files = {word for word in commands.split() if re.fullmatch(r"/usr/\S+\.(a|so)", word)}
    wanted = False
    for line in run("ninja", "-C", folder, "-t", "deps").splitlines():
        if not line.startswith(" "):
            wanted = line.startswith(SOURCES) and "_test.dir/" not in line
        elif wanted and line.strip().startswith("/usr/"):
            files.add(line.strip())
    # The compiler adds these by itself.
    compiler = re.search(r"(\S*(?:\+\+|c\+\+)\S*) [^\n]*-o " + re.escape(str(target)), commands)[1]
    for name in ("libstdc++.a", "libgcc.a"):
        files.add(run(compiler, f"-print-file-name={name}").strip())
    for line in run("ldd", program).splitlines():
        match = re.search(r"(/\S+) \(0x", line)
        if match:
            files.add(match[1])
    real = {os.path.realpath(file) for file in files if file.startswith("/")}
    # Of merged folders, dpkg knows the old names: /lib for /usr/lib.
    return sorted(real | {file.removeprefix("/usr") for file in real})


def packages_of(program):
    """Names of the installed packages, architecture removed, sorted."""
    names = set(IN_THE_IMAGE)
    files = files_of(program)
    for start in range(0, len(files), 500):
        found = subprocess.run(["dpkg-query", "-S", *files[start:start + 500]], capture_output=True,
                               text=True, check=False).stdout
        names |= {name.split(":")[0].strip() for line in found.splitlines()
                  for name in line.rpartition(": ")[0].split(",")}
    return sorted(names)


def sbom(program, version):
    date = os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct").strip()
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    fields = "${binary:Package}\t${Version}\t${source:Package}\t${source:Version}\t${Homepage}\n"
    own = {"SPDXID": "SPDXRef-Package-sidecar-injector", "name": "sidecar-injector",
           "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
           "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0",
           "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
           "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}
    packages, relations = [own], [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    for line in run("dpkg-query", "-W", "-f", fields, *packages_of(program)).splitlines():
        name, number, source, source_version, homepage = line.split("\t")
        name = name.split(":")[0]
        reference = "SPDXRef-Package-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
        packages.append({
            "SPDXID": reference, "name": name, "versionInfo": number,
            "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "sourceInfo": f"built from source package {source} {source_version}",
            **({"homepage": homepage} if homepage else {}),
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:deb/debian/{name}@{number}?distro=debian-12"}]})
        relations.append((own["SPDXID"], "CONTAINS" if name in IN_THE_IMAGE else "STATIC_LINK"
                          if name != "libc6" else "DYNAMIC_LINK", reference))
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"sidecar-injector-{version}",
        "documentNamespace": f"urn:sidecar-injector:{version}:{digest}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(date))),
                         "creators": ["Tool: release/packages.py"]},
        "packages": packages,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relations]}


def main():
    if len(sys.argv) == 3 and sys.argv[2] == "--names":
        print("\n".join(packages_of(pathlib.Path(sys.argv[1]))))
    elif len(sys.argv) == 4 and sys.argv[2] == "--sbom":
        print(json.dumps(sbom(pathlib.Path(sys.argv[1]), sys.argv[3]), indent=1))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
