"""The review's machinery: drafts become findings, one for each cause, told in two languages, remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_plans import PLACE, criterion, decision, label, measure, review, tiny
from strategies import reading
from typer.testing import CliRunner

from emergency.cli import app
from emergency.errors import InputError, MissingExtraError
from emergency.machine import Value
from emergency.plan.leaves import Within
from emergency.reader import load_jurisdiction, load_plan
from emergency.review.baseline import load_baseline, sort_out
from emergency.review.case import Case, Cases
from emergency.review.check import MODULES, Review, all_rules, check_plans
from emergency.review.finding import Draft, finding_id, plain
from emergency.review.rules import RULES, Rule
from emergency.review.telling import tell_review
from emergency.source import Citation, Clause, Text
from emergency.words.findings import CLASSES
from emergency.words.rules import RuleWords

ROOT = Path(__file__).resolve().parents[1]
WORDS = {
    "odd": RuleWords(
        ("因", "reason"), ("{what}不对", "{what} is odd"), ("改{what}", "mend {what}"), ("某法", "Some law")
    ),
    "odd:other": RuleWords(("因", "reason"), ("另有{what}", "also {what}"), ("改{what}", "mend {what}")),
    "better": RuleWords(("因", "reason"), ("更好", "better"), ("改", "mend")),
}
Run = Callable[[Case], Iterable[Draft]]


def made(run: Callable[..., Iterable[Draft]], id: str = "odd", **more: Any) -> Rule:
    """A rule that is in no registry."""
    return Rule(id, WORDS, "coverage", "medium", "fact", more.pop("scope", "plan"), run, **more)


def draft(subject: str, *clauses: str, what: object = "x", **more: Any) -> Draft:
    """A sighting in the tiny plan."""
    return Draft(subject, tuple(Citation.of("tiny", c) for c in clauses), {"what": what}, **more)


def ran(*rules: Rule, plans: int = 1) -> Review:
    """The rules over tiny plans."""
    names = ["tiny", "other", "third"][:plans]
    return check_plans([tiny(n, labels=[label("3.1", "response=II", "重")]) for n in names], [PLACE], rules=rules)


# ----------------------------------------------------------------------------------------- findings


def test_one_cause_is_one_finding() -> None:
    """Sightings with one subject become one finding: clauses united and sorted, what differs in lists, no repeats."""

    def run(case: Case) -> Iterator[Draft]:
        yield draft("same", "3.10", what="a", evidence={"n": 1, "shared": [1]})
        yield draft("same", "3.2", "3.10", what=["b", "a"], evidence={"n": 2, "shared": [1]})
        yield draft("another", "3.2")

    other, same = ran(made(run)).findings
    assert (other.subject, same.subject) == ("another", "same")
    assert same.clauses == ("tiny:3.2", "tiny:3.10")
    assert same.message == Text(zh="a、b不对", en="a, b is odd")
    assert same.evidence == {"n": [1, 2], "shared": [1]}


def test_the_gravest_sighting_counts_and_doubt_stays_doubt() -> None:
    """Merged sightings take the gravest severity; one candidate among them makes the finding a candidate."""

    def run(case: Case) -> Iterator[Draft]:
        yield draft("same", "3.1", severity="low")
        yield draft("same", "3.2", severity="critical", kind="candidate")

    [one] = ran(made(run)).findings
    assert (one.severity, one.kind) == ("critical", "candidate")


def test_variants_have_their_own_wording() -> None:
    """A draft's variant chooses other wording of its rule."""
    [one] = ran(made(lambda case: [draft("s", "3.1", what=Text(zh="甲", en="A"), variant="other")])).findings
    assert one.message == Text(zh="另有甲", en="also A")


