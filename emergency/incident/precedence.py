"""Two plans at one seat: no plan can say that its matters go before another's, so what comes first is done first.

Each time that this decides who waits for whom, the plans were silent; the log says so once for a seat and two plans.
"""

from __future__ import annotations

from datetime import date as Date

from emergency.machine import Program
from emergency.machine.voices import Cast, Readings
from emergency.source import Citation

__all__ = ["place_of"]


def place_of(seat: str, program: Program, on: Date | None = None) -> tuple[Citation, ...]:
    """The clauses that give a seat its place in a plan: its chairs; without a chair, its duties.

    Parameters
    ----------
    seat : str
        An agency or post as the jurisdiction names it.
    on : date, optional
        The day whose division of work tells which post is meant.
    """
    plan = program.plan
    cast = Cast(plan, program.jurisdiction, Readings(plan, program.readings), on)
    chairs = [s.clause for s in plan.seats if any(p.seat == seat for p in cast.performers(s.actors, s.clause))]
    duties = (d.clause for d in plan.duties if any(p.seat == seat for p in cast.performers(d.actors, d.clause)))
    return plan.cite(*(chairs or duties))
