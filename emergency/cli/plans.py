"""``plans``, ``show``, ``schema``: what there is to read."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emergency.cli.app import Lang, LangOption, app, printer, refused, room_for, telling

if TYPE_CHECKING:
    from emergency.machine import Program, Value
    from emergency.plan import Plan
    from emergency.report.cards import Card

__all__ = ["DrawAs", "Kind", "plans", "schema", "show"]


class DrawAs(StrEnum):
    """How a machine is drawn."""

    svg = "svg"
    png = "png"
    mermaid = "mermaid"
    dot = "dot"


class Kind(StrEnum):
    """A kind of file."""

    plan = "plan"
    scenario = "scenario"
    jurisdiction = "jurisdiction"


@app.command(epilog="Example: emergency plans")
def plans(lang: LangOption) -> None:
    """List the plans that can be found, with what each holds."""
    from rich.table import Table
    from rich.text import Text

    from emergency.reader import known, load_plan
    from emergency.words.terms import heading

    with telling(lang):
        table = Table(show_lines=False)
        for name in ("plan", "title", "document", "schemes", "agencies", "measures", "coverage"):
            table.add_column(heading(name, lang.value), overflow="fold")
        found = [load_plan(one.path) for one in known("plan")]
        for plan in found:
            table.add_row(*map(Text, _plan_row(plan, lang)))
        console = printer()
        console.print(table)
        for plan in found:
            for line in _left_out(plan, lang):
                console.print(line, markup=False)


def _left_out(plan: Plan, lang: Lang) -> list[str]:
    """The clauses that are not carried out by a machine, each with the reason, or with what it says."""
    from emergency.words.cards import card
    from emergency.words.review import told_clause

    lines = []
    for entry in plan.body():
        if entry.status in ("judgement", "not-encoded", "informative"):
            reason = entry.why.in_(lang.value) if entry.why else entry.in_(lang.value)
            status = card(f"status-{entry.status}", lang.value)
            lines.append(f"{plan.plan}:{told_clause(str(entry.no), lang.value)}  {status}  {reason}")
    return lines


def _plan_row(plan: Plan, lang: Lang) -> tuple[str, ...]:
    agencies = sum(1 for a in plan.actors.values() if a.kind == "agency")
    document = f"{plan.document.number}\n{plan.document.date}"
    title, measures = plan.title.in_(lang.value), str(len(plan.measures))
    return (plan.plan, title, document, _schemes(plan, lang), str(agencies), measures, _coverage(plan, lang))


def _schemes(plan: Plan, lang: Lang) -> str:
    """What the schemes are called, a line each; of those that have several levels, how many."""
    from emergency.report.statements import scheme_name
    from emergency.words.cards import card

    names = {id: scheme_name(plan, str(id), lang.value) for id in plan.schemes}
    counts = {id: len(one.levels) for id, one in plan.schemes.items()}
    told = (card("scheme-levels", lang.value, scheme=names[i], n=n) if n > 1 else names[i] for i, n in counts.items())
    return "\n".join(told)


def _coverage(plan: Plan, lang: Lang) -> str:
    """The share of clauses that are carried out, and how many are left to people's judgement."""
    from emergency.words.cards import card

    entries = [c for c in plan.body() if c.status != "heading"]
    n = sum(1 for c in entries if c.status == "executable")
    judged = sum(1 for c in entries if c.status in ("judgement", "not-encoded"))
    share = f"{100 * n / len(entries) if entries else 0.0:.1f}"
    name = "covered-judged" if judged else "covered"
    return card(name, lang.value, share=share, n=n, of=len(entries), judged=judged)


