"""The command line: parses, calls the library, prints.

Exit codes: 0 done; 1 findings, or a failed run; 2 bad input. It is the only module that imports inside functions,
so that ``emergency --help`` loads none of the heavy libraries.
"""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from emergency.errors import InputError
    from emergency.exercise import Keeper
    from emergency.incident import Prepared
    from emergency.indicators import Indicators
    from emergency.log import EventLog
    from emergency.machine import Program, Value
    from emergency.plan import Plan
    from emergency.reader import Inputs
    from emergency.replicate.sweep import Request, Sweep
    from emergency.report.cards import Card
    from emergency.review.baseline import Sorted
    from emergency.review.check import Review
    from emergency.review.citation import Audit
    from emergency.review.document import DocumentText
    from emergency.review.finding import Class
    from emergency.review.paths.witness import Witness
    from emergency.source import Text

app = typer.Typer(
    name="emergency",
    help="Emergency plans as clause-cited data: show, run, check.  应急预案工作台。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Lang(StrEnum):
    """Language of what is printed."""

    zh = "zh"
    en = "en"


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


class Kind(StrEnum):
    """A kind of file."""

    plan = "plan"
    scenario = "scenario"
    jurisdiction = "jurisdiction"


class DrawAs(StrEnum):
    """How a machine is drawn."""

    svg = "svg"
    png = "png"
    mermaid = "mermaid"
    dot = "dot"


def _default_lang() -> Lang:
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    name = name or (locale.getlocale()[0] or "")
    return Lang.zh if name.lower().startswith(("zh", "chinese")) else Lang.en


LangOption = Annotated[Lang, typer.Option("--lang", help="Language: zh or en.", default_factory=_default_lang)]


@app.command(epilog="Example: emergency plans")
def plans(lang: LangOption) -> None:
    """List the plans that can be found, with what each holds."""
    from rich.console import Console
    from rich.table import Table

    from emergency.reader import known, load_plan
    from emergency.words.terms import heading

    with _telling(lang):
        table = Table(show_lines=False)
        for name in ("plan", "title", "document", "schemes", "agencies", "measures", "coverage"):
            table.add_column(heading(name, lang.value), overflow="fold")
        for one in known("plan"):
            table.add_row(*_plan_row(load_plan(one.path), lang))
        Console().print(table)


def _plan_row(plan: Plan, lang: Lang) -> tuple[str, ...]:
    schemes = ", ".join(f"{name} {len(s.levels)}" for name, s in plan.schemes.items())
    agencies = sum(1 for a in plan.actors.values() if a.kind == "agency")
    entries = [c for c in plan.body() if c.status != "heading"]
    covered = sum(1 for c in entries if c.status == "executable")
    left = sum(1 for c in entries if c.status in ("judgement", "not-encoded"))
    share = 100 * covered / len(entries) if entries else 0.0
    coverage = f"{share:.1f} % ({covered}/{len(entries)})" + (f", {left} judgement" if left else "")
    if lang is Lang.zh:
        coverage = f"{share:.1f} % ({covered}/{len(entries)})" + (f"，{left} 条须人判断" if left else "")
    document = f"{plan.document.number}\n{plan.document.date}"
    return (
        plan.plan,
        plan.title.in_(lang.value),
        document,
        schemes,
        str(agencies),
        str(len(plan.measures)),
        coverage,
    )


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

    with _telling(lang):
        file = find("plan", plan)
        found = load_plan(file)
        program = compile_plan(found, load_jurisdiction(found.jurisdiction, beside=file))
        wanted = {"organisation": organisation, "reports": reports, "clause": clause, "level": level}
        cards = _cards(program, {**wanted, "agency": agency, "at": at}, lang)
        if cards:
            _print_cards(cards, lang)
            return
        _draw(program, output, as_ or _form(output), lang)


def _draw(program: Program, output: Path | None, form: DrawAs, lang: Lang) -> None:
    from emergency.figures import draw_machine

    drawn = draw_machine(program, form.value, lang.value)
    if output is not None:
        from emergency.report import write_bytes_atomically

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

    try:
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
    except KeyError as error:
        names = {"zh": f"预案 {program.id} 中没有 {error.args[0]}", "en": f"plan {program.id} has no {error.args[0]}"}
        raise typer.BadParameter(names[lang.value]) from None


def _value(program: Program, text: str) -> Value:
    from emergency.machine import Value

    scheme, _, value = text.partition("=")
    if scheme not in program.plan.schemes or value not in program.plan.schemes[scheme].values:  # type: ignore[index]
        raise KeyError(text)
    return Value(scheme, value)


def _print_cards(cards: list[Card], lang: Lang) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from emergency.words.cards import card

    console = Console(highlight=False)
    for one in cards:
        table = Table(title=Text(one.title), title_justify="left", show_lines=False)
        for name in one.columns:
            table.add_column(card(name, lang.value), overflow="fold")
        for row in one.rows:
            table.add_row(*map(Text, row))
        console.print(table)


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

    if format is ReviewAs.xlsx and output is None:
        raise typer.BadParameter("--format xlsx: -o FILE")
    with _telling(lang):
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
            told = f"{_told_as(format, review, sorted_out, audited, lang)}\n".encode()
        else:
            from emergency.report.review import review_as

            told = review_as(format.value, review, sorted_out, found, places, lang.value)
        _put(told, output)
        clean = not sorted_out.open and (audited is None or audited.audit.ok)
        raise typer.Exit(0 if clean else 1)


def _witness(found: Witness | Text, lang: Lang) -> bytes:
    """The file of a scenario, its run told beside it; why there is none is a mistake of the command line."""
    from emergency.review.paths.telling import run_in_words
    from emergency.source import Text

    if isinstance(found, Text):
        raise typer.BadParameter(f"--witness: {found.in_(lang.value)}")
    for line in run_in_words(found.steps, lang.value):
        typer.echo(line, err=True)
    return found.text.encode()


def _put(data: bytes, output: Path | None) -> None:
    """Write to a file and tell its name, or to the terminal."""
    if output is None:
        typer.echo(data, nl=False)
        return
    from emergency.report.files import write_bytes_atomically

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
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    format: Annotated[ListAs, typer.Option("--format", help="Form of the list.")] = ListAs.text,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the list to a file.")] = None,
) -> None:
    """Compare two versions of a plan by meaning: statements, findings and, with a scenario, the outcome."""
    from emergency.report.diff import diff_json, outcome, tell_diff
    from emergency.review.check import check_plans
    from emergency.review.compare import compare_plans, findings_moved
    from emergency.review.inputs import load_plans

    with _telling(lang):
        held, places = load_plans([before])
        meant, others = load_plans([after])
        if len(held) != 1 or len(meant) != 1:
            raise typer.BadParameter("BEFORE, AFTER: one plan each / 前后两版各限一份预案")
        old, new = held[0], meant[0]
        compared = compare_plans(old, new)
        reviews = check_plans([old], places), check_plans([new], others)
        moved = findings_moved(*reviews, compared.renumbered)
        played = None
        if scenario is not None:
            pair = _versions(scenario, {before: old, after: new}, (before, after))
            used = int(pair[0].scenario.seed) if seed is None else seed
            played = outcome(*pair, seed=used, runs=runs), pair[0]
        if format is ListAs.json:
            found = diff_json(compared, moved, played[0] if played else None)
            _give_out(json.dumps(found, ensure_ascii=False, indent=2), output)
        else:
            _give_out("\n".join(tell_diff(compared, moved, played, lang.value)), output)
        raise typer.Exit(0 if compared.same else 1)


