"""``check`` and ``diff``: what is wrong with plans, and what an edit changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emergency.cli.app import Lang, LangOption, SeedOption, app, refused, room_for, telling

if TYPE_CHECKING:
    from emergency.incident import Prepared
    from emergency.jurisdiction import Jurisdiction
    from emergency.plan import Plan
    from emergency.review.baseline import Sorted
    from emergency.review.check import Review
    from emergency.review.citation import Audit
    from emergency.review.document import DocumentText
    from emergency.review.finding import Class
    from emergency.review.paths.witness import Witness
    from emergency.source import Text

__all__ = ["ListAs", "ReviewAs", "check", "diff"]


class ListAs(StrEnum):
    """How a list of findings is written."""

    text = "text"
    json = "json"


class ReviewAs(StrEnum):
    """How a review is written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    xlsx = "xlsx"
    html = "html"
    pdf = "pdf"


@app.command(epilog="Example: emergency check plans/yunxi --format html -o review.html")
def check(
    lang: LangOption,
    plans: Annotated[
        list[str] | None, typer.Argument(help="Ids or files of plans, or folders; default every plan known.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--source", help="The plan's text (txt or docx): also audit the file against it.")
    ] = None,
    format: Annotated[ReviewAs, typer.Option("--format", help="Form of the list.")] = ReviewAs.text,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the list to a file.")] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Findings accepted or rejected with a reason (YAML, JSON).")
    ] = None,
    class_: Annotated[list[str] | None, typer.Option("--class", help="Only rules of this class.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Also search decisions that are open side by side.")] = False,
    properties: Annotated[
        Path | None, typer.Option("--properties", help="Properties every run must keep (YAML): always, never, …")
    ] = None,
    witness: Annotated[
        str | None, typer.Option("--witness", help="Id of a finding: write its run as a scenario to play.")
    ] = None,
) -> None:
    """Review plans: what is wrong, with its clauses, evidence and a suggestion; with a text, audit the file too."""
    from emergency.review.baseline import load_baseline, sort_out
    from emergency.review.check import all_rules, check_plans
    from emergency.review.inputs import load_plans
    from emergency.review.paths.asked import asked_rules, told_of_search, witness_among
    from emergency.review.paths.known import Account

    with telling(lang):
        if format in (ReviewAs.xlsx, ReviewAs.pdf) and output is None:
            raise refused("to-a-file", f"--format {format.value}", value=format.value)
        if format is ReviewAs.pdf:
            _see_typst()
        room_for(output)
        found, places = load_plans(plans or [])
        classes = _classes(class_ or [])
        audited = _audited(found, source)
        decided = load_baseline(baseline) if baseline else ()
        account = Account()
        asked = asked_rules(found, places, properties, deep, account)
        review = check_plans(found, places, classes=classes, rules=(*all_rules(), *asked))
        for line in told_of_search(account, lang.value):
            typer.echo(line, err=True)
        if witness is not None:
            _put(_witness(witness_among(review.findings, witness, found, places), lang), output)
            raise typer.Exit(0)
        sorted_out = sort_out(review.findings, decided)
        if format in (ReviewAs.text, ReviewAs.json):
            told = f"{_told_as(format, review, sorted_out, audited, lang, (found, places))}\n".encode()
        else:
            from emergency.report.review import review_as

            told = review_as(format.value, review, sorted_out, found, places, lang.value)
        _put(told, output)
        clean = not sorted_out.open and (audited is None or audited.audit.ok)
        raise typer.Exit(0 if clean else 1)


def _see_typst() -> None:
    """Told before the review, which takes a while."""
    from importlib.util import find_spec

    from emergency.errors import MissingExtraError

    if find_spec("typst") is None:
        raise MissingExtraError("typst", "docs")


def _witness(found: Witness | Text, lang: Lang) -> bytes:
    """The file of a scenario, its run told beside it; why there is none is a mistake of the command line."""
    from emergency.review.paths.telling import run_in_words
    from emergency.source import Text

    if isinstance(found, Text):
        raise refused("no-witness", "--witness", told=found.in_(lang.value))
    for line in run_in_words(found.steps, lang.value):
        typer.echo(line, err=True)
    return found.text.encode()


def _put(data: bytes, output: Path | None) -> None:
    """Write to a file and tell its name, or to the terminal."""
    if output is None:
        typer.echo(data, nl=False)
        return
    from emergency.log import write_bytes_atomically

    write_bytes_atomically(output, data)
    typer.echo(str(output))


