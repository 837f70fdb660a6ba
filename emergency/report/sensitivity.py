"""The report of a sensitivity analysis: what decides each number, factor by factor and clause by clause."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emergency.condition import Compare, leaves
from emergency.figures.columns import Labels, Scale, scale
from emergency.figures.tornado import Row, draw_shares, draw_tornado
from emergency.log import Entry, write_atomically
from emergency.quantity import Duration
from emergency.replicate.factors import KINDS, Factor
from emergency.replicate.morris import Effect
from emergency.replicate.sensitivity import Sensitivity
from emergency.replicate.sobol import Share
from emergency.report.files import write_figures
from emergency.report.page import Page
from emergency.report.standalone import data_uri, standalone
from emergency.words import terms
from emergency.words.punctuation import punctuation
from emergency.words.sensitivity import told

__all__ = ["render_sensitivity", "tell_sensitivity", "write_sensitivity"]

_FIRST = 3  # factors of a kind named in the summary


def write_sensitivity(answer: Sensitivity, lang: str) -> Path:
    """Write ``figures/`` and ``report.html`` into the answer's folder; returns the report."""
    page = _page(answer, lang)
    figures = {number: _tornado(answer, page, number, ("svg", "png")) for number in answer.effects}
    shares = {number: _shares_figure(answer, page, number, ("svg", "png")) for number in answer.effects}
    write_figures(answer.folder, {f"tornado-{number}": forms for number, forms in figures.items()})
    write_figures(answer.folder, {f"shares-{number}": forms for number, forms in shares.items()})
    path = answer.folder / "report.html"
    write_atomically(path, render_sensitivity(answer, lang, {n: forms["svg"] for n, forms in figures.items()}))
    return path


def render_sensitivity(answer: Sensitivity, lang: str, figures: dict[str, bytes] | None = None) -> str:
    """The report as one HTML text that asks for nothing from outside."""
    page = _page(answer, lang)
    drawn = figures or {number: _tornado(answer, page, number, ("svg",))["svg"] for number in answer.effects}
    return standalone("sensitivity.html.j2", _context(answer, page, drawn))


def tell_sensitivity(answer: Sensitivity, lang: str) -> list[str]:
    """The answer in a few lines of plain text."""
    page = _page(answer, lang)
    said = [line for number in answer.effects for line in _decides(answer, page, number)]
    return [*said, *_unknown(answer, page)]


def _page(answer: Sensitivity, lang: str) -> Page:
    start = answer.case.prepared().start
    # A page takes the start of time from the first entry of a log; here it is all there is of one.
    opening = Entry(0, 0.0, start, None, "note", None, None, None, "scenario", (), {})
    return Page([opening], answer.case.inputs.scenario, answer.programs, {}, lang)


def _context(answer: Sensitivity, page: Page, figures: dict[str, bytes]) -> dict[str, Any]:
    lang, scenario = page.lang, page.scenario
    asked = answer.question
    found: dict[str, Any] = {
        "lang": lang, "title": scenario.title.in_(lang), "story": scenario.story.in_(lang),
        "comma": punctuation(lang).comma, "w": lambda name, **facts: told(name, lang, **facts),
        "h": lambda name: terms.heading(name, lang), "c": lambda name: terms.column(name, lang),
        "plans": [p.plan.title.in_(lang) for p in answer.programs.values()],
        "asked": told(
            "asked", lang, factors=len(answer.factors), paths=asked.paths, runs=asked.runs, seed=answer.seed
        ),
        "dropped": told("dropped", lang, n=answer.dropped, what=answer.broke) if answer.dropped else "",
        "unknown": _unknown(answer, page),
        "numbers": [_number(answer, page, number, figures[number]) for number in answer.effects],
        "receipt": _receipt(answer), "again": _again(answer),
        "shares_note": told("shares-note", lang, factors=_shared(answer)),
        "method_shares": told("method-sobol", lang, blocks=asked.blocks) if asked.blocks else "",
    }  # fmt: skip
    found["appendix"] = page.appendix()  # last: it holds what all the other parts have cited
    return found


def _shared(answer: Sensitivity) -> int:
    """How many factors had their shares looked for."""
    return max((sum(len(s.factors) for s in found) for found in answer.shares.values()), default=0)


def _unknown(answer: Sensitivity, page: Page) -> list[str]:
    """For which numbers paths were left out because no run had them."""
    labels, paths = Labels(page.names), answer.question.paths
    return [
        told(
            "unknown" if number in answer.effects else "unknown-all",
            page.lang,
            number=labels.label(number),
            n=n,
            paths=paths,
        )
        for number, n in answer.unknown.items()
    ]


