"""The plans that stand beside one under review: what a new version of it does to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emergency.errors import InputError
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.reader import known, load_plan
from emergency.review.check import Review, all_rules, check_plans
from emergency.review.finding import Finding

__all__ = ["known_sisters", "review_beside", "sisters_among"]


def known_sisters(*versions: Plan) -> list[Plan]:
    """The plans known here that are for the jurisdiction of the versions compared.

    A file that cannot be read is nobody's sister: what is wrong with it is told when it is checked itself.
    """
    found: dict[str, Plan] = {}
    for one in known("plan"):
        try:
            plan = load_plan(one.path)
        except InputError:
            continue
        found.setdefault(str(plan.plan), plan)
    return sisters_among(found.values(), *versions)


def sisters_among(plans: Iterable[Plan], *versions: Plan) -> list[Plan]:
    """Those of some plans that are for the same jurisdiction as the versions compared, and no version themselves."""
    ids, places = {one.plan for one in versions}, {one.jurisdiction for one in versions}
    return [plan for plan in plans if plan.plan not in ids and places == {plan.jurisdiction}]


def review_beside(plan: Plan, sisters: Iterable[Plan], jurisdictions: Mapping[str, Jurisdiction]) -> Review:
    """Review a plan alone and against its sisters; what is wrong among these alone is left out."""
    beside, rules = list(sisters), all_rules()
    if not beside:
        return check_plans([plan], jurisdictions, rules=rules)
    own = check_plans([plan], jurisdictions, rules=[rule for rule in rules if rule.scope == "plan"])
    every = [rule for rule in rules if rule.scope == "plans"]
    across = check_plans([plan, *beside], jurisdictions, rules=every)
    found = [*own.findings, *(f for f in across.findings if plan.plan in f.plans)]
    return Review(tuple(sorted(found, key=Finding.sort_key)), (*own.checked, *across.checked))