def _versions(scenario: str, plans: Mapping[str, Plan], files: tuple[str, str]) -> tuple[Prepared, Prepared]:
    """A scenario made ready with either version of a plan in the plan's place."""
    from emergency.errors import InputError, Problem
    from emergency.incident import prepare
    from emergency.reader import load_inputs
    from emergency.reader.names import about
    from emergency.replicate.amend import Amendment, amended
    from emergency.source import Where

    inputs = load_inputs(scenario)
    found = []
    for file in files:
        id = plans[file].plan
        if id not in inputs.plans:
            raise InputError([Problem("unknown-plan", Where(f"--scenario {scenario}"), about(id, inputs.plans))])
        changed = amended(inputs, [Amendment(f"plan={file}", file=file)])
        try:
            found.append(prepare(changed.scenario, changed.plans, changed.jurisdiction))
        except InputError as error:
            raise _placed(error, changed) from None
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
    from emergency.words.findings import CLASSES

    for name in names:
        if name not in CLASSES:
            raise typer.BadParameter(f"--class {name}: {', '.join(CLASSES)}")
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
        raise typer.BadParameter("--source goes with one plan / 只能用于一份预案")
    from emergency.review.citation import audit
    from emergency.review.document import read_document
    from emergency.review.text import read_text

    text = read_text(source)
    return _Audited(audit(plans[0], text), {str(plans[0].plan): read_document(text)})


