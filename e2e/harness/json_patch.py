"""RFC 6902, the operations that an injector may use, strictly."""
import copy


def _step(node, token):
    token = token.replace("~1", "/").replace("~0", "~")
    if isinstance(node, list):
        return len(node) if token == "-" else int(token)
    return token


def apply_patch(document, operations):
    """The patched document. A path that leads nowhere raises KeyError or IndexError."""
    document = copy.deepcopy(document)
    for operation in operations:
        *parents, last = operation["path"].split("/")[1:]
        node = document
        for token in parents:
            node = node[_step(node, token)]
        key = _step(node, last)
        if operation["op"] == "add" and isinstance(node, list):
            if key > len(node):
                raise IndexError(operation["path"])
            node.insert(key, operation["value"])
        elif operation["op"] == "add":
            node[key] = operation["value"]
        elif operation["op"] == "replace":
            node[key]  # What is replaced must be there.
            node[key] = operation["value"]
        elif operation["op"] == "remove":
            del node[key]
        else:
            raise ValueError(f"operation {operation['op']}")
    return document
