"""What several plans share, in a review: posts, agencies, stocks and vehicles, and what each plan wants of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import networkx as nx

from emergency.figures.style import wrapped
from emergency.graph import sketch
from emergency.plan.statements import Duty, Measure, Statement
from emergency.report.page import anchor
from emergency.report.review_page import Mark, ReviewPage
from emergency.report.review_shapes import LINE, ROOM, SIZE, Picture, box, inline, line, row_width, wide_as
from emergency.review.case import Case
from emergency.review.cross import post_meant
from emergency.review.resource import is_own
from emergency.source import Clause, Id
from emergency.words.cards import card
from emergency.words.review import told_clause
from emergency.words.rules.cross import TRANSPORT, VEHICLES

__all__ = ["Shared", "across", "shared"]

Sort = Literal["post", "agency", "stock", "vehicles"]

_WRAP = 190.0
_MARKS = 4
_FILLS: Mapping[str, str] = {"post": "#e3f1e1", "agency": "#eef2f7", "stock": "#fdf3dc", "vehicles": "#fdf3dc"}
#: Roles from the weightiest; an actor's weightiest role in a plan stands on its line.
_ROLES = ("head", "deputy", "office", "office-head", "site-commander", "member", "expert", "acts", "named")
#: Acts by which a plan lays its hand on vehicles.
_TAKES = ("requisition", "gather-goods")
#: Words in kinds of resource that name no goods.
_NO_GOODS = {"and", "goods", "milled", "necessities", "other", "others", "raw", "reserve", "supplies", "stock"}


class Shared(NamedTuple):
    """Somebody or something that several plans count on.

    Attributes
    ----------
    id : of the jurisdiction for actors, else a kind of goods, or ``vehicles``.
    wanted : plan id → (role, clauses): the weightiest role there, ``promised`` for things.
    """

    sort: Sort
    id: str
    name: str
    wanted: Mapping[str, tuple[str, tuple[Clause, ...]]]


def across(page: ReviewPage) -> dict[str, Any] | None:
    """The drawing and the table of what plans share; None for a single plan."""
    if len(page.cases) < 2:
        return None
    ones = shared(page)
    drawn = [one for one in ones if any(role not in ("acts", "named") for role, _ in one.wanted.values())]
    return {
        "drawing": _picture(page, drawn) if drawn else None,
        "undrawn": [one.name for one in ones if one not in drawn],
        "plans": [case.plan.title.in_(page.lang) for case in page.cases],
        "rows": [_row(page, one) for one in ones],
    }


# ------------------------------------------------------------------------------------- what is shared


def shared(page: ReviewPage) -> list[Shared]:
    """Posts, agencies, stocks and vehicles on which two plans or more count; those of most plans first."""
    found = [*_actors(page), *_stocks(page), *_vehicles(page)]
    order: Sequence[Sort] = ("post", "agency", "stock", "vehicles")
    several = [one for one in found if len(one.wanted) > 1]
    return sorted(several, key=lambda one: (order.index(one.sort), -len(one.wanted), one.name))


def _actors(page: ReviewPage) -> Iterator[Shared]:
    wanted: dict[tuple[Sort, str], dict[str, tuple[str, tuple[Clause, ...]]]] = defaultdict(dict)
    for case in page.cases:
        for actor in case.actors:
            known = post_meant(case, actor) or case.seated_as.get(actor)
            if known is not None and case.actor_uses[actor]:
                place = case.jurisdiction
                sort: Sort = "post" if known in place.posts else "agency"
                held = wanted[sort, known].get(case.id)
                wanted[sort, known][case.id] = _weightier(held, _role(case, actor))
    for (sort, known), plans in wanted.items():
        named = next(p for c in page.cases for p in (c.jurisdiction.posts, c.jurisdiction.agencies) if known in p)
        yield Shared(sort, known, named[Id(known)].in_(page.lang), plans)


def _role(case: Case, actor: str) -> tuple[str, tuple[Clause, ...]]:
    """An actor's weightiest role with its clauses; without a seat, that it acts or is named."""
    seats = sorted(case.seats_of[actor], key=lambda seat: _ROLES.index(seat.role))
    if seats:
        return seats[0].role, tuple(dict.fromkeys(s.clause for s in seats if s.role == seats[0].role))
    uses = case.actor_uses[actor]
    acting = [use for use in uses if use.field in ("actors", "by", "from")]
    return ("acts" if acting else "named"), tuple(dict.fromkeys(use.clause for use in acting or uses))