def test_a_rule_yields_where_a_better_one_tells() -> None:
    """A rule is silent on the subjects, named or covered, of a rule it yields to; in other plans it still speaks."""

    def better(case: Case) -> Iterator[Draft]:
        if case.id == "tiny":
            yield draft("whole", "3.1", covers=("part",))

    def weaker(case: Case) -> Iterator[Draft]:
        for subject in ("whole", "part", "apart"):
            yield Draft(subject, case.cite("3.1"), {"what": "x"})

    rules = (made(weaker, yields_to=("better", "not-run")), made(better, "better"))
    seen = ran(*rules, plans=2)
    assert [(f.plans, f.subject) for f in seen.of("odd")] == [
        (("other",), "apart"), (("other",), "part"), (("other",), "whole"), (("tiny",), "apart"),
    ]  # fmt: skip
    assert {c.rule.id: c.findings for c in seen.checked} == {"odd": 4, "better": 1}


def test_findings_are_sorted() -> None:
    """Gravest first, then in the order of classes, plans and clauses."""
    severities = ["low", "critical", "medium", "high"]

    def run(case: Case) -> Iterator[Draft]:
        for i, severity in enumerate(severities):
            for clause in ("3.10", "3.9"):
                yield Draft(f"{i}-{clause}", case.cite(clause), {"what": 1}, severity=severity)  # type: ignore[arg-type]

    found = ran(made(run), plans=2).findings
    assert [f.severity for f in found[::4]] == ["critical", "high", "medium", "low"]
    assert [str(c) for f in found[:4] for c in f.clauses] == ["other:3.9", "other:3.10", "tiny:3.9", "tiny:3.10"]
    assert all(a.sort_key() < b.sort_key() for a, b in pairwise(found))


def test_a_finding_names_a_clause() -> None:
    """A draft without a clause is refused: a reader could not look it up."""
    with pytest.raises(ValueError, match="names no clause"):
        Draft("s", ())


@given(st.permutations(["3.2", "3.1", "4"]), st.text(min_size=1), st.text(min_size=1))
def test_ids_hang_on_rule_subject_and_clauses_alone(clauses: list[str], one: str, other: str) -> None:
    """An id is the same whatever the order of clauses, and another for another subject, rule or clause."""
    cited = tuple(Citation.of("tiny", c) for c in clauses)
    ordered = tuple(sorted(cited))
    assert finding_id("r", one, cited) == finding_id("r", one, ordered)
    assert (finding_id("r", one, cited) == finding_id("r", other, cited)) == (one == other)
    assert finding_id("r", one, cited) != finding_id("q", one, cited)
    assert finding_id("r", one, cited) != finding_id("r", one, cited[:2])


def test_ids_stay_when_other_lines_move() -> None:
    """Statements added, and the order of statements reversed, leave the ids of other findings as they are."""
    labels = [
        label("1.6", "warning=II", "较大"),
        label("1.6", "warning=II", "重大"),
        label("3.1", "response=II", "较大"),
    ]
    before = review(tiny(labels=labels))
    more = [label("9.9", "response=I", "重大"), *reversed(labels)]
    after = review(
        tiny(labels=more, terms=[{"clause": "9", "term": {"zh": "甲", "en": "A"}, "means": {"zh": "乙", "en": "B"}}])
    )
    ids = {f.id for f in before.of("level-named-two-ways")}
    assert ids
    assert ids == {f.id for f in after.of("level-named-two-ways")}


def test_evidence_is_plain_data() -> None:
    """Texts, clauses, values and sets become plain JSON; what has no plain form is refused."""
    value = {"t": Text(zh="甲", en="A"), "s": {Clause("2"), Clause("1")}, "v": (Value("a", "b"), 1.5, None, True)}
    assert plain(value) == {"t": {"zh": "甲", "en": "A"}, "s": ["1", "2"], "v": [["a", "b"], 1.5, None, True]}
    assert json.loads(json.dumps(plain(value))) == plain(value)
    with pytest.raises(TypeError, match="no plain form"):
        plain(object())


