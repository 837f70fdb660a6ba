"""What the runs of a sweep have in common: the files as read, the changes made to them, who sits in the seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from emergency.chance import Chance
from emergency.errors import InputError
from emergency.incident import Incident, Prepared, prepare
from emergency.log import EventLog
from emergency.machine import Program
from emergency.reader import Inputs, load_inputs
from emergency.replicate.amend import Amendment, amended
from emergency.replicate.tally import Columns, Tally
from emergency.seat import Policy, policy
from emergency.source import Where

__all__ = ["Case", "Started", "read_case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario with its plans, as it is run; plain values, so that it can be sent to a worker.

    Attributes
    ----------
    settings : tuple of str
        Changes made to the scenario, ``key=value``.
    seats : str
        The policy of all seats, one of `emergency.seat.POLICIES`.
    apart : bool
        Whether each plan has people and vehicles of its own.
    label : str
        What makes it differ from the sweep's first case; empty for that one.
    """

    inputs: Inputs
    settings: tuple[str, ...] = ()
    seats: str = "as-written"
    apart: bool = False
    label: str = ""

    def prepared(self) -> Prepared:
        """The scenario made ready, with the questions that stay open placed in their files."""
        inputs = self.inputs
        try:
            return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction, self.settings)
        except InputError as error:
            raise _placed(error, inputs) from None

    def hashes(self) -> dict[str, str]:
        """The digest of each file that counts, by id: the scenario, its plans, its jurisdiction."""
        return dict(sorted(self.inputs.sha256.items()))


@dataclass(slots=True)
class Started:
    """A case made ready in this process, from which runs are begun."""

    case: Case
    prepared: Prepared
    programs: Mapping[str, Program] = field(init=False)
    columns: Columns = field(init=False)
    _awake: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.programs = {id: one.program for id, one in self.prepared.plans.items()}
        self.columns = Columns(self.programs, map(str, self.prepared.scenario.fleets))
        self._awake = frozenset(s for s, one in self.prepared.staffing.items() if one.hours == "always")

    def run(self, chance: Chance, number: int) -> tuple[Incident, Policy, Tally]:
        """One run about to begin: the incident, who answers in it, and what will be kept of it."""
        log, tally = EventLog(self.prepared.start, keep=False), Tally(self.columns)
        log.listen(tally)
        return *self.begin(chance, number, log), tally

    def begin(
        self, chance: Chance, number: int, log: EventLog, *, apart: bool | None = None
    ) -> tuple[Incident, Policy]:
        """One run about to begin that writes into a log; `apart` where it is to be other than the case has it."""
        prepared, stream = self.prepared, chance.run(number)
        who = policy(
            self.case.seats, prepared.work, prepared.scenario.behaviour, stream, prepared.start, self._awake
        )
        return Incident(prepared, stream, log, apart=self.case.apart if apart is None else apart), who


def read_case(
    scenario: str | Path,
    settings: Iterable[str] = (),
    *,
    seats: str = "as-written",
    apart: bool = False,
    label: str = "",
    amendments: Iterable[Amendment] = (),
) -> Case:
    """Read a scenario with everything it leans on, changed as told.

    Parameters
    ----------
    scenario : str or Path
        A file, or the id of a scenario.
    settings : iterable of str
        Changes to the scenario, ``key=value``.
    amendments : iterable of Amendment
        Changes to its plans.

    Raises
    ------
    InputError
        With all problems of the files and of the changes, by place.
    """
    made = tuple(settings)
    inputs = load_inputs(scenario, made)
    changed = tuple(amendments)
    if changed:
        inputs = amended(inputs, changed)
    return Case(inputs, made, seats, apart, label)


def _placed(error: InputError, inputs: Inputs) -> InputError:
    """Say in which file a question stays open."""
    placed = []
    for problem in error.problems:
        file = inputs.files.get(str(problem.facts.get("plan", inputs.scenario.scenario)))
        placed.append(replace(problem, where=problem.where or (Where(str(file)) if file else None)))
    return type(error)(placed)
