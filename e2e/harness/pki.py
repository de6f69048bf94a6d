"""Certificates, made with the openssl command."""
import itertools
import pathlib
import subprocess

_serial = itertools.count(1)


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode()}")
    return done.stdout.decode()


class KeyPair:
    """Paths of a certificate and its key, both PEM."""

    def __init__(self, folder, name):
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"

    def pem(self):
        return self.certificate.read_text()

    def serial(self):
        return _openssl("x509", "-in", self.certificate, "-noout", "-serial").strip().split("=")[1]


class Authority(KeyPair):
    """A CA with an ECDSA key."""

    def __init__(self, folder, name="ca", common_name="test-ca"):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, name)
        self._folder = folder
        make_key(self.key)
        _openssl("req", "-x509", "-new", "-key", self.key, "-sha256", "-days", 3650,
                 "-subj", f"/CN={common_name}", "-out", self.certificate,
                 "-addext", "basicConstraints=critical,CA:TRUE",
                 "-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign")

    def issue(self, name, subject, usage="serverAuth", names=(), days=3650):
        """A leaf; `names` as openssl writes them: DNS:a.b.svc, IP:127.0.0.1."""
        pair = KeyPair(self._folder, name)
        request, extensions = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        make_key(pair.key)
        _openssl("req", "-new", "-key", pair.key, "-subj", subject, "-out", request)
        lines = ["basicConstraints=CA:FALSE", "keyUsage=digitalSignature,keyEncipherment",
                 f"extendedKeyUsage={usage}"]
        if names:
            lines.append("subjectAltName=" + ",".join(names))
        extensions.write_text("\n".join(lines) + "\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                 "-set_serial", f"0x{next(_serial):04x}", "-sha256", "-days", days,
                 "-extfile", extensions, "-out", pair.certificate)
        return pair


def make_key(path):
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
    path.chmod(0o600)


def make_rsa_key(private, public):
    _openssl("genrsa", "-out", private, 2048)
    _openssl("rsa", "-in", private, "-pubout", "-out", public)


def describe(path):
    return _openssl("x509", "-in", path, "-noout", "-text")
