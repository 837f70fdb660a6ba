"""From what a plan says to a machine that runs: statements and readings → program → flat state machine.

`compile_plan` merges the voices of all clauses on one field, settles silences and conflicts by the plan's
readings, and refuses, naming the clauses, where a question stays open.
"""

from emergency.machine.assess import Assessment, Fact, Verdict, assess
from emergency.machine.compile import compile_plan
from emergency.machine.flat import FlatMachine, Situation
from emergency.machine.program import (
    Bound,
    Channel,
    DecisionPlan,
    EventPlan,
    Gap,
    LevelRule,
    MeasurePlan,
    Need,
    Part,
    Program,
    PublicationPlan,
    ReportPlan,
    Route,
    StepPlan,
    Value,
    Variable,
    decider,
)
from emergency.machine.voices import Performer

__all__ = [
    "Assessment",
    "Bound",
    "Channel",
    "DecisionPlan",
    "EventPlan",
    "Fact",
    "FlatMachine",
    "Gap",
    "LevelRule",
    "MeasurePlan",
    "Need",
    "Part",
    "Performer",
    "Program",
    "PublicationPlan",
    "ReportPlan",
    "Route",
    "Situation",
    "StepPlan",
    "Value",
    "Variable",
    "Verdict",
    "assess",
    "compile_plan",
    "decider",
]