def test_json_is_the_contract() -> None:
    """The keys of findings and of what was checked are the contract's; several plans are a list."""

    def across(cases: Cases) -> Iterator[Draft]:
        clauses = tuple(c for case in cases for c in case.cite("3.1"))
        yield Draft("pair", clauses, {"what": "x"}, {"plans": [case.id for case in cases]})

    told = ran(made(lambda case: [draft("s", "3.1")] if case.id == "tiny" else []), plans=2).to_json()
    keys = {"id", "rule", "class", "severity", "kind", "plan", "clauses", "message", "evidence", "suggestion"}
    assert keys <= set(told["findings"][0])
    assert (told["findings"][0]["plan"], told["findings"][0]["clauses"]) == ("tiny", ["tiny:3.1"])
    assert told["findings"][0]["reference"] == {"zh": "某法", "en": "Some law"}
    assert {"rule": "odd", "findings": 1}.items() <= told["checked"][0].items()
    [pair] = ran(made(across, scope="plans"), plans=2).to_json()["findings"]
    assert pair["plan"] == ["tiny", "other"]


# ------------------------------------------------------------------------------------ what was checked


def test_rules_that_cannot_run_say_why() -> None:
    """A missing extra, before or during a rule, or one plan for a rule across plans: skipped, with the reason."""

    def breaks(case: Case) -> Iterator[Draft]:
        raise MissingExtraError("nothing-such", "check")

    needs = made(lambda case: [draft("s", "3.1")], needs=("nothing_such", "check"))
    for rule in (needs, made(breaks)):
        [checked] = ran(rule).checked
        assert checked.findings == 0
        assert checked.skipped is not None
        assert "emergency[check]" in checked.skipped.en
        assert checked.to_json()["skipped"]["zh"]
    [alone] = ran(made(lambda cases: [], scope="plans")).checked
    assert alone.skipped == Text(
        zh="只给了一份预案，跨预案规则需要两份以上", en=alone.skipped.en if alone.skipped else ""
    )
    assert ran(made(lambda cases: [], scope="plans"), plans=2).checked[0].skipped is None


def test_only_the_classes_asked_for_run() -> None:
    """`classes` limits what is run, and what is listed as checked."""
    seen = check_plans([tiny()], [PLACE], classes=["numbering"])
    assert {c.rule.class_ for c in seen.checked} == {"numbering"}


def test_a_rule_yields_to_one_of_a_class_not_asked_for() -> None:
    """What a class finds does not hang on the other classes asked for."""
    better = replace(made(lambda case: [draft("s", "3.1")], "better"), class_="law")
    weaker = made(lambda case: [draft("s", "3.1"), draft("t", "3.1")], yields_to=("better",))
    seen = check_plans([tiny()], [PLACE], classes=["coverage"], rules=[weaker, better])
    assert [f.subject for f in seen.findings] == ["t"]
    assert [c.rule.id for c in seen.checked] == ["odd"]


def test_every_rule_is_in_order() -> None:
    """Each rule has a known class, wording in both languages in each variant, and yields to rules there are."""
    rules = all_rules()
    assert {r.id for r in rules} == set(RULES)
    for rule in rules:
        assert rule.class_ in CLASSES
        for name, words in rule.words.items():
            assert name.split(":")[0] in RULES, name
            for pair in (words.because, words.says, words.suggests, *([words.reference] if words.reference else [])):
                assert len(pair) == 2
                assert all(pair), name
        assert set(rule.yields_to) <= set(RULES), rule.id
        assert rule.run.__doc__, rule.id
    assert {"scheme", "reference"} <= set(MODULES)


def test_two_rules_cannot_share_an_id() -> None:
    """A second rule of an id, and a rule of an unknown class or without wording, is refused at registration."""
    from emergency.review.rules import _add

    with pytest.raises(ValueError, match="two rules"):
        _add(made(lambda case: [], id="numbering-jump"))
    with pytest.raises(ValueError, match="wording"):
        _add(made(lambda case: [], id="no-words-for-this"))


# --------------------------------------------------------------------------------------------- case


def case(**sections: Any) -> Case:
    """A tiny plan as rules see it."""
    return Case(tiny(**sections), PLACE)


