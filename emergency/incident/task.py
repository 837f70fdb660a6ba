"""What is under way: decisions, measures, reports, each a sequence of steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from emergency.machine import (
    Bound,
    DecisionPlan,
    MeasurePlan,
    Performer,
    PublicationPlan,
    ReportPlan,
    Route,
    StepPlan,
    Value,
)
from emergency.scenario import Effect
from emergency.seat import Ask

__all__ = ["Deadline", "Says", "Task", "carry_out"]

Says = DecisionPlan | MeasurePlan | ReportPlan | PublicationPlan


@dataclass(slots=True)
class Deadline:
    """A bound that is running."""

    due: float
    clause: str
    step: int
    met: bool | None = None


@dataclass(slots=True, eq=False)
class Task:
    """A decision, measure, report or publication under way.

    Attributes
    ----------
    steps : tuple of StepPlan
        In order; several performers of one step act side by side.
    at : Value or None
        The value a decision enters, or in whose name a measure runs.
    n : int
        How many tasks of the same name were opened before it in this run.
    route : Route or None
        The way by which a decision goes.
    may : bool
        Whether the plan leaves it to those asked.
    stuck : bool
        Whether somebody will never answer.
    reached : dict of str to float
        The events that its own steps have made happen, by telling somebody, and when [h].
    """

    plan: str
    kind: str
    ref: str
    steps: tuple[StepPlan, ...]
    opened: float
    n: int
    at: Value | None
    says: Says
    index: int = 0
    began: float = 0.0
    waiting: set[int] = field(default_factory=set)
    deadlines: list[Deadline] = field(default_factory=list)
    closed: bool = False
    done: bool = False
    effects: list[tuple[Effect, str]] = field(default_factory=list)
    route: Route | None = None
    may: bool = False
    stuck: bool = False
    reached: dict[str, float] = field(default_factory=dict)

    @property
    def step(self) -> StepPlan:
        """The step it stands at."""
        return self.steps[self.index]

    def ask(self, id: int, performer: Performer) -> Ask:
        """The question put to one performer of the present step."""
        step = self.step
        cause = f"{self.plan}:{self.ref}:{self.n}:{step.do}:{performer.seat}"
        return Ask(
            id,
            self.plan,
            self.kind,
            self.ref,
            step.do,
            performer.actor,
            performer.seat,
            step.clauses,
            self.began,
            cause,
            step.urgency,
            self.may,
        )


def carry_out(
    do: str, by: tuple[Performer, ...], clauses: tuple[str, ...], bounds: tuple[Bound, ...] = ()
) -> StepPlan:
    """The step of doing a thing, where the plan only says that it is done."""
    return StepPlan(do, by, (), (), bounds, None, clauses)
