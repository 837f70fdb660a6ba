"""Measures that compel: by whose authority, and at whose cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from emergency.plan.statements import Duty, Measure
from emergency.review.authority.organisation import by_clause, is_vague, spoken_of, those
from emergency.review.case import Case, numbers
from emergency.review.deadline.acts import in_aftermath
from emergency.review.finding import Draft, Kind
from emergency.review.rules import rule
from emergency.source import Id
from emergency.words.rules.authority import AUTHORITY, COMPULSORY, GOVERNMENT, TAKING

__all__ = [
    "compelling_names", "compels", "led_by", "owed_by", "takers", "told_with_compelling", "untaken",
    "without_authority",
]  # fmt: skip

#: Verbs that bind others against their will.
_COMPELLING = (
    "blockade", "cap-price", "evacuate", "forbid-shipping", "impose-control", "intervene", "levy", "plan-supply",
    "ration", "requisition", "stop-supply", "withhold",
)  # fmt: skip
#: Verbs that do so where the object says "unified", "by quota" and the like.
_SHARING_OUT = ("allocate", "distribute")
_AGREEING = ("approve", "agree", "decide", "sign")
#: Verbs one duty covers, and the signs in a row two objects share to be one matter.
_KIN = (("guard", "secure"), ("control", "prevent"), ("intervene", "cap-price"), ("strike", "act-against"))
_RUN = 4

Act = Measure | Duty


# ------------------------------------------------------------------------------------ authority


@rule("compelling-without-authority", words=AUTHORITY, cls="authority", severity="high")
def compelling_without_authority(case: Case) -> Iterator[Draft]:
    """Measures that bind others and that no clause gives a named authority to take or to approve."""
    compelling = without_authority(case)
    unnamed = told_with_compelling(case)
    alone = [one for one in unnamed if not spoken_of(case, one.clause)]
    if alone:
        facts: dict[str, object] = {"measures": by_clause(alone)}
        yield Draft(those("nobody", alone), case.cite(*alone), facts, {"verbs": _verbs(alone)})
    beside = [one for one in unnamed if one not in alone]
    if beside:
        who = list(dict.fromkeys(a for one in beside for a in spoken_of(case, one.clause)))
        facts = {"measures": by_clause(beside), "who": case.names(who)}
        told = {"verbs": _verbs(beside), "named_beside": who}
        yield Draft(those("beside", beside), case.cite(*beside), facts, told, kind="candidate", variant="beside")
    for actor in compelling_names(case):
        ones = [one for one in compelling if _answering(case, one) == [actor]]
        alike = [one for one in _acts(case) if _answering(case, one) == [actor]]
        alike = [one for one in alike if one in ones or not in_aftermath(case, one.clause)]
        facts = {"measures": by_clause(ones), "who": case.name(actor)}
        yield Draft(actor, case.cite(*alike), facts, {"by": actor, "verbs": _verbs(ones)}, variant="vague")


@rule("requisition-without-approval", words=AUTHORITY, cls="authority", severity="high")
def requisition_without_approval(case: Case) -> Iterator[Draft]:
    """Requisitions an agency or body takes without the decision of a government."""
    taken = [one for one in _acts(case) if one.verb == "requisition" and one.modality != "must-not"]
    approved = [one for one in taken if _by_government(case, one)]
    for one in taken:
        if one not in approved and not untaken(one) and one not in without_authority(case):
            facts: dict[str, object] = {"clause": one.clause, "who": case.names(takers(one)), "object": one.object}
            facts["others"] = [m.clause for m in approved]
            variant = "elsewhere" if approved else None
            told = {"approved_in": [m.clause for m in approved]}
            yield Draft(str(one.clause), case.cite(one, *approved), facts, told, variant=variant)


@rule("taking-without-compensation", words=AUTHORITY, cls="authority", severity="medium")
def taking_without_compensation(case: Case) -> Iterator[Draft]:
    """Plans that take what belongs to others and do not compensate, or only as somebody sees fit."""
    takings = [one for one in _acts(case) if one.verb == "requisition" and one.modality != "must-not"]
    paid = _paid(case)
    at_will = [one for one in paid if one.condition is not None or getattr(one, "discretion", None)]
    beside = [one for one in _acts(case) if one.clause in numbers(paid)]
    spoken = takings or [one for one in beside if re.search(TAKING, one.object.zh)]
    if paid and len(at_will) == len(paid) and spoken:
        told = {"clauses": numbers(at_will), "takings": by_clause(spoken)}
        yield Draft("compensation", case.cite(*at_will, *spoken), told, variant="at-will")
    ones = takings or _shared_out(case)
    if not paid and ones:
        kind: Kind = "fact" if takings else "candidate"
        facts = {"takings": by_clause(ones)}
        yield Draft("compensation", case.cite(*ones), facts, {"verbs": _verbs(ones)}, kind=kind)


def _paid(case: Case) -> list[Act]:
    """Acts that make good what was taken; a subsidy does where its clause speaks of taking (others go to staff)."""
    spoken = {one.clause for one in _acts(case) if re.search(TAKING, one.object.zh)}
    return [
        one for one in _acts(case) if one.verb == "compensate" or (one.verb == "subsidise" and one.clause in spoken)
    ]


# ------------------------------------------------------------------------------------ what is said


def compels(act: Act) -> bool:
    """Whether an act binds others: by its verb, or by how hard or how widely it is to be done."""
    if act.modality == "must-not":
        return False
    if act.verb in _SHARING_OUT:
        return bool(re.search(COMPULSORY, act.object.zh))
    return act.verb in _COMPELLING or (act.verb == "control" and getattr(act, "strength", None) is not None)


def takers(act: Act) -> list[str]:
    """The actors a clause names for an act, vague ones included."""
    return [str(a) for a in (act.by if isinstance(act, Measure) else act.actors) if a.named]


def led_by(case: Case, act: Act) -> list[str]:
    """The vague names of the sentence that a listed item without a subject hangs on: "the units concerned: (1) …"."""
    lead = act.clause.parent if act.clause.endswith(")") else None
    if lead is None or not untaken(act) or spoken_of(case, act.clause):
        return []
    leading = (a for one in _acts(case) if one.clause == lead for a in takers(one) if is_vague(case, a))
    return list(dict.fromkeys(leading))


def _answering(case: Case, act: Act) -> list[str]:
    """Who is named for an act, by its own sentence or by the one it hangs on."""
    return takers(act) or led_by(case, act)


def untaken(act: Act) -> bool:
    """Whether a clause names nobody for an act."""
    return not takers(act)


def without_authority(case: Case) -> list[Act]:
    """Compelling acts of nobody, of somebody vague or of a body nobody sets up; approved by none, nobody's duty."""
    bare = [one for one in _acts(case) if compels(one) and not _approved(one) and _without_name(case, one)]
    return [one for one in bare if not owed_by(case, one)]