def _number(answer: Sensitivity, page: Page, number: str, figure: bytes) -> dict[str, Any]:
    by = _scale(answer, page, number)
    clauses = [
        {
            "clause": page.cite([clause]) if clause else [],
            "size": by.tell(size),
            "what": page.join(name_of(page, e.factor) for e in mine[:3]),
        }
        for clause, size, mine in answer.by_clause(number)
        if size > 0
    ]
    return {
        "label": Labels(page.names).label(number),
        "id": re.sub(r"\W", "-", number),
        "lines": _decides(answer, page, number),
        "clauses": clauses[:30],
        "rows": [_row(page, by, e) for e in answer.effects[number] if e.size > 0],
        "figure": data_uri(figure),
        "shares": [_share(page, s) for s in answer.shares[number]] if number in answer.shares else None,
        "shares_figure": data_uri(_shares_figure(answer, page, number, ("svg",)).get("svg", b"")),
    }


def _share(page: Page, one: Share) -> dict[str, Any]:
    return {
        "clauses": page.cite(one.clauses[:4]),
        "first": _percent(one.first), "first_interval": f"± {_percent(one.first_interval)}",
        "total": _percent(one.total), "total_interval": f"± {_percent(one.total_interval)}",
        "what": page.join(name_of(page, f) for f in one.factors[:3]),
    }  # fmt: skip


def _percent(share: float) -> str:
    """A share as told; what an estimate puts below nothing is nothing."""
    return f"{max(0.0, share):.0%}"


def _shares_figure(answer: Sensitivity, page: Page, number: str, forms: Sequence[str]) -> dict[str, bytes]:
    found = answer.shares.get(number, ())
    if not found:
        return {}
    rows = [Row(_named(page, s), page.names.clauses(s.clauses)) for s in found]
    return draw_shares(found, rows, page.lang, forms)


def _named(page: Page, one: Share) -> str:
    """What a share is of: the first of its factors, and that there are more."""
    first, many = name_of(page, one.factors[0]), len(one.factors)
    return told("and-more", page.lang, name=first, n=many, more=many - 1) if many > 1 else first


def _row(page: Page, by: Scale, one: Effect) -> dict[str, Any]:
    sure = abs(one.sign) > 0.9 * one.size
    direction = "either" if not sure else "up" if one.sign > 0 else "down"
    if one.factor.kind == "reading":
        direction = "either"
    return {
        "name": name_of(page, one.factor), "key": one.factor.name, "kind": told(one.factor.kind, page.lang),
        "clauses": page.cite(one.factor.clauses[:4]), "turned": _turned(one.factor),
        "size": by.tell(one.size), "interval": f"± {by.tell(one.interval)}",
        "direction": told(direction, page.lang), "spread": by.tell(one.spread),
    }  # fmt: skip


def _turned(factor: Factor) -> str:
    """Between what a factor was turned; a reading, through which choices."""
    if factor.kind == "reading":
        return " / ".join(map(str, factor.options))
    return f"{factor.low} – {factor.high}"


def _scale(answer: Sensitivity, page: Page, number: str) -> Scale:
    """The scale of effects on a number: those on a share are points, not a per cent of anything."""
    largest = max((e.size for e in answer.effects[number]), default=0.0)
    found = scale(Labels(page.names).kind(number), largest, page.lang)
    return replace(found, unit=told("points", page.lang)) if found.unit == "%" else found


def _tornado(answer: Sensitivity, page: Page, number: str, forms: Sequence[str]) -> dict[str, bytes]:
    effects = [e for e in answer.effects[number] if e.size > 0] or answer.effects[number]
    rows = [Row(name_of(page, e.factor), page.names.clauses(e.factor.clauses)) for e in effects]
    return draw_tornado(effects, rows, _scale(answer, page, number), page.lang, forms)


def _decides(answer: Sensitivity, page: Page, number: str) -> list[str]:
    """What decides a number: of what is supposed first, then of what the plan says, then of its readings."""
    lang, labels, by = page.lang, Labels(page.names), _scale(answer, page, number)
    base = scale(labels.kind(number), answer.base[number], lang).tell(answer.base[number])
    said = [told("decides", lang, number=labels.label(number), base=base, runs=answer.question.runs)]
    most = max((e.size for e in answer.effects[number]), default=0.0)
    for kind in KINDS:
        mine = [e for e in answer.effects[number] if e.factor.kind == kind and e.size > 0.02 * most][:_FIRST]
        if mine:
            sizes = (f"{by.figure(e.size)} ± {by.tell(e.interval)}" for e in mine)
            each = (told("one", lang, name=name_of(page, e.factor), size=s) for e, s in zip(mine, sizes, strict=True))
            said.append(told("of-kind", lang, kind=told(kind, lang), list=page.join(each)))
    return [*said, *_most_uncertain(answer, page, number)]


