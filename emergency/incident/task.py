"""What is under way: decisions, measures, reports, each a sequence of steps."""

from __future__ import annotations

from emergency.incident.matters import Matter, ReadyStep, Turn, Way
from emergency.machine import Value
from emergency.scenario import Effect
from emergency.seat import Ask

__all__ = ["Deadline", "Task"]


class Deadline:
    """A bound that is running."""

    __slots__ = ("clause", "due", "met", "step")

    def __init__(self, due: float, clause: str, step: int) -> None:
        self.due, self.clause, self.step = due, clause, step
        self.met: bool | None = None


class Task:
    """A decision, measure, report or publication under way.

    Attributes
    ----------
    matter : Matter
        What has to be done; several performers of one step act side by side.
    ref : str
        Its name in the log.
    opened, began : float
        When it was taken on, and when its present step was put to its performers [h].
    n : int
        How many tasks of the same name were opened before it in this run.
    at : Value or None
        The value a decision enters, or in whose name a measure runs.
    way : Way or None
        By which a decision goes.
    stuck : bool
        Whether somebody will never answer.
    reached : dict of str to float
        The events that its own steps have made happen, by telling somebody, and when [h].
    """

    __slots__ = ("at", "began", "closed", "deadlines", "done", "effects", "index", "matter", "n", "opened", "reached",
                 "ref", "stuck", "waiting", "way")

    def __init__(self, matter: Matter, opened: float, n: int, at: Value | None, way: Way | None) -> None:
        self.matter, self.ref, self.opened, self.n, self.at, self.way = matter, matter.ref, opened, n, at, way
        self.index, self.began = 0, 0.0
        self.waiting: set[int] = set()
        self.deadlines: list[Deadline] = []
        self.closed = self.done = self.stuck = False
        self.effects: tuple[tuple[Effect, str], ...] = ()
        self.reached: dict[str, float] = {}

    @property
    def step(self) -> ReadyStep:
        """The step it stands at."""
        return self.matter.steps[self.index]

    def ask(self, id: int, plan: str, turn: Turn) -> Ask:
        """The question put to one performer of the present step."""
        matter, step = self.matter, self.matter.steps[self.index]
        cause = f"{matter.cause}{self.n}{turn.cause}"
        return Ask(
            id,
            plan,
            matter.kind,
            self.ref,
            step.do,
            turn.actor,
            turn.seat,
            step.clauses,
            self.began,
            cause,
            step.urgency,
            matter.may,
        )