def test_readings_are_no_part_of_a_case() -> None:
    """Rules never see what we answer where the text is silent."""
    plan = tiny(
        criteria=[criterion("3.1", "response=II", "grave")],
        readings=[reading("q", ["3.1"], {"indicator": "grave"}, "x")],
    )
    assert plan.readings
    assert Case(plan, PLACE).plan.readings == ()


def test_indexes_answer_for_what_nobody_says() -> None:
    """An index asked for what no statement speaks of answers with nothing."""
    bare = case()
    value = Value("response", "II")
    for index in (
        bare.labels_of,
        bare.criteria_of,
        bare.decisions_into,
        bare.measures_during,
        bare.mentions,
        bare.voices,
    ):
        assert index[value] == ()
    assert bare.actor_uses["nobody"] == bare.seats_of["nobody"] == bare.said_in[Clause("99")] == ()


def test_any_stands_for_each_level() -> None:
    """A statement on ``any`` is found under each level, and guards that ask for a level count as mentions of it."""
    seen = case(
        decisions=[decision("4.1", "response=any", "decide council")],
        measures=[measure("4.2", "response=I")],
        criteria=[criterion("3.1", "response=II", "warning=I and grave")],
    )
    assert [d.clause for d in seen.decisions_into[Value("response", "I")]] == ["4.1"]
    assert [t.step.do for t in seen.voices[Value("response", "II")]] == ["decide"]
    assert seen.decisions_into[Value("response", "ended")] == ()
    assert [m.clause for m in seen.measures_during[Value("response", "I")]] == ["4.2"]
    assert [(u.section, u.clause) for u in seen.mentions[Value("warning", "I")]] == [("criteria", "3.1")]


def test_leaves_know_their_statement() -> None:
    """A leaf comes with its statement, its clause and the field that holds it."""
    steps = [{"do": "decide", "by": "council", "within": {"urgency": "at-once"}}]
    seen = case(decisions=[{"clause": "4.1", "id": "d", "to": "response=I", "steps": steps}])
    [use] = seen.leaves(Within)
    assert (use.section, use.clause, use.path, use.field) == ("decisions", "4.1", ("steps", 0, "within"), "within")
    assert [u.field for u in seen.actor_uses["council"]] == ["by"]
    assert seen.cite(use, "3", use.statement) == ("tiny:3", "tiny:4.1")


def test_names_come_in_both_languages() -> None:
    """Actors, levels and variables are named in both languages; words stand for nobody and for the open end."""
    seen = case(actors={"council": {"is": "agency", "zh": "岛政府", "en": "Council", "printed": ["岛政府"]}})
    assert seen.name("council") == Text(zh="岛政府", en="Council")
    assert seen.value_name(Value("response", "II")) == Text(zh="II级响应", en="Level II response")
    assert [n.en for n in seen.names(["unstated", "open"])] == ["nobody named", 'those meant by "etc."']
    assert seen.seated_as == {"council": "council"}
    other = Case(tiny("other"), PLACE)
    assert Cases([seen, other]).known_as["council"] == ((seen, "council"),)
    assert Cases([seen, other]).by_id["other"] is other


# ----------------------------------------------------------------------------------------- baseline


def written(path: Path, *entries: str) -> Path:
    """A baseline file."""
    path.write_text("findings:\n" + "".join(f"  - {e}\n" for e in entries), encoding="utf-8")
    return path


def test_a_baseline_puts_findings_apart(tmp_path: Path) -> None:
    """Findings accepted or rejected leave the open list; entries whose finding is not there are told."""
    findings = ran(made(lambda case: [draft("a", "3.1"), draft("b", "3.1")])).findings
    entries = [
        f"{{id: {findings[0].id}, status: rejected, reason: 不是问题}}",
        "{id: gone-1, status: accepted, reason: ok}",
    ]
    told = sort_out(findings, load_baseline(written(tmp_path / "b.yaml", *entries)))
    assert [f.subject for f in told.open] == ["b"]
    assert [(f.subject, d.status, d.reason) for f, d in told.settled] == [("a", "rejected", "不是问题")]
    assert [(d.id, d.where.line) for d in told.unknown] == [("gone-1", 3)]
    assert told.to_json()["settled"][0]["reason"] == "不是问题"


