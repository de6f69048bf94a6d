#!/usr/bin/env python3
"""Writes lib/kubetypes/mesh_schema_table.inc from field tables of Istio's mesh messages.

Usage: generate_mesh_schema.py MESH-0.5.json MESH-1.0.json MESH-HEAD.json > mesh_schema_table.inc,
then clang-format -i mesh_schema_table.inc.

Each input maps a Go type to {"kind": "struct", "fields": [{"go", "json", "type"}]} or, for an enum,
{"kind": "int32", "enum": {number: name}}. What the tables cannot say, because they show two
releases only, stands below: between which releases a field came or went, and the defaults."""
import json
import sys

RELEASES = ["k0_5_0", "k0_5_1", "k0_6", "k0_7", "k0_8", "k1_0"]
OLDEST, OLDEST_PATCHED, LATER, NEWEST = "k0_5_0", "k0_5_1", "k0_6", "k1_0"

# Fields of the 1.0 table that 0.6 did not have yet -> first release.
CAME = {
    ("MeshConfig", "OutboundTrafficPolicy"): "k1_0",
    ("MeshConfig", "EnableClientSidePolicyCheck"): "k1_0",
    ("MeshConfig", "SdsUdsPath"): "k1_0",
    ("MeshConfig", "SdsRefreshDelay"): "k1_0",
    ("ProxyConfig", "ProxyBootstrapTemplatePath"): "k0_8",
    ("ProxyConfig", "InterceptionMode"): "k0_8",
}
# Fields of the 0.5 table that outlived 0.5 but not 1.0 -> last release.
STAYED = {("MeshConfig", "MtlsExcludedServices"): "k0_8"}
# Added to the 0.5 table by 0.5.1.
PATCHED = [("ProxyConfig", "Concurrency")]

DEFAULTS = {
    ("ProxyConfig", "ConfigPath"): "/etc/istio/proxy",
    ("ProxyConfig", "BinaryPath"): "/usr/local/bin/envoy",
    ("ProxyConfig", "ServiceCluster"): "istio-proxy",
    ("ProxyConfig", "DrainDuration"): "2s",
    ("ProxyConfig", "ParentShutdownDuration"): "3s",
    ("ProxyConfig", "DiscoveryRefreshDelay"): "1s",
    ("ProxyConfig", "ConnectTimeout"): "1s",
    ("ProxyConfig", "ProxyAdminPort"): "15000",
    ("MeshConfig", "ProxyListenPort"): "15001",
    ("MeshConfig", "ConnectTimeout"): "1s",
    ("MeshConfig", "IngressClass"): "istio",
    ("MeshConfig", "IngressControllerMode"): "STRICT",
    ("MeshConfig", "RdsRefreshDelay"): "1s",
    ("MeshConfig", "EnableTracing"): "true",
    ("MeshConfig", "AccessLogFile"): "/dev/stdout",
    ("MeshConfig", "SdsRefreshDelay"): "15s",
}
# Defaults that changed: (first, last, text).
CHANGED = {
    ("ProxyConfig", "DiscoveryAddress"): [("k0_5_0", "k0_6", "istio-pilot:15003"),
                                          ("k0_7", "k1_0", "istio-pilot:15007")],
}


def go_type(text):
    """Import aliases -> package names, as %T prints them."""
    return text.replace("meshconfig.", "v1alpha1.").replace("google_protobuf.", "duration.")


def overlap(first, last, bounds):
    low = max(RELEASES.index(first), RELEASES.index(bounds[0]))
    high = min(RELEASES.index(last), RELEASES.index(bounds[1]))
    return (RELEASES[low], RELEASES[high]) if low <= high else None


def rows(message, field, first, last):
    key = (message, field["go"])
    for low, high, default in CHANGED.get(key, [(first, last, DEFAULTS.get(key, ""))]):
        span = overlap(first, last, (low, high))
        if span:
            yield (f'    {{"{message}", MeshRelease::{span[0]}, MeshRelease::{span[1]}, "{field["go"]}", '
                   f'"{field["json"]}", "{go_type(field["type"])}", "{default}"}},')


def messages(table):
    return {name.removeprefix("meshconfig."): entry["fields"]
            for name, entry in table.items() if entry["kind"] == "struct"}


def field_rows(old, new):
    later = messages(new)
    for message, fields in messages(old).items():
        patched = [f for m, name in PATCHED if m == message
                   for f in later[message] if f["go"] == name]
        for field in fields:
            yield from rows(message, field, OLDEST, OLDEST_PATCHED)
        for field in patched:
            yield from rows(message, field, OLDEST_PATCHED, OLDEST_PATCHED)
    for message, fields in later.items():
        for field in fields:
            yield from rows(message, field, CAME.get((message, field["go"]), LATER), NEWEST)
    for message, fields in messages(old).items():
        for field in fields:
            if (message, field["go"]) in STAYED:
                yield from rows(message, field, LATER, STAYED[message, field["go"]])


def enum_rows(old, new, head):
    known = {}
    for table in (old, new):
        for name, entry in table.items():
            known.setdefault(name, {}).update(entry.get("enum", {}))
    for name, values in sorted(known.items()):
        # What later releases added, so that their data can be shown too; never renumbered values.
        later = {n: v for n, v in head.get(name, {}).get("enum", {}).items()
                 if n not in values and v not in values.values()}
        for since, group in ((OLDEST, values), (None, later)):
            for number, value in sorted(group.items(), key=lambda item: int(item[0])):
                flag = "true" if since is None else "false"
                yield f'    {{"{go_type(name)}", {number}, "{value}", {flag}}},'


def main():
    old, new, head = (json.load(open(path)) for path in sys.argv[1:4])
    print("// Generated by tools/generate_mesh_schema.py; do not edit.\n")
    print("constexpr MeshField kFields[] = {")
    print("\n".join(field_rows(old, new)))
    print("};\n\nconstexpr MeshEnumValue kEnumValues[] = {")
    print("\n".join(enum_rows(old, new, head)))
    print("};")


if __name__ == "__main__":
    main()
