#!/usr/bin/env python3
"""Writes lib/kubetypes/schema_table.inc: the Go types of Kubernetes objects as one compact table.

    generate_schema.py OLD.json NEW.json > lib/kubetypes/schema_table.inc

OLD is what Istio 0.5 was built with (Kubernetes 1.9.1); it decides the order of fields, their types
and when a zero value is written. Fields that only NEW knows follow and carry the flag `newer`.
supplement.json beside this script adds what neither knows: OpenShift's DeploymentConfig and
Istio's own SidecarInjectionSpec.
"""
import json
import pathlib
import re
import sys

ROOTS = [
    "extensions/v1beta1.Deployment", "extensions/v1beta1.DaemonSet",
    "extensions/v1beta1.ReplicaSet", "batch/v1.Job", "batch/v2alpha1.CronJob",
    "apps/v1beta1.StatefulSet", "core/v1.ReplicationController", "core/v1.Pod", "meta/v1.List",
    "openshift/apps/v1.DeploymentConfig", "inject.SidecarInjectionSpec",
]
# NEW's name of a type -> the name under which OLD has it.
RENAMED = {
    "core/v1.ProbeHandler": "core/v1.Handler",
    "core/v1.LifecycleHandler": "core/v1.Handler",
    "core/v1.VolumeResourceRequirements": "core/v1.ResourceRequirements",
}
GROUPS = {  # NEW's group version -> OLD's, for the workload kinds.
    "apps/v1.StatefulSet": "apps/v1beta1.StatefulSet",
    "apps/v1.RollingUpdateStatefulSetStrategy": "apps/v1beta1.RollingUpdateStatefulSetStrategy",
    "apps/v1.PodManagementPolicyType": "apps/v1beta1.PodManagementPolicyType",
    "apps/v1.": "extensions/v1beta1.",
    "batch/v1.CronJob": "batch/v2alpha1.CronJob",
    "batch/v1.JobTemplateSpec": "batch/v2alpha1.JobTemplateSpec",
    "batch/v1.ConcurrencyPolicy": "batch/v2alpha1.ConcurrencyPolicy",
}
OMIT_EMPTY, OMIT_ZERO, INLINE, NEWER = 1, 2, 4, 8
# Types with a decoder of their own; their fields are written out in scalars.cc.
SCALARS = {"meta/v1.Time", "resource.Quantity", "intstr.IntOrString", "runtime.RawExtension",
           "meta/v1.FieldsV1"}
NAMED = re.compile(r"[a-zA-Z0-9/]+\.[A-Za-z0-9_]+")


def old_name(name):
    if name in RENAMED:
        return RENAMED[name]
    for new, old in GROUPS.items():
        if name.startswith(new):
            return old + name[len(new):]
    return name


def read(path):
    types = json.loads(pathlib.Path(path).read_text())["types"]
    return {name: normal(kind) for name, kind in types.items() if name not in SCALARS}


def normal(described):
    if described["kind"] != "struct":
        return described["of"]
    fields = []
    for field in described["fields"]:
        flags = ((OMIT_EMPTY if field.get("omitempty") else 0)
                 | (OMIT_ZERO if field.get("omitzero") else 0)
                 | (INLINE if field.get("inline") else 0))
        fields.append((field["go"], field["type"], field.get("json", ""), flags))
    return fields


def read_supplement():
    path = pathlib.Path(__file__).with_name("supplement.json")
    flags = {"": 0, "omitempty": OMIT_EMPTY, "inline": INLINE}
    return {name: body if isinstance(body, str)
            else [(go, kind, name_, flags[flag]) for go, kind, name_, flag in body]
            for name, body in json.loads(path.read_text())["types"].items()}


def merge(old, new):
    merged = dict(old)
    for name, body in new.items():
        name = old_name(name)
        if isinstance(body, list):
            body = [(go, NAMED.sub(lambda m: old_name(m.group()), kind), json_name, flags)
                    for go, kind, json_name, flags in body]
        if name not in merged:
            merged[name] = body
        elif isinstance(body, list):
            known = {field[2] or old_name("core/v1." + field[0]).split(".")[1]
                     for field in merged[name]}
            merged[name] = merged[name] + [
                # Outside the struct that OLD knows nothing is written unless it was given.
                (go, kind, json_name, flags | NEWER | OMIT_EMPTY | OMIT_ZERO)
                for go, kind, json_name, flags in body
                if (json_name or old_name("core/v1." + go).split(".")[1]) not in known]
    for name, body in list(merged.items()):  # type List = metav1.List
        if isinstance(body, str) and isinstance(merged.get(body), list):
            del merged[name]
    return merged


def drop_undescribed(types):
    """A newer field of a type that NEW does not describe is left out: it survives untyped."""
    for name, body in types.items():
        if isinstance(body, list):
            types[name] = [field for field in body
                           if all(used in types or used in SCALARS
                                  for used in NAMED.findall(field[1]))]


def reachable(types):
    seen, queue = set(), list(ROOTS)
    while queue:
        name = queue.pop()
        if name in seen or name in SCALARS:
            continue
        seen.add(name)
        if name not in types:
            sys.exit(f"{name}: no such type")
        body = types[name]
        for text in [body] if isinstance(body, str) else [field[1] for field in body]:
            queue.extend(NAMED.findall(text))
    return sorted(seen)


class Pool:
    def __init__(self):
        self.offsets, self.texts, self.size = {}, [], 0

    def add(self, text):
        if text not in self.offsets:
            self.offsets[text] = self.size
            self.texts.append(text)
            self.size += len(text) + 1
        return self.offsets[text]


def wrap(items, width=98):
    line = ""
    for item in items:
        if line and len(line) + len(item) + 1 > width:
            yield line
            line = ""
        line += (" " if line else "") + item
    yield line


def main():
    types = merge(read(sys.argv[1]), read(sys.argv[2]))
    types.update(read_supplement())
    drop_undescribed(types)
    pool = Pool()
    type_rows, field_rows = [], []
    for name in reachable(types):
        body = types[name]
        fields = body if isinstance(body, list) else []
        underlying = "struct" if isinstance(body, list) else body
        type_rows.append(f"{{{pool.add(name)},{pool.add(underlying)},"
                         f"{len(field_rows)},{len(fields)}}},")
        field_rows += [f"{{{pool.add(go)},{pool.add(kind)},{pool.add(json_name)},{flags}}},"
                       for go, kind, json_name, flags in fields]
    if pool.size > 65535:
        sys.exit("string pool exceeds 16-bit offsets")
    print("// Written by tools/generate_schema.py. Do not edit.")
    print("constexpr char kPool[] =")
    for line in wrap([text + "\\0" for text in pool.texts], 94):
        print('    "' + line.replace("\\0 ", "\\0") + '"')
    print(";\nconstexpr TypeRow kTypes[] = {")
    print("\n".join(wrap(type_rows)))
    print("};\nconstexpr FieldRow kFields[] = {")
    print("\n".join(wrap(field_rows)))
    print("};")


if __name__ == "__main__":
    main()
