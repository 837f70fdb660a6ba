"""One flat `transitions.Machine` per program: a state is one value per scheme."""

from __future__ import annotations

from itertools import product

from transitions import Machine, State

from emergency.machine.program import Program, Value

__all__ = ["FlatMachine", "Situation"]

SEPARATOR = "/"


class Situation:
    """Where a plan stands now.

    It is never registered with the machine (that costs more than a whole run and leaks): move it with
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
        self._next = {state: self._leading_on(state, program) for state in self._values}

    def _leading_on(self, state: str, program: Program) -> dict[Value, str]:
        """The values that can be entered from a state, and where each leads, as the machine has it."""
        events = self.machine.events
        found = {at: events[str(at)].transitions.get(state, ()) for at in program.decisions if str(at) in events}
        return {at: str(ways[0].dest) for at, ways in found.items() if ways}

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
        return at in self._next[situation.state]

    def enter(self, situation: Situation, at: Value) -> bool:
        """Enter a value; False where the plan does not let it be entered from here.

        The transitions have no conditions and call nobody, so what firing one comes to is read off the machine once:
        a run enters values by the thousand.
        """
        found = self._next[situation.state].get(at)
        if found is not None:
            situation.state = found
        return found is not None
