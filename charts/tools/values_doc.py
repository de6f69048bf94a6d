"""Reads charts/sidecar-injector/values.yaml: keys, defaults and what the comments say of them.

Only the YAML that file uses is understood: two-space indentation, scalars, and JSON for lists and
maps that are values. `# -- text` documents the next key, `# @schema {...}` adds JSON Schema to it.
"""
import dataclasses
import json
import pathlib
import re

KEY = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*):(?: (.*))?$")


@dataclasses.dataclass
class Value:
    path: list  # Of keys.
    default: object  # A dict of Values for a group, in `children`.
    text: str
    schema: dict
    children: list


def parse_scalar(text, where):
    if text[:1] in "[{\"":
        return json.loads(text)
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[A-Za-z0-9][\w./:-]*", text):
        return text
    raise ValueError(f"{where}: write {text!r} as JSON")


def read_values(file: pathlib.Path):
    """The top-level values. Raises ValueError for anything undocumented."""
    root = Value([], None, "", {}, [])
    stack = [root]
    text, schema = [], {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        where = f"{file}:{number}"
        comment = line.strip()
        if comment.startswith("# -- "):
            text, schema = [comment[5:]], {}
        elif comment.startswith("# @schema "):
            schema = json.loads(comment[10:])
        elif comment.startswith("#"):
            if text:
                text.append(comment[1:].strip())
        elif comment:
            match = KEY.match(line)
            if not match:
                raise ValueError(f"{where}: not understood: {line}")
            indent, key, scalar = len(match[1]), match[2], match[3]
            depth = indent // 2
            if depth >= len(stack):
                raise ValueError(f"{where}: indentation")
            del stack[depth + 1:]
            value = Value(stack[-1].path + [key], None, " ".join(text), schema, [])
            if scalar is not None:
                if not text:
                    raise ValueError(f"{where}: {key} has no comment \"# -- ...\"")
                value.default = parse_scalar(scalar, where)
            stack[-1].children.append(value)
            if scalar is None:
                stack.append(value)
            text, schema = [], {}
        else:
            text, schema = [], {}
    return root.children


def leaves(values):
    for value in values:
        if value.default is None:
            yield from leaves(value.children)
        else:
            yield value


def type_of(default):
    return {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}[type(default)]


def schema_of(values, title):
    """JSON Schema (draft 7) that refuses unknown keys and wrong types."""
    properties = {}
    for value in values:
        if value.default is None:
            properties[value.path[-1]] = schema_of(value.children, None)
        else:
            properties[value.path[-1]] = {"description": value.text, "type": type_of(value.default),
                                          **value.schema}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if title:
        # Helm puts `global` into every chart's values.
        properties["global"] = {"type": "object"}
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **schema}
    return schema


def table_of(values):
    rows = ["| value | default | meaning |", "| --- | --- | --- |"]
    for value in leaves(values):
        default = json.dumps(value.default) if not isinstance(value.default, str) else value.default or '""'
        cells = (f"`{'.'.join(value.path)}`", f"`{default}`", value.text)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)
