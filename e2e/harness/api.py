"""The Kubernetes API over plain HTTP: a hundred times quicker than a kubectl."""
import http.client
import json
import ssl
import threading
import urllib.parse

CONTENT_TYPES = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
# kind -> group and version, plural, whether it lives in a namespace.
KINDS = {
    "Namespace": ("v1", "namespaces", False),
    "Pod": ("v1", "pods", True),
    "Node": ("v1", "nodes", False),
    "Service": ("v1", "services", True),
    "Endpoints": ("v1", "endpoints", True),
    "Secret": ("v1", "secrets", True),
    "ConfigMap": ("v1", "configmaps", True),
    "Event": ("v1", "events", True),
    "ServiceAccount": ("v1", "serviceaccounts", True),
    "ReplicationController": ("v1", "replicationcontrollers", True),
    "Deployment": ("apps/v1", "deployments", True),
    "ReplicaSet": ("apps/v1", "replicasets", True),
    "StatefulSet": ("apps/v1", "statefulsets", True),
    "DaemonSet": ("apps/v1", "daemonsets", True),
    "Job": ("batch/v1", "jobs", True),
    "CronJob": ("batch/v1beta1", "cronjobs", True),
    "Lease": ("coordination.k8s.io/v1", "leases", True),
    "Role": ("rbac.authorization.k8s.io/v1", "roles", True),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", "rolebindings", True),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles", False),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", "clusterrolebindings", False),
    "MutatingWebhookConfiguration": (
        "admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", False),
    "CertificateSigningRequest": ("certificates.k8s.io/v1", "certificatesigningrequests", False),
}


class ApiError(AssertionError):
    """A reply that is no success: `status`, and `message` as the API server put it."""

    def __init__(self, request, status, body):
        self.status = status
        try:
            self.message = json.loads(body).get("message", body)
        except ValueError:
            self.message = body
        super().__init__(f"{request}: {status} {self.message}")


class Api:
    """One user's view of the API server. Any thread; each thread has a connection of its own."""

    def __init__(self, url, ca_file, certificate=None, key=None, token=None):
        self.url, self._token = url, token
        self._host = urllib.parse.urlsplit(url).netloc
        self._tls = ssl.create_default_context(cafile=ca_file)
        if certificate:
            self._tls.load_cert_chain(certificate, key)
        self._local = threading.local()

    def raw(self, method, path, body=None, content_type="application/json", timeout=60.0):
        """Status and text of the reply. A connection that went away is opened again, once."""
        headers = {"Content-Type": content_type} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = http.client.HTTPSConnection(self._host, context=self._tls, timeout=timeout)
                self._local.connection = connection
            try:
                connection.request(method, path, data, headers)
                reply = connection.getresponse()
                return reply.status, reply.read().decode()
            except (http.client.HTTPException, OSError):
                connection.close()
                self._local.connection = None
                if fresh or attempt == 2:
                    raise
        raise AssertionError("not reached")

    def call(self, method, path, body=None, content_type="application/json"):
        status, text = self.raw(method, path, body, content_type)
        if status >= 300:
            raise ApiError(f"{method} {path}", status, text)
        return json.loads(text) if text.startswith("{") else text

    @staticmethod
    def path(kind, namespace=None, name=None, version=None):
        default, plural, namespaced = KINDS[kind]
        version = version or default
        path = f"/api/{version}" if version == "v1" else f"/apis/{version}"
        if namespaced and namespace:
            path += f"/namespaces/{namespace}"
        return path + f"/{plural}" + (f"/{name}" if name else "")

    def create(self, document, namespace=None, query=""):
        path = self.path(document["kind"], namespace, version=document.get("apiVersion"))
        return self.call("POST", path + query, document)

    def get(self, kind, namespace=None, name=None, version=None):
        return self.call("GET", self.path(kind, namespace, name, version))

    def list(self, kind, namespace=None, query=""):
        return self.call("GET", self.path(kind, namespace) + query)["items"]

    def replace(self, document, namespace=None):
        path = self.path(document["kind"], namespace, document["metadata"]["name"],
                         document.get("apiVersion"))
        return self.call("PUT", path, document)

    def patch(self, kind, namespace, name, body, how="merge", version=None, subresource=""):
        path = self.path(kind, namespace, name, version) + subresource
        return self.call("PATCH", path, body, CONTENT_TYPES[how])

    def delete(self, kind, namespace=None, name=None, missing_ok=True, query=""):
        status, text = self.raw("DELETE", self.path(kind, namespace, name) + query)
        if status >= 300 and not (missing_ok and status == 404):
            raise ApiError(f"DELETE {kind} {name}", status, text)

    def exists(self, kind, namespace, name):
        return self.raw("GET", self.path(kind, namespace, name))[0] == 200
