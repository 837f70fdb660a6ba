"""Tiny plans for tests of review rules: a test writes only the statements its rule looks at.

``tiny(…)`` takes the sections of a plan file as lists of statements and fills in the rest: every clause a statement
cites is listed, every actor it names is an agency unless `actors` says otherwise, every variable of a guard is a flag
or takes the unit it is compared in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emergency.condition import Compare, Flag, Guard, Quantified, leaves
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.plan.leaves import ActorRef, ObjectRef, State
from emergency.review.check import Review, check_plans
from emergency.review.finding import Finding

__all__ = [
    "PLACE", "criterion", "decision", "found", "label", "measure", "review", "seat", "tiny", "words",
]  # fmt: skip

PLACE = Jurisdiction.model_validate(
    {
        "schema": "1",
        "jurisdiction": "kelp-isle",
        "name": {"zh": "海带岛", "en": "Kelp Isle"},
        "calendar": {"zone": "Asia/Shanghai", "days": "chinese-calendar", "office": ["08:00-12:00", "14:00-18:00"]},
        "agencies": {"council": {"zh": "岛政府", "en": "Council"}},
        "places": {"isle": {"zh": "岛", "en": "Isle"}, "east": {"zh": "东村", "en": "East", "within": "isle"}},
        "sets": {"villages": {"places": ["east"], "basis": "text"}},
    }
)
_SCHEMES = {
    "warning": {"kind": "warning", "levels": ["II", "I"]},
    "response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"},
}


def words(zh: str, en: str | None = None) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": zh, "en": en or zh}


def label(clause: str, value: str, word: str | None = None, colour: str | None = None) -> dict[str, Any]:
    """How a clause names a level: ``label("3.1", "response=II", "严重")``."""
    scheme, level = value.split("=")
    given = {"word": words(word) if word else None, "colour": colour}
    return {"clause": clause, "scheme": scheme, "level": level, **{k: v for k, v in given.items() if v}}


def criterion(clause: str, of: str, when: str | None = None, **more: Any) -> dict[str, Any]:
    """When a level is reached."""
    return {"clause": clause, "of": of, **({"when": when} if when else {}), **more}


def decision(clause: str, to: str, *steps: str, **more: Any) -> dict[str, Any]:
    """How a value is entered; a step is ``"decide council"``."""
    told = [dict(zip(("do", "by"), step.split(), strict=True)) for step in steps]
    return {"clause": clause, "id": f"d-{clause}-{to}".replace("=", "-").replace("|", "-").replace(".", "-"),
            "to": to, "steps": told, **more}  # fmt: skip


def measure(
    clause: str, during: str | None = None, by: str = "council", verb: str = "act", **more: Any
) -> dict[str, Any]:
    """What is done while a level is in force."""
    tied = {"during": [during]} if during else {}
    made = f"m-{clause}-{during}-{verb}".replace("=", "-").replace("|", "-").replace(".", "-")
    plain: dict[str, Any] = {"clause": clause, "id": made, **tied, "by": [by], "verb": verb, "object": words("略")}
    return plain | more


def seat(clause: str, body: str, role: str, *actors: str) -> dict[str, Any]:
    """Who holds which chair."""
    return {"clause": clause, "body": body, "role": role, "actors": list(actors)}


def tiny(plan: str = "tiny", **sections: Any) -> Plan:
    """A plan with the given sections; `clauses` given are kept and the others that statements cite are added."""
    file: dict[str, Any] = {
        "schema": "1",
        "plan": plan,
        "title": words("小预案", "Tiny plan"),
        "document": {"number": "unstated", "date": "unstated", "issuer": "unstated"},
        "jurisdiction": "kelp-isle",
        "schemes": _SCHEMES,
        **sections,
    }
    file["clauses"] = [*file.get("clauses", []), *_missing_clauses(file)]
    bare = Plan.model_validate(file)
    actors = {str(a): {"is": "agency", "zh": str(a), "en": str(a)} for _, a in bare.leaves(ActorRef) if a.named}
    objects = {str(o): words(str(o)) for _, o in bare.leaves(ObjectRef)}
    file["actors"] = actors | file.get("actors", {})
    file["objects"] = objects | file.get("objects", {})
    file["indicators"] = [*file.get("indicators", []), *_missing_indicators(bare)]
    return Plan.model_validate(file)


def _missing_clauses(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    listed = {c["no"] for c in file.get("clauses", []) if c.get("page", "body") == "body"}
    cited = [s["clause"] for section in file.values() if isinstance(section, list) for s in section if "clause" in s]
    for no in dict.fromkeys(c for c in [*cited, "1"] if c not in listed):
        yield {"no": no, "status": "executable", "zh": "略", "en": "…"}


def _missing_indicators(plan: Plan) -> Iterator[dict[str, Any]]:
    known = {str(i.variable) for i in plan.indicators}
    first = plan.clauses[0].no
    for _, guard in plan.leaves(Guard):
        for node in leaves(guard.tree):
            name = node.indicator if isinstance(node, Compare | Flag) else None
            if name and name not in known:
                known.add(name)
                unit = node.amount.unit if isinstance(node, Compare) else "flag"
                scope = {"scope": "villages"} if any(isinstance(n, Quantified) for n in leaves(guard.tree)) else {}
                yield {"clause": str(first), "variable": name, "name": words(name), "unit": unit, **scope}


def review(*plans: Plan, jurisdiction: Jurisdiction = PLACE) -> Review:
    """Every rule over the plans."""
    for plan in plans:
        for _, state in plan.leaves(State):
            assert state.scheme in plan.schemes, f"no scheme {state.scheme} in the tiny plan"
    return check_plans(plans, [jurisdiction])


def found(rule: str, *plans: Plan, jurisdiction: Jurisdiction = PLACE) -> tuple[Finding, ...]:
    """What one rule finds in the plans, other rules having had their say (`yields_to`)."""
    seen = review(*plans, jurisdiction=jurisdiction)
    assert rule in {c.rule.id for c in seen.checked}, f"no rule {rule}"
    return seen.of(rule)