def _told_as(form: ReviewAs, review: Review, sorted_out: Sorted, audited: _Audited | None, lang: Lang) -> str:
    from emergency.review.telling import review_json, tell_review

    lines = audited.audit.lines(lang.value) if audited else []
    if form is ReviewAs.json:
        found = review_json(review, sorted_out) | ({"audit": lines} if audited else {})
        return json.dumps(found, ensure_ascii=False, indent=2)
    texts = audited.texts if audited else {}
    return "\n".join([*lines, *([""] if lines else []), *tell_review(review, sorted_out, lang.value, texts)])


def _form(output: Path | None) -> DrawAs:
    endings = {".svg": DrawAs.svg, ".png": DrawAs.png, ".mmd": DrawAs.mermaid, ".mermaid": DrawAs.mermaid}
    endings |= {".dot": DrawAs.dot, ".gv": DrawAs.dot}
    if output is None:
        return DrawAs.mermaid
    if output.suffix.lower() not in endings:
        raise typer.BadParameter(f"{output}: expected an ending of {', '.join(endings)}")
    return endings[output.suffix.lower()]


@app.command(epilog="Example: emergency run scenarios/fuel-pipeline-outage.yaml --set seed=7")
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/SCENARIO-SEED/.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    number: Annotated[int, typer.Option("--run", min=0, help="Which run of a sweep with that seed.")] = 0,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")] = None,
) -> None:
    """Run a scenario once, and write its log, summary, figures and report."""
    with _telling(lang):
        inputs, prepared = _prepared(scenario, set_ or [], reading or [])
        used = int(inputs.scenario.seed) if seed is None else seed
        folder = output or Path("runs") / f"{inputs.scenario.scenario}-{used}"
        log = _simulated(prepared, used, number)
        _write(folder, inputs, prepared, log, used, number, lang)


def _write(
    folder: Path, inputs: Inputs, prepared: Prepared, log: EventLog, seed: int, number: int, lang: Lang
) -> None:
    """Write what a run leaves behind, and tell the story."""
    from rich.console import Console

    from emergency import __version__
    from emergency.indicators import fold, summary
    from emergency.report import tell_run, write_run

    programs = {id: one.program for id, one in prepared.plans.items()}
    numbers = fold(log, programs)
    told = summary(
        numbers,
        scenario=inputs.scenario.scenario,
        seed=seed,
        run=number,
        plan_sha256={id: inputs.sha256[id] for id in inputs.scenario.plans},
        scenario_sha256=inputs.sha256[inputs.scenario.scenario],
        version=__version__,
        sharing=_sharing(prepared, numbers, seed, number),
    )
    console = Console(highlight=False)
    for line in tell_run(log.entries, inputs.scenario, programs, told, lang.value):
        console.print(line, markup=False)
    with console.status({"zh": "正在绘图、撰写报告……", "en": "Drawing figures, writing the report…"}[lang.value]):
        path = write_run(folder, log.entries, inputs.scenario, programs, told, lang.value)
    console.print(f"\n{path}", markup=False, soft_wrap=True)


def _sharing(prepared: Prepared, numbers: Indicators, seed: int, number: int) -> dict[str, Any] | None:
    """What several plans lose by sharing people: the same run again with people of its own for each plan."""
    if len(prepared.plans) == 1:
        return None
    from emergency.chance import Chance
    from emergency.incident import Incident, simulate
    from emergency.indicators import Indicators, sharing
    from emergency.log import EventLog

    apart = Indicators({id: one.program for id, one in prepared.plans.items()})
    log = EventLog(prepared.start, keep=False)
    log.listen(apart)
    simulate(Incident(prepared, Chance(seed).run(number), log, apart=True))
    return sharing(numbers, apart)


def _prepared(scenario: str, settings: list[str], readings: list[str]) -> tuple[Inputs, Prepared]:
    from emergency.errors import InputError
    from emergency.incident import prepare
    from emergency.reader import load_inputs

    chosen = [f"readings.{r.replace(':', '.', 1)}" for r in readings]
    inputs = load_inputs(scenario, [*settings, *chosen])
    try:
        return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction, settings)
    except InputError as error:
        raise _placed(error, inputs) from None


def _placed(error: InputError, inputs: Inputs) -> InputError:
    """Say in which file a question stays open, where the program that found it did not know."""
    from dataclasses import replace

    from emergency.source import Where

    placed = []
    for problem in error.problems:
        file = inputs.files.get(str(problem.facts.get("plan", inputs.scenario.scenario)))
        where = problem.where or (Where(str(file)) if file else None)
        placed.append(replace(problem, where=where))
    return type(error)(placed)


def _simulated(prepared: Prepared, seed: int, number: int) -> EventLog:
    from emergency.chance import Chance
    from emergency.incident import Incident, simulate
    from emergency.log import EventLog

    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(seed).run(number), log))
    return log


