"""`emergency play`: a trainer in the terminal, driven by lines, resumable from its store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError, RefusedError
from emergency.exercise import Keeper, MemoryStore, Phase, Store
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import EventLog
from emergency.reader import Inputs, load_inputs
from emergency.report.after_action_papers import conclude_papers
from emergency.report.play import Asked, Table, begin

OUTAGE, HEAD = "fuel-pipeline-outage", "vice-head-commerce"


def load(scenario: str, settings: list[str]) -> tuple[Inputs, Prepared]:
    """A scenario made ready."""
    inputs = load_inputs(scenario, settings)
    return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def play(
    lines: Iterable[str], *seats: str, store: Store | None = None, asked: Asked | None = None, lang: str = "en"
) -> tuple[Keeper, list[str]]:
    """Play some lines; the exercise as it stands and what was shown."""
    keeper, _ = begin(store or MemoryStore(), asked or Asked(OUTAGE), load, "1", lang)
    source, said = iter(lines), list[str]()
    Table(keeper, lang, lambda: next(source, None), said.append).play(list(seats))
    return keeper, said


def test_with_nobody_in_a_seat_it_is_the_run() -> None:
    """However time is let pass, all seats on policy give the log of `run` with that seed."""
    inputs, ready = load(OUTAGE, [])
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(7).run(0), log))
    keeper, _ = play(["n", "t 90 min", "t 3.5d", "", "t 99d"], asked=Asked(inputs.scenario.scenario, seed=7))
    assert keeper.session.phase is Phase.ended
    told, run = ([e.as_dict() for e in one if "trace" not in e.detail] for one in (keeper.session.log, log))
    assert told == run


def test_what_waits_is_shown_with_its_clause_and_taken_by_its_number() -> None:
    """Time stops when a held seat is asked; its number does it; the next step of the matter waits then."""
    keeper, said = play(["t 200h", "1"], HEAD)
    [line] = [line for line in said if line.startswith("  1.") and "decide" in line]
    assert "fuel:4.3" in line
    steps = [e.detail["do"] for e in keeper.session.log if e.kind == "step" and e.ref == "response=IV"]
    assert steps == ["report", "propose", "decide"]
    assert [a.do for a in keeper.session.open_for(HEAD)] == ["announce"]


def test_refusals_and_findings() -> None:
    """A refusal keeps its reason; a finding names a clause there is, and a wrong one is told, not kept."""
    keeper, said = play(["t 200h", "r 1 too early", "f fuel:3.1 How often?", "f fuel:9.9 x", "f fuel:3.1"], HEAD)
    log = keeper.session.log
    assert [e.detail["why"] for e in log if e.kind == "note" and e.detail.get("verdict")] == ["too early"]
    findings = [e for e in log if e.ref == "finding"]
    assert [(e.clauses, e.detail["text"]) for e in findings] == [(("fuel:3.1",), "How often?")]
    assert any("no clause fuel:9.9" in line for line in said)


@pytest.mark.parametrize("line", ["x", "99", "0", "t", "t -3h", "t 1e9h", "t 5 years", "r", "r x", "f", "f a", "１"])
def test_lines_that_mean_nothing_change_nothing(line: str) -> None:
    """What is not understood is said so, and neither time nor the log moves."""
    before, _ = play(["t 1h"], HEAD)
    after, said = play(["t 1h", line], HEAD)
    assert after.session.digest == before.session.digest
    assert after.session.now == before.session.now
    assert any("not understood" in text for text in said)


def test_leaving_and_going_on_is_the_same_exercise() -> None:
    """Cut in two by `q`, an exercise with the same lines comes to the same log, time passed included."""
    lines = ["t 200h", "1", "1", "n", "t 30h", "1"]
    whole, _ = play(lines, HEAD)
    for cut in range(1, len(lines)):
        store = MemoryStore()
        first, _ = play([*lines[:cut], "q", "1"], HEAD, store=store)
        again, said = play(lines[cut:], store=store, asked=Asked())
        assert any("Gone on" in line for line in said)
        assert again.session.now == whole.session.now > first.session.now - 1e-9
        assert again.session.digest == whole.session.digest


def test_which_exercise_is_meant_must_be_clear() -> None:
    """An empty store, several exercises without a name, another seed or an unknown seat are refused."""
    store = MemoryStore()
    with pytest.raises(RefusedError, match="scenario"):
        play([], store=store, asked=Asked())
    play([], store=store)
    with pytest.raises(RefusedError, match="another"):
        play([], store=store, asked=Asked(OUTAGE, seed=99))
    play([], store=store, asked=Asked(OUTAGE, name="second"))
    with pytest.raises(RefusedError, match="second"):
        play([], store=store, asked=Asked())
    with pytest.raises(InputError):
        play([], "harbour-master")


def test_a_store_whose_scenario_has_changed_is_not_gone_on_with() -> None:
    """A replay that differs is refused with the first entry that does."""
    store = MemoryStore()
    play(["t 60h"], store=store)

    def other(scenario: str, settings: list[str]) -> tuple[Inputs, Prepared]:
        return load(scenario, [*settings, "injects.outage.at.value=20 h"])

    with pytest.raises(RefusedError, match="First difference"):
        begin(store, Asked(), other, "1", "en")


def test_the_review_comes_out_at_the_end(tmp_path: Path) -> None:
    """Piped lines through the command leave the log and the review, and a store from which it comes again."""
    run, store = CliRunner(), str(tmp_path / "x.sqlite")
    args = ["play", OUTAGE, "--seat", HEAD, "--store", store, "--lang", "en", "-n", "3"]
    left = run.invoke(app, args, input="t 200h\nq\n")
    assert left.exit_code == 0, left.output
    assert "emergency play --store" in left.output
    done = run.invoke(app, [*args[:1], *args[4:], "-o", str(tmp_path / "a")], input="1\n1\nf fuel:3.1 <b>\ne\n")
    assert done.exit_code == 0, done.output
    html = (tmp_path / "a" / "after-action.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;" in html
    more = ["--review", "--store", store, "--lang", "en", "-n", "3", "-o", str(tmp_path / "b")]
    again = run.invoke(app, ["play", *more])
    assert again.exit_code == 0, again.output
    for name in ("log.jsonl", "after-action.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    first = json.loads((tmp_path / "a" / "log.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert first["detail"]["scenario"] == OUTAGE


def test_bad_input_ends_with_two() -> None:
    """No exercise, no such scenario, no such seat: told in a line, exit code 2."""
    run = CliRunner()
    for args in ([], ["no-such-scenario"], [OUTAGE, "--seat", "harbour-master"]):
        found = run.invoke(app, ["play", *args, "--lang", "en"], input="")
        assert found.exit_code == 2, found.output
        assert "Traceback" not in found.output


def test_both_languages_tell_everything(tmp_path: Path) -> None:
    """Nothing shown to a trainer has an unfilled place, in either language."""
    for lang in ("zh", "en"):
        keeper, said = play(["?", "n", "n", "t 200h", "r 1 no", "1", "w", "e"], HEAD, lang=lang)
        session = keeper.session
        entries, folder = session.log.entries, tmp_path / lang
        _, lines = conclude_papers(entries, session.prepared, session.seed, folder, 2, lang, ["html"])
        assert not [line for line in [*said, *lines] if "{" in line or "…" in line]
