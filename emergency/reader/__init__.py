"""YAML files → plans, scenarios and jurisdictions; the only package that knows YAML.

A file goes through four steps, and every step reports all it finds: bytes to text and nodes (`yaml`), nodes
to models (`shape`), names to what they mean (`references`), and the report by place (`load`).
"""

from __future__ import annotations

from emergency.reader.files import Kind, Known, find, known
from emergency.reader.load import Inputs, load_inputs, load_jurisdiction, load_plan, load_scenario
from emergency.reader.references import jurisdiction_problems, plan_problems
from emergency.reader.scenario_references import scenario_problems
from emergency.reader.schema import json_schema

__all__ = [
    "Inputs",
    "Kind",
    "Known",
    "find",
    "json_schema",
    "jurisdiction_problems",
    "known",
    "load_inputs",
    "load_jurisdiction",
    "load_plan",
    "load_scenario",
    "plan_problems",
    "scenario_problems",
]