def _most_uncertain(answer: Sensitivity, page: Page, number: str) -> list[str]:
    """Whose uncertainty weighs, as far as it can be told; nothing where shares were not asked for."""
    found = answer.shares.get(number, ())
    clear = [s for s in found if s.is_clear and s.total >= 0.05][:_FIRST]
    if found and not clear:
        return [told("unclear-shares", page.lang)]
    each = [_share_told(page, s) for s in clear]
    return [told("share-line", page.lang, list=page.join(each))] if each else []


def _share_told(page: Page, one: Share) -> str:
    low, high = one.total - one.total_interval, min(one.total + one.total_interval, max(1.0, one.total))
    facts = {"share": _percent(one.total), "low": _percent(low), "high": _percent(high)}
    return told("share", page.lang, name=_named(page, one), **facts)


def name_of(page: Page, factor: Factor) -> str:
    """What a factor is called: the names of what it is of, and the field turned."""
    parts = factor.name.split(".")
    section = parts[0]
    if factor.kind == "reading":
        _, plan, reading = factor.name.split(":")
        found = next((r for r in page.programs[plan].plan.readings if r.id == reading), None)
        return found.question.in_(page.lang) if found is not None else factor.name
    if factor.kind in ("threshold", "limit"):
        return _of_plan(page, factor)
    if section == "work":
        work = page.scenario.work[int(str(factor.path[1]))]
        who = page.names.actor(str(work.by)) if work.by else ""
        if work.measure:
            who = page.thing(*str(work.measure).split(":", 1))
        verb = terms.verb(work.do, page.lang) if work.do else ""
        return " ".join(p for p in (who, verb, terms.field("takes", page.lang)) if p)
    if section == "staffing":
        field = terms.heading("staffing", page.lang) if parts[-1] == "crews" else terms.field(parts[-1], page.lang)
        return f"{page.names.actor(parts[1])} {field}"
    if section == "measures":
        return f"{page.thing(*parts[1].split(':', 1))} {terms.field(parts[-1], page.lang)}"
    return _of_world(page, parts, factor)


def _of_plan(page: Page, factor: Factor) -> str:
    """A bound or a length of time as the plan has it."""
    clause = page.clauses(factor.clauses[:1])
    if isinstance(factor.now, Duration):
        return f"{clause} {terms.field('every', page.lang)} {terms.amount(str(factor.now), page.lang)}"
    bounds = (leaf for leaf in leaves(factor.now.tree) if isinstance(leaf, Compare))
    told_ = (
        f"{page.names.variable(factor.plan, b.indicator)} {b.op} {terms.amount(str(b.amount), page.lang)}"
        for b in bounds
    )
    return f"{clause} {page.join(told_)}"


def _of_world(page: Page, parts: list[str], factor: Factor) -> str:
    names, lang = page.names, page.lang
    kind = terms.heading(parts[0], lang) if parts[0] in ("injects", "judged") else ""
    if parts[0] == "injects":
        inject = next((i for i in page.scenario.injects if i.id == parts[1]), None)
        return f"{inject.title.in_(lang) if inject else parts[1]} {terms.field(parts[-1], lang)}"
    if parts[0] == "judged":
        plan = next(iter(page.programs))
        return f"{kind} {names.variable(plan, parts[1])}"
    if parts[0] != "world":
        return terms.field(parts[-1], lang) if parts[0] == "reporting" else factor.name
    told_ = [_thing(page, part, parts) for part in parts[2:]]
    return " ".join(t for t in told_ if t)


def _thing(page: Page, part: str, parts: list[str]) -> str:
    """One part of a place in a world: the name of a thing, or of a field."""
    stock, market = page.scenario.world.stock, parts[2]
    if stock is not None:
        for group in (stock.products, stock.supplies, stock.customers):
            found = group.get(part)  # type: ignore[call-overload]
            if found is not None:
                return str(found.in_(page.lang))
    for named in (page.names.world(part), page.names.place(part), page.names.good(market, part)):
        if named != part:
            return named
    groups = ("products", "supplies", "customers", "goods", "places", "routes", "chain")
    return "" if part in groups else terms.field(part, page.lang)


def _receipt(answer: Sensitivity) -> list[tuple[str, str]]:
    inputs, hashes = answer.case.inputs, answer.case.hashes()
    return [(id, hashes[id]) for id in (*inputs.scenario.plans, inputs.scenario.scenario)]


def _again(answer: Sensitivity) -> str:
    asked = answer.question
    parts = ["emergency", "sensitivity", asked.scenario, "--paths", str(asked.paths), "-n", str(asked.runs)]
    parts += ["--seed", str(answer.seed)]
    if asked.blocks:
        parts += ["--method", "sobol", "--blocks", str(asked.blocks), "--first", str(asked.first)]
    for option, values in (("--of", asked.of), ("--set", asked.settings)):
        for value in values:
            parts += [option, value]
    return shlex.join(parts)