def test_a_baseline_may_be_json(tmp_path: Path) -> None:
    """The same baseline in JSON is the same baseline."""
    path = tmp_path / "b.json"
    entry = {"id": "a-1", "status": "accepted", "reason": "later"}
    path.write_text(json.dumps({"findings": [entry]}), encoding="utf-8")
    assert [(d.id, d.status, d.reason) for d in load_baseline(path)] == [("a-1", "accepted", "later")]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("findings: none\n", "not-a-list", 1),
        ("- a\n", "not-a-mapping", 1),
        ("finding: []\n", "unknown-key", 1),
        ("findings:\n  - {id: a, status: maybe, reason: x}\n", "not-a-choice", 2),
        ("findings:\n  - {id: a, status: accepted}\n", "missing-key", 2),
        ("findings:\n  - {id: a, status: accepted, reason: ''}\n", "empty-text", 2),
        ("findings:\n  - {id: a, status: accepted, reason: [x]}\n", "not-text", 2),
        ("findings:\n  - word\n", "not-a-mapping", 2),
        (
            "findings:\n  - {id: a, status: accepted, reason: x}\n  - {id: a, status: rejected, reason: y}\n",
            "duplicate-key",
            3,
        ),
        ("findings: [a\n", "yaml-unclosed-bracket", 1),
    ],
)
def test_a_broken_baseline_is_told_by_place(tmp_path: Path, text: str, code: str, line: int) -> None:
    """Each mistake in a baseline is told with its line; nothing is guessed."""
    path = tmp_path / "b.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_baseline(path)
    found = [(p.code, p.where.line if p.where else 0) for p in error.value.problems]
    assert (code, line) in found


# --------------------------------------------------------------------------------------------- words


def test_a_review_is_told_in_words() -> None:
    """The list groups by class, gives id, severity, clauses, evidence and suggestion, then counts and clean rules."""
    seen = ran(
        made(lambda case: [draft("s", "3.1", evidence={"sets": [["a", "b"]]})]), made(lambda case: [], "better")
    )
    lines = list(tell_review(seen, sort_out(seen.findings, ()), "en"))
    [finding] = seen.findings
    assert lines[0] == "== coverage (1)"
    assert lines[1] == f"[medium · fact] {finding.id}  tiny:3.1"
    assert [line.strip() for line in lines[2:6]] == [
        "x is odd", "evidence: sets: (a, b)", "suggestion: mend x", "reference: Some law",
    ]  # fmt: skip
    assert any(line.split() == ["total", "0", "0", "1", "0", "1"] for line in lines)
    assert lines[-1] == "2 rules ran: coverage 2; 1 of them found nothing"
    assert any("依据" in line for line in tell_review(seen, sort_out(seen.findings, ()), "zh"))


def test_what_a_plan_says_cannot_steer_the_terminal() -> None:
    """Control characters in facts and evidence are shown, not obeyed."""
    seen = ran(made(lambda case: [draft("s", "3.1", what="\x1b[2J", evidence={"e": "\x1b[2J"})]))
    assert not any("\x1b" in line for line in tell_review(seen, sort_out(seen.findings, ()), "en"))


# ------------------------------------------------------------------------------------- command line