@app.command(epilog="Example: emergency sweep fuel-pipeline-outage -n 2000 --compare policy=hesitant")
def sweep(
    lang: LangOption,
    scenario: Annotated[str | None, typer.Argument(help="A scenario's id or file; none with --resume.")] = None,
    runs: Annotated[int | None, typer.Option("-n", "--runs", min=1, help="How many runs; default 1,000.")] = None,
    until: Annotated[
        list[str] | None, typer.Option("--until", help="'INDICATOR ± X': go on until the interval is as narrow.")
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", help="Run again with one change: reading:PLAN:ID=CHOICE, set:KEY=VALUE, plan=FILE, "
                     "policy=NAME, people=apart, PLAN:CLAUSE/FIELD=VALUE."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/sweep-SCENARIO-SEED/.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Go on with the sweep in a folder.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: all cores.")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="tcp://… of a Dask cluster whose workers do the runs.")
    ] = None,
) -> None:  # fmt: skip
    """Run a scenario many times, and write its rows, summary, figures and report. Ctrl-C keeps what is done."""
    from emergency.replicate.sweep import Conduct, Request
    from emergency.replicate.sweep import resume as go_on
    from emergency.replicate.sweep import sweep as begin
    from emergency.replicate.until import MOST

    if (scenario is None) == (resume is None):
        raise typer.BadParameter("SCENARIO | --resume DIR")
    with _telling(lang), _under_way(lang) as (progress, stopped):
        changed = (*(set_ or []), *_as_settings(reading or []))
        asked = Request(
            scenario or "", runs or (MOST if until else 1000), seed, changed, tuple(compare or ()), tuple(until or ())
        )
        conduct = Conduct(workers, scheduler, progress, stopped)
        if resume is not None:
            found = go_on(resume, conduct, runs=runs, until=until, expected=asked)
        else:
            found = begin(asked, output or _sweep_folder(asked), conduct)
        progress(-1, -1)
        _tell_sweep(found, lang)


def _as_settings(readings: list[str]) -> list[str]:
    return [f"readings.{r.replace(':', '.', 1)}" for r in readings]


def _sweep_folder(asked: Request) -> Path:
    """Where a sweep's files go unless the user says."""
    from emergency.reader import load_scenario

    scenario = load_scenario(asked.scenario, asked.settings)
    return Path("runs") / f"sweep-{scenario.scenario}-{scenario.seed if asked.seed is None else asked.seed}"


@contextmanager
def _under_way(lang: Lang) -> Iterator[tuple[Callable[[int, int], None], Callable[[], bool]]]:
    """A progress bar; and Ctrl-C ends the work at the next good moment, pressed again at once."""
    import signal

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    from emergency.words.sweep import told

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f} {told('per-second', lang.value)}")

    pressed = False
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Remaining())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(told("running", lang.value), total=None)

    def progress(done: int, total: int) -> None:
        if total < 0:
            bar.stop()
        else:
            bar.update(task, completed=done, total=total)

    def interrupted(_: int, __: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        bar.update(task, description=told("stopping", lang.value))

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        with bar:
            yield progress, lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _tell_sweep(found: Sweep, lang: Lang) -> None:
    """Write the report of a sweep and tell its story, or how to go on with it."""
    import shlex

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from emergency.report.sweep import tell_sweep, write_sweep
    from emergency.words.sweep import told

    console = Console(highlight=False)
    if not found.complete:
        done, total = sum(map(len, found.tables)), found.request.runs * len(found.tables)
        console.print(told("stopped", lang.value, done=f"{done:,}", total=f"{total:,}", folder=found.folder))
        command = shlex.join(["emergency", "sweep", "--resume", str(found.folder)])
        console.print(told("go-on", lang.value, command=command), soft_wrap=True)
        raise typer.Exit(130)
    with console.status(told("drawing", lang.value)):
        path = write_sweep(found, lang.value)  # before anything is told: who pipes it to a pager may leave early
    lines, headlines, differences = tell_sweep(found, lang.value)
    for line in lines:
        console.print(line, markup=False)
    for names, rows in ((("number", "mean", "interval", "quantiles"), headlines),
                        (("change", "number", "difference", "interval"), differences)):  # fmt: skip
        table = Table(*(told(name, lang.value) for name in names))
        for row in rows:
            table.add_row(*map(Text, row))
        if rows:
            console.print(table)
    console.print(f"\n{path}", markup=False, soft_wrap=True)
    if broken := found.failures():
        _, run, what = broken[0]
        told_ = told("failed", lang.value, n=len(broken), run=run, what=what)
        console.print(told_, markup=False, style="red")
        raise typer.Exit(1)


@app.command(epilog="Example: emergency sensitivity fuel-pipeline-outage --of served_share")
def sensitivity(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    of: Annotated[list[str] | None, typer.Option("--of", help="A number of a run (a column of runs.csv).")] = None,
    paths: Annotated[int, typer.Option("--paths", min=2, help="Random paths; each turns every factor once.")] = 4,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Runs that judge each point of a path.")] = 8,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/sensitivity-SCENARIO/.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: all cores.")] = None,
) -> None:
    """Tell which assumptions, limits, thresholds, people and readings decide the answer, clause by clause."""
    from rich.console import Console

    from emergency.reader import load_scenario
    from emergency.replicate.sensitivity import Question, analyse
    from emergency.report.sensitivity import tell_sensitivity, write_sensitivity
    from emergency.words.sensitivity import told

    with _telling(lang), _under_way(lang) as (progress, stopped):
        changed = (*(set_ or []), *_as_settings(reading or []))
        folder = output or Path("runs") / f"sensitivity-{load_scenario(scenario, changed).scenario}"
        asked = Question(scenario, tuple(of or ()), paths, runs, seed, changed)
        found = analyse(asked, folder, workers=workers, progress=progress, stopped=stopped)
        progress(-1, -1)
        if found is None:
            typer.echo(told("stopped", lang.value), err=True)
            raise typer.Exit(130)
        path = write_sensitivity(found, lang.value)
        console = Console(highlight=False)
        for line in tell_sensitivity(found, lang.value):
            console.print(line, markup=False)
        console.print(f"\n{path}", markup=False, soft_wrap=True)