@app.command(epilog="Example: emergency diff fuel my-fuel.yaml --scenario fuel-pipeline-outage")
def diff(
    before: Annotated[str, typer.Argument(help="A plan's id or file: the first version.")],
    after: Annotated[str, typer.Argument(help="The second version: the same plan in another file.")],
    lang: LangOption,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Also run this scenario under both, with the same chance.")
    ] = None,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="How many runs of each version.")] = 8,
    seed: SeedOption = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", help="Plans in force beside it; default those known for the same jurisdiction."),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Leave other plans out of account.")] = False,
    format: Annotated[ListAs, typer.Option("--format", help="Form of the list.")] = ListAs.text,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the list to a file.")] = None,
) -> None:
    """Compare two versions of a plan by meaning: statements, findings and, with a scenario, the outcome."""
    from emergency.report.diff import diff_json, outcome, tell_diff
    from emergency.review.compare import compare_plans, findings_moved
    from emergency.review.inputs import load_plans
    from emergency.review.sisters import known_sisters, review_beside, sisters_among
    from emergency.words.diff import told

    with telling(lang):
        if alone and beside:
            raise refused("not-together", first="--with", second="--alone")
        room_for(output)
        held, places = load_plans([before])
        meant, others = load_plans([after])
        for name, version in ((before, held), (after, meant)):
            if len(version) != 1:
                raise refused("one-plan", name, n=len(version))
        old, new = held[0], meant[0]
        if old.plan != new.plan:
            typer.echo(told("other-plan", lang.value, before=old.plan, after=new.plan), err=True)
        compared = compare_plans(old, new)
        sisters = [] if alone else known_sisters(old, new)
        if beside:
            sisters = sisters_among(load_plans(beside)[0], old, new)
        reviews = review_beside(old, sisters, places), review_beside(new, sisters, others)
        moved = findings_moved(*reviews, compared.renumbered, str(new.plan))
        played = None
        if scenario is not None:
            pair = _versions(scenario, {before: old, after: new}, (before, after))
            used = int(pair[0].scenario.seed) if seed is None else seed
            played = outcome(*pair, seed=used, runs=runs), pair[0]
        if format is ListAs.json:
            found = diff_json(compared, moved, played[0] if played else None, sisters)
            _give_out(json.dumps(found, ensure_ascii=False, indent=2), output)
        else:
            _give_out("\n".join(tell_diff(compared, moved, played, lang.value, sisters)), output)
        raise typer.Exit(0 if compared.same else 1)


def _versions(scenario: str, plans: Mapping[str, Plan], files: tuple[str, str]) -> tuple[Prepared, Prepared]:
    """A scenario made ready with either version of a plan in the plan's place."""
    from emergency.reader import load_inputs
    from emergency.reader.names import about
    from emergency.replicate.amend import Amendment
    from emergency.replicate.case import read_case
    from emergency.source import Where

    inputs = load_inputs(scenario)
    found = []
    for file in files:
        id = plans[file].plan
        if id not in inputs.plans:
            raise refused("unknown-plan", f"--scenario {scenario}", **about(id, inputs.plans))
        found.append(read_case(scenario, amendments=[Amendment(file, Where(file), file=file)]).prepared())
    return found[0], found[1]


def _give_out(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and print where."""
    if output is None:
        typer.echo(text)
        return
    from emergency.log import write_atomically

    write_atomically(output, f"{text}\n")
    typer.echo(str(output))


def _classes(names: list[str]) -> list[Class] | None:
    from emergency.reader.names import about
    from emergency.words.findings import CLASSES

    for name in names:
        if name not in CLASSES:
            raise refused("unknown-class", f"--class {name}", **about(name, CLASSES))
    return [name for name in CLASSES if name in names] or None  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class _Audited:
    """The audit of a plan file against its text, and the text, which is shown and never kept."""

    audit: Audit
    texts: Mapping[str, DocumentText]


def _audited(plans: list[Plan], source: Path | None) -> _Audited | None:
    if source is None:
        return None
    if len(plans) != 1:
        raise refused("one-plan", "--source", n=len(plans))
    from emergency.review.citation import audit
    from emergency.review.document import read_document
    from emergency.review.text import read_text

    text = read_text(source)
    return _Audited(audit(plans[0], text), {str(plans[0].plan): read_document(text)})


def _told_as(
    form: ReviewAs,
    review: Review,
    sorted_out: Sorted,
    audited: _Audited | None,
    lang: Lang,
    given: tuple[Iterable[Plan], Mapping[str, Jurisdiction]],
) -> str:
    from emergency.review.case import Case, Cases
    from emergency.review.telling import review_json, tell_review

    lines = audited.audit.lines(lang.value) if audited else []
    if form is ReviewAs.json:
        found = review_json(review, sorted_out) | ({"audit": lines} if audited else {})
        return json.dumps(found, ensure_ascii=False, indent=2)
    texts = audited.texts if audited else {}
    plans, places = given
    cases = Cases(Case(plan, places[plan.jurisdiction]) for plan in plans)
    told = tell_review(review, sorted_out, lang.value, texts, cases)
    return "\n".join([*lines, *([""] if lines else []), *told])