def call(*args: str) -> tuple[int, str, str]:
    """Run the command; exit code, stdout, stderr."""
    done = CliRunner().invoke(app, list(args))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the repository, where plans are found by id."""
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("somewhere")
def test_check_reviews_a_folder(tmp_path: Path) -> None:
    """``check FOLDER --format json -o FILE`` reviews every plan in it; findings end in exit code 1."""
    path = tmp_path / "findings.json"
    code, out, _ = call("check", "plans/yunxi", "--format", "json", "-o", str(path), "--lang", "en")
    assert (code, out.strip()) == (1, str(path))
    told = json.loads(path.read_text(encoding="utf-8"))
    assert {f["plan"] for f in told["findings"] if isinstance(f["plan"], str)} <= {
        "fuel", "grain", "forest-pests", "daily-necessities",
    }  # fmt: skip
    assert {c["rule"] for c in told["checked"]} == {r.id for r in all_rules()}
    counts = {c["rule"]: c["findings"] for c in told["checked"]}
    assert sum(counts.values()) == len(told["findings"]) > 0


@pytest.mark.usefixtures("somewhere")
def test_check_remembers_what_was_decided(tmp_path: Path) -> None:
    """With every finding of a class decided in the baseline the exit code is 0, and they are listed apart."""
    _, out, _ = call("check", "grain", "--class", "numbering", "--format", "json")
    ids = [f["id"] for f in json.loads(out)["findings"]]
    assert ids
    entries = [f"{{id: {id}, status: accepted, reason: next revision}}" for id in ids]
    path = written(tmp_path / "b.yaml", *entries, "{id: none-such-1, status: rejected, reason: x}")
    code, out, _ = call("check", "grain", "--class", "numbering", "--baseline", str(path), "--lang", "en")
    assert code == 0
    assert "accepted: next revision" in out
    assert f"{path}:{len(ids) + 2}:5: none-such-1" in out
    code, out, _ = call("check", "grain", "--class", "numbering", "--baseline", str(path), "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert ([f["id"] for f in told["settled"]], told["findings"], told["unknown"]) == (ids, [], ["none-such-1"])


@pytest.mark.usefixtures("somewhere")
def test_check_with_a_text_audits_too_and_shows_the_print(tmp_path: Path) -> None:
    """``--source`` adds the audit and shows the words of a finding's clauses; it goes with one plan."""
    path = tmp_path / "text.txt"
    chapters = "".join(f"{n}. 第{n}章\n" for n in range(1, 7))
    path.write_text(f"{chapters}6.4 甲乙丙丁\n某某须知。\n", encoding="utf-8")
    code, out, _ = call("check", "grain", "--source", str(path), "--class", "numbering", "--lang", "en")
    assert code == 1
    assert "stands in line" in out or "the text has no such clause" in out
    assert "printed grain:6.4: 甲乙丙丁 某某须知。" in out
    _, out, _ = call("check", "grain", "--source", str(path), "--class", "numbering", "--format", "json")
    assert json.loads(out)["audit"]
    assert "某某须知" not in out
    assert call("check", "grain", "fuel", "--source", str(path))[0] == 2


@pytest.mark.usefixtures("somewhere")
def test_check_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    """An unknown plan, a folder without plans, an unknown class, one id in two files: exit code 2, all told."""
    code, _, err = call("check", "nosuch", str(tmp_path), "--lang", "en")
    assert code == 2
    assert "nosuch" in err
    assert str(tmp_path) in err
    assert call("check", "grain", "--class", "nosuch")[0] == 2
    assert call("check", "grain", "--baseline", str(tmp_path / "none.yaml"))[0] == 2
    for name in ("grain.yaml", "jurisdiction.yaml"):
        (tmp_path / name).write_bytes((ROOT / "plans" / "yunxi" / name).read_bytes())
    code, _, err = call("check", "grain", str(tmp_path / "grain.yaml"), "--lang", "en")
    assert code == 2
    assert "several files hold the plan grain" in err


def test_plans_are_not_changed_by_a_review() -> None:
    """A review of the same plans twice gives the same findings, with their readings left where they were."""
    plans = [load_plan(ROOT / "plans" / "yunxi" / f"{n}.yaml") for n in ("fuel", "grain")]
    place = load_jurisdiction(ROOT / "plans" / "yunxi" / "jurisdiction.yaml")
    before = [plan.model_dump_json() for plan in plans]
    one, other = (check_plans(plans, {place.jurisdiction: place}).to_json() for _ in range(2))
    assert one == other
    assert [plan.model_dump_json() for plan in plans] == before