@app.command(epilog="Example: emergency play fuel-pipeline-outage --seat vice-head-commerce --store play.sqlite")
def play(
    lang: LangOption,
    scenario: Annotated[str | None, typer.Argument(help="A scenario's id or file; none: go on with --store.")] = None,
    seat: Annotated[
        list[str] | None, typer.Option("--seat", help="A seat you hold; the others follow the plan.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    store: Annotated[
        str | None, typer.Option("--store", help="SQLite file that keeps the exercise, to go on later.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name in the store; default the scenario's.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Only review the exercise in the store.")] = False,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Plan-perfect plays to compare with.")] = 500,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder; default runs/play-NAME/.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")] = None,
) -> None:
    """Play a scenario in the terminal, some seats by you; at the end, review it against the plan."""
    from emergency import __version__
    from emergency.exercise import MemoryStore, open_store
    from emergency.report.play import Asked, Table, begin, read_line

    with _telling(lang):
        asked = Asked(scenario, name, seed, (*(set_ or []), *_as_settings(reading or [])))
        kept = open_store(store) if store else MemoryStore()
        load = lambda what, settings: _prepared(what, settings, [])  # noqa: E731
        keeper, _ = begin(kept, asked, load, __version__, lang.value)
        if review or Table(keeper, lang.value, lambda: read_line(lang.value), typer.echo).play(seat or []):
            _review_play(keeper, output or Path("runs") / f"play-{keeper.name}", runs, lang)
        elif store:
            import shlex

            from emergency.words.play import told

            command = shlex.join(["emergency", "play", "--store", store, "--name", keeper.name])
            typer.echo(told("go-on", lang.value, command=command))


def _review_play(keeper: Keeper, folder: Path, runs: int, lang: Lang) -> None:
    from emergency.report.play import conclude

    with _under_way(lang) as (progress, _):
        path, lines = conclude(keeper, folder, runs, lang.value, progress)
        progress(-1, -1)
    for line in ("", *lines, "", str(path)):
        typer.echo(line)


@app.command(epilog="Example: emergency schema plan > plan.schema.json")
def schema(kind: Annotated[Kind, typer.Argument(help="Kind of file.")] = Kind.plan) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    from emergency.reader import json_schema

    typer.echo(json.dumps(json_schema(kind.value), ensure_ascii=False, indent=2))


@contextmanager
def _telling(lang: Lang) -> Iterator[None]:
    """Tell errors in the user's words and leave with their exit code."""
    from emergency.errors import EmergencyError, InputError
    from emergency.words.problems import tell

    try:
        yield
    except InputError as error:
        for problem in error.problems:
            typer.echo(tell(problem, lang.value), err=True)
        raise typer.Exit(error.exit_code) from None
    except EmergencyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        typer.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
        raise typer.Exit(2) from None


def main() -> None:
    """Entry point of the ``emergency`` command."""
    app()


if __name__ == "__main__":
    main()
