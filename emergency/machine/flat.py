"""One flat `transitions.Machine` per program: a state is one value per scheme."""

from __future__ import annotations

from itertools import product

from transitions import Machine, State

from emergency.machine.program import Program, Value

__all__ = ["FlatMachine", "Situation"]

SEPARATOR = "/"


class Situation:
    """Where a plan stands now.

    It is never registered with the machine (that costs more than a whole run and leaks): fire with
    `FlatMachine.enter`.
    """

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class FlatMachine:
    """The machine of a program, shared by all its runs.

    Attributes
    ----------
    schemes : tuple of str
        The schemes in the order a state names their values.
    machine : transitions.Machine
        Its triggers are the values that can be entered, e.g. ``response=III``.
    """

    def __init__(self, program: Program) -> None:
        self.schemes = tuple(program.plan.schemes)
        values = [program.plan.schemes[s].values for s in program.plan.schemes]
        self._values: dict[str, dict[str, str]] = {}
        for combination in product(*values):
            self._values[SEPARATOR.join(combination)] = dict(zip(self.schemes, combination, strict=True))
        self.initial = SEPARATOR.join("off" for _ in self.schemes)
        self.machine = Machine(
            model=None,
            states=[State(name) for name in self._values],
            transitions=self._transitions(program),
            initial=self.initial,
            auto_transitions=False,
        )

    def _transitions(self, program: Program) -> list[dict[str, str]]:
        found = []
        for at, decision in program.decisions.items():
            for state, values in self._values.items():
                if values[at.scheme] in decision.sources:
                    dest = SEPARATOR.join({**values, at.scheme: at.value}.values())
                    found.append({"trigger": str(at), "source": state, "dest": dest})
        return found

    def situation(self) -> Situation:
        """A fresh situation with every scheme off."""
        return Situation(self.initial)

    def values(self, situation: Situation) -> dict[str, str]:
        """The value of each scheme."""
        return self._values[situation.state]

    def may(self, situation: Situation, at: Value) -> bool:
        """Whether a value can be entered from here."""
        event = self.machine.events.get(str(at))
        return event is not None and situation.state in event.transitions

    def enter(self, situation: Situation, at: Value) -> bool:
        """Fire the trigger of a value; False where the plan does not let it be entered from here."""
        if not self.may(situation, at):
            return False
        return bool(self.machine.events[str(at)].trigger(situation))