def _weightier(
    one: tuple[str, tuple[Clause, ...]] | None, other: tuple[str, tuple[Clause, ...]]
) -> tuple[str, tuple[Clause, ...]]:
    return min((o for o in (one, other) if o is not None), key=lambda role: _ROLES.index(role[0]))


def _stocks(page: ReviewPage) -> Iterator[Shared]:
    """Goods of the plans' own side of which several plans keep or release a stock."""
    kept: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, dict[str, str]] = defaultdict(dict)  # of a plan's reserves the first
    for case in page.cases:
        for one in case.plan.resources:
            for word in _goods((one.kind, *(part.kind for part in one.parts))) if is_own(case, one) else ():
                kept[word][case.id].append(one)
                names[word].setdefault(case.id, one.name.in_(page.lang))
    told: dict[tuple[str, ...], str] = {}
    for word, plans in kept.items():
        clauses = {plan: ("promised", tuple(dict.fromkeys(s.clause for s in ones))) for plan, ones in plans.items()}
        key = tuple(f"{plan}:{no}" for plan, (_, nos) in clauses.items() for no in nos)
        if told.setdefault(key, word) == word:  # two words for the same reserves are one stock
            yield Shared("stock", word, page.join(dict.fromkeys(names[word].values())), clauses)


def _goods(kinds: Iterable[str]) -> set[str]:
    return {word for kind in kinds for word in kind.split("-")} - _NO_GOODS


def _vehicles(page: ReviewPage) -> Iterator[Shared]:
    """Vehicles and the right of way, which plans take or put their own goods first on."""
    wanted = {}
    for case in page.cases:
        acts: list[Duty | Measure] = [*case.plan.duties, *case.plan.measures]
        clauses = tuple(dict.fromkeys(act.clause for act in acts if _takes_vehicles(case, act)))
        if clauses:
            wanted[case.id] = ("promised", clauses)
    yield Shared("vehicles", "vehicles", page.w("vehicles"), wanted)


def _takes_vehicles(case: Case, act: Duty | Measure) -> bool:
    targets = [case.plan.objects[Id(t)].zh for t in act.target] if isinstance(act, Measure) else []
    if act.verb == "give-priority":
        return bool(re.search(TRANSPORT, act.object.zh))
    return act.verb in _TAKES and any(re.search(VEHICLES, words) for words in (act.object.zh, *targets))


# ----------------------------------------------------------------------------------------- drawing


