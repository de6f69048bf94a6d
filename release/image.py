#!/usr/bin/env python3
"""Packs a root folder as an OCI image, without a registry or a container engine.

usage: image.py ROOT OUT.tar VERSION

OUT.tar is an OCI image layout, which podman, skopeo, docker (25 and later) and umoci read. The same ROOT
gives the same bytes: names are sorted, owners are root, times are SOURCE_DATE_EPOCH (or the commit's).
"""
import gzip
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def epoch():
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or subprocess.run(["git", "log", "-1", "--format=%ct"], check=True,
                                       capture_output=True, text=True).stdout)


def add(archive, name, data=None, **more):
    entry = tarfile.TarInfo(name)
    entry.mtime = epoch()
    for key, value in more.items():
        setattr(entry, key, value)
    if data is not None:
        entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data) if data is not None else None)


def layer(root):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_symlink():
                add(archive, name, type=tarfile.SYMTYPE, linkname=os.readlink(path), mode=0o777)
            elif path.is_dir():
                add(archive, name, type=tarfile.DIRTYPE, mode=0o755)
            else:
                add(archive, name, path.read_bytes(), mode=0o755 if os.access(path, os.X_OK) else 0o644)
    return out.getvalue()


def config(version, created):
    """The image's configuration without what follows from its contents; as in the Dockerfile."""
    labels = {"org.opencontainers.image.title": "sidecar-injector",
              "org.opencontainers.image.description": "Puts a sidecar container into Kubernetes pods",
              "org.opencontainers.image.version": version, "org.opencontainers.image.created": created,
              "org.opencontainers.image.licenses": "Apache-2.0"}
    return {
        "created": created, "os": "linux", "architecture": ARCHITECTURES[os.uname().machine],
        "config": {"User": "65532:65532", "Entrypoint": ["/usr/bin/sidecar-injector"],
                   "Cmd": ["controller"], "WorkingDir": "/", "Labels": labels,
                   "Env": ["PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]}}


def pack(root, version):
    """File name in the layout -> bytes."""
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        files[f"blobs/sha256/{digest}"] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    content = layer(root)
    packed = blob("application/vnd.oci.image.layer.v1.tar+gzip", gzip.compress(content, 9, mtime=0))
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch()))
    configuration = {
        **config(version, created),
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(content).hexdigest()]},
        "history": [{"created": created, "created_by": "release/image.py"}]}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": blob("application/vnd.oci.image.config.v1+json", json.dumps(configuration).encode()),
                "layers": [packed]}
    entry = blob(manifest["mediaType"], json.dumps(manifest).encode())
    # A tag may not hold what semantic versions separate their build with.
    entry["annotations"] = {"org.opencontainers.image.ref.name": version.replace("+", "_")}
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
    return files


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    root, out, version = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    files = pack(root, version)
    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("blobs", "blobs/sha256"):
            add(archive, name, type=tarfile.DIRTYPE, mode=0o755)
        for name in sorted(files):
            add(archive, name, files[name], mode=0o644)


if __name__ == "__main__":
    main()
