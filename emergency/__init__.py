"""Emergency plans as clause-cited data: check, simulate, play and teach one plan from one file.

>>> import emergency
>>> plan = emergency.load_plan("fuel")                                  # doctest: +SKIP
>>> run = emergency.simulate("fuel-pipeline-outage", seed=1)            # doctest: +SKIP

Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emergency.chance import Chance
    from emergency.errors import (
        EmergencyError,
        InputError,
        MissingExtraError,
        RefusedError,
        RunError,
        UnsettledError,
    )
    from emergency.figures import draw_machine, draw_run
    from emergency.incident import Incident, prepare, simulate
    from emergency.indicators import fold
    from emergency.log import EventLog
    from emergency.machine import Value, assess, compile_plan
    from emergency.plan import Plan
    from emergency.reader import load_inputs, load_jurisdiction, load_plan, load_scenario
    from emergency.report import write_report
    from emergency.review.citation import audit
    from emergency.scenario import Scenario
    from emergency.seat import Answer, AsWritten

__version__ = "0.1.0"

_HOMES = {
    "Answer": "seat",
    "AsWritten": "seat",
    "Chance": "chance",
    "EmergencyError": "errors",
    "EventLog": "log",
    "Incident": "incident",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "Plan": "plan",
    "RefusedError": "errors",
    "RunError": "errors",
    "Scenario": "scenario",
    "UnsettledError": "errors",
    "Value": "machine",
    "assess": "machine",
    "audit": "review.citation",
    "check_plans": "review.check",
    "compile_plan": "machine",
    "draw_machine": "figures",
    "draw_run": "figures",
    "fold": "indicators",
    "load_inputs": "reader",
    "load_jurisdiction": "reader",
    "load_plan": "reader",
    "load_scenario": "reader",
    "prepare": "incident",
    "simulate": "incident",
    "sweep": "replicate.sweep",
    "write_report": "report",
}

__all__ = [
    "Answer",
    "AsWritten",
    "Chance",
    "EmergencyError",
    "EventLog",
    "Incident",
    "InputError",
    "MissingExtraError",
    "Plan",
    "RefusedError",
    "RunError",
    "Scenario",
    "UnsettledError",
    "Value",
    "assess",
    "audit",
    "check_plans",
    "compile_plan",
    "draw_machine",
    "draw_run",
    "fold",
    "load_inputs",
    "load_jurisdiction",
    "load_plan",
    "load_scenario",
    "prepare",
    "simulate",
    "sweep",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'emergency' has no attribute {name!r}")
    found = getattr(import_module(f"emergency.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