@app.command(epilog="Example: emergency show fuel --level response=III")
def show(
    plan: Annotated[str, typer.Argument(help="A plan's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Draw to a file; its ending says how.")
    ] = None,
    as_: Annotated[DrawAs | None, typer.Option("--as", help="Form of the drawing, where no file says it.")] = None,
    organisation: Annotated[bool, typer.Option("--organisation", help="Bodies, seats, duties.")] = False,
    reports: Annotated[bool, typer.Option("--reports", help="Who informs whom within what time.")] = False,
    clause: Annotated[str | None, typer.Option("--clause", help="What a clause says, and its statements.")] = None,
    level: Annotated[str | None, typer.Option("--level", help="SCHEME=LEVEL: criteria, steps, measures.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Duty card of an agency, by id or name.")] = None,
    at: Annotated[list[str] | None, typer.Option("--at", help="INDICATOR=VALUE or SCHEME=LEVEL: what holds.")] = None,
) -> None:
    """Draw the machine of a plan, or show it on cards: a clause, a level, an agency, a situation."""
    from emergency.machine import compile_plan
    from emergency.reader import find, load_jurisdiction, load_plan

    with telling(lang):
        file = find("plan", plan)
        found = load_plan(file)
        program = compile_plan(found, load_jurisdiction(found.jurisdiction, beside=file))
        wanted = {"organisation": organisation, "reports": reports, "clause": clause, "level": level}
        form = _form(output, as_)
        room_for(output)
        cards = _cards(program, {**wanted, "agency": agency, "at": at}, lang)
        if cards:
            _print_cards(cards, lang)
            return
        _draw(program, output, form, lang)


def _draw(program: Program, output: Path | None, form: DrawAs, lang: Lang) -> None:
    from emergency.figures import draw_machine

    drawn = draw_machine(program, form.value, lang.value)
    if output is not None:
        from emergency.log import write_bytes_atomically

        write_bytes_atomically(output, drawn)
        typer.echo(str(output))
    elif form is DrawAs.png:
        sys.stdout.buffer.write(drawn)
    else:
        typer.echo(drawn.decode("utf-8"), nl=False)


def _cards(program: Program, wanted: dict[str, Any], lang: Lang) -> list[Card]:
    """The cards asked for, in the order of the options."""
    from emergency.report import cards
    from emergency.report.facts import read_facts

    found = []
    if wanted["organisation"]:
        found.append(cards.organisation_card(program, lang.value))
    if wanted["reports"]:
        found.append(cards.reports_card(program, lang.value))
    if wanted["clause"]:
        found.append(cards.clause_card(program, wanted["clause"], lang.value))
    if wanted["level"]:
        found.append(cards.level_card(program, _value(program, wanted["level"]), lang.value))
    if wanted["agency"]:
        found.append(cards.agency_card(program, wanted["agency"], lang.value))
    if wanted["at"]:
        facts, now = read_facts(program, wanted["at"])
        found.append(cards.situation_card(program, facts, now, lang.value))
    return found


def _value(program: Program, text: str) -> Value:
    """A value of a scheme as typed: SCHEME=LEVEL."""
    from emergency.machine import Value
    from emergency.reader.names import about

    scheme, is_value, value = text.partition("=")
    schemes, option = {str(id): one for id, one in program.plan.schemes.items()}, f"--level {text}"
    if not is_value:
        raise refused("bad-state", option, value=text)
    if scheme not in schemes:
        raise refused("unknown-scheme", option, **about(scheme, schemes))
    if value not in schemes[scheme].values:
        raise refused("unknown-value", option, **about(value, schemes[scheme].values))
    return Value(scheme, value)


def _print_cards(cards: list[Card], lang: Lang) -> None:
    from rich.table import Table
    from rich.text import Text

    from emergency.words.cards import card

    console = printer()
    for one in cards:
        table = Table(title=Text(one.title), title_justify="left", show_lines=False)
        for name in one.columns:
            table.add_column(card(name, lang.value), overflow="fold")
        for row in one.rows:
            table.add_row(*map(Text, row))
        console.print(table)


def _form(output: Path | None, asked: DrawAs | None) -> DrawAs:
    """How to draw: as asked, or as the ending of the file says; not one in a file of the other's name."""
    endings = {".svg": DrawAs.svg, ".png": DrawAs.png, ".mmd": DrawAs.mermaid, ".mermaid": DrawAs.mermaid}
    endings |= {".dot": DrawAs.dot, ".gv": DrawAs.dot}
    told = endings.get(output.suffix.lower()) if output is not None else DrawAs.mermaid
    if asked is not None and output is not None and told not in (asked, None):
        raise refused("not-together", first=f"--as {asked.value}", second=f"-o {output}")
    if asked is None and told is None:
        raise refused("bad-ending", "-o", path=str(output), known=list(endings))
    return asked or told or DrawAs.mermaid


@app.command(epilog="Example: emergency schema plan > plan.schema.json")
def schema(lang: LangOption, kind: Annotated[Kind, typer.Argument(help="Kind of file.")] = Kind.plan) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    from emergency.reader import json_schema

    with telling(lang):
        typer.echo(json.dumps(json_schema(kind.value), ensure_ascii=False, indent=2))
