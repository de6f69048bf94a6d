#!/usr/bin/env python3
"""Writes what follows from something else in charts/, crds/ and config/, so that nothing drifts.

usage: generate.py [--check]

  values.yaml's comments      -> the chart's README.md and values.schema.json
  charts/tools/dashboard.py   -> the chart's files/dashboard.json
  config/injection/, crds/    -> the copies in the chart, which can only hold its own files
  the chart, rendered         -> config/base, config/release, config/debug, config/before-1.21

--check writes nothing, prints what is stale and ends with status 1 if anything is. HELM names helm;
without it, e2e/cluster/fetch_clients.sh fetches it.
"""
import json
import os
import pathlib
import subprocess
import sys

import dashboard
import values_doc

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/sidecar-injector"
HEADER = "# Made by charts/tools/generate.py from the chart: change that, then run `make chart`.\n"
NAMESPACE = "istio-system"


def helm():
    if os.environ.get("HELM"):
        return os.environ["HELM"]
    clients = subprocess.run([ROOT / "e2e/cluster/fetch_clients.sh"], check=True, capture_output=True,
                             text=True).stdout.strip()
    return f"{clients}/helm"


def render(template, *values):
    """One template's documents, without what only Helm needs."""
    command = [helm(), "template", "sidecar-injector", CHART, "--namespace", NAMESPACE,
               "--show-only", f"templates/{template}"]
    for value in values:
        command += ["--set", value]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept = [line for line in text.splitlines()
            if "helm.sh/chart:" not in line and not line.startswith("# Source:")
            and "app.kubernetes.io/managed-by:" not in line]
    return "\n".join(kept).strip().removeprefix("---").strip() + "\n"


def manifests():
    """File below config/ -> text."""
    parts = {"deployment.yaml": "deployment.yaml", "service.yaml": "service.yaml",
             "serviceaccount.yaml": "serviceaccount.yaml", "rbac.yaml": "rbac.yaml",
             "webhook.yaml": "webhook.yaml", "poddisruptionbudget.yaml": "availability.yaml"}
    # Without --kube-version, the newest there is: what an older server does not know is left out.
    plain = ["webhook.matchConditions=never", "injection.create=false"]
    files = {f"base/{name}": HEADER + render(template, *plain) for name, template in parts.items()}
    files["base/mesh.yaml"] = HEADER + render("configmaps.yaml", *plain)
    files["base/namespace.yaml"] = (
        HEADER + f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {NAMESPACE}\n")
    names = sorted(name.removeprefix("base/") for name in files)
    files["base/kustomization.yaml"] = (
        HEADER + "# Everything but the injection configuration: see ../release and ../debug.\n"
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
        + "".join(f"- {name}\n" for name in names))
    for preset in ("release", "debug"):
        files[f"{preset}/istio-inject.yaml"] = HEADER + render(
            "configmaps.yaml", f"injection.preset={preset}", "mesh.create=false")
        files[f"{preset}/kustomization.yaml"] = (
            HEADER + f"# kubectl apply -k config/{preset}\n"
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
            "- ../base\n- istio-inject.yaml\n")
        files[f"before-1.21/{preset}/kustomization.yaml"] = (
            HEADER + "# For API servers of Kubernetes 1.16 to 1.20: kubectl apply -k "
            f"config/before-1.21/{preset}\n"
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
            f"- ../../{preset}\npatches:\n- target:\n    kind: PodDisruptionBudget\n  patch: |\n"
            "    - op: replace\n      path: /apiVersion\n      value: policy/v1beta1\n")
    return files


def readme(values):
    template = (ROOT / "charts/tools/README.md.in").read_text()
    return template.replace("@VALUES@", values_doc.table_of(values))


def outputs():
    """File -> text."""
    values = values_doc.read_values(CHART / "values.yaml")
    schema = values_doc.schema_of(values, "Values of the chart sidecar-injector")
    files = {
        CHART / "README.md": readme(values),
        CHART / "values.schema.json": json.dumps(schema, indent=2) + "\n",
        CHART / "files/dashboard.json": dashboard.text(),
    }
    for source, copy in ((ROOT / "config/injection", CHART / "files/injection"),
                         (ROOT / "crds", CHART / "crds")):
        for file in sorted(source.glob("*.yaml")):
            files[copy / file.name] = file.read_text()
    return files


def update(files, check):
    stale = []
    for file, text in files.items():
        if file.exists() and file.read_text() == text:
            continue
        stale.append(file.relative_to(ROOT))
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return stale


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    stale = update(outputs(), check)
    # After the chart's own files, of which these are made.
    stale += update({ROOT / "config" / name: text for name, text in manifests().items()}, check)
    for file in stale:
        print(f"{file}: {'stale: run `make chart`' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
