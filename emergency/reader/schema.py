"""JSON Schema of the three kinds of file, so that an editor can complete and check them while one types."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.reader.bases import TAKEN
from emergency.reader.files import Kind
from emergency.scenario import Scenario

__all__ = ["json_schema"]

_MODELS: dict[str, type[BaseModel]] = {"plan": Plan, "scenario": Scenario, "jurisdiction": Jurisdiction}
#: What an editor may take a plain text for, with texts that it would.
_LOOKS_LIKE = {"number": ("2", "2.1"), "boolean": ("true", "no")}
_SWITCHES = {"yes": True, "no": False, "on": True, "off": False, "true": True, "false": False}


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a plan, a scenario or a jurisdiction.

    We read every scalar as text. Editors see numbers and booleans in some, so these are allowed wherever the
    text may look like one. A scenario may leave to another one what it is based on, so of the place and its people
    nothing is required there: what is still missing then, only the reader can tell.
    """
    found = _widened(_MODELS[kind].model_json_schema(by_alias=True, mode="validation"))
    assert isinstance(found, dict)
    if kind == "scenario":
        found["required"] = [key for key in found["required"] if key not in TAKEN]
        for one in _reached(found["$defs"], "World"):
            if "basis" not in found["$defs"][one].get("properties", {}):
                found["$defs"][one].pop("required", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _reached(defs: dict[str, Any], name: str) -> set[str]:
    """A definition and those it is made of."""
    found, open_ = set[str](), [name]
    while open_:
        one = open_.pop()
        if one not in found:
            found.add(one)
            open_ += re.findall(r"#/\$defs/(\w+)", json.dumps(defs[one]))
    return found


def _widened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_widened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        schema = _without_null(schema)
    found = {k: _widened(v) for k, v in schema.items() if not (k == "default" or (k == "format"))}
    if found.get("type") == "object" and "patternProperties" in found:
        found["additionalProperties"] = False
    if found.get("type") == "string":
        found.update(_scalar(found))
        if "enum" in found:
            found.pop("const", None)
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A key without a value is refused, so `null` is no choice."""
    inner = [one for one in schema["anyOf"] if one != {"type": "null"}]
    rest = {k: v for k, v in schema.items() if k != "anyOf"}
    return {**rest, **inner[0]} if len(inner) == 1 else {**rest, "anyOf": inner}


def _scalar(schema: dict[str, Any]) -> dict[str, Any]:
    """The types and values that a YAML editor may see for a text of ours."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if choices is not None:
        seen = [*choices, *(int(c) for c in choices if c.isdigit())]
        seen += [_SWITCHES[c] for c in choices if c in _SWITCHES]
        return {"type": ["string", "number", "boolean"], "enum": seen} if len(seen) > len(choices) else {}
    pattern = schema.get("pattern", "")
    also = [kind for kind, texts in _LOOKS_LIKE.items() if any(re.search(pattern, text) for text in texts)]
    return {"type": ["string", *also]} if also else {}
