"""One check for each expectation a table of cases may state.

A check is given a case put to the program and what the table expects, and says what the program does, in the form
the table uses; the two are then compared. A key that is a scheme of the plan, or reads ``<scheme>-<done>-by``, needs
no check of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from case_checks import levels, measures, tellings
from case_checks.outcome import Outcome, put

__all__ = ["Check", "Outcome", "check_for", "put"]

Check = Callable[[Outcome, Any], Any]

CHECKS: dict[str, Check] = {
    # levels: what they rest on, how they are entered and ended
    "criteria": levels.criteria,
    "event-criteria": levels.event_criteria,
    "graded-by": levels.graded_by,
    "steps": levels.steps,
    "start": levels.start,
    "start-deadline": levels.start_deadline,
    "start-studied-by": levels.start_studied_by,
    "start-form": levels.start_form,
    "request-contents": levels.request_contents,
    "end": levels.end,
    "ending": levels.end,
    # measures
    "measures": measures.measures,
    "measures-of": measures.measures_of,
    "no-measures-of": measures.no_measures_of,
    "forbidden": measures.forbidden,
    "watch": measures.watch,
    "directed-by": measures.directed_by,
    "meeting": measures.meeting,
    "special-meeting": measures.special_meeting,
    "consent": measures.consent,
    "requests": measures.requests,
    "city-reserve": measures.requests,
    "reserves": measures.reserves,
    "customers": measures.customers,
    "rationing": measures.rationing,
    "planned-supply-in": measures.planned_supply_in,
    "stations": measures.stations,
    "allocation": measures.allocation,
    "prices": measures.prices,
    "requisition": measures.requisition,
    "urged": measures.urged,
    "press": measures.press,
    "public-information": measures.public_information,
    # reports and publications
    "reports": tellings.reports,
    "deadlines": tellings.deadlines,
    "reports-up": tellings.reports_up,
    "tells-city": tellings.tells_city,
    "shop-report": tellings.shop_report,
    "aftermath-report": tellings.aftermath_report,
    "evaluation": tellings.evaluation,
    "published": tellings.published,
}


def check_for(case: Outcome, key: str) -> Check | None:
    """The check for a key of a table; None for a key nobody has given a meaning."""
    if key in case.program.plan.schemes:
        return partial(levels.value, scheme=key)
    done = re.fullmatch(rf"(.+)-({'|'.join(levels.DONE)})-by", key)
    if done and done[1] in case.program.plan.schemes:
        return partial(levels.taken_by, scheme=done[1], done=done[2])
    return CHECKS.get(key)