class _Group(NamedTuple):
    """Shared ones that the same plans want in the same roles."""

    ones: tuple[Shared, ...]
    names: tuple[list[str], ...]
    marks: tuple[list[Mark], ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box."""
        pairs = zip(self.names, self.marks, strict=True)
        wide = max(wide_as(name) + row_width(marks) for name, marks in pairs)
        return wide + 26, LINE * sum(map(len, self.names)) + 12


def _picture(page: ReviewPage, ones: Sequence[Shared]) -> Picture:
    """Plans in the middle; a box for all who are wanted alike, with its role on the line to each plan."""
    groups = _groups(page, ones)
    graph = nx.DiGraph()
    titles = {case.id: wrapped(case.plan.title.in_(page.lang), SIZE, _WRAP) for case in page.cases}
    for plan, title in titles.items():
        graph.add_node(f"plan {plan}", width=wide_as(title) + 24, height=LINE * len(title) + 18)
    for key, group in groups.items():
        graph.add_node(key, width=group.size[0], height=group.size[1])
        for plan, (role, _) in group.ones[0].wanted.items():
            pair = (f"plan {plan}", key) if role == "promised" else (key, f"plan {plan}")
            graph.add_edge(*pair, label_size={"width": wide_as([_role_word(page, role)]) + 6, "height": LINE + 2})
    laid = sketch(graph, room=ROOM)
    boxes = []
    for node in laid.nodes:
        middle, size = (node.x, node.y), (node.width, node.height)
        if node.key in groups:
            group = groups[node.key]
            words, marks = _inside(group, middle)
            boxes.append(box(middle, size, words, fill=_FILLS[group.ones[0].sort], marks=marks))
        else:
            told = titles[node.key.removeprefix("plan ")]
            words = [(t, node.x, node.y - node.height / 2 + 9 + LINE * (i + 0.8)) for i, t in enumerate(told)]
            boxes.append(box(middle, size, words, fill="#d6e4f5", edge="body"))
    lines = [_line(page, link, groups) for link in laid.links]
    return Picture(page.w("across-graph"), laid.width, laid.height, boxes, lines)


def _groups(page: ReviewPage, ones: Sequence[Shared]) -> dict[str, _Group]:
    alike: dict[object, list[Shared]] = defaultdict(list)
    for one in ones:
        alike[one.sort, frozenset((plan, role) for plan, (role, _) in one.wanted.items())].append(one)
    found = {}
    for group in alike.values():
        names = tuple(wrapped(one.name, SIZE, _WRAP) for one in group)
        marks = tuple(_marks(page, one)[:_MARKS] for one in group)
        found[f"{group[0].sort} {group[0].id}"] = _Group(tuple(group), names, marks)
    return found


def _inside(group: _Group, middle: tuple[float, float]) -> tuple[list[Any], list[Any]]:
    x, at = middle[0], middle[1] - group.size[1] / 2 + 6
    words, marks = [], []
    for name, ones in zip(group.names, group.marks, strict=True):
        centre = x - row_width(ones) / 2
        words += [(text, centre, at + LINE * (i + 0.8)) for i, text in enumerate(name)]
        marks += inline(ones, centre + wide_as(name) / 2 + 6, at + 1.5)
        at += LINE * len(name)
    return words, marks


def _line(page: ReviewPage, link: Any, groups: Mapping[str, _Group]) -> dict[str, Any]:
    key = link.source if link.source in groups else link.target
    plan = (link.target if key == link.source else link.source).removeprefix("plan ")
    role, clauses = groups[key].ones[0].wanted[plan]
    x, y = link.place
    word = [(_role_word(page, role), x, y + LINE * 0.3)]
    tone = {"head": "red", "deputy": "directs", "promised": "tells"}.get(role, "seat")
    where = anchor(f"{plan}:{clauses[0]}")
    return line(link.onward, word, towards=link.towards, links=[where], tone=tone, arrow=False,
                dashed=role in ("acts", "named"))  # fmt: skip


def _role_word(page: ReviewPage, role: str) -> str:
    return page.w(f"role-{role}") if role in ("acts", "named", "promised") else card(f"role-{role}", page.lang)


# ------------------------------------------------------------------------------------------- table


def _row(page: ReviewPage, one: Shared) -> dict[str, Any]:
    cells = []
    for case in page.cases:
        role, clauses = one.wanted.get(case.id, ("", ()))
        cites = [{"text": told_clause(str(c), page.lang), "anchor": anchor(f"{case.id}:{c}")} for c in clauses[:3]]
        cells.append({"role": _role_word(page, role) if role else "", "cites": cites, "more": len(clauses) - 3,
                      "weight": role if role in ("head", "deputy") else ""})  # fmt: skip
    return {"sort": page.w(f"shared-{one.sort}"), "name": one.name, "cells": cells, "marks": _marks(page, one)}


def _marks(page: ReviewPage, one: Shared) -> list[Mark]:
    """Findings across plans that name it, or that cite what several plans promise of it."""
    things = one.sort in ("stock", "vehicles")
    found = [] if things else [f for f in page.findings(None) if one.id in page.ids_of(f)]
    if things:
        cited = {f"{plan}:{no}" for plan, (_, clauses) in one.wanted.items() for no in clauses}
        for finding in page.findings(None):
            own = [c for c in finding.clauses if str(c) in cited]
            if len({c.plan for c in own}) > 1 and set(finding.plans) == set(one.wanted):
                found.append(finding)
    return page.marks(found)
