"""A run or an exercise read back from the folder it left: its log, and the scenario and plans it was made with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.incident import Prepared
from emergency.log import Entry, read_jsonl
from emergency.machine import Program
from emergency.reader import Inputs
from emergency.reader.names import about
from emergency.source import Where

__all__ = ["Kept", "read_run"]

_LARGEST = 200  # MB
Load = Callable[[str, list[str]], tuple[Inputs, Prepared]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder holds.

    Attributes
    ----------
    seed : of chance, as the summary tells it; the scenario's own where there is none.
    changed : plans and scenario that are no longer as they were when the log was made.
    """

    entries: list[Entry]
    prepared: Prepared
    seed: int
    changed: tuple[str, ...]

    @property
    def programs(self) -> dict[str, Program]:
        """The programs of its plans, by id."""
        return {id: ready.program for id, ready in self.prepared.plans.items()}


def read_run(folder: Path, load: Load, scenario: str | None = None) -> Kept:
    """Read a folder that ``run`` or ``play`` has written; settings and readings are those of the run.

    Parameters
    ----------
    load : callable
        Reads a scenario with settings, and makes it ready.
    scenario : str, optional
        The scenario's file, where its id in the log does not lead there.

    Raises
    ------
    InputError
        If there is no log in the folder, it does not read, or the scenario does not.
    """
    entries = _entries(folder / "log.jsonl")
    begun = next((e for e in entries if e.kind == "note" and e.ref == "scenario"), None)
    if begun is None and scenario is None:
        raise InputError([Problem("unknown-scenario", None, {"name": "", "near": "", "known": []})])
    name = scenario or str(begun.detail.get("scenario", "") if begun is not None else "")
    settings = [str(s) for s in (begun.detail.get("settings", ()) if begun is not None else ())]
    inputs, prepared = load(name, settings)
    _refuse_other_plans(entries, prepared, Where(f"--scenario {scenario}" if scenario else str(folder)))
    other = list(_other_readings(entries, prepared))
    if other:
        inputs, prepared = load(name, [*settings, *other])
    summary = _summary(folder / "summary.json")
    seed = summary.get("seed")
    changed = tuple(_changed(summary, inputs))
    return Kept(entries, prepared, seed if isinstance(seed, int) else int(inputs.scenario.seed), changed)


def _refuse_other_plans(entries: list[Entry], prepared: Prepared, where: Where) -> None:
    """A scenario that is not of the log's plans, so that nothing in the log could be told by it."""
    for plan in dict.fromkeys(str(entry.plan) for entry in entries if entry.plan):
        if plan not in prepared.plans:
            raise InputError([Problem("unknown-plan", where, about(plan, prepared.plans))])


def _entries(path: Path) -> list[Entry]:
    if not path.is_file():
        raise InputError([Problem("file-missing", None, {"path": path})])
    if path.stat().st_size > _LARGEST * 1_000_000:
        raise InputError([Problem("file-too-large", None, {"limit": _LARGEST})])
    try:
        found = read_jsonl(path)
    except (ValueError, RecursionError) as error:
        raise InputError([Problem("file-unreadable", None, {"path": path, "why": error})]) from None
    if not found:
        raise InputError([Problem("empty-file", None, {})])
    return found


def _other_readings(entries: list[Entry], prepared: Prepared) -> Iterator[str]:
    """The readings a run took that are not those the plan takes now, as settings."""
    for entry in entries:
        ready = prepared.plans.get(entry.plan or "")
        if entry.kind == "note" and entry.ref == "readings" and ready is not None:
            offered = {str(r.id): r.choices for r in ready.program.plan.readings}
            for id, taken in entry.detail.get("taken", {}).items():
                if ready.program.readings.get(id) != taken and taken in offered.get(id, ()):
                    yield f"readings.{entry.plan}.{id}={taken}"


def _summary(path: Path) -> Mapping[str, object]:
    """What ``summary.json`` holds; nothing where an exercise left none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _changed(summary: Mapping[str, object], inputs: Inputs) -> Iterator[str]:
    receipt = summary.get("receipt")
    if not isinstance(receipt, dict):
        return
    plans = receipt.get("plan_sha256")
    then = {str(k): v for k, v in plans.items()} if isinstance(plans, dict) else {}
    then[str(inputs.scenario.scenario)] = receipt.get("scenario_sha256")
    now = {str(name): digest for name, digest in inputs.sha256.items()}
    yield from (name for name, digest in then.items() if digest is not None and now.get(name) != digest)