def told_with_compelling(case: Case) -> list[Act]:
    """The acts of nobody in clauses that compel: naming who acts there mends them all."""
    clauses = {one.clause for one in without_authority(case) if untaken(one)}
    there = [one for one in _acts(case) if one.clause in clauses and untaken(one)]
    return [one for one in there if not (owed_by(case, one) or _names_body(case, one) or led_by(case, one))]


def _names_body(case: Case, act: Act) -> bool:
    """Whether the object itself tells which body has the say: "as the leading group arranges"."""
    return any(case.actors[body].zh[-_RUN:] in act.object.zh for body in case.bodies)


def owed_by(case: Case, act: Act) -> list[Duty]:
    """The standing duties by which a clause elsewhere has a named agency do what an act of nobody asks for."""
    words = {act.object.zh[i : i + _RUN] for i in range(len(act.object.zh) - _RUN + 1)}
    kin = next((verbs for verbs in _KIN if act.verb in verbs), (act.verb,))
    named = (d for d in case.plan.duties if takers(d) and not _without_name(case, d) and d.verb in kin)
    return [d for d in named if any(word in d.object.zh for word in words)]


def compelling_names(case: Case) -> list[str]:
    """The vague names that alone stand for compelling acts."""
    found = (_answering(case, one) for one in without_authority(case))
    return list(dict.fromkeys(names[0] for names in found if len(names) == 1))


def _without_name(case: Case, act: Act) -> bool:
    return all(is_vague(case, a) or case.actors[a].kind == "undeclared" for a in takers(act))


def _approved(act: Act) -> bool:
    return any(s.do in _AGREEING and s.by.named for s in getattr(act, "steps", ()))


def _by_government(case: Case, act: Act) -> bool:
    """Whether a government takes or approves an act."""
    approving = [str(s.by) for s in getattr(act, "steps", ()) if s.do in _AGREEING and s.by.named]
    return any(case.actors[a].zh.endswith(GOVERNMENT) for a in (*takers(act), *approving) if a in case.actors)


def _shared_out(case: Case) -> list[Act]:
    """Compulsory share-outs of things that are others': requisitions by another name."""
    return [m for m in case.plan.measures if m.verb in _SHARING_OUT and compels(m) and _of_others(case, m)]


def _of_others(case: Case, measure: Measure) -> bool:
    """Whether a measure is on things that bear the name of somebody outside: the stock of depots, say."""
    outside = [one.zh for one in case.actors.values() if one.kind in ("outside", "public")]
    things = [case.plan.objects[Id(o)].zh for o in measure.target]
    return any(name in thing for name in outside for thing in things)


def _acts(case: Case) -> list[Act]:
    return [*case.plan.measures, *case.plan.duties]


def _verbs(ones: Iterable[Act]) -> list[str]:
    return list(dict.fromkeys(one.verb for one in ones))
